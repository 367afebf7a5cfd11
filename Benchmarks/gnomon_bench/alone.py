"""Measures one server by itself."""

from contextlib import contextmanager
from pathlib import Path

from . import generate, load, measurement, workloads
from .cluster import Cluster
from .generate import Dataset
from .gnomon_server import INDEXED, Gnomon
from .measurement import say
from .oracle import Oracle
from .peer_server import Peer
from .processes import Tree


def data_folder(options, size):
    return generate.ensure(Dataset.of_size(size), options.work / "data" / size)


def contender(name, options, cluster):
    return Peer(options.peer_venv, cluster) if name == "peer" else Gnomon(options.gnomon, cluster, options.serve_option)


def filled(server, folder, size, reload):
    """The name of the server's database that holds the data set, loaded if it is not; and what is known of it."""
    database, note = f"{server.name}_{size}", f"{Dataset.of_size(size).description} {server.version()}".replace("'", "")
    known = {"database": database, "version": server.version()}
    if reload or server.cluster.note(database) != note:
        say(f"{server.name}: loading {size} ...")
        known["load_seconds"] = round(server.fill(folder, database), 1)
        server.cluster.remember(database, note)
    items = Dataset.of_size(size).items
    held = server.count(database)
    if held != items:
        say(f"{server.name} holds {held:,} of {items:,} items: checks will fail")
    known["items"] = held
    known["bytes_per_item"] = round(server.cluster.bytes_of_schema(database, server.schema) / items)
    return database, known


def described(options, cluster=None):
    return {"machine": measurement.machine(), "seconds": options.seconds, "rounds": options.rounds,
            "variants": options.variants, "indexed": INDEXED, "postgresql": cluster.description() if cluster else None}


def announce(result):
    machine = result["machine"]
    say(f"{machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB, {machine['system']}, "
        f"load {machine['load_before']}")
    if result["postgresql"]:
        settings = ", ".join(f"{name} {value}" for name, value in result["postgresql"]["settings"].items())
        say(f"PostgreSQL {result['postgresql']['versions']}: {settings}; {result['postgresql']['durability']}")


@contextmanager
def serving(options):
    """(server, its data set's folder, what is known of it, cluster or None) for the options of `run`."""
    if options.url:
        if not options.data:
            raise SystemExit("--url needs --data, the folder of the data set that the server holds")
        server = load.Server("server", options.url, Tree.parse(options.api_pids), Tree.parse(options.db_pids))
        yield server, options.data, {"url": options.url}, None
        return
    folder = data_folder(options, options.size)
    with Cluster(options.work / "postgresql") as cluster:
        product = contender(options.server, options, cluster)
        database, known = filled(product, folder, options.size, options.reload)
        with product.serving(database, options.work / f"{product.name}.log") as server:
            yield server, folder, known, cluster


def run(options):
    options.work.mkdir(parents=True, exist_ok=True)
    with serving(options) as (server, folder, known, cluster):
        oracle = Oracle(Path(folder) / "oracle")
        result = {"kind": "run", "size": options.size if not options.url else str(folder), "items": oracle.count,
                  "servers": {server.name: known}, **described(options, cluster)}
        announce(result)
        result["workloads"] = measurement.measure_all(
            [server], workloads.chosen(options.only, options.skip, options.extra), oracle, options)
        if server.api.roots and not options.only:
            result["memory"] = {server.name: memory(server, oracle, options)}
            say(f"memory of the API: {result['memory'][server.name]}")
    measurement.write_json(options.json or options.work / "results" / f"{options.server}-{options.size}.json", result)


def memory(server, oracle, options):
    """The API's memory under 64 connections that ask for 1000 items each."""
    requests = workloads.WORKLOADS["limit_1000"].requests(oracle, options.seed, 50)
    return measurement.memory_under_load(server, requests, 64, max(5, options.seconds))
