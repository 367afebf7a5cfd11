"""The parts of a map beside their floors, one core each: evaluator, labelling and tracing, GeoJSON, decoding.

gnomon's side is `gnomon-parts` (Benchmarks/Parts), which times the modules that `gnomon` consists of. Both sides work
by turns on the same real pixels, and the best of the rounds counts: what a core can do, not what else ran.
"""

import json
import subprocess
from pathlib import Path

import numpy as np

from .. import measurement
from ..measurement import say
from . import checks, libraries, pixels, scene, training
from .sides import Gnomon, load

ROWS = 200_000
WANTED = {"avx512": 10, "avx2": 6, "portable": 1}


class Parts:
    """The program that times gnomon's modules."""

    def __init__(self, binary):
        self.binary = str(binary)

    def run(self, *arguments):
        done = subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(done.args)}: {done.stderr.strip()}")
        return json.loads(done.stdout)


def run(options, place):
    program = Parts(Path(options.gnomon).with_name("gnomon-parts"))
    codes = class_map(options, place)
    found = [
        *evaluators(options, place, program),
        vectors(options, place, program, codes),
        geojson(options, place, program),
        decoding(options, place, program),
    ]
    result = {
        "kind": "inference-parts",
        "items": place.size,
        "machine": measurement.machine(),
        "parts": found,
        "versions": {
            "gnomon": Gnomon(options.gnomon).version(),
            "XGBoost": libraries.XGBoost(place.model).version(),
            "GDAL": libraries.GDAL().version(),
        },
    }
    for part in found:
        say(
            f"{part['part']}: {part['ours']['name']} {part['ours']['value']:.4g}, {part['other']['name']} "
            f"{part['other']['value']:.4g} {part['unit']}: {part['ratio']:.3g} (wanted {part['wanted']})"
        )
    measurement.write_json(options.results / "inference-parts.json", result)


def entry(part, ours, other, unit, ratio, wanted):
    """One row of the table; ours and other as (name, value)."""
    sides = [{"name": name, "value": value} for name, value in (ours, other)]
    return {"part": part, "ours": sides[0], "other": sides[1], "unit": unit, "ratio": ratio, "wanted": wanted}


def class_map(options, place):
    """The sieved class map, as gnomon makes it."""
    gnomon = Gnomon(options.gnomon)
    load(gnomon.binary, place)
    out, _ = gnomon.run(place)
    return checks.classes(out / "class.tif")


def rows(place):
    """Features of pixels from the scene's middle, row by row in float32, and the file that holds them."""
    import rasterio

    with rasterio.open(place.scene) as dataset:
        first = place.size // 3
        block = dataset.read(window=((first, first + ROWS // 1000), (first, first + 1000)))
    values = np.ascontiguousarray(pixels.features(block).reshape(len(pixels.FEATURES), -1).T)
    path = place.folder / "rows.f32"
    values.tofile(path)
    return values, path


def evaluators(options, place, program):
    """Each instruction set against libxgboost, in nanoseconds of a row and tree."""
    values, path = rows(place)
    for trees in training.ROUNDS:
        model = training.ensure(place.folder / "models", trees)
        theirs = libraries.XGBoost(model)
        chosen = values[: len(values) * 200 // trees]
        times = {name: [] for name in ("libxgboost", *options.instruction_sets)}
        for _ in range(options.rounds):
            times["libxgboost"].append(theirs.seconds(chosen))
            for name in options.instruction_sets:
                times[name].append(
                    program.run(
                        "evaluator",
                        "--model",
                        model,
                        "--rows",
                        path,
                        "--count",
                        len(chosen),
                        "--bands",
                        len(pixels.BANDS),
                        "--instruction-set",
                        name,
                    )["seconds"]
                )
        cost = {name: min(found) * 1e9 / len(chosen) / trees for name, found in times.items()}
        for name in options.instruction_sets:
            yield entry(
                f"evaluator, {trees:,} trees",
                (name, cost[name]),
                (f"libxgboost {theirs.version()}", cost["libxgboost"]),
                "ns a row and tree",
                cost["libxgboost"] / cost[name],
                f">= {WANTED[name]}",
            )


def vectors(options, place, program, codes):
    """Labelling and tracing of the sieved class map against GDALPolygonize, in megapixels a second."""
    path = place.folder / "class.u8"
    codes.tofile(path)
    gdal, ours, theirs = libraries.GDAL(), [], []
    for _ in range(options.rounds):
        seconds, count = gdal.seconds(codes)
        theirs.append(seconds)
        told = program.run("vectors", "--classes", path, "--width", codes.shape[1], "--height", codes.shape[0])
        ours.append(told["seconds"])
        if told["polygons"] != count:
            raise SystemExit(f"{told['polygons']} regions, and GDAL has {count}")
    size = codes.size / 1e6
    return entry(
        "labelling + tracing",
        ("gnomon", size / min(ours)),
        ("GDALPolygonize", size / min(theirs)),
        "Mpixel/s",
        min(theirs) / min(ours),
        ">= 10",
    )


def geojson(options, place, program):
    """Writing the simplified polygons as GeoJSON, in megabytes a second; the target is a figure, not a ratio."""
    files = ("--classes", place.folder / "class.u8", "--scene", place.scene, "--out", place.folder / "parts.geojson")
    told = [program.run("geojson", *files) for _ in range(options.rounds)]
    speed = max(each["bytes"] / each["seconds"] / 1e6 for each in told)
    return entry("GeoJSON", ("gnomon", speed), ("wanted", 150.0), "MB/s", speed / 150, ">= 1")


def decoding(options, place, program):
    """Decoding the scene against libdeflate and the undoing of the predictor, in CPU seconds."""
    tiles, size = libraries.tiles(place.scene)
    floor, ours, theirs = libraries.Deflate(), [], []
    predictor = ("predictor", "--tiles", len(tiles), "--side", scene.STRIP, "--bands", len(pixels.BANDS))
    for _ in range(options.rounds):
        theirs.append(floor.seconds(tiles, size) + program.run(*predictor)["seconds"])
        ours.append(program.run("decode", "--scene", place.scene)["seconds"])
    return entry(
        "decoding",
        ("gnomon", min(ours)),
        ("libdeflate + predictor", min(theirs)),
        "CPU s",
        min(ours) / min(theirs),
        "<= 1.3",
    )
