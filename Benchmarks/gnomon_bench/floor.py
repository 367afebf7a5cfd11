"""PostgreSQL's own limit: pgbench over gnomon's table with plain statements that find the same, beside gnomon.

A search is measured by two: one that reads the ten items and no more, and one that reads what the answer says, which is
ten items, whether more follow, and the number of matches as far as gnomon counts them (COUNTED)."""

import re
import subprocess
import tempfile
from pathlib import Path

from . import alone, load, measurement, workloads
from .cluster import Cluster
from .gnomon_server import NAME as OURS
from .measurement import say
from .oracle import Oracle, box_of
from .processes import own_cpu_seconds

COUNTED = 50  # gnomon's default of --count-limit
STATEMENTS = 120  # each is a prepared plan of its own, as many as there are different parameters


INSTANT = ("least(greatest({}, '1900-01-01T00:00:00Z'::timestamptz), '2100-01-01T00:00:00Z'::timestamptz)")
# As gnomon's sessions: starting workers takes longer than a search.
WITHOUT_WORKERS = "max_parallel_workers_per_gather=0"
STEP = "(width_bucket({}::float8, -182, 182, 32760)::smallint)"
MONTH = ("((extract(year FROM {0} AT TIME ZONE 'UTC') * 12 + extract(month FROM {0} AT TIME ZONE 'UTC'))::integer)")


def conditions(key, where, geometry):
    """What the items of a search of search_bbox_dt_10 meet."""
    west, south, east, north = box_of(where.ring)
    parts = [f"collection_key = {key}",
             f"ST_Intersects({geometry}, ST_MakeEnvelope({west}, {south}, {east}, {north}, 4326))"]
    return parts + [f"datetime {comparison} {instant(bound)}" for bound, comparison in bounds(where)]


def bounds(where):
    return [(bound, comparison) for bound, comparison in ((where.start, ">="), (where.end, "<=")) if bound is not None]


def instant(microseconds):
    return f"to_timestamp({microseconds // 1_000_000})"


def ordered(parts, order):
    return (f"SELECT packed, dictionary_key, links_position FROM gnomon.items WHERE {' AND '.join(parts)} "
            f"ORDER BY {order}")


def nearest(key, where):
    """The items as the table's index of space and time answers a search best, for instants."""
    parts = conditions(key, where, "geometry")
    for bound, comparison in bounds(where):
        parts += [f"{INSTANT.format('datetime')} {comparison} {INSTANT.format(instant(bound))}",
                  f"{MONTH.format('datetime')} {comparison} {MONTH.format(instant(bound))}"]
    origin = "'2100-01-01T00:00:00Z'::timestamptz" if where.end is None else instant(where.end)
    return ordered(parts, f"{INSTANT.format('datetime')} <-> {origin}")


def walk(key, where):
    """The items as its index over time in a collection does, which holds their boxes too."""
    west, south, east, north = box_of(where.ring)
    parts = conditions(key, where, "postgis_noop(geometry)")
    sides = ("XMax", ">=", west), ("XMin", "<=", east), ("YMax", ">=", south), ("YMin", "<=", north)
    for side, comparison, degrees in sides:
        parts.append(f"{STEP.format(f'ST_{side}(geometry)')} {comparison} {STEP.format(degrees)}")
    return ordered(parts, "datetime DESC, id DESC")


def items_of_search(key, where):
    """The ten items alone, by each way."""
    return [f"{way(key, where)} LIMIT 10" for way in (nearest, walk)]


def answer_of_search(key, where, matches):
    """The same with what tells whether more follow, and how many match where they are few."""
    read = COUNTED + 1 if matches <= COUNTED else 11
    return ["SELECT CASE WHEN place <= 10 THEN packed END, dictionary_key, links_position, number FROM ("
            "SELECT *, row_number() OVER () AS place, count(*) OVER () AS number FROM ("
            f"{way(key, where)} LIMIT {read}) AS found) AS numbered WHERE place <= 11" for way in (nearest, walk)]


def fastest(cluster, database, statements):
    """Of statements that find the same the one that takes the least time, in memory."""
    took = []
    for statement in statements:
        told = cluster.sql(database, f"SET {WITHOUT_WORKERS}", *[f"EXPLAIN (ANALYZE, TIMING off) {statement}"] * 3)
        took.append(min(float(found) for found in re.findall(r"Execution Time: ([\d.]+)", told)))
    return statements[took.index(min(took))]


