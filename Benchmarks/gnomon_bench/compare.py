"""Both servers on one cluster and one data set, cell by cell in turn, and the ratios between them."""

import math
from contextlib import ExitStack

from . import alone, measurement, workloads
from .cluster import Cluster
from .gnomon_server import NAME as OURS
from .load import cpu_per_1000
from .measurement import say
from .oracle import Oracle
from .peer_server import NAME as THEIRS


def ratios(entry, connections):
    """How many times better ours is, None where a side did not answer, answered with errors or answered wrong."""
    sides = [entry["servers"][name] for name in (OURS, THEIRS)]
    cells = [side["cells"].get(str(connections)) for side in sides]
    if not all(cells) or any(side["checks"]["failed"] for side in sides) or any(cell["errors"] for cell in cells):
        return None
    ours, theirs = cells
    return {"rps": ours["rps"] / theirs["rps"], "p50": theirs["p50_ms"] / max(1e-3, ours["p50_ms"]),
            "p99": theirs["p99_ms"] / max(1e-3, ours["p99_ms"]),
            "cpu": cpu_per_1000(theirs) / max(1e-4, cpu_per_1000(ours) or 0)}


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def summary(measured, connections):
    """Geometric means of the ratios, and the least, over the data workloads."""
    found = {name: ratios(entry, connections) for name, entry in measured.items()
             if entry["data"] and not entry["extra"]}
    good = {name: ratio for name, ratio in found.items() if ratio}
    return {"workloads": len(good), "left_out": sorted(set(found) - set(good)),
            "mean": {key: geometric_mean([ratio[key] for ratio in good.values()])
                     for key in ("rps", "p50", "p99", "cpu")},
            "least": min(((ratio["rps"], name) for name, ratio in good.items()), default=None)}


def show(measured, connections):
    say(f"\n{connections} connections: how many times better gnomon is")
    say(f"{'workload':<18}{'req/s':>9}{'p50':>9}{'p99':>9}{'CPU':>9}")
    for name, entry in measured.items():
        ratio = ratios(entry, connections)
        values = "".join(f"{ratio[key]:>9.1f}" for key in ("rps", "p50", "p99", "cpu")) if ratio else "   (left out)"
        say(f"{name:<18}{values}")
    total = summary(measured, connections)
    if total["workloads"]:
        say(f"geometric mean of {total['workloads']} data workloads: req/s {total['mean']['rps']:.1f}, p50 "
            f"{total['mean']['p50']:.1f}, p99 {total['mean']['p99']:.1f}, CPU {total['mean']['cpu']:.1f}; least "
            f"{total['least'][0]:.1f} ({total['least'][1]})"
            + (f"; left out: {', '.join(total['left_out'])}" if total["left_out"] else ""))


def run(options):
    options.work.mkdir(parents=True, exist_ok=True)
    folder = alone.data_folder(options, options.size)
    oracle = Oracle(folder / "oracle")
    with Cluster(options.work / "postgresql") as cluster, ExitStack() as stack:
        result = {"kind": "compare", "size": options.size, "items": oracle.count, "servers": {},
                  **alone.described(options, cluster)}
        alone.announce(result)
        servers = []
        for name in (OURS, THEIRS):
            product = alone.contender(name, options, cluster)
            database, result["servers"][name] = alone.filled(product, folder, options.size, options.reload)
            servers.append(stack.enter_context(product.serving(database, options.work / f"{name}.log")))
        result["memory_at_rest"] = {server.name: server.api.memory() for server in servers}
        result["workloads"] = measurement.measure_all(
            servers, workloads.chosen(options.only, options.skip, options.extra, peer=True), oracle, options)
        result["memory_after"] = {server.name: server.api.memory() for server in servers}
    result["summary"] = {}
    for connections in options.connections:
        show(result["workloads"], connections)
        result["summary"][str(connections)] = summary(result["workloads"], connections)
    measurement.write_json(options.json or options.work / "results" / f"compare-{options.size}.json", result)
