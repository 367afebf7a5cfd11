"""Loading files, writing through the API, and searching while a load runs: gnomon and the peer by turns."""

import json
import os
import random
import subprocess
import time

from . import alone, client, generate, landsat, load, measurement, models, workloads
from .cluster import Cluster
from .generate import Dataset
from .gnomon_server import NAME as OURS
from .measurement import say
from .oracle import Oracle
from .peer_server import NAME as THEIRS
from .processes import own_cpu_seconds
from .request import Expected, Request
from .sentinel import COLLECTION
from .template import compact

BATCH = 100
DATABASE = "{}_ingest"


def run(options):
    options.work.mkdir(parents=True, exist_ok=True)
    folder = alone.data_folder(options, options.size)
    with Cluster(options.work / "postgresql") as cluster:
        result = {"kind": "ingest", "size": options.size, "servers": {}, **alone.described(options, cluster)}
        alone.announce(result)
        contenders = [alone.contender(name, options, cluster) for name in options.servers]
        result["servers"] = {product.name: {"version": product.version()} for product in contenders}
        result["loads"] = loads(contenders, folder, options)
        result["writes"] = [write for product in contenders for write in writes(product, folder, options)]
        result["meanwhile"] = {product.name: search_meanwhile(product, folder, options) for product in contenders}
        for product in contenders:
            cluster.drop(DATABASE.format(product.name))
    measurement.write_json(options.json or options.work / "results" / f"ingest-{options.size}.json", result)


def prepare(product, folder, database):
    """A database with indexes in place, which a catalog in use has: so that each side has properties to index, the
    models and a few Landsat items are there before anything is timed."""
    few = folder / "few.ndjson"
    with open(folder / f"{landsat.COLLECTION}.ndjson", "rb") as lines:
        few.write_bytes(b"".join(line for line, _ in zip(lines, range(100))))
    product.create(database)
    files = [folder / f"{models.COLLECTION}.ndjson", few]
    if product.name == OURS:
        product.load_files(folder, database, [folder / "collections.ndjson", *files])
        product.index(database)
    else:
        product.index(database)
        product.load_files(folder, database, files)
    product.cluster.settled(database)


def loads(contenders, folder, options):
    """The Sentinel-2 file into a fresh database, by each side's own loader: {server: [round]}."""
    file, found = folder / f"{COLLECTION}.ndjson", {product.name: [] for product in contenders}
    for _ in range(options.rounds):
        for product in contenders:
            database = DATABASE.format(product.name)
            prepare(product, folder, database)
            before = product.count(database)
            own, stored = own_cpu_seconds(), product.cluster.tree.cpu_seconds()
            paths = [folder / "collections.ndjson", file] if product.name == OURS else [file]
            seconds = product.load_files(folder, database, paths)
            items = product.count(database) - before
            entry = {"items": items, "seconds": round(seconds, 2), "items_per_second": round(items / seconds, 1),
                     "loader_cpu_ms": round((own_cpu_seconds() - own) / max(1, items) * 1e3, 4),
                     "database_cpu_ms": round((product.cluster.tree.cpu_seconds() - stored) / max(1, items) * 1e3, 4),
                     "bytes_per_item": round(product.cluster.bytes_of_schema(database, product.schema)
                                             / (items + before))}
            found[product.name].append(entry)
            say(f"load {product.name:<8} {entry}")
    return found


def writes(product, folder, options):
    """POST of single items and of collections of them, each into a collection of its own."""
    database = DATABASE.format(product.name)
    prepare(product, folder, database)
    with open(folder / f"{COLLECTION}.ndjson", "rb") as lines:
        items = [line.rstrip() for line, _ in zip(lines, range(options.items))]
    with product.serving(database, options.work / f"{product.name}.log") as server:
        load.settle(server, quiet=3)  # what a server reads when it starts, with pauses, is no part of a write
        kinds = [("single", 1, 1), ("single", 1, 16), ("collection", BATCH, 1), ("collection", BATCH, 4)]
        if product.name == THEIRS:
            kinds += [("bulk_items", BATCH, 1), ("bulk_items", BATCH, 4)]
        for number, (kind, batch, connections) in enumerate(kinds):
            for order in ("random", "time"):
                yield write(product, server, database, f"bench-{kind}-{number}-{order}".replace("_", "-"), kind, batch,
                            connections, order, items, options.seconds)


