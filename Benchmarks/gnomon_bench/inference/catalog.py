"""The scenes and models as STAC documents, and a data directory of gnomon that holds them."""

import hashlib
import json
import subprocess
from pathlib import Path

import numpy as np

from ..gnomon_server import environment
from ..match import collection
from . import scene
from .pixels import BANDS, CLASSES, FEATURES, INDICES, expression

MODELS, SCENES = "bench-models", "bench-scenes"
EXTENSIONS = {
    "eo": "eo/v2.0.0",
    "mlm": "mlm/v1.5.2",
    "file": "file/v2.1.0",
    "projection": "projection/v2.0.0",
    "raster": "raster/v2.0.0",
    "classification": "classification/v2.0.0",
}


def extensions(*names):
    return [f"https://stac-extensions.github.io/{EXTENSIONS[name]}/schema.json" for name in names]


def outline(corners, crs):
    """The GeoJSON polygon of corners (left, bottom, right, top) in a coordinate system, and its box."""
    import pyproj

    left, bottom, right, top = corners
    shift = pyproj.Transformer.from_crs(crs, 4326, always_xy=True).transform
    ring = [shift(x, y) for x, y in ((left, bottom), (right, bottom), (right, top), (left, top), (left, bottom))]
    ring = [[round(x, 7), round(y, 7)] for x, y in ring]
    low, high = np.min(ring, axis=0), np.max(ring, axis=0)
    return {"type": "Polygon", "coordinates": [ring]}, [*map(float, low), *map(float, high)]


def item(identifier, belongs, corners, crs, properties, assets, declared):
    geometry, box = outline(corners, crs)
    return {
        "type": "Feature",
        "stac_version": "1.1.0",
        "stac_extensions": extensions(*declared),
        "id": identifier,
        "collection": belongs,
        "geometry": geometry,
        "bbox": box,
        "properties": properties,
        "links": [{"rel": "collection", "href": "./collection.json", "type": "application/json"}],
        "assets": assets,
    }


def corners(size):
    left, top = scene.ORIGIN
    return left, top - size * scene.PIXEL, left + size * scene.PIXEL, top


def scene_item(path, size):
    left, _, _, top = corners(size)
    asset = {
        "href": str(path),
        "type": "image/tiff; application=geotiff; profile=cloud-optimized",
        "roles": ["data"],
        "title": "Ten bands",
        "bands": [{"name": band} for band in BANDS],
        "data_type": "uint16",
        "nodata": 0,
        "gsd": 10,
        "raster:scale": 1,
        "raster:offset": 0,
        "proj:code": scene.CRS,
        "proj:shape": [size, size],
        "proj:transform": [scene.PIXEL, 0, left, 0, -scene.PIXEL, top],
    }
    properties = {"datetime": "2023-06-15T10:00:00Z", "gsd": 10, "platform": "sentinel-2a"}
    return item(
        f"scene-{size}", SCENES, corners(size), scene.CRS, properties, {"data": asset}, ("raster", "projection", "file")
    )


def model_item(path, trees):
    bands = [{"name": band} for band in BANDS]
    computed = [{"name": name, "format": "rio-calc", "expression": expression(*pair)} for name, pair in INDICES.items()]
    per_pixel = {"dim_order": ["batch", "bands"], "data_type": "float32"}
    reads = {
        "name": "Sentinel-2 pixel",
        "bands": [*bands, *computed],
        "input": {"shape": [-1, len(FEATURES)], **per_pixel},
        "value_scaling": None,
        "resize_type": None,
        "pre_processing_function": None,
    }
    gives = {
        "name": "Land cover",
        "tasks": ["classification"],
        "result": {"shape": [-1, len(CLASSES)], "dim_order": ["batch", "class"], "data_type": "float32"},
        "classification:classes": [
            {"value": value, "name": name, "description": name, "color_hint": colour}
            for value, (name, colour) in enumerate(CLASSES.items(), 1)
        ],
        "post_processing_function": None,
    }
    properties = {
        "datetime": "2026-01-01T00:00:00Z",
        "mlm:name": f"Land cover {trees}",
        "mlm:architecture": "Boosted trees",
        "mlm:tasks": ["classification"],
        "mlm:framework": "XGBoost",
        "mlm:framework_version": "3.2.0",
        "mlm:input": [reads],
        "mlm:output": [gives],
        "bands": bands,
    }
    data = path.read_bytes()
    asset = {
        "href": str(path),
        "type": "application/ubjson; framework=xgboost",
        "roles": ["mlm:model", "mlm:weights"],
        "mlm:artifact_type": "xgboost.Booster.save_model",
        "bands": bands,
        "file:size": len(data),
        "file:checksum": "1220" + hashlib.sha256(data).hexdigest(),
    }
    return item(
        f"lulc-{trees}",
        MODELS,
        corners(max(scene.SIZES)),
        scene.CRS,
        properties,
        {"model": asset},
        ("mlm", "file", "classification"),
    )


def documents(scenes, models):
    """Collections and items; scenes and models as {size or trees: path}."""
    yield collection(SCENES)
    yield collection(MODELS)
    for size, path in scenes.items():
        yield scene_item(path, size)
    for trees, path in models.items():
        yield model_item(path, trees)


def load(gnomon, data_directory, folder, scenes, models):
    """Writes the documents into a folder and loads them into a data directory, which is stopped afterwards."""
    path = Path(folder) / "catalog.ndjson"
    path.write_text("".join(json.dumps(document) + "\n" for document in documents(scenes, models)))
    done = subprocess.run(
        [str(gnomon), "load", str(path), "--data-dir", str(data_directory)],
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"gnomon load: {done.stderr.strip()}")
