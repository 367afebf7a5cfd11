"""The command line."""

import argparse
import importlib
import os
import sys
from pathlib import Path

from . import generate, workloads
from .generate import SIZES, Dataset
from .inference import run as inference
from .measurement import say

ROOT = Path(__file__).resolve().parents[2]
WORK = Path(os.environ.get("GNOMON_BENCH_DIR", "/var/tmp/gnomon-bench"))
EXAMPLES = """examples:
  python -m gnomon_bench run --size 10k                      gnomon alone, minutes
  python -m gnomon_bench compare --size 100k                 gnomon and the peer by turns
  python -m gnomon_bench ingest --size 100k                  loading and writing, both
  python -m gnomon_bench growth --sizes 100k,1M,10M          does a search cost the same in a larger catalog?
  python -m gnomon_bench floor --size 100k                   PostgreSQL's own limit, by pgbench
  python -m gnomon_bench match                               scenes against 10,000 models
  python -m gnomon_bench inference --size 4096               whole maps, beside a Python pipeline
  python -m gnomon_bench report                              results/*.json -> docs/benchmarks.md and plots
  python -m gnomon_bench run --url http://127.0.0.1:8080 --data DIR --api-pids 123    a server of yours

All that is made lies under --work (default /var/tmp/gnomon-bench, or GNOMON_BENCH_DIR): data sets, which are made once,
a PostgreSQL cluster of its own, logs, and results as JSON. Remove the folder and all is gone.
"""


def names(text):
    return [name for name in text.split(",") if name]


def numbers(text):
    return [int(number) for number in names(text)]


def add_data(parser, size="10k"):
    parser.add_argument(
        "--size",
        choices=SIZES,
        default=size,
        help="the data set: "
        + ", ".join(
            f"{name} = {sentinel:,} Sentinel-2 + {landsat:,} Landsat + {models:,} models"
            for name, (sentinel, landsat, models) in SIZES.items()
        ),
    )


def add_servers(parser):
    parser.add_argument(
        "--gnomon", default=ROOT / ".build/release/gnomon", help="the binary (default: the release build)"
    )
    parser.add_argument(
        "--serve-option",
        action="append",
        default=[],
        metavar="OPTION",
        help="an option more for gnomon serve; repeatable",
    )
    parser.add_argument("--peer-venv", default=ROOT / ".venv-bench-peer", help="the peer's virtual environment")
    parser.add_argument("--work", type=Path, default=WORK, help="the folder for all that is made")
    parser.add_argument("--reload", action="store_true", help="load anew what is in the databases already")


def add_cells(parser, seconds=5, rounds=1, connections="1,16", each=0):
    parser.add_argument("--seconds", type=int, default=seconds, help=f"seconds a cell (default {seconds})")
    parser.add_argument(
        "--rounds", type=int, default=rounds, help=f"rounds, of which medians count (default {rounds})"
    )
    parser.add_argument(
        "--connections",
        type=numbers,
        default=numbers(connections),
        help=f"numbers of connections (default {connections})",
    )
    parser.add_argument("--only", type=names, help="workloads to run, with commas between")
    parser.add_argument("--skip", type=names, help="workloads to leave out")
    parser.add_argument("--extra", action="store_true", help="also limit 1000, sort by any property, exact counts")
    parser.add_argument("--seed", type=int, default=11, help="what requests are drawn from (default 11)")
    parser.add_argument("--variants", type=int, default=400, help="different requests a workload (default 400)")
    parser.add_argument("--samples", type=int, default=12, help="answers checked a workload (default 12)")
    parser.add_argument(
        "--each",
        type=int,
        default=each,
        metavar="TIMES",
        help=f"also time each request by itself, the least of so many times (default {each})",
    )


