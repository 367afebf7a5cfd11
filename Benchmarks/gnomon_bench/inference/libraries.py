"""What the parts are measured against, called where it lives: libxgboost, GDAL and libdeflate, each on one core."""

import ctypes
import ctypes.util
import json
import os
import time
from contextlib import contextmanager

import numpy as np


def library(name):
    found = ctypes.util.find_library(name)
    if not found:
        raise SystemExit(f"lib{name} is missing: scripts/setup.sh bench-inference installs it")
    return ctypes.CDLL(found)


@contextmanager
def quiet_threads():
    """One thread for libraries that ask OpenMP."""
    os.environ["OMP_NUM_THREADS"] = "1"
    yield
    del os.environ["OMP_NUM_THREADS"]


def timed(work):
    """CPU seconds of this process."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


class XGBoost:
    """libxgboost 1.7 by its C interface. It misreads base_score of newer files, which costs it no time."""

    def __init__(self, model):
        with quiet_threads():
            self.library, self.booster = library("xgboost"), ctypes.c_void_p()
        self.library.XGBGetLastError.restype = ctypes.c_char_p
        self.call("XGBoosterCreate", None, 0, ctypes.byref(self.booster))
        self.call("XGBoosterLoadModel", self.booster, str(model).encode())
        self.call("XGBoosterSetParam", self.booster, b"nthread", b"1")

    def call(self, name, *arguments):
        if getattr(self.library, name)(*arguments):
            raise SystemExit(f"{name}: {self.library.XGBGetLastError().decode()}")

    def version(self):
        numbers = [ctypes.c_int() for _ in range(3)]
        self.library.XGBoostVersion(*map(ctypes.byref, numbers))
        return ".".join(str(number.value) for number in numbers)

    def seconds(self, rows):
        """CPU seconds for the margins of float32 rows, in its fastest form: in place, without a matrix of its own."""
        array = {"data": [rows.ctypes.data, True], "shape": list(rows.shape), "typestr": "<f4", "version": 3}
        settings = {
            "type": 1,
            "training": False,
            "iteration_begin": 0,
            "iteration_end": 0,
            "strict_shape": False,
            "missing": float("nan"),
            "cache_id": 0,
        }
        shape, dimensions, result = (
            ctypes.POINTER(ctypes.c_uint64)(),
            ctypes.c_uint64(),
            ctypes.POINTER(ctypes.c_float)(),
        )
        return timed(
            lambda: self.call(
                "XGBoosterPredictFromDense",
                self.booster,
                json.dumps(array).encode(),
                json.dumps(settings).encode(),
                None,
                ctypes.byref(shape),
                ctypes.byref(dimensions),
                ctypes.byref(result),
            )
        )


class GDAL:
    """GDALPolygonize into a layer in memory."""

    def __init__(self):
        self.library = library("gdal")
        for name in (
            "GDALGetDriverByName",
            "GDALCreate",
            "GDALGetRasterBand",
            "GDALDatasetCreateLayer",
            "OGR_Fld_Create",
        ):
            getattr(self.library, name).restype = ctypes.c_void_p
        self.library.GDALVersionInfo.restype = ctypes.c_char_p
        self.library.OGR_L_GetFeatureCount.restype = ctypes.c_int64
        self.library.GDALAllRegister()

    def version(self):
        return self.library.GDALVersionInfo(b"RELEASE_NAME").decode()

    def dataset(self, driver, width, height, bands):
        made = self.library.GDALCreate(
            ctypes.c_void_p(self.library.GDALGetDriverByName(driver)), b"", width, height, bands, 1, None
        )
        return ctypes.c_void_p(made)

    def seconds(self, codes):
        """(CPU seconds to polygonise a class map where 0 is nothing, number of polygons)."""
        raster = self.dataset(b"MEM", codes.shape[1], codes.shape[0], 1)
        band = ctypes.c_void_p(self.library.GDALGetRasterBand(raster, 1))
        self.library.GDALRasterIO(
            band,
            1,
            0,
            0,
            codes.shape[1],
            codes.shape[0],
            codes.ctypes.data_as(ctypes.c_void_p),
            codes.shape[1],
            codes.shape[0],
            1,
            0,
            0,
        )
        vectors = self.dataset(b"Memory", 0, 0, 0)
        layer = ctypes.c_void_p(self.library.GDALDatasetCreateLayer(vectors, b"polygons", None, 3, None))
        field = ctypes.c_void_p(self.library.OGR_Fld_Create(b"class", 0))
        self.library.OGR_L_CreateField(layer, field, 1)
        spent = timed(lambda: self.library.GDALPolygonize(band, band, layer, 0, None, None, None))
        count = self.library.OGR_L_GetFeatureCount(layer, 1)
        self.library.OGR_Fld_Destroy(field)
        self.library.GDALClose(vectors)
        self.library.GDALClose(raster)
        return spent, count


class Deflate:
    """libdeflate over the tiles of a scene, without undoing the predictor: the floor of decoding."""

    def __init__(self):
        self.library = library("deflate")
        self.library.libdeflate_alloc_decompressor.restype = ctypes.c_void_p
        self.decompressor = ctypes.c_void_p(self.library.libdeflate_alloc_decompressor())

    def seconds(self, tiles, size):
        """CPU seconds to unpack tiles of a size in bytes."""
        room = ctypes.create_string_buffer(size)
        sizes = [ctypes.c_size_t(len(tile)) for tile in tiles]

        def unpack():
            for tile, length in zip(tiles, sizes):
                if self.library.libdeflate_zlib_decompress(
                    self.decompressor, tile, length, room, ctypes.c_size_t(size), None
                ):
                    raise SystemExit("a tile of the scene cannot be unpacked")

        return timed(unpack)


def tiles(path):
    """The compressed bytes of a scene's tiles, row by row, and the bytes of each unpacked."""
    import rasterio

    with rasterio.open(path) as dataset:
        height, width = dataset.block_shapes[0]
        across, down = -(-dataset.width // width), -(-dataset.height // height)
        places = [
            [int(dataset.get_tag_item(f"BLOCK_{what}_{column}_{row}", "TIFF", bidx=1)) for what in ("OFFSET", "SIZE")]
            for row in range(down)
            for column in range(across)
        ]
        unpacked = height * width * dataset.count * np.dtype(dataset.dtypes[0]).itemsize
    with open(path, "rb") as file:
        found = []
        for offset, size in places:
            file.seek(offset)
            found.append(file.read(size))
    return found, unpacked
