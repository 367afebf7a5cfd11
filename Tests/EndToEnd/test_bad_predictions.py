"""Predictions that cannot be: each is one clear 4xx over HTTP and a refusal on the command line."""

import hashlib
import json
import pickle
import uuid

import numpy as np
import pytest
import rasterio
import xgboost

import stac_documents as documents
import predictions
from gnomon_server import run

SCENE = documents.CATALOG / "sentinel-2-amazon" / "s2_amazon_12band.tif"
BOOSTER = documents.CATALOG / "models" / "amazon-land-cover.ubj"
BAND_NAMES = ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B11", "B12"]
VECTOR = documents.CATALOG / "models" / "amazon-land-cover.test-vector.csv"


def refused(answer, *words):
    """A 4xx whose description has one of the words."""
    assert 400 <= answer.status_code < 500, f"{answer.status_code} {answer.text[:500]}"
    body = answer.json()
    assert body["code"] and body["description"]
    text = json.dumps(body).lower()
    assert not words or any(word in text for word in words), text[:500]
    assert str(documents.CATALOG) not in text
    return body


def execute(server, reference, **inputs):
    return predictions.execute(server, "amazon-land-cover", [reference], **inputs)


@pytest.mark.parametrize("inputs", [
    {"bbox": [10, 10, 11, 11]}, {"bbox": [-56.3, -1.47, -56.2, -1.46]}, {"bbox": [170, -2, -170, -1]},
    {"bbox": [-56.36, -1.47, -56.36, -1.47]}, {"bbox": [-56.36, -1.46, -56.35, -1.47]}, {"bbox": [1, 2, 3]},
    {"bbox": "everywhere"}, {"bbox": [0, 0, 1, 91]}, {"aoi": {"type": "Point", "coordinates": [-56.36, -1.47]}},
    {"aoi": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}, {"aoi": {}}, {"aoi": 1},
    {"aoi": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0]]]}},
    {"bbox": [-56.37, -1.48, -56.35, -1.46], "aoi": {"type": "Polygon", "coordinates": []}},
    {"sieve": -1}, {"sieve": "ten"}, {"minArea": -1}, {"simplify": -5}, {"unknown": 1},
], ids=lambda value: ascii(value)[:60])
def test_inputs_are_refused(server, inputs):
    refused(execute(server, "sentinel-2-amazon/s2-amazon", **inputs))


@pytest.mark.parametrize("body", [
    {}, {"inputs": None}, {"inputs": {}}, {"inputs": []}, {"inputs": {"items": []}}, {"inputs": {"items": {}}},
    {"inputs": {"items": ["s2-amazon"]}}, {"inputs": {"items": [{"id": "s2-amazon"}]}},
    {"inputs": {"items": [{"collection": "sentinel-2-amazon", "id": "absent"}]}},
    {"inputs": {"items": [{"collection": "sentinel-2-amazon", "id": 1}]}},
    {"inputs": {"items": [{"collection": "sentinel-2-amazon", "id": "s2-amazon"}] * 2}},
    {"inputs": {"items": [{"collection": "models", "id": "sinop-crops"}]}},
    {"inputs": {"items": [{"collection": "modis-sinop", "id": "MOD13Q1_2013-09-14"}]}},
], ids=lambda value: ascii(value)[:60])
def test_bodies_are_refused(server, body):
    refused(server.post("/processes/models:amazon-land-cover/execution", json=body))


@pytest.mark.parametrize("chosen", [slice(0, 11), slice(0, 1), slice(1, 12)])
def test_another_number_of_time_steps_is_refused(server, chosen):
    items = predictions.references("sinop-crops")[chosen]
    refused(predictions.execute(server, "sinop-crops", items), "12")


def test_the_same_time_step_twice_is_refused(server):
    items = predictions.references("sinop-crops")
    refused(predictions.execute(server, "sinop-crops", [*items[:11], items[0]]))
    refused(predictions.execute(server, "sinop-crops", [*items, items[0]]), "twice")


def test_a_missing_band_is_named(server, image):
    bands = [{"name": name if name != "B8" else "other"} for name in BAND_NAMES]
    _, reference = image("scene.tif", SCENE.read_bytes(), bands=bands)
    refused(execute(server, reference), "b8")


