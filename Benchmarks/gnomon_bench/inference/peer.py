"""The peer, as a careful user builds it from wheels of PyPI: a class map, its confidence and polygons of a scene.

Threads that read windows ahead (rasterio), XGBoost's inplace_predict on all cores, the sieve, COGs by GDAL's driver,
one labelling that gives both polygons and their statistics, shapely's and pyproj's calls over whole arrays, GeoJSON
by GDAL. Prints what each stage took, in wall and CPU seconds, as one line of JSON.
"""

import argparse
import json
import os
import resource
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .stopwatch import Stopwatch

UNKNOWN_CONFIDENCE = 255


def parser():
    made = argparse.ArgumentParser(prog="python -m gnomon_bench.inference.peer", description=__doc__)
    made.add_argument("scene")
    made.add_argument("model")
    made.add_argument("out", type=Path)
    made.add_argument("--tile", type=int, default=1024, help="pixels of a window's side (default 1024)")
    made.add_argument("--sieve", type=int, default=16, help="merge groups of fewer pixels (default 16)")
    made.add_argument("--simplify", type=float, default=10, help="tolerance in metres (default 10)")
    made.add_argument("--threads", type=int, default=os.cpu_count())
    made.add_argument("--raw", type=Path, metavar="FILE", help="keep the class map before the sieve, as a .npy file")
    return made


class Reader:
    """Reads windows ahead, each thread through a dataset of its own."""

    def __init__(self, path, tile, threads):
        import rasterio

        self.path, self.threads, self.own = path, threads, threading.local()
        with rasterio.open(path) as dataset:
            self.width, self.height, self.nodata = dataset.width, dataset.height, dataset.nodata
            self.crs, self.transform = dataset.crs, dataset.transform
        self.tile = tile

    def windows(self):
        from rasterio.windows import Window

        for row in range(0, self.height, self.tile):
            for column in range(0, self.width, self.tile):
                yield Window(column, row, min(self.tile, self.width - column), min(self.tile, self.height - row))

    def read(self, window):
        import rasterio

        if not hasattr(self.own, "dataset"):
            self.own.dataset = rasterio.open(self.path)
        return window, self.own.dataset.read(window=window)

    def blocks(self, watch):
        """(window, pixels) in order; what is waited for counts as reading."""
        with ThreadPoolExecutor(self.threads) as pool:
            waiting, windows = deque(), self.windows()
            for window in windows:
                waiting.append(pool.submit(self.read, window))
                if len(waiting) <= self.threads:
                    continue
                with watch.stage("read"):
                    block = waiting.popleft().result()
                yield block
            while waiting:
                with watch.stage("read"):
                    block = waiting.popleft().result()
                yield block


def classified(reader, booster, watch):
    """(class map with 0 where there is none, confidence in percent with 255 there, classified pixels)."""
    import numpy as np

    from .pixels import FEATURES, features

    codes = np.zeros((reader.height, reader.width), np.uint8)
    percent = np.full((reader.height, reader.width), UNKNOWN_CONFIDENCE, np.uint8)
    pixels = 0
    for window, block in reader.blocks(watch):
        with watch.stage("features"):
            known = (block != reader.nodata).all(axis=0)
            rows = np.ascontiguousarray(features(block).reshape(len(FEATURES), -1).T)
            whole = known.all()
            if not whole:
                rows = rows[known.ravel()]
        if not len(rows):
            continue
        pixels += len(rows)
        with watch.stage("predict"):
            probabilities = booster.inplace_predict(rows, validate_features=False)
        with watch.stage("argmax"):
            area = window.toslices()
            winners = probabilities.argmax(axis=1).astype(np.uint8) + 1
            certain = (probabilities.max(axis=1) * 100 + 0.5).astype(np.uint8)
            if whole:
                codes[area], percent[area] = winners.reshape(known.shape), certain.reshape(known.shape)
            else:
                codes[area][known], percent[area][known] = winners, certain
    return codes, percent, pixels


def write_map(path, values, reader, nodata, resampling, colours=None):
    """A COG with overviews."""
    import rasterio
    import rasterio.shutil

    height, width = values.shape
    profile = {
        "driver": "GTiff",
        "width": width,
        "height": height,
        "count": 1,
        "dtype": "uint8",
        "crs": reader.crs,
        "transform": reader.transform,
        "nodata": nodata,
        "tiled": True,
        "blockxsize": 512,
        "blockysize": 512,
    }
    with rasterio.MemoryFile() as memory:
        with memory.open(**profile) as out:
            out.write(values, 1)
            if colours:
                out.write_colormap(1, colours)
        with memory.open() as source:
            rasterio.shutil.copy(
                source,
                path,
                driver="COG",
                COMPRESS="DEFLATE",
                BLOCKSIZE=512,
                NUM_THREADS="ALL_CPUS",
                OVERVIEW_RESAMPLING=resampling,
                BIGTIFF="IF_SAFER",
            )


def colour_table():
    from .pixels import CLASSES

    return {0: (0, 0, 0, 0), **{code: (*bytes.fromhex(colour), 255) for code, colour in enumerate(CLASSES.values(), 1)}}


def run(options):
    watch = Stopwatch()
    with watch.stage("import"):
        import rasterio
        import rasterio.features
        import xgboost

        from . import peer_vectors

        rasterio.env.Env(GDAL_CACHEMAX=512, GDAL_NUM_THREADS="ALL_CPUS").__enter__()
    with watch.stage("load"):
        booster = xgboost.Booster(model_file=options.model)
        booster.set_param({"nthread": options.threads})
        options.out.mkdir(parents=True, exist_ok=True)
        reader = Reader(options.scene, options.tile, options.threads)
    codes, percent, pixels = classified(reader, booster, watch)
    if options.raw:
        import numpy

        numpy.save(options.raw, codes)
    with watch.stage("sieve"):
        codes = rasterio.features.sieve(codes, size=options.sieve, mask=codes != 0, connectivity=4)
    with watch.stage("class map"):
        write_map(options.out / "class.tif", codes, reader, 0, "MODE", colour_table())
    with watch.stage("confidence"):
        write_map(options.out / "confidence.tif", percent, reader, UNKNOWN_CONFIDENCE, "AVERAGE")
    found = peer_vectors.write(options.out / "polygons.geojson", codes, percent, reader, options.simplify, watch)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({**watch.result(), "pixels": pixels, "rss_mib": peak, **found}))


if __name__ == "__main__":
    sys.exit(run(parser().parse_args()))