def write(product, server, database, collection, kind, batch, connections, order, items, seconds):
    document = json.loads(compact(next(Dataset(1).collection_documents()))) | {"id": collection}
    marker, own = f'"collection":"{COLLECTION}"'.encode(), f'"collection":"{collection}"'.encode()
    items = [item.replace(marker, own) for item in items]
    created = client.send(server.url, [posted("/collections", json.dumps(document).encode()).rendered(server.url)])
    if created.failures:
        raise SystemExit(f"{product.name}: POST /collections: {created.failures[0]}")
    path = f"/collections/{collection}/items"
    if order == "random":
        # The ends of time first and unmeasured: pgstac alters a table whenever the range of a collection grows.
        client.send(server.url, [posted(path, item).rendered(server.url) for item in (items[0], items[-1])])
        items = items[1:-1]
        random.Random(2).shuffle(items)
    groups = [items[k:k + batch] for k in range(0, len(items) - batch + 1, batch)]
    requests = [request_of(kind, collection, group).rendered(server.url) for group in groups]
    before, (api, stored) = product.count(database, collection), server.cpu_seconds()
    outcome = client.send(server.url, requests, connections, seconds=seconds)
    load.settle(server)
    api, stored = (after - first for after, first in zip(server.cpu_seconds(), (api, stored)))
    accepted = len(outcome.accepted()) * batch
    entry = {
        "server": product.name, "kind": kind, "batch": batch, "connections": connections, "order": order,
        "items": accepted, "items_per_second": round(accepted / outcome.seconds, 1),
        "p50_ms": round(outcome.percentile(0.5) * 1e3, 2), "p99_ms": round(outcome.percentile(0.99) * 1e3, 2),
        "api_cpu_ms": round(api / max(1, accepted) * 1e3, 4),
        "database_cpu_ms": round(stored / max(1, accepted) * 1e3, 4),
        "refused": len(outcome.failures), "first_refusal": outcome.failures[0][:300] if outcome.failures else None,
        "lost": max(0, accepted - (product.count(database, collection) - before))}
    say(f"write {entry}")
    return entry


def posted(path, body):
    kind = "application/geo+json" if path.endswith("/items") else "application/json"
    return Request("POST", path, Expected("written"), body, (("Content-Type", kind),))


def request_of(kind, collection, group):
    if kind == "single":
        return posted(f"/collections/{collection}/items", group[0])
    if kind == "collection":
        body = b'{"type":"FeatureCollection","features":[' + b",".join(group) + b"]}"
        return posted(f"/collections/{collection}/items", body)
    named = b",".join(b'"%s":%s' % (json.loads(item)["id"].encode(), item) for item in group)
    return posted(f"/collections/{collection}/bulk_items", b'{"items":{' + named + b'},"method":"insert"}')


def search_meanwhile(product, folder, options):
    """Searching at rest, and while the product's loader loads as fast as it can."""
    database, oracle = DATABASE.format(product.name), Oracle(folder / "oracle")
    product.fill(folder, database)
    # Other collections than those searched, so that answers stay the same.
    more = generate.ensure(Dataset(options.load_items, sentinel_collections=10, seed=8),
                           options.work / "data" / f"more-{options.load_items}")
    requests = workloads.WORKLOADS["search_bbox_dt_10"].requests(oracle, options.seed, options.variants)
    found = {}
    with product.serving(database, options.work / f"{product.name}.log") as server:
        found["idle"] = load.measure(server, requests, 1, options.seconds)
        before, begin = product.count(database), time.monotonic()
        loader = subprocess.Popen(product.load_command(more, database), env=product.environment(database),
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cells, file = [], load.request_file(server.url, requests)
        while loader.poll() is None:
            cell = load.wrk(server.url, file, 1, options.seconds)
            if not cells or loader.poll() is None:
                cells.append(cell)
        os.unlink(file)
        found["load_items_per_second"] = round((product.count(database) - before) / (time.monotonic() - begin), 1)
    if not cells:
        raise SystemExit(f"{product.name}: the load was over before a search; say more --load-items")
    found["during"] = {"cells": len(cells), "rps": round(sum(c["requests"] / c["microseconds"] for c in cells)
                                                        / len(cells) * 1e6, 2),
                       **{f"{name}_ms": round(sorted(c[name] for c in cells)[len(cells) // 2] / 1e3, 3)
                          for name in ("p50", "p99", "max")}}
    say(f"search meanwhile {product.name}: idle p99 {found['idle']['p99_ms']} ms, during a load p99 "
        f"{found['during']['p99_ms']} ms, {found['load_items_per_second']} items/s loaded")
    return found