@pytest.mark.parametrize("scale", ["x", 0], ids=repr)
def test_a_scale_that_is_none_is_refused(server, image, scale):
    bands = [{"name": name} for name in BAND_NAMES]
    bands[0]["raster:scale"] = scale
    _, reference = image("scene.tif", SCENE.read_bytes(), bands=bands)
    refused(execute(server, reference), "scale")


def test_bands_are_matched_by_name(server, image, tmp_path):
    """The same scene with its bands in another order gives the same map."""
    order = list(reversed(range(12)))
    path, reference = image("reversed.tif", b"", bands=[{"name": BAND_NAMES[index]} for index in order])
    with rasterio.open(SCENE) as scene, rasterio.open(path, "w", **scene.profile) as turned:
        turned.write(scene.read()[order])
        turned.descriptions = [BAND_NAMES[index] for index in order]
    turned = predictions.over_http(server, "amazon-land-cover", tmp_path / "turned", [reference])
    plain = predictions.over_http(server, "amazon-land-cover", tmp_path / "plain")
    assert (turned.codes() == plain.codes()).all()


def test_more_bands_declared_than_the_file_has_is_refused(server, image):
    path, reference = image("three.tif", b"")
    with rasterio.open(SCENE) as scene:
        profile = scene.profile | {"count": 3}
        with rasterio.open(path, "w", **profile) as three:
            three.write(scene.read([1, 2, 3]))
    refused(execute(server, reference), "band")


