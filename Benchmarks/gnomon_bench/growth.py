"""Does an item cost the same to find in a larger catalog? Each size is generated, loaded, measured and dropped."""

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from . import alone, generate, measurement, workloads
from .cluster import Cluster
from .generate import Dataset
from .gnomon_server import INDEXED, SORTED
from .gnomon_server import NAME as OURS
from .measurement import say
from .oracle import Oracle

BYTES_PER_ITEM = 5_000  # disk that a size may need: tables, indexes, the oracle
WRITE_AHEAD_LOG = 9_000_000_000


def dataset_of(label, seed=7):
    """`100k`, `10M` or so of Sentinel-2 items with Landsat and models, or `26000x5`: collections x items of each."""
    if label in generate.SIZES:
        return Dataset.of_size(label, seed)
    if match := re.fullmatch(r"(\d+)x(\d+)", label):
        count, each = map(int, match.groups())
        return Dataset(count * each, sentinel_collections=count, seed=seed)
    if match := re.fullmatch(r"(\d+)([kM]?)", label):
        count = int(match[1]) * {"": 1, "k": 1_000, "M": 1_000_000}[match[2]]
        return Dataset(count, *generate.SIZES["10M"][1:], seed=seed)
    raise SystemExit(f"{label} is no size: 100k, 5M or 26000x5, for example")


def run(options):
    options.work.mkdir(parents=True, exist_ok=True)
    target = options.json or options.work / "results" / "growth.json"
    result = json.loads(target.read_text()) if target.exists() and not options.anew else {"kind": "growth", "sizes": {}}
    with Cluster(options.work / "postgresql") as cluster:
        result |= alone.described(options, cluster)
        alone.announce(result)
        for label in options.sizes:
            dataset = dataset_of(label)
            needed, free = dataset.items * BYTES_PER_ITEM + WRITE_AHEAD_LOG, shutil.disk_usage(options.work).free
            database, folder = f"gnomon_growth_{label}", options.work / "growth" / label
            if needed > free and (options.reload or not kept(cluster, dataset, database, folder)):
                say(f"{label}: left out, it needs {needed / 1e9:.0f} GB and {free / 1e9:.0f} GB are free")
                continue
            result["sizes"][label] = grown(label, dataset, cluster, options)
            measurement.write_json(target, result)


def grown(label, dataset, cluster, options):
    product = alone.contender(OURS, options, cluster)
    database, folder = f"gnomon_growth_{label}", options.work / "growth" / label
    try:
        entry = {"items": dataset.items, "collections": len(dataset.names), "when": measurement.machine()["when"],
                 "indexed": [*INDEXED, *SORTED], **loaded(label, product, dataset, database, folder, options.reload)}
        entry["bytes_per_item"] = round(cluster.bytes_of_schema(database, product.schema) / dataset.items)
        say(f"{label}: {entry}")
        oracle, begin = Oracle(folder), time.monotonic()
        with product.serving(database, options.work / "gnomon.log") as server:
            skipped = [*(options.skip or ()), *(["exact_count"] if not options.only else [])]
            chosen = workloads.chosen(options.only, skipped, extra=True)
            entry["workloads"] = measurement.measure_all([server], chosen, oracle, options)
            entry["memory"] = server.api.memory()
        entry["measure_seconds"] = round(time.monotonic() - begin, 1)
        return entry
    finally:
        if not options.keep:
            cluster.drop(database)
            shutil.rmtree(folder, ignore_errors=True)


def kept(cluster, dataset, database, folder):
    """What is noted of a database that holds the data set, nothing where there is none."""
    note = json.loads(cluster.note(database) or "{}")
    return note if note.get("data") == dataset.description and folder.exists() else None


def loaded(label, product, dataset, database, folder, reload=False):
    """Loads a size and indexes it, unless a database that was kept (--keep) holds just that; how long that took."""
    cluster = product.cluster
    if not reload and (note := kept(cluster, dataset, database, folder)):
        if product.count(database) == note["took"]["held"]:
            say(f"{label}: is there, loaded {note['when']}")
            return note["took"]
        say(f"{label}: was written to since it was loaded {note['when']}")
    when = measurement.machine()["when"]
    product.create(database)
    say(f"{label}: generating and loading {dataset.items:,} items ...")
    took = {"load_seconds": round(filled(product, dataset, database, folder), 1), "held": product.count(database)}
    begin = time.monotonic()
    product.index(database, (*INDEXED, *SORTED))
    took["index_seconds"], begin = round(time.monotonic() - begin, 1), time.monotonic()
    cluster.settled(database)
    took["settle_seconds"] = round(time.monotonic() - begin, 1)
    cluster.remember(database, json.dumps({"data": dataset.description, "when": when, "took": took}))
    return took


def filled(product, dataset, database, folder):
    """Streams the data set from the generator into the loader; the seconds until both are done."""
    begin = time.monotonic()
    command = [sys.executable, "-m", __package__, "generate", "--sentinel-2", str(dataset.sentinel), "--landsat",
               str(dataset.landsat), "--models", str(dataset.models), "--seed", str(dataset.seed), "--stdout",
               "--oracle", str(folder)]
    if dataset.sentinel_collections > 1:
        command += ["--collections", str(dataset.sentinel_collections), "--items",
                    str(dataset.sentinel // dataset.sentinel_collections)]
    generator = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                 cwd=Path(__file__).parents[1])
    if not product.run("load", "-", database=database, stdin=generator.stdout):
        say("gnomon load says that it left something out")
    generator.stdout.close()
    if generator.wait():
        raise SystemExit("the generator ended early: the loader did not read all of it")
    return time.monotonic() - begin