def plain_item(key, identifier):
    return f"SELECT packed, dictionary_key, links_position FROM gnomon.items WHERE collection_key = {key} AND id = '{identifier}'"


def run(options):
    options.work.mkdir(parents=True, exist_ok=True)
    folder = alone.data_folder(options, options.size)
    oracle = Oracle(folder / "oracle")
    with Cluster(options.work / "postgresql") as cluster:
        result = {"kind": "floor", "size": options.size, "items": oracle.count, **alone.described(options, cluster)}
        product = alone.contender(OURS, options, cluster)
        database, known = alone.filled(product, folder, options.size, options.reload)
        result["servers"] = {OURS: known}
        keys = dict(row.split("|") for row in cluster.sql(
            database, "SELECT id, key FROM gnomon.collections").splitlines())
        requests = {name: workloads.WORKLOADS[name].requests(oracle, options.seed, options.variants)[:STATEMENTS]
                    for name in ("search_bbox_dt_10", "item")}
        statements = {
            "search_bbox_dt_10": searches(cluster, database, keys, oracle, requests["search_bbox_dt_10"]),
            "item": {"page": [
                plain_item(keys[oracle.collection_of(r.expected.row)], oracle.identifier(r.expected.row))
                for r in requests["item"]]}}
        with product.serving(database, options.work / "gnomon.log") as server:
            result["rows"] = [
                row(cluster, database, server, name, requests[name], statements[name], connections, options)
                for name in requests for connections in options.connections]
    measurement.write_json(options.json or options.work / "results" / f"floor-{options.size}.json", result)


def searches(cluster, database, keys, oracle, requests):
    """Statements that read the items of searches alone, and those that read what the answers say."""
    found = {"page": [], "answer": []}
    for request in requests:
        where = request.expected.where
        key = keys[oracle.collections[where.collection]]
        found["page"].append(fastest(cluster, database, items_of_search(key, where)))
        answers = answer_of_search(key, where, len(oracle.matches(where)))
        found["answer"].append(fastest(cluster, database, answers))
    return found


def row(cluster, database, server, name, requests, statements, connections, options):
    floors = {what: pgbench(cluster, database, texts, connections, options.seconds)
              for what, texts in statements.items()}
    cell = load.measure(server, requests, connections, options.seconds)
    found = {"workload": name, "connections": connections, "pgbench": floors, "gnomon": cell,
             "share": {what: round(cell["rps"] / floor["rps"], 3) for what, floor in floors.items()}}
    for what, floor in floors.items():
        say(f"{name:<18} c={connections:<3} pgbench ({what}) {floor['rps']:>9}/s mean {floor['mean_ms']} ms "
            f"DB {floor['database_cpu']} s/k   gnomon {cell['rps']:>9}/s   {found['share'][what]:.0%} of it")
    return found


def pgbench(cluster, database, statements, connections, seconds):
    with tempfile.TemporaryDirectory(prefix="gnomon-bench-") as folder:
        files = []
        for number, statement in enumerate(statements):
            path = Path(folder) / f"{number:03d}.sql"
            path.write_text(statement + ";\n")
            files += ["-f", str(path)]
        before, own = cluster.tree.cpu_seconds(), own_cpu_seconds()
        done = subprocess.run([
            str(cluster.programs / "pgbench"), "-n", "-M", "prepared", "-c", str(connections), "-j", "1", "-T",
            str(seconds), *files], capture_output=True, text=True,
            env=cluster.environment(database) | {"PGOPTIONS": f"-c {WITHOUT_WORKERS}"})
        if not (rate := re.search(r"tps = ([\d.]+)", done.stdout)):
            raise SystemExit(f"pgbench failed: {done.stderr[-400:]}")
        used = cluster.tree.cpu_seconds() - before
    count = int(re.search(r"actually processed: (\d+)", done.stdout)[1])
    return {"rps": round(float(rate[1]), 1), "requests": count,
            "mean_ms": float(re.search(r"latency average = ([\d.]+)", done.stdout)[1]),
            "database_cpu": round(used / count * 1e3, 4), "own_cpu": round((own_cpu_seconds() - own) / count * 1e3, 4)}