@pytest.mark.parametrize("content", [
    b"", b"not an image", b"II*\x00\x08\x00\x00\x00", b"II*\x00\xff\xff\xff\xff", SCENE.read_bytes()[:300],
    SCENE.read_bytes()[:len(SCENE.read_bytes()) // 2], b"\x89PNG\r\n\x1a\n", b"\x00" * 4096,
], ids=["empty", "text", "no directory", "directory beyond the end", "header only", "cut in half", "png", "zeros"])
def test_unreadable_files_are_refused(server, image, content):
    _, reference = image("broken.tif", content)
    refused(execute(server, reference))


def test_an_absent_file_is_refused(server, image):
    refused(execute(server, image("absent.tif")[1]))


@pytest.mark.parametrize("name", ["dressed.tif", "plain.vrt"])
def test_a_virtual_raster_is_refused_under_any_name(server, image, name):
    bands = "".join(f'<VRTRasterBand dataType="UInt16" band="{band}"><SimpleSource><SourceFilename>{SCENE}'
                    f"</SourceFilename><SourceBand>{band}</SourceBand></SimpleSource></VRTRasterBand>"
                    for band in range(1, 13))
    text = (f'<VRTDataset rasterXSize="247" rasterYSize="237"><SRS>EPSG:4326</SRS><GeoTransform>-56.37, 0.00009, 0, '
            f"-1.4586, 0, -0.00009</GeoTransform>{bands}</VRTDataset>")
    _, reference = image(name, text.encode())
    refused(execute(server, reference))


def test_a_million_by_a_million_pixels_are_refused(server, image):
    path, reference = image("huge.tif", b"")
    with rasterio.open(path, "w", driver="GTiff", width=10**6, height=10**6, count=12, dtype="uint16", tiled=True,
                       blockxsize=16384, blockysize=16384, bigtiff="YES", sparse_ok="TRUE", compress="deflate",
                       crs="EPSG:32721", transform=rasterio.Affine(10, 0, 0, 0, -10, 10**7)):
        pass
    answer = execute(server, reference)
    refused(answer, "1000000", "1,000,000", "pixel", "large")
    assert answer.elapsed.total_seconds() < 10


def test_an_image_that_is_all_nodata_is_an_empty_map(server, image, tmp_path):
    path, reference = image("nodata.tif", b"")
    with rasterio.open(SCENE) as scene, rasterio.open(path, "w", **scene.profile) as empty:
        empty.write(np.zeros((12, *scene.shape), dtype="uint16"))
    answer = predictions.execute(server, "amazon-land-cover", [reference], confidence=True)
    result = predictions.download(server, predictions.item_of(server, answer), tmp_path)
    with rasterio.open(result.class_file) as dataset:
        assert (dataset.read(1) == dataset.nodata).all()
    assert result.polygons == []


def test_nodata_in_any_used_band_is_nodata(server, image, tmp_path):
    path, reference = image("holes.tif", b"")
    with rasterio.open(SCENE) as scene:
        pixels = scene.read()
        pixels[3, 10:20, 30:40] = 0
        pixels[11, 100, :] = 0
        with rasterio.open(path, "w", **scene.profile) as holes:
            holes.write(pixels)
    result = predictions.over_http(server, "amazon-land-cover", tmp_path / "holes", [reference])
    whole = predictions.over_http(server, "amazon-land-cover", tmp_path / "whole")
    with rasterio.open(result.class_file) as dataset:
        nodata = dataset.nodata
    missing = (pixels == 0).any(axis=0)
    assert (result.codes()[missing] == nodata).all()
    assert (result.codes()[~missing] == whole.codes()[~missing]).all()
    assert sum(feature["properties"]["pixels"] for feature in result.polygons) == (~missing).sum()


def without(*path):
    def change(item):
        for step in path[:-1]:
            item = item[step]
        del item[path[-1]]
    return change


def with_value(value, *path):
    def change(item):
        for step in path[:-1]:
            item = item[step]
        item[path[-1]] = value
    return change


INPUT = ("properties", "mlm:input", 0)


@pytest.fixture
def register(server, asset_root, request):
    """Posts a model whose file is given and gives the answer; the model is gone afterwards."""
    made = []

    def make(content, name="model.ubj", vector=None, change=None):
        path = asset_root / f"{uuid.uuid4().hex[:8]}-{len(made)}-{name}"
        path.write_bytes(content)
        item = documents.model_item(f"model-{len(made)}-{uuid.uuid4().hex[:8]}", path, vector=vector)
        if change:
            change(item)
        made.append(item["id"])
        return server.post("/collections/models/items", json=item), item["id"]

    yield make
    for identifier in made:
        server.delete(f"/collections/models/items/{identifier}")


def test_a_model_saved_by_the_present_xgboost_is_taken_and_works(server, register, asset_root, tmp_path):
    vector = asset_root / "vector.csv"
    vector.write_bytes(VECTOR.read_bytes())
    answer, identifier = register(BOOSTER.read_bytes(), vector=vector)
    assert answer.status_code == 201, answer.text
    result = predictions.over_http(server, identifier, tmp_path / "a", ["sentinel-2-amazon/s2-amazon"])
    plain = predictions.over_http(server, "amazon-land-cover", tmp_path / "b")
    assert (result.codes() == plain.codes()).all()


def not_run(server, answer, identifier, rule, *words):
    """A model that is catalogued, with a warning that bars it from being run."""
    assert answer.status_code == 201, answer.text
    report = server.post("/models/validate", json=server.get(f"/collections/models/items/{identifier}").json()).json()
    assert report["valid"] and not report["runnable"] and not report["promotable"], report
    (found,) = [warning for warning in report["warnings"] if warning["rule"] == rule]
    assert found["bars"] == ["run", "promotion"] and found["remedy"]
    text = found["message"].lower()
    assert not words or any(word in text for word in words), text
    assert found["pointer"] + ": " in answer.headers["Gnomon-Warning"]
    refused(predictions.execute(server, identifier, predictions.references("amazon-land-cover")), *words)


def test_classes_in_another_order_than_the_golden_vector_are_not_run(server, register, asset_root):
    vector = asset_root / "vector.csv"
    vector.write_bytes(VECTOR.read_bytes())
    made = register(BOOSTER.read_bytes(), vector=vector, change=lambda item: item["properties"]["mlm:output"][0][
        "classification:classes"].reverse())
    not_run(server, *made, "golden-vector-met", "classification:classes")


def test_what_cannot_be_run_is_no_process(server, register):
    answer, identifier = register(BOOSTER.read_bytes(), change=with_value([-1, 3], *INPUT, "input", "shape"))
    assert answer.status_code == 201
    listed = {process["id"] for process in server.get("/processes").json()["processes"]}
    assert "models:amazon-land-cover" in listed
    assert f"models:{identifier}" not in listed


def test_load_takes_models_that_cannot_be_run_with_a_warning(tmp_path):
    model = tmp_path / "model.ubj"
    model.write_bytes(pickle.dumps({"a": 1}, protocol=0))
    item = documents.model_item("pickled", model)
    (tmp_path / "item.json").write_text(json.dumps([documents.collection(item["collection"]), item]))
    done = run("load", tmp_path / "item.json", "--data-dir", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "warning" in done.stderr and "pickle" in done.stderr


def test_a_model_without_a_golden_vector_is_taken(register):
    answer, _ = register(BOOSTER.read_bytes())
    assert answer.status_code == 201, answer.text


def test_a_json_model_gives_the_same_map(server, register, tmp_path):
    booster = xgboost.Booster(model_file=BOOSTER)
    answer, identifier = register(bytes(booster.save_raw("json")), "model.json")
    assert answer.status_code == 201, answer.text
    result = predictions.over_http(server, identifier, tmp_path / "a", ["sentinel-2-amazon/s2-amazon"])
    plain = predictions.over_http(server, "amazon-land-cover", tmp_path / "b")
    assert (result.codes() == plain.codes()).all()


def test_a_model_whose_golden_vector_fails_is_not_run(server, register, asset_root):
    lines = VECTOR.read_text().splitlines()
    values = lines[5].split(",")
    values[-1] = "0.123456789"
    lines[5] = ",".join(values)
    vector = asset_root / "wrong-vector.csv"
    vector.write_text("\n".join(lines) + "\n")
    not_run(server, *register(BOOSTER.read_bytes(), vector=vector), "golden-vector-met", "vector", "row")


class Exploding:
    """Unpickling this writes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def booster_with(features=17, classes=4):
    generator = np.random.default_rng(1)
    matrix = xgboost.DMatrix(generator.random((200, features)), generator.integers(0, classes, 200))
    parameters = {"objective": "multi:softprob", "num_class": classes, "max_depth": 2, "nthread": 1}
    return bytes(xgboost.train(parameters, matrix, 2).save_raw("ubj"))


def booster_of(objective, columns):
    generator = np.random.default_rng(1)
    matrix = xgboost.DMatrix(generator.random((200, 17)), generator.integers(0, 2, (200, columns)))
    return bytes(xgboost.train({"objective": objective, "nthread": 1}, matrix, 2).save_raw("ubj"))


@pytest.mark.parametrize("content, rule, words", [
    (b"", "file-format", ()), (b"not a model", "file-format", ()), (BOOSTER.read_bytes()[:1000], "file-format", ()),
    (b"{}", "file-format", ()), (b"{" * 10000, "file-format", ()), (b"\x80\x04N.", "file-format", ("pickle",)),
    (b"binf" + b"\x00" * 200, "file-format", ()), (booster_with(features=16), "runnable-here", ("16", "17", "feature")),
    (booster_with(classes=3), "runnable-here", ("3", "4", "class")), (b"PK\x03\x04" + b"\x00" * 100, "file-format", ()),
], ids=["empty", "text", "cut off", "empty object", "deep", "pickle", "old binary", "features", "classes", "zip"])
def test_model_files_are_not_run(server, register, content, rule, words):
    not_run(server, *register(content), rule, *words)


@pytest.mark.parametrize("objective, words", [
    ("binary:logistic", "4 labels that do not exclude each other"), ("reg:squarederror", "only classifications"),
], ids=["labels", "numbers"])
def test_models_that_have_no_one_class_for_a_pixel_are_not_mapped(server, register, objective, words):
    answer, identifier = register(booster_of(objective, 4))
    assert answer.status_code == 201 and words in answer.headers["Gnomon-Warning"], answer.headers
    report = server.post("/models/validate", json=server.get(f"/collections/models/items/{identifier}").json()).json()
    (found,) = [warning for warning in report["warnings"] if warning["rule"] == "other-runtime"]
    assert not report["runnable"] and words in found["message"]
    refused(predictions.execute(server, identifier, predictions.references("amazon-land-cover")), words)


def test_a_pickle_is_never_opened(server, register, tmp_path):
    trap = tmp_path / "trap"
    not_run(server, *register(pickle.dumps(Exploding(trap)), "model.bin"), "file-format", "pickle", "joblib")
    assert not trap.exists()


def test_a_file_whose_checksum_differs_is_not_run(server, register):
    made = register(BOOSTER.read_bytes(), change=with_value("1220" + "00" * 32, "assets", "model", "file:checksum"))
    not_run(server, *made, "file-checksum", "checksum")


def body_of(answer):
    """What a request had sent."""
    return json.loads(answer.request.body)


@pytest.mark.parametrize("change, pointer", [
    (without("properties", "mlm:name"), "/properties"),
    (without("properties", "mlm:architecture"), "/properties"),
    (without("properties", "mlm:input"), "/properties"),
    (without("properties", "mlm:output"), "/properties"),
    (with_value("cpu", "properties", "mlm:accelerator"), "/properties/mlm:accelerator"),
    (with_value("1.7", "properties", "mlm:framework_version"), "/properties/mlm:framework_version"),
    (with_value("a/b", "properties", "mlm:name"), "/properties/mlm:name"),
    (with_value(["mapping"], "properties", "mlm:tasks"), "/properties/mlm:tasks/0"),
    (with_value(1, "properties", "mlm:unknown"), "/properties/mlm:unknown"),
    (with_value(["B", "C"], *INPUT, "input", "dim_order"), "/properties/mlm:input/0/input/dim_order/0"),
    (with_value([{"type": "z-score", "mean": 1}], *INPUT, "value_scaling"), "/properties/mlm:input/0/value_scaling/0"),
    (without("assets", "model", "mlm:artifact_type"), "/assets/model"),
    (with_value([], "assets", "model", "roles"), "/assets"),
    (with_value(["https://stac-extensions.github.io/mlm/v9.9.9/schema.json"], "stac_extensions"), "/stac_extensions"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_faults_of_a_model_item_are_listed_with_pointers(server, register, change, pointer):
    answer, identifier = register(BOOSTER.read_bytes(), change=change)
    body = refused(answer)
    pointers = [fault["pointer"] for fault in body["errors"]]
    assert any(found.startswith(pointer) for found in pointers), pointers
    assert all(fault["message"] and fault["rule"] and fault["remedy"] for fault in body["errors"])
    dry = server.post("/models/validate", json=body_of(answer)).json()
    assert not dry["valid"] and dry["refusals"] == body["errors"]
    assert server.get(f"/collections/models/items/{identifier}").status_code == 404


@pytest.mark.parametrize("change", [
    with_value([-1, 3], *INPUT, "input", "shape"),
    with_value({"name": "X", "format": "rio-calc", "expression": "(B8 - "}, *INPUT, "bands", 12),
    with_value({"name": "X", "format": "rio-calc", "expression": "__import__('os')"}, *INPUT, "bands", 12),
], ids=["shape", "unfinished expression", "code as expression"])
def test_what_the_schema_allows_but_cannot_run_is_catalogued_with_a_warning(server, register, change):
    answer, identifier = register(BOOSTER.read_bytes(), change=change)
    assert answer.status_code == 201
    assert "mlm:input" in answer.headers["Gnomon-Warning"]
    refused(predictions.execute(server, identifier, predictions.references("amazon-land-cover")), "feature", "expression",
            "shape", "bands")


def test_every_fault_is_listed_at_once(register):
    def change(item):
        item["properties"]["mlm:accelerator"] = "cpu"
        item["properties"]["mlm:framework_version"] = "1.7"
        del item["assets"]["model"]["mlm:artifact_type"]

    body = refused(register(BOOSTER.read_bytes(), change=change)[0])
    assert len(body["errors"]) >= 3


def test_models_of_a_feature_collection_are_told_of_each(server, asset_root):
    path = asset_root / "many.ubj"
    path.write_bytes(BOOSTER.read_bytes())
    sound, doubtful, faulty = (documents.model_item(f"many-{name}", path) for name in ("sound", "doubtful", "faulty"))
    with_value([-1, 3], *INPUT, "input", "shape")(doubtful)
    without("properties", "mlm:name")(faulty)
    features = {"type": "FeatureCollection", "features": [sound, doubtful, faulty]}
    reports = server.post("/models/validate", json=features).json()["models"]
    assert [(report["id"], report["valid"], report["runnable"]) for report in reports] == [
        ("many-sound", True, True), ("many-doubtful", True, False), ("many-faulty", False, False)]
    body = refused(server.post("/collections/models/items", json=features))
    assert [fault["pointer"] for fault in body["errors"]] == ["/features/2/properties/mlm:name"]
    features["features"].pop()
    created = server.post("/collections/models/items", json=features).json()
    assert created["numberCreated"] == 2
    assert any(fault["pointer"].startswith("/features/1/properties/mlm:input/0") for fault in created["warnings"])
    stored = server.get("/collections/models/items/many-doubtful/validation").json()
    assert stored["valid"] and not stored["runnable"]
    assert server.get("/collections/sentinel-2-amazon/items/s2-amazon/validation").status_code == 404
    for name in ("sound", "doubtful"):
        server.delete(f"/collections/models/items/many-{name}")


@pytest.mark.parametrize("body", [{}, {"type": "Feature"}, {"type": "FeatureCollection", "features": [3, {}]}])
def test_what_is_no_model_is_told_so_and_not_stored(server, body):
    answer = server.post("/models/validate", json=body)
    assert answer.status_code == 200
    assert all(not report["valid"] and report["refusals"] for report in answer.json().get("models", [answer.json()]))


def test_what_a_collection_says_of_models_is_checked_on_every_way_in(server, tmp_path):
    good = documents.collection("model-shop")
    good["stac_extensions"] = ["https://stac-extensions.github.io/mlm/v1.5.2/schema.json"]
    good["item_assets"] = {"model": {"roles": ["mlm:model"], "mlm:artifact_type": "xgboost.Booster.save_model"}}
    bad = json.loads(json.dumps(good))
    bad["item_assets"]["model"]["mlm:accelerator"] = "cpu"
    pointer = "/item_assets/model/mlm:accelerator"
    assert refused(server.post("/collections", json=bad))["errors"][0]["pointer"] == pointer
    assert server.post("/collections", json=good).status_code == 201
    assert refused(server.put("/collections/model-shop", json=bad))["errors"][0]["pointer"] == pointer
    patch = {"item_assets": {"model": {"mlm:accelerator": "cpu"}}}
    assert refused(server.patch("/collections/model-shop", json=patch))["errors"][0]["pointer"] == pointer
    assert server.get("/collections/model-shop").json()["item_assets"] == good["item_assets"]
    (tmp_path / "bad.json").write_text(json.dumps(bad))
    done = run("load", tmp_path / "bad.json", "--url", server.url)
    assert done.returncode != 0 and pointer in done.stdout + done.stderr
    server.delete("/collections/model-shop")


def test_register_refuses_on_the_command_line_too(server, asset_root):
    path = asset_root / "command.ubj"
    path.write_bytes(b"\x80\x04N.")
    file = asset_root / "command.json"
    file.write_text(json.dumps(documents.model_item("by-command", path)))
    for target in (["--data-dir", server.data_directory], ["--url", server.url]):
        done = run("register", file, *target)
        assert done.returncode != 0
        assert "pickle" in (done.stderr + done.stdout).lower()
        assert "fatal error" not in done.stderr.lower()
    assert server.get("/collections/models/items/by-command").status_code == 404


@pytest.mark.parametrize("options, words", [
    (["--model", "models/absent", "--item", "sentinel-2-amazon/s2-amazon"], ("models/absent", "absent")),
    (["--model", "models/amazon-land-cover", "--item", "sentinel-2-amazon/absent"], ("absent",)),
    (["--model", "amazon-land-cover", "--item", "sentinel-2-amazon/s2-amazon"], ("collection/id",)),
    (["--model", "models/amazon-land-cover", "--item", "sentinel-2-amazon/s2-amazon", "--bbox", "10,10,11,11"], ()),
    (["--model", "models/amazon-land-cover", "--item", "sentinel-2-amazon/s2-amazon", "--sieve", "x"], ("sieve",)),
    (["--model", "models/sinop-crops", "--item", "modis-sinop/MOD13Q1_2013-09-14"], ("12",)),
], ids=["no model", "no item", "no collection", "outside", "sieve", "time steps"])
def test_predict_refuses_on_the_command_line(server, tmp_path, options, words):
    done = run("predict", *options, "--out", tmp_path / "out", "--data-dir", server.data_directory)
    assert done.returncode != 0
    text = (done.stderr + done.stdout).lower()
    assert not words or any(word in text for word in words), text
    assert "fatal error" not in text
    assert not (tmp_path / "out" / "class.tif").exists()


@pytest.fixture(scope="module")
def wavelets(tmp_path_factory):
    """The scene as a lossless JPEG 2000 file."""
    path = tmp_path_factory.mktemp("wavelets") / "scene.jp2"
    with rasterio.open(SCENE) as scene:
        profile = {name: scene.profile[name] for name in ("width", "height", "count", "dtype", "crs", "transform", "nodata")}
        with rasterio.open(path, "w", driver="JP2OpenJPEG", quality=100, reversible=True, blockxsize=64, blockysize=64,
                           **profile) as dataset:
            dataset.write(scene.read())
    return path.read_bytes()


@pytest.mark.parametrize("kept", [0.05, 0.5, 0.99, -2, -40], ids=str)
def test_a_jpeg_2000_file_that_was_cut_off_is_refused(server, image, wavelets, kept):
    end = kept if kept < 0 else int(len(wavelets) * kept)
    _, reference = image("cut.jp2", wavelets[:end])
    refused(execute(server, reference), "truncated")


def test_a_jpeg_2000_file_damaged_in_the_middle_is_known_by_its_checksum(server, image, wavelets):
    checksum = {"file:checksum": "1220" + hashlib.sha256(wavelets).hexdigest(), "file:size": len(wavelets)}
    _, whole = image("whole.jp2", wavelets, **checksum)
    assert execute(server, whole).status_code < 300
    middle = len(wavelets) // 2
    _, damaged = image("damaged.jp2", wavelets[:middle] + bytes(64) + wavelets[middle + 64:], **checksum)
    for inputs in ({}, {"bbox": [-56.37, -1.47, -56.36, -1.46]}):
        refused(execute(server, damaged, **inputs), "file:checksum")


def test_a_file_of_another_size_is_refused(server, image):
    _, reference = image("size.tif", SCENE.read_bytes(), **{"file:size": 5})
    refused(execute(server, reference), "file:size")


def test_bands_of_two_namings_of_the_meridians_make_one_map(server, image):
    """A file at 178 to 182 degrees and one at -182 to -178 lie in one place; one that lies elsewhere is told."""
    def part(name, west, bands):
        path, reference = image(name, b"", bands=[{"name": BAND_NAMES[band]} for band in bands])
        with rasterio.open(SCENE) as scene:
            old = scene.transform
            moved = rasterio.Affine(old.a, old.b, west, old.d, old.e, old.f)
            with rasterio.open(path, "w", **scene.profile | {"count": len(bands), "transform": moved}) as dataset:
                dataset.write(scene.read([band + 1 for band in bands]))
        return reference

    width = 247 * 8.983152841214912e-05
    east = part("east.tif", 180 - width / 2, range(11))
    answers = [predictions.execute(server, "amazon-land-cover", [east, part(name, west, [11])])
               for name, west in (("west.tif", -180 - width / 2), ("far.tif", 20))]
    plain = predictions.item_of(server, execute(server, "sentinel-2-amazon/s2-amazon"))["properties"]
    together, apart = (predictions.item_of(server, answer)["properties"] for answer in answers)
    counts = [{entry["name"]: entry["pixels"] for entry in properties["gnomon:classes"]} for properties in (plain, together)]
    assert counts[0] == counts[1] and "gnomon:warnings" not in together
    assert apart["gnomon:nodata_pixels"] == 247 * 237
    assert len(apart["gnomon:warnings"]) == 1 and "'B12'" in apart["gnomon:warnings"][0]


def test_an_image_in_one_huge_block_is_refused_with_advice(server, image):
    path, reference = image("huge.tif", b"")
    with rasterio.open(SCENE) as scene:
        profile = scene.profile | {"width": 14_000, "height": 14_000, "tiled": False, "blockysize": 14_000,
                                   "sparse_ok": True, "bigtiff": "yes"}
    profile.pop("blockxsize")
    with rasterio.open(path, "w", **profile):
        pass
    refused(execute(server, reference), "tiled=yes")
