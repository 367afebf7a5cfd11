"""A Sentinel-2-like scene of ten bands: the field geometry of a real image, the spectra of real labelled pixels.

Each pixel of the image (red, green, blue, near infrared at two dates) gets the mean spectrum of the three labelled
pixels nearest to it, both ranked to one distribution. The image is laid out like tiles, mirrored so that it goes on at
its borders, with its dates in turn, and varied by light that changes slowly and by noise. A wedge is nodata, as at an
orbit's edge. The same size and seed give the same pixels.
"""

from pathlib import Path

import numpy as np

from .pixels import BANDS, FIXTURES, labelled

IMAGE = FIXTURES / "source" / "s2_austria_2date_rgbn.tif"
SIZES = (4096, 10980)
STRIP = 512
PIXEL = 10.0  # metres
ORIGIN, CRS = (499980.0, 5300040.0), "EPSG:32633"
RANKED = [BANDS.index(band) for band in ("B04", "B03", "B02", "B08")]  # the image's bands
RED, INFRARED = 0, 3


def image():
    """(8, height, width): four bands of two dates."""
    import rasterio

    with rasterio.open(IMAGE) as source:
        return source.read().astype(np.float32)


def patches(image, spectra):
    """One float32 patch of ten bands (10, height, width) a date."""
    return [patch(image[first : first + 4], spectra) for first in range(0, len(image), 4)]


def patch(colours, spectra):
    from scipy.spatial import cKDTree

    reference = spectra[:, RANKED]
    flat = colours.reshape(4, -1)
    ranks = flat.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") / (flat.shape[1] - 1)
    matched = np.stack([np.quantile(reference[:, band], ranks[band]) for band in range(4)], axis=1)
    nearest = cKDTree(reference).query(matched, k=3, workers=-1)[1]
    found = spectra[nearest].mean(axis=1)
    own = matched[:, RED] + matched[:, INFRARED]
    found *= np.clip(own / (found[:, RANKED[RED]] + found[:, RANKED[INFRARED]]), 0.8, 1.25)[:, None]  # own texture
    return np.ascontiguousarray(found.T.reshape(len(BANDS), *colours.shape[1:]), np.float32)


class Scene:
    """The pixels of a scene, strip by strip."""

    def __init__(self, size, seed=7, made=None):
        from scipy.ndimage import zoom

        self.size, self.seed = size, seed
        self.patches = patches(image(), labelled()[0]) if made is None else made
        coarse = np.random.default_rng(seed).normal(1, 0.06, (12, 12))
        self.light = zoom(coarse, size / 12 / 8, order=3).astype(np.float32)

    def strips(self):
        """(first row, pixels (10, rows, size) in uint16) of each strip."""
        for first in range(0, self.size, STRIP):
            yield first, self.strip(first)

    def strip(self, first):
        """The strip that begins with a row, a multiple of STRIP."""
        rows = np.arange(first, min(first + STRIP, self.size))
        values = self.laid_out(rows) * self.light[np.ix_(self.lit(rows), self.lit(np.arange(self.size)))]
        noise = np.random.default_rng((self.seed, first)).standard_normal((len(rows), self.size), np.float32)
        values *= 1 + np.float32(0.006) * noise
        pixels = np.clip(np.rint(values), 1, 16000).astype(np.uint16)
        edge = self.size * 0.97 - rows * 0.12 * (self.size / 10980)
        pixels[:, np.arange(self.size)[None, :] > edge[:, None]] = 0
        return pixels

    def lit(self, places):
        return np.minimum(places // 8, len(self.light) - 1)

    def laid_out(self, rows):
        """The patches side by side, for some rows."""
        height, width = self.patches[0].shape[1:]
        values = np.empty((len(BANDS), len(rows), self.size), np.float32)
        for down in range(rows[0] // height, rows[-1] // height + 1):
            inside = rows[(rows // height) == down]
            lines = self.mirrored(inside - down * height, height, down)
            for across in range(-(-self.size // width)):
                left, right = across * width, min(self.size, (across + 1) * width)
                columns = self.mirrored(np.arange(right - left), width, across)
                date = int((down // 2 * 7 + across // 2 * 3) % 5 < 2)
                part = self.patches[date][:, lines[:, None], columns[None, :]]
                values[:, inside[0] - rows[0] : inside[-1] - rows[0] + 1, left:right] = part
        return values

    @staticmethod
    def mirrored(places, length, number):
        return length - 1 - places if number % 2 else places


def ensure(folder, size):
    """The scene's file, a cloud-optimized GeoTIFF, made where it is not there yet."""
    path = Path(folder) / f"scene{size}.tif"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, Scene(size))
    return path


def write(path, scene):
    import rasterio
    import rasterio.shutil
    from rasterio.transform import from_origin
    from rasterio.windows import Window

    raw, made = path.with_suffix(".raw.tif"), path.with_suffix(".new.tif")
    profile = {
        "driver": "GTiff",
        "width": scene.size,
        "height": scene.size,
        "count": len(BANDS),
        "dtype": "uint16",
        "crs": CRS,
        "transform": from_origin(*ORIGIN, PIXEL, PIXEL),
        "nodata": 0,
        "tiled": True,
        "blockxsize": STRIP,
        "blockysize": STRIP,
        "interleave": "pixel",
        "compress": "zstd",
        "zstd_level": 1,
        "BIGTIFF": "YES",
    }
    try:
        with rasterio.open(raw, "w", **profile) as out:
            out.descriptions = BANDS
            for first, pixels in scene.strips():
                out.write(pixels, window=Window(0, first, scene.size, pixels.shape[1]))
        rasterio.shutil.copy(
            raw,
            made,
            driver="COG",
            COMPRESS="DEFLATE",
            PREDICTOR="2",
            BLOCKSIZE=STRIP,
            NUM_THREADS="ALL_CPUS",
            BIGTIFF="YES",
            OVERVIEW_RESAMPLING="AVERAGE",
        )
        made.rename(path)
    finally:
        for rest in (raw, made):
            rest.unlink(missing_ok=True)
