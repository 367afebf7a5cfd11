"""Bands of another grid: quantities are blended, numbers of classes are not."""

import json
import uuid

import numpy as np
import pytest
import rasterio
import xgboost

import predictions
import stac_documents as documents
from gnomon_server import run, succeed

SIZE = 40
# Of the scene classification of Sentinel-2: vegetation, water, clouds; between 4 and 8 lies 6.
CODES = [4, 6, 8]
CLASSES = [{"value": code, "name": name, "description": name} for code, name in zip(CODES, ("green", "water", "cloud"))]
PROFILE = {"driver": "GTiff", "count": 1, "crs": "EPSG:32721"}


@pytest.fixture(scope="module")
def layers(asset_root):
    """A band of 10 m and a scene classification of 20 m, as files, and the classification's numbers."""
    random = np.random.default_rng(9)
    red = random.integers(1, 2000, (SIZE, SIZE)).astype(np.uint16)
    scl = random.choice(np.uint8([4, 8]), (SIZE // 2, SIZE // 2))
    files = {}
    for name, pixels, step in (("B04", red, 10), ("SCL", scl, 20)):
        files[name] = asset_root / f"resampling-{name}.tif"
        with rasterio.open(files[name], "w", **PROFILE, width=pixels.shape[1], height=pixels.shape[0], dtype=pixels.dtype,
                           transform=rasterio.Affine(step, 0, 570_000, 0, -step, 9_838_000)) as dataset:
            dataset.write(pixels, 1)
    yield files, scl
    for file in files.values():
        file.unlink()


@pytest.fixture
def made(server):
    """Puts documents into the catalog, and removes them after the test."""
    places = []

    def make(collection, document):
        document["id"] = f"resampling-{uuid.uuid4().hex[:8]}"
        server.create(f"/collections/{collection}/items", document)
        places.append(f"/collections/{collection}/items/{document['id']}")
        return document["id"]

    yield make
    for place in places:
        server.delete(place)


@pytest.fixture
def scene(made, layers):
    """Makes the item of the layers, with members for the asset of the classification."""
    def make(**members):
        document = documents.image_item("x", layers[0]["B04"], bands=[{"name": "B04"}])
        document["assets"] = {"red": next(iter(document["assets"].values()))}
        for name in ("raster:scale", "raster:offset", "nodata"):
            document["assets"]["red"].pop(name, None)
        document["assets"]["scl"] = {**document["assets"]["red"], "href": layers[0]["SCL"].resolve().as_uri(),
                                     "bands": [{"name": "SCL"}], **members}
        return f"sentinel-2-amazon/{made('sentinel-2-amazon', document)}"
    return make


@pytest.fixture
def model(made, asset_root):
    """Makes a model whose class is the number of the classification."""
    files = []

    def make(band=None, is_categorical=False):
        rows = np.float32([[red, code] for red in (1, 1000, 2000) for code in CODES])
        types = ["q", "c" if is_categorical else "q"]
        matrix = xgboost.DMatrix(rows, np.tile(np.arange(3), 3), feature_names=["B04", "SCL"], feature_types=types,
                                 enable_categorical=is_categorical)
        settings = {"objective": "multi:softprob", "num_class": 3, "max_depth": 3, "min_child_weight": 0, "nthread": 1}
        files.append(asset_root / f"resampling-{uuid.uuid4().hex[:8]}.ubj")
        xgboost.train(settings, matrix, 8).save_model(files[-1])
        document = documents.model_item("x", files[-1])
        document["properties"]["mlm:name"] = files[-1].stem
        entry = document["properties"]["mlm:input"][0]
        entry["bands"], entry["value_scaling"] = [{"name": "B04"}, {"name": "SCL"}], None
        entry["input"]["shape"] = [-1, 2]
        for holder in (document["properties"], document["assets"]["model"]):
            holder["bands"] = [{"name": "B04", "eo:common_name": "red"}, band or {"name": "SCL"}]
        output = document["properties"]["mlm:output"][0]
        output["classification:classes"], output["result"]["shape"] = CLASSES, [-1, 3]
        output.pop("post_processing_function", None)
        return made("models", document)

    yield make
    for file in files:
        file.unlink()


def classified(server, model, scene, folder, *options):
    succeed("predict", "--model", f"models/{model}", "--item", scene, "--out", folder, "--data-dir", server.data_directory,
            *options)
    with rasterio.open(folder / "class.tif") as dataset:
        codes = dataset.read(1)
    item = json.loads((folder / "item.json").read_text())
    return codes, {band["name"]: band for band in item["properties"]["gnomon:bands"]}["SCL"]


SIGNED = {"name": "SCL", "classification:classes": CLASSES}


@pytest.mark.parametrize("band, asset, is_categorical, wanted", [
    (None, {"bands": [SIGNED]}, False, ("item", "classification:classes")),
    (None, {"classification:bitfields": [{"offset": 0, "length": 4, "classes": CLASSES}]}, False,
     ("item", "classification:bitfields")),
    (None, {"roles": ["data", "data-mask"]}, False, ("item", "the role data-mask")),
    (SIGNED, {}, False, ("model", "classification:classes")),
    (None, {}, True, ("model-file", "a feature of categories")),
], ids=["classes", "bitfields", "mask", "model", "model file"])
def test_numbers_of_classes_are_not_blended(server, scene, model, layers, tmp_path, band, asset, is_categorical, wanted):
    name, item = model(band, is_categorical), scene(**asset)
    codes, use = classified(server, name, item, tmp_path / "map")
    assert (codes == layers[1].repeat(2, axis=0).repeat(2, axis=1)).all()
    assert use["placement"] == "resampled" and use["resampling"] == "nearest"
    assert (use["resampling_from"], use["resampling_sign"]) == wanted
    plan = succeed("predict", "--model", f"models/{name}", "--item", item, "--explain", "--data-dir",
                   server.data_directory).stdout
    assert f"resampled, nearest ({wanted[0]}: {wanted[1]})" in plan


def test_a_request_says_how_a_band_is_read(server, scene, model, layers, tmp_path):
    name, plain, signed = model(), scene(), scene(bands=[SIGNED])
    blended, use = classified(server, name, plain, tmp_path / "plain")
    # Water between vegetation and clouds, which nobody has seen.
    assert (blended == 6).any()
    assert (use["resampling"], use["resampling_from"]) == ("bilinear", "default") and "resampling_sign" not in use
    asked, use = classified(server, name, plain, tmp_path / "asked", "--resampling", "SCL=nearest")
    assert (asked == layers[1].repeat(2, axis=0).repeat(2, axis=1)).all()
    assert (use["resampling"], use["resampling_from"]) == ("nearest", "request")
    overruled, _ = classified(server, name, signed, tmp_path / "overruled", "--resampling", "SCL=bilinear")
    assert (overruled == blended).all()

    results = [predictions.item_of(server, predictions.execute(server, name, [plain], **inputs))
               for inputs in ({}, {"resampling": {"SCL": "nearest"}})]
    assert results[0]["id"] != results[1]["id"]
    used = [item["properties"]["gnomon:bands"][1] for item in results]
    assert [band["resampling_from"] for band in used] == ["default", "request"]
    content = server.http.get(predictions.asset_named(results[1], "class")["href"], timeout=60).content
    with rasterio.MemoryFile(content) as file, file.open() as dataset:
        assert (dataset.read(1) == asked).all()


def test_what_is_asked_wrongly_is_told(server, scene, model, tmp_path):
    name, item = model(), scene()
    answer = predictions.execute(server, name, [item], resampling={"B11": "nearest", "SCL": None})
    assert answer.status_code == 400 and answer.json()["code"] == "invalid-input", answer.text
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == "/inputs/resampling/B11" and "B04, SCL" in fault["message"]
    command = ["predict", "--model", f"models/{name}", "--item", item, "--explain", "--data-dir", server.data_directory]
    for options, words in [(["--resampling", "B11=nearest"], "--resampling /B11: the model does not read this band"),
                           (["--resampling", "SCL=cubic"], "--resampling /SCL: nearest or bilinear was expected"),
                           (["--resampling", "nearest"], "such as SCL=nearest"),
                           (["--resampling", "SCL=nearest", "--resampling", "SCL=bilinear"], "'SCL' twice")]:
        refused = run(*command, *options)
        assert refused.returncode != 0 and words in refused.stderr, refused.stderr
    plan = succeed(*command).stdout
    assert "resampled, bilinear (nothing says that its numbers are classes; else --resampling SCL=nearest)" in plan
