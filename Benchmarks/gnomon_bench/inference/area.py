"""A small area of a large scene: how long one waits for `gnomon predict`, its start and its end included.

The data directory exists and its PostgreSQL is stopped before each run, so that starting and stopping it counts.
"""

import json
import statistics

from .. import measurement
from ..measurement import say
from . import catalog, checks, scene, sides

SIDE = 512


def square(size):
    """The polygon of SIDE x SIDE pixels in a scene's middle, as GeoJSON, and its rows and columns."""
    first = (size - SIDE) // 2
    left, _, _, top = catalog.corners(size)
    west, north = left + first * scene.PIXEL, top - first * scene.PIXEL
    length = SIDE * scene.PIXEL
    geometry, _ = catalog.outline((west, north - length, west + length, north), scene.CRS)
    return geometry, slice(first, first + SIDE)


def run(options, place):
    gnomon = sides.Gnomon(options.gnomon)
    sides.load(gnomon.binary, place)
    geometry, _ = square(place.size)
    file = place.folder / "area.geojson"
    file.write_text(json.dumps(geometry))
    chosen = ("--aoi", file, "--sieve", sides.SIEVE, "--simplify", sides.SIMPLIFY, "--confidence")
    result = {
        "kind": "inference-area",
        "size": place.size,
        "trees": place.trees,
        "items": place.size,
        "side": SIDE,
        "machine": measurement.machine(),
        "versions": {"gnomon": gnomon.version()},
    }
    gnomon.run(place, options=chosen, results="area")  # reads the pages that the others find in memory
    costs = []
    for _ in range(options.area_rounds):
        stopped(place.data_directory)
        out, cost = gnomon.run(place, options=chosen, results="area")
        costs.append(cost)
    result["median"] = {
        key: round(statistics.median(cost[key] for cost in costs), 3) for key in ("wall", "cpu", "rss_mib")
    }
    result["slowest"], result["rounds"] = max(cost["wall"] for cost in costs), costs
    result["pixels"] = int((checks.classes(out / "class.tif") != 0).sum())
    say(
        f"{SIDE} x {SIDE} of {place.size} x {place.size}: {result['median']['wall']:.3f} s in the middle, "
        f"{result['slowest']:.3f} s at most, {result['pixels']:,} pixels"
    )
    measurement.write_json(options.results / "inference-area.json", result)


def stopped(data_directory):
    """Ends the program where a PostgreSQL still runs in the data directory."""
    running = list(data_directory.rglob("postmaster.pid"))
    if running:
        raise SystemExit(f"the PostgreSQL of {data_directory} has not stopped: {running[0]} is there")
