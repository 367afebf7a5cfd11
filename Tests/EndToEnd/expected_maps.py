"""What a model ought to predict: features by numpy and rasterio, classes by Python's xgboost."""

from pathlib import Path
from urllib.parse import unquote, urlparse

import numpy as np
import pyproj
import rasterio
import xgboost

import stac_documents as documents
from arithmetic import evaluated, scaled

MODELS = {
    "amazon-land-cover": ["sentinel-2-amazon/s2-amazon.json"],
    "sinop-crops": [f"modis-sinop/{path.name}" for path in sorted((documents.CATALOG / "modis-sinop").glob("MOD*.json"))],
}


class ExpectedMap:
    """The class map, confidence and grid of a demo model on its demo items."""

    def __init__(self, model_id, images=None):
        self.model = documents.demo(f"models/{model_id}.json")
        self.items = images or [documents.demo(path) for path in MODELS[model_id]]
        self.items.sort(key=lambda item: item["properties"]["datetime"] or "")
        layers = [self._features(item) for item in self.items]
        self.features = values = np.concatenate(layers, axis=-1)
        booster = xgboost.Booster(model_file=local_path(self.model["assets"]["model"]["href"]))
        matrix = xgboost.DMatrix(values.reshape(-1, values.shape[-1]), feature_names=booster.feature_names)
        self.probabilities = booster.predict(matrix).reshape(*values.shape[:2], -1)
        self.classes = self.model["properties"]["mlm:output"][0]["classification:classes"]
        codes = np.array([entry["value"] for entry in self.classes])
        self.codes = codes[self.probabilities.argmax(axis=-1)]
        self.confidence = self.probabilities.max(axis=-1)

    def _features(self, item):
        asset = next(iter(item["assets"].values()))
        with rasterio.open(local_path(asset["href"])) as dataset:
            self.crs, self.transform = dataset.crs, dataset.transform
            pixels = dataset.read()
        names = [band["name"] for band in asset["bands"]]
        bands = {name: scaled(pixels[index], asset["raster:scale"], asset["raster:offset"])
                 for index, name in enumerate(names)}
        columns = []
        for band in self.model["properties"]["mlm:input"][0]["bands"]:
            columns.append(evaluated(band["expression"], bands) if "expression" in band else bands[band["name"]])
        return np.stack(columns, axis=-1)

    def cell_areas(self):
        """The area of each cell in m² on the WGS 84 ellipsoid, its edges as geodesics in four pieces each."""
        rows, columns = self.codes.shape
        if self.crs.is_geographic:  # all cells of a row are alike
            return np.repeat([[self._cell_area(0, row)] for row in range(rows)], columns, axis=1)
        return np.array([[self._cell_area(column, row) for column in range(columns)] for row in range(rows)])

    def _cell_area(self, column, row):
        steps = np.linspace(0, 1, 4, endpoint=False)
        corners = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]
        ring = [(start[0] + s * (end[0] - start[0]), start[1] + s * (end[1] - start[1]))
                for start, end in zip(corners, corners[1:]) for s in steps]
        points = [self.transform @ (column + x, row + y) for x, y in ring]
        longitudes, latitudes = self.to_degrees.transform(*zip(*points))
        return abs(pyproj.Geod(ellps="WGS84").polygon_area_perimeter(longitudes, latitudes)[0])

    @property
    def to_degrees(self):
        if not hasattr(self, "_to_degrees"):
            crs = self.crs.to_wkt(version="WKT2_2019")
            self._to_degrees = pyproj.Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)
        return self._to_degrees


def local_path(href):
    return Path(unquote(urlparse(href).path))
