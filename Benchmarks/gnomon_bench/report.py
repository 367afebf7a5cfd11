"""Writes results as tables and plots into docs/benchmarks.md, between its markers; the prose round them stays."""

import json
import re

from . import compare, plot
from .gnomon_server import NAME as OURS
from .inference import section
from .load import cpu_per_1000
from .measurement import say
from .peer_server import NAME as THEIRS
from .tables import number, table

WRITES = {
    "single": "POST of one item",
    "collection": "POST of a FeatureCollection of 100",
    "bulk_items": "POST to bulk_items, 100 items",
}


def run(options):
    results = read(options.work / "results")
    text = options.document.read_text()
    folder = options.document.parent / "plots"
    folder.mkdir(exist_ok=True)
    for name, make in SECTIONS.items():
        if found := results.get(name):
            text = filled(text, name, make(found, folder))
            say(f"{options.document.name}: {name}")
    options.document.write_text(text)


def read(folder):
    """{kind: [result]}, smaller catalogs first; of single runs only those of gnomon."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        result = json.loads(path.read_text())
        found.setdefault(result["kind"], []).append(result)
    for results in found.values():
        results.sort(key=lambda result: result.get("items", 0))
    found["run"] = [result for result in found.get("run", []) if OURS in result["servers"]]
    return found


def filled(text, name, content):
    pattern = re.compile(f"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"no markers <!-- begin {name} --> and <!-- end {name} --> in the document")
    return pattern.sub(lambda match: match[1] + content.strip() + "\n" + match[2], text)


def circumstances(result):
    machine, stored = result["machine"], result.get("postgresql")
    lines = [
        f"{machine['when']}; {machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB, "
        f"{machine['system']}, kernel {machine['kernel']}, {machine['wrk']}; load before the run "
        f"{machine['load_before']}."
    ]
    if stored:
        lines.append(
            f"PostgreSQL {stored['versions']}, {stored['durability']}: "
            + ", ".join(f"`{name} = {value}`" for name, value in stored["settings"].items())
            + "."
        )
    for name, known in result.get("servers", {}).items():
        lines.append(
            f"{name}: {known.get('version', '')}"
            + (f"; {number(known['bytes_per_item'], 4)} bytes on disk an item" if "bytes_per_item" in known else "")
            + "."
        )
    if "seconds" in result:
        lines.append(f"{result['seconds']} s a cell, {result.get('rounds', 1)} rounds.")
    return "\n".join(f"- {line}" for line in lines) + "\n"


def checks(side):
    outcome = side["checks"]
    return f"{outcome['checked'] - outcome['failed']}/{outcome['checked']}"


def cells_table(workloads, server):
    connections = sorted({int(c) for entry in workloads.values() for c in entry["servers"][server]["cells"]})
    heads = ["workload"] + [f"c={c} {what}" for c in connections for what in ("req/s", "p50 ms", "p99 ms")]
    heads += ["kB", "API CPU s/1000", "DB CPU s/1000", "errors", "checks"]
    rows = []
    for name, entry in workloads.items():
        side = entry["servers"][server]
        cells = [side["cells"].get(str(c)) for c in connections]
        if not all(cells):
            continue
        cheapest = min(cells, key=lambda cell: cpu_per_1000(cell) or 0)
        rows.append(
            [
                name,
                *(number(cell[key]) for cell in cells for key in ("rps", "p50_ms", "p99_ms")),
                number(cheapest["bytes_per_request"] / 1000),
                number(cheapest["api_cpu"]),
                number(cheapest["database_cpu"]),
                sum(cell["errors"] for cell in cells),
                checks(side),
            ]
        )
    return table(heads, rows)


def match_section(results, folder):
    """Scenes against many models."""
    parts = []
    for result in results:
        rows = [[number(result["models"]), number(result["p50_ms"]), number(result["p95_ms"]), number(result["p99_ms"]),
                 f"{result['memory_before_mib']} -> {result['memory_mib']}", number(result["first_ms"]),
                 number(result["restart_ms"]) if "restart_ms" in result else "-",
                 f"{result['checked'] - len(result['problems'])}/{result['checked']}"]]
        heads = ["models", "p50 ms", "p95 ms", "p99 ms", "API MiB (PSS)", "first answer ms", "after a restart ms",
                 "as expected"]
        parts.append(circumstances(result) + "\n\n" + table(heads, rows))
    return "\n".join(parts)


def alone_section(results, folder):
    result = results[-1]
    text = f"{result['items']:,} items.\n\n{circumstances(result)}\n{cells_table(result['workloads'], OURS)}"
    if memory := result.get("memory", {}).get(OURS):
        text += (
            f"\nMemory of the API (PSS): {memory['at_rest']['pss_mib']} MiB at rest, "
            f"{memory['peak']['pss_mib']} MiB at most under {memory['connections']} connections with `limit=1000`, "
            f"{memory['after']['pss_mib']} MiB after.\n"
        )
    return text


def compare_section(results, folder):
    return "\n".join(compared(result, folder) for result in results)


def compared(result, folder):
    measured, size = result["workloads"], result["size"]
    text = f"### {size}: {result['items']:,} items\n\n{circumstances(result)}\n"
    for connections, total in result["summary"].items():
        rows = []
        for name, entry in measured.items():
            cells = [entry["servers"][side]["cells"].get(connections) for side in (OURS, THEIRS)]
            if not all(cells):
                continue
            ratio = compare.ratios(entry, connections)
            rows.append(
                [
                    f"{name}{' (light)' if not entry['data'] else ' (extra)' if entry['extra'] else ''}",
                    *(number(cell["rps"]) for cell in cells),
                    *(number(cell["p99_ms"]) for cell in cells),
                    *(number(cpu_per_1000(cell)) for cell in cells),
                    *(number(ratio[key]) if ratio else "-" for key in ("rps", "p50", "p99", "cpu")),
                    *(checks(entry["servers"][side]) for side in (OURS, THEIRS)),
                ]
            )
        heads = [
            "workload",
            "req/s",
            "peer",
            "p99 ms",
            "peer",
            "CPU s/1000",
            "peer",
            "x req/s",
            "x p50",
            "x p99",
            "x CPU",
            "checks",
            "peer",
        ]
        text += f"{connections} connection{'s' if connections != '1' else ''}:\n\n{table(heads, rows)}\n"
        text += means(total)
        if bars := ratio_bars(measured, connections):
            path = folder / f"compare-{size}-c{connections}.svg"
            marks = [(total["mean"]["rps"], "geometric mean")] if total["workloads"] else []
            path.write_text(
                plot.bars(
                    f"Requests per second, gnomon over the peer: {result['items']:,} items, "
                    f"{connections} connections",
                    bars,
                    marks,
                )
            )
            text += f"![ratios](plots/{path.name})\n\n"
    rest = {name: memory["pss_mib"] for name, memory in result["memory_at_rest"].items()}
    after = {name: memory["pss_mib"] for name, memory in result["memory_after"].items()}
    return text + (
        f"Memory of the API (PSS, MiB), at rest and after the run: gnomon {rest[OURS]} and {after[OURS]}, peer "
        f"{rest[THEIRS]} and {after[THEIRS]}.\n"
    )


def means(total):
    if not total["workloads"]:
        return ""
    mean = total["mean"]
    return (
        f"Geometric mean over {total['workloads']} data workloads: {mean['rps']:.1f} times the requests per second, "
        f"p50 {mean['p50']:.1f} and p99 {mean['p99']:.1f} times shorter, {mean['cpu']:.1f} times less CPU; least in "
        f"requests per second {total['least'][0]:.1f} ({total['least'][1]})."
        + (
            f" Left out, as a side answered wrong or with errors: {', '.join(total['left_out'])}."
            if total["left_out"]
            else ""
        )
        + "\n\n"
    )


def ratio_bars(measured, connections):
    found = [(name, compare.ratios(entry, connections)) for name, entry in measured.items() if not entry["extra"]]
    return [(name, ratio["rps"]) for name, ratio in found if ratio]


READS = {"page": "the items", "answer": "the items and their number"}


def floor_section(results, folder):
    text = ""
    for result in results:
        rows = [
            [
                row["workload"],
                READS[what],
                row["connections"],
                number(floor["rps"]),
                number(floor["mean_ms"]),
                number(floor["database_cpu"]),
                number(row["gnomon"]["rps"]),
                number(row["gnomon"]["p50_ms"]),
                number(row["gnomon"]["database_cpu"]),
                f"{row['share'][what]:.0%}",
            ]
            for row in result["rows"]
            for what, floor in row["pgbench"].items()
        ]
        heads = [
            "workload",
            "pgbench reads",
            "connections",
            "pgbench tps",
            "mean ms",
            "DB CPU s/1000",
            "gnomon req/s",
            "p50 ms",
            "DB CPU s/1000",
            "share",
        ]
        text += f"{result['items']:,} items, {result['machine']['when']}:\n\n{table(heads, rows, left=2)}\n"
    return text


def ingest_section(results, folder):
    result = results[-1]
    text = (
        f"{circumstances(result)}\nOne NDJSON file of Sentinel-2 items into a fresh database that has its indexes, by "
        "each side's loader:\n\n"
    )
    text += table(
        ["loader", "items", "items/s", "loader CPU ms/item", "DB CPU ms/item", "bytes/item on disk"],
        [
            [
                {OURS: "gnomon load", THEIRS: "pypgstac load"}[name],
                f"{entry['items']:,}",
                number(entry["items_per_second"], 4),
                number(entry["loader_cpu_ms"]),
                number(entry["database_cpu_ms"]),
                number(entry["bytes_per_item"], 4),
            ]
            for name, rounds in result["loads"].items()
            for entry in rounds
        ],
    )
    text += (
        "\nWriting through the API; what is acknowledged is committed, and counted afterwards (lost = acknowledged and "
        "not there):\n\n"
    )
    text += table(
        [
            "server",
            "request",
            "connections",
            "order",
            "items/s",
            "p50 ms",
            "p99 ms",
            "API CPU ms/item",
            "DB CPU ms/item",
            "refused",
            "lost",
        ],
        [
            [
                w["server"],
                WRITES[w["kind"]],
                w["connections"],
                w["order"],
                number(w["items_per_second"], 4),
                number(w["p50_ms"]),
                number(w["p99_ms"]),
                number(w["api_cpu_ms"]),
                number(w["database_cpu_ms"]),
                w["refused"],
                w["lost"],
            ]
            for w in result["writes"]
        ],
        left=2,
    )
    text += "\nSearching (`search_bbox_dt_10`, one connection) at rest and while the loader runs at full speed:\n\n"
    return text + table(
        [
            "server",
            "idle p50 ms",
            "idle p99 ms",
            "during a load p50 ms",
            "p99 ms",
            "p99 over idle",
            "items/s loaded meanwhile",
        ],
        [
            [
                name,
                number(m["idle"]["p50_ms"]),
                number(m["idle"]["p99_ms"]),
                number(m["during"]["p50_ms"]),
                number(m["during"]["p99_ms"]),
                number(m["during"]["p99_ms"] / m["idle"]["p99_ms"]),
                number(m["load_items_per_second"], 4),
            ]
            for name, m in result["meanwhile"].items()
        ],
    )


def growth_section(results, folder):
    sizes = dict(sorted(results[-1]["sizes"].items(), key=lambda entry: entry[1]["items"]))
    text = (
        circumstances(results[-1])
        + "\n"
        + table(
            [
                "catalog",
                "items",
                "collections",
                "generate and load s",
                "items/s",
                "index s",
                "vacuum s",
                "measure s",
                "bytes/item on disk",
                "API PSS MiB",
            ],
            [
                [
                    label,
                    f"{e['held']:,}",
                    f"{e['collections']:,}",
                    number(e["load_seconds"], 4),
                    number(e["held"] / e["load_seconds"], 4),
                    number(e["index_seconds"]),
                    number(e["settle_seconds"]),
                    number(e["measure_seconds"], 4),
                    number(e["bytes_per_item"], 4),
                    e["memory"]["pss_mib"],
                ]
                for label, e in sizes.items()
            ],
        )
    )
    first = next(iter(sizes.values()))["workloads"]
    connections = sorted({c for entry in first.values() for c in entry["servers"][OURS]["cells"]}, key=int)
    for count in connections:
        heads = [*growth_heads(sizes), "checks"]
        rows = [
            [
                name,
                *(growth_cell(sizes, e, name, count, key) for e in sizes.values() for key in ("p50_ms", "p99_ms")),
                " ".join(
                    checks(e["workloads"][name]["servers"][OURS]) for e in sizes.values() if name in e["workloads"]
                ),
            ]
            for name in first
        ]
        text += f"\nMilliseconds (and times those of {next(iter(sizes))}), {count} connection{'s' if count != '1' else ''}:\n\n"
        text += table(heads, rows)
        series = {name: line for name in first if first[name]["data"] and (line := growth_line(sizes, name, count))}
        if any(len(line) > 1 for line in series.values()):
            path = folder / f"growth-c{count}.svg"
            path.write_text(plot.lines(f"Median time of a request, {count} connections", series, "ms"))
            text += f"\n![growth](plots/{path.name})\n"
    return text + growth_of_each(sizes)


def growth_of_each(sizes):
    """What each request took by itself, where that was measured."""
    first = next(iter(sizes.values()))["workloads"]
    rows = [
        [name, *(growth_cell(sizes, e, name, None, key) for e in sizes.values() for key in ("p50_ms", "p99_ms"))]
        for name in first
        if "least" in first[name]["servers"][OURS]
    ]
    if not rows:
        return ""
    text = "\nMilliseconds of each request by itself, the least of several times over one connection, so that the p99 is that\n"
    text += "of different requests and not of what the machine did:\n\n"
    return text + table(growth_heads(sizes), rows)


def growth_heads(sizes):
    return ["workload"] + [f"{label} {what}" for label in sizes for what in ("p50", "p99")]


def growth_cell(sizes, entry, workload, connections, key):
    """A time, and how many times that of the smallest catalog it is.

    `connections` is None for each request by itself."""
    smallest = next(iter(sizes.values()))
    time, least = (growth_time(e, workload, connections, key) for e in (entry, smallest))
    if time is None:
        return "-"
    return number(time) if entry is smallest or not least else f"{number(time)} ({number(time / least)}x)"


def growth_time(entry, workload, connections, key):
    measured = entry["workloads"].get(workload, {}).get("servers", {}).get(OURS, {})
    cell = measured.get("least") if connections is None else measured.get("cells", {}).get(connections)
    return cell and cell[key]


def growth_line(sizes, workload, connections):
    """(items, median) of the catalogs with one collection of imagery, which differ in nothing but size."""
    entries = [e for e in sizes.values() if e["collections"] <= 3 and workload in e["workloads"]]
    cells = [(e["items"], e["workloads"][workload]["servers"][OURS]["cells"].get(connections)) for e in entries]
    return [(items, max(0.001, cell["p50_ms"])) for items, cell in cells if cell]


SECTIONS = {
    "match": match_section,
    "run": alone_section,
    "compare": compare_section,
    "floor": floor_section,
    "ingest": ingest_section,
    "growth": growth_section,
    **section.SECTIONS,
}
