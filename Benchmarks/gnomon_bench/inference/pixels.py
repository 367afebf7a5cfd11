"""What the scene, the models and the peer agree on: bands, classes, and the features of a pixel."""

import csv
import gzip
from pathlib import Path

import numpy as np

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
LABELLED = FIXTURES / "source" / "s2_lulc_pixels_train.csv.gz"
BANDS = ("B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12")
INDICES = {"NDVI": ("B08", "B04"), "NDMI": ("B08", "B11"), "NDWI": ("B03", "B08"), "NDTI": ("B11", "B12")}
FEATURES = (*BANDS, *INDICES)
EPSILON = "0.000001"  # keeps an index finite where both bands are 0
CLASSES = {
    "Water": "0000FF",
    "PlantedFields": "FFD700",
    "OpenSoil": "A0522D",
    "Grassland": "7CFC00",
    "DeciduousForest": "008000",
    "MixedForest": "2E8B57",
    "ConiferousForest": "005000",
    "Settlement": "B22222",
    "Urban": "DC143C",
    "Industrial": "696969",
}


def expression(first, second):
    """A normalised difference as a band expression of the MLM extension."""
    return f"({first} - {second}) / ({first} + {second} + {EPSILON})"


def features(pixels):
    """Float32 features (14, ...) of band values (10, ...), operation by operation as the expressions say."""
    values = np.empty((len(FEATURES), *pixels.shape[1:]), np.float32)
    values[: len(BANDS)] = pixels
    for place, (first, second) in enumerate(INDICES.values(), len(BANDS)):
        one, other = values[BANDS.index(first)], values[BANDS.index(second)]
        np.divide(one - other, one + other + np.float32(EPSILON), out=values[place])
    return values


def labelled():
    """(spectra (n, 10) in float32, class numbers (n,)) of the labelled pixels."""
    with gzip.open(LABELLED, "rt", newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = list(CLASSES)
    spectra = np.array([[float(row[band]) for band in BANDS] for row in rows], np.float32)
    return spectra, np.array([names.index(row["Label"]) for row in rows])