def parser():
    top = argparse.ArgumentParser(
        prog="python -m gnomon_bench",
        description=sys.modules[__package__].__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, about, action):
        made = commands.add_parser(name, help=about, description=about)
        made.set_defaults(action=action)
        return made

    add_generate(
        command("generate", "write a data set: collections, items in order of time, and the oracle", run_generate)
    )
    listed = command("list", "show the workloads, with a request of each", run_list)
    add_data(listed)
    listed.add_argument("--work", type=Path, default=WORK)
    run = command("run", "check and measure gnomon alone, or a server that runs already (--url)", measured("alone"))
    add_data(run)
    add_servers(run)
    add_cells(run)
    run.add_argument("--server", choices=("gnomon", "peer"), default="gnomon", help="which to stand up and measure")
    run.add_argument("--url", help="a server that runs already, with the data set of --data in it")
    run.add_argument("--data", type=Path, help="the folder of that data set, as `generate` wrote it")
    run.add_argument("--api-pids", default="", help="its processes: ids or @FILE, with commas between")
    run.add_argument("--db-pids", default="", help="its database's processes")
    run.add_argument("--json", type=Path, help="where the result goes (default: results/run-SIZE.json under --work)")
    compare = command(
        "compare", "gnomon and stac-fastapi-pgstac side by side, cell by cell in turn", measured("compare")
    )
    add_data(compare, "100k")
    add_servers(compare)
    add_cells(compare, rounds=2)
    compare.add_argument("--json", type=Path)
    ingest = command("ingest", "load, write, and search during a load: gnomon and the peer", measured("ingest"))
    add_data(ingest)
    add_servers(ingest)
    ingest.add_argument("--servers", type=names, default=["gnomon", "peer"], help="which (default gnomon,peer)")
    ingest.add_argument("--rounds", type=int, default=2, help="how often each loads the file (default 2)")
    ingest.add_argument("--seconds", type=int, default=10, help="seconds of writing or searching (default 10)")
    ingest.add_argument("--items", type=int, default=20_000, help="items written to a collection at most")
    ingest.add_argument("--load-items", type=int, default=50_000, help="items loaded while searching (default 50000)")
    ingest.add_argument("--json", type=Path)
    ingest.set_defaults(seed=11, variants=400)
    growth = command("growth", "load larger and larger catalogs and measure each", measured("growth"))
    growth.add_argument(
        "--sizes",
        type=names,
        default=["100k", "1M", "10M"],
        help="sizes, with commas between: 100k, 5M, or 26000x5 for collections x items of each",
    )
    growth.add_argument("--keep", action="store_true", help="keep the databases, and measure those that were kept")
    growth.add_argument("--anew", action="store_true", help="forget the sizes measured before")
    add_servers(growth)
    # Many connections first: one alone would read a catalog larger than memory from the disk as long as it is measured.
    add_cells(growth, connections="16,1", each=3)
    growth.add_argument("--json", type=Path)
    floor = command(
        "floor", "pgbench on gnomon's table beside gnomon: what PostgreSQL itself can do", measured("floor")
    )
    add_data(floor, "100k")
    add_servers(floor)
    add_cells(floor)
    floor.add_argument("--json", type=Path)
    match = command("match", "match scenes against many models over HTTP", measured("match"))
    match.add_argument("--gnomon", default=ROOT / ".build/release/gnomon", help="the binary (default: the release build)")
    match.add_argument("--models", type=int, default=10_000, help="so many models (default 10000)")
    match.add_argument("--scenes", type=int, default=40, help="different scenes (default 40)")
    match.add_argument("--seconds", type=int, default=15, help="seconds of asking (default 15)")
    match.add_argument("--work", type=Path, default=WORK, help="the folder for the result")
    match.add_argument("--json", type=Path)
    maps = command("inference", "maps of a whole scene: gnomon and a Python pipeline by turns",
                   measured("inference.run"))
    maps.add_argument("--gnomon", default=ROOT / ".build/release/gnomon", help="the binary (default: the release build)")
    maps.add_argument("--work", type=Path, default=WORK, help="the folder for scenes, models and results")
    inference.add_options(maps)
    report = command("report", "write the results as tables and plots into docs/benchmarks.md", measured("report"))
    report.add_argument("--work", type=Path, default=WORK, help="the folder whose results/ are read")
    report.add_argument("--document", type=Path, default=ROOT / "docs" / "benchmarks.md")
    return top


def add_generate(made):
    add_data(made)
    made.add_argument("--sentinel-2", type=int, help="so many Sentinel-2 items instead, and nothing else unless said")
    made.add_argument("--landsat", type=int, default=0)
    made.add_argument("--models", type=int, default=0)
    made.add_argument("--collections", type=int, help="so many collections of Sentinel-2 items, with --items each")
    made.add_argument("--items", type=int, default=5, help="items of each of --collections (default 5)")
    made.add_argument("--seed", type=int, default=7)
    made.add_argument("--out", type=Path, help="the folder (default: data/ under the work folder)")
    made.add_argument("--stdout", action="store_true", help="write collections and items to standard output instead")
    made.add_argument("--oracle", type=Path, help="with --stdout: a folder for the oracle")
    made.add_argument("--processes", type=int, default=os.cpu_count())


def dataset_of(options):
    if options.collections:
        return Dataset(
            options.collections * options.items, options.landsat, options.models, options.collections, options.seed
        )
    if options.sentinel_2 is not None:
        return Dataset(options.sentinel_2, options.landsat, options.models, seed=options.seed)
    return Dataset.of_size(options.size, options.seed)


def run_generate(options):
    dataset = dataset_of(options)
    if options.stdout:
        # Under PYTHONUNBUFFERED sys.stdout.buffer writes what the system takes at once and drops the rest.
        with open(sys.stdout.fileno(), "wb", closefd=False) as out:
            generate.stream(dataset, out, options.oracle, options.processes)
    else:
        say(generate.write(dataset, options.out or WORK / "data" / options.size, options.processes))


def run_list(options):
    from .oracle import Oracle

    oracle = Oracle(generate.ensure(Dataset.of_size(options.size), options.work / "data" / options.size) / "oracle")
    for workload in workloads.WORKLOADS.values():
        requests = workload.requests(oracle, 11, 400)
        kind = "data" if workload.data and not workload.extra else "extra" if workload.extra else "light"
        say(f"{workload.name}  ({kind}, {len(requests)} requests): {workload.about}")
        if requests:
            say(f"    {requests[-1].method} {requests[-1].path[:150]} {(requests[-1].body or b'')[:250].decode()}")


def measured(module):
    """The `run` of a module, which is imported only where it is asked for."""
    return lambda options: importlib.import_module(f"{__package__}.{module}").run(options)


def main():
    options = parser().parse_args()
    try:
        options.action(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    return 0
