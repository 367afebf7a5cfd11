"""Writes a data set: collections, items as NDJSON in order of datetime, and the oracle. Same arguments, same bytes."""

import json
import multiprocessing
import os
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from . import collections, imagery, landsat, models, oracle, sentinel
from .template import compact

SIZES = {"1k": (1_000, 200, 200), "10k": (10_000, 2_000, 2_000), "100k": (100_000, 20_000, 2_000),
         "1M": (1_000_000, 20_000, 2_000), "10M": (10_000_000, 20_000, 2_000)}
LAYOUT = 1  # goes up where the same arguments give other bytes than before


@dataclass(frozen=True)
class Dataset:
    """How many items of which kind; `sentinel_collections` above one deals the Sentinel-2 items out in turn."""
    sentinel: int
    landsat: int = 0
    models: int = 0
    sentinel_collections: int = 1
    seed: int = 7

    @staticmethod
    def of_size(name, seed=7):
        return Dataset(*SIZES[name], seed=seed)

    @property
    def items(self):
        return self.sentinel + self.landsat + self.models

    @property
    def imagery_names(self):
        if self.sentinel_collections == 1:
            return (sentinel.COLLECTION,)
        return tuple(f"{sentinel.COLLECTION}-{number:05d}" for number in range(self.sentinel_collections))

    @property
    def names(self):
        return [*self.imagery_names, *([landsat.COLLECTION] if self.landsat else []),
                *([models.COLLECTION] if self.models else [])]

    def collection_documents(self):
        yield from map(collections.sentinel_collection, self.imagery_names)
        if self.landsat:
            yield collections.landsat_collection()
        if self.models:
            yield collections.models_collection()

    @property
    def description(self):
        return asdict(self) | {"layout": LAYOUT}


class Progress:
    """A line on standard error: how many of how many, how fast, how long still."""

    def __init__(self, what, total, unit="items"):
        self.what, self.total, self.unit = what, total, unit
        self.begin = self.shown = time.monotonic()
        self.done = 0

    def add(self, count):
        self.done += count
        now = time.monotonic()
        pause = 0.2 if sys.stderr.isatty() else 30
        if now - self.shown >= pause and self.done < self.total:
            self.shown = now
            rate = self.done / (now - self.begin)
            self.say(f"{self.done:,} of {self.total:,} {self.unit}, {rate:,.0f}/s, "
                     f"{(self.total - self.done) / rate:.0f} s left")

    def finish(self):
        seconds = time.monotonic() - self.begin
        self.say(f"{self.done:,} {self.unit} in {seconds:.1f} s")
        if sys.stderr.isatty():
            print(file=sys.stderr)
        return seconds

    def say(self, text):
        if sys.stderr.isatty():
            print(f"\r\033[K{self.what}: {text}", end="", file=sys.stderr, flush=True)
        else:
            print(f"{self.what}: {text}", file=sys.stderr, flush=True)


planned = None  # what the worker processes write blocks of; set before they are forked


def write_block(number):
    make, plan = planned
    return make(plan, number)


def blocks(make, plan, processes):
    """The blocks of a plan in their order, made by several processes that are never far ahead of the reader."""
    global planned
    count = -(-len(plan) // imagery.BLOCK)
    if processes == 1 or count < 4:
        yield from (make(plan, number) for number in range(count))
        return
    planned = (make, plan)
    ahead = threading.Semaphore(4 * processes)

    def numbers():
        for number in range(count):
            ahead.acquire()
            yield number

    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for made in pool.imap(write_block, numbers()):
            yield made
            ahead.release()


def parts(dataset, processes):
    """(collection's file, lines in bytes, oracle's rows, models known) block by block."""
    if dataset.sentinel:
        plan = imagery.plan_sentinel(dataset.seed, dataset.sentinel, dataset.imagery_names)
        for lines, rows in blocks(imagery.sentinel_block, plan, processes):
            yield sentinel.COLLECTION, lines, rows, []
    if dataset.landsat:
        plan = imagery.plan_landsat(dataset.seed, dataset.landsat)
        for lines, rows in blocks(imagery.landsat_block, plan, processes):
            collection = rows["collection"] + dataset.sentinel_collections
            yield landsat.COLLECTION, lines, rows | {"collection": collection}, []
    if dataset.models:
        lines, rows, known = models.block(dataset.seed, dataset.models)
        yield models.COLLECTION, lines, rows | {"collection": rows["collection"] + len(dataset.names) - 1}, known


def stream(dataset, out, oracle_folder=None, processes=os.cpu_count()):
    """Writes collections, then items, to a binary file, and the oracle to a folder where one is given."""
    for document in dataset.collection_documents():
        out.write(compact(document).encode() + b"\n")
    writer = oracle.Writer(oracle_folder, dataset) if oracle_folder else None
    progress = Progress("generate", dataset.items)
    for _, lines, rows, known in parts(dataset, processes):
        out.write(lines)
        if writer:
            writer.add(rows, known)
        progress.add(len(rows["id"]))
    out.flush()
    if writer:
        writer.close()
    return progress.finish()


def write(dataset, folder, processes=os.cpu_count()):
    """Writes collections.ndjson, one NDJSON file of items for each kind, oracle/ and manifest.json to a folder."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / "manifest.json"
    manifest.unlink(missing_ok=True)
    with open(folder / "collections.ndjson", "wb") as out:
        for document in dataset.collection_documents():
            out.write(compact(document).encode() + b"\n")
    writer, files, sizes = oracle.Writer(folder / "oracle", dataset), {}, {}
    progress = Progress(f"generate {folder.name}", dataset.items)
    for name, lines, rows, known in parts(dataset, processes):
        out = files.get(name) or files.setdefault(name, open(folder / f"{name}.ndjson", "wb", 1 << 20))
        out.write(lines)
        writer.add(rows, known)
        sizes[name] = sizes.get(name, 0) + len(lines)
        progress.add(len(rows["id"]))
    for out in files.values():
        out.close()
    writer.close()
    progress.finish()
    manifest.write_text(json.dumps({"dataset": dataset.description, "bytes": sizes}, indent=1) + "\n")
    return folder


def ensure(dataset, folder):
    """The folder with the data set in it, written if another or none is there."""
    try:
        if json.loads((Path(folder) / "manifest.json").read_text())["dataset"] == dataset.description:
            return Path(folder)
    except (OSError, ValueError, KeyError):
        pass
    return write(dataset, folder)


def item_files(folder):
    """The files of items of a data set, as the manifest lists them."""
    return [Path(folder) / f"{name}.ndjson" for name in
            json.loads((Path(folder) / "manifest.json").read_text())["bytes"]]
