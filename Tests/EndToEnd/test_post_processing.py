"""Post-processing that a model declares, what a request says instead, and what is refused, on a demo model."""

import copy
import json

import numpy as np
import pytest
import rasterio.features
from rasterio.warp import transform_geom
from scipy import ndimage
from shapely.geometry import box, mapping, shape
from shapely.ops import unary_union

import predictions
import stac_documents as documents
from expected_maps import MODELS, ExpectedMap
from gnomon_server import run

AMAZON = next(iter(MODELS))
UNKNOWN = 250
STEPS = {
    "version": 1, "threshold": 0.6, "class_thresholds": [{"classes": [2], "probability": 0.85}],
    "unknown_class": {"value": UNKNOWN, "name": "unknown", "color_hint": "808080"},
    "sieve": 6, "minimum_area": 3000,
}


def declared(model_id, steps):
    """The demo model with a post-processing function."""
    model = documents.demo(f"models/{AMAZON}.json")
    model["id"] = model_id
    model["properties"]["mlm:name"] = model_id
    model["properties"]["mlm:output"][0]["post_processing_function"] = {
        "format": "gnomon-post-processing", "expression": steps}
    return model


@pytest.fixture(scope="module")
def expected():
    return ExpectedMap(AMAZON)


@pytest.fixture(scope="module")
def model_id(server):
    """A model of the catalog that declares STEPS."""
    answer = server.post("/models/register", json=declared("amazon-steps", STEPS))
    assert answer.status_code == 201, answer.text
    report = answer.json()["report"]
    assert report["runnable"] and [finding["rule"] for finding in report["warnings"]] == ["run-link"]
    yield "amazon-steps"
    server.delete("/collections/models/items/amazon-steps")


def thresholded(expected, unknown):
    """The classes whose winners count, in single precision as the probabilities are."""
    codes = expected.codes.astype("uint8")
    least = np.where(codes == 2, np.float32(0.85), np.float32(0.6)).astype("float32")
    return np.where(expected.confidence < least, np.uint8(unknown), codes)


def holes_filled(codes, areas, limit, nodata):
    """Each 4-connected patch takes the 8-connected parts of the rest that do not reach the border and are smaller.

    Gives the map, and which hole each pixel was filled with: of nested ones the outermost, 0 for none.
    """
    result, filled = codes.copy(), np.zeros(codes.shape, int)
    labels = np.zeros(codes.shape, int)
    for value in np.unique(codes[codes != nodata]):
        found, count = ndimage.label(codes == value)
        labels[found > 0] = found[found > 0] + labels.max()
    holes = []
    for patch, window in enumerate(ndimage.find_objects(labels), 1):
        inside = labels[window] == patch
        outside, count = ndimage.label(~np.pad(inside, 1), structure=np.ones((3, 3)))
        for number in range(1, count + 1):
            hole = (outside == number)[1:-1, 1:-1]
            if number == outside[0, 0] or areas[window][hole].sum() >= limit:
                continue
            holes.append((hole.sum(), window, hole, codes[window][inside][0]))
    for number, (_, window, hole, value) in enumerate(sorted(holes, key=lambda entry: entry[0]), 1):
        result[window][hole] = value
        filled[window][hole] = number
    return result, filled


def on_the_server(server, model_id, folder, **inputs):
    return predictions.over_http(server, model_id, folder, predictions.references(AMAZON), **inputs)


def by_command(server, model_id, folder, *options):
    return predictions.by_command(
        server.data_directory, model_id, folder, *options, items=predictions.references(AMAZON))


def test_what_the_model_declares_is_done(server, model_id, expected, tmp_path):
    result = on_the_server(server, model_id, tmp_path / "http")
    raw = thresholded(expected, UNKNOWN)
    assert (raw == UNKNOWN).sum() > 100
    sieved = rasterio.features.sieve(raw, 6, connectivity=4)
    assert (result.codes() == sieved).all()
    properties = result.item["properties"]
    assert {entry["value"]: entry["pixels"] for entry in properties["gnomon:classes"]}[UNKNOWN] == (
        sieved == UNKNOWN).sum()
    legend = [asset for asset in result.item["assets"].values() if "classification:classes" in asset][0]
    assert legend["classification:classes"][-1] == {
        "value": UNKNOWN, "name": "unknown", "color_hint": "808080", "description": "unknown"}
    with rasterio.open(result.class_file) as dataset:
        assert dataset.colormap(1)[UNKNOWN] == (0x80, 0x80, 0x80, 255)
    assert np.abs(result.confidence() / 100 - expected.confidence).max() <= 0.0051
    assert min(feature["properties"]["area_m2"] for feature in result.polygons) >= 3000
    assert properties["gnomon:polygons_below_minimum_area"] > 0
    assert properties["gnomon:holes_filled"] == properties["gnomon:hole_pixels"] == 0
    assert properties["gnomon:polygons_reshaped"] == 0
    steps = properties["gnomon:post_processing"]
    assert steps["format"] == "gnomon-post-processing"
    assert steps["declared"] == STEPS and steps["requested"] is None
    assert steps["effective"]["sieve"] == 6 and steps["effective"]["smooth"] is None
    again = by_command(server, model_id, tmp_path / "command")
    assert again.content() == result.content()


def test_a_request_replaces_what_the_model_declares(server, model_id, expected, tmp_path):
    inputs = {"sieve": 0, "post_processing": {"unknown_class": None, "class_thresholds": None}}
    result = on_the_server(server, model_id, tmp_path / "http", **inputs)
    with rasterio.open(result.class_file) as dataset:
        nodata = int(dataset.nodata)
    wanted = np.where(expected.confidence < np.float32(0.6), nodata, expected.codes)
    assert (result.codes() == wanted).all()
    steps = result.item["properties"]["gnomon:post_processing"]
    assert steps["requested"] == {"unknown_class": None, "class_thresholds": None, "sieve": 0}
    assert steps["effective"]["threshold"] == 0.6 and steps["effective"]["minimum_area"] == 3000
    same = by_command(server, model_id, tmp_path / "command", "--sieve", "0", "--post-processing",
                      json.dumps(inputs["post_processing"]))
    assert same.content() == result.content()
    bare = by_command(server, model_id, tmp_path / "bare", "--no-declared-post-processing")
    assert (bare.codes() == expected.codes).all()
    assert bare.item["properties"]["gnomon:post_processing"]["requested"] == {"inherit": False}


@pytest.mark.parametrize("options, words", [
    (("--simplify", "nan"), "--simplify must be a finite number"),
    (("--simplify", "inf"), "--simplify must be a finite number"),
    (("--min-area", "nan"), "--min-area must be a finite number"),
    (("--simplify=-1",), "--simplify: "), (("--min-area=-1",), "--min-area: "), (("--sieve=-1",), "--sieve: "),
    (("--bbox=1,2,3",), "--bbox: "), (("--format", "shapefile"), "--format: "),
    (("--post-processing", '{"unknown_class": {"value": 9, "name": "forest"}}'),
     "--post-processing /unknown_class/name: the class 2 is called forest already"),
])
def test_a_refused_option_is_told_by_its_name(server, options, words):
    done = run("predict", "--model", f"models/{AMAZON}", "--item", "sentinel-2-amazon/s2-amazon", "--explain",
               "--data-dir", server.data_directory, *options)
    assert done.returncode == 1 and words in done.stderr and "/inputs" not in done.stderr, done.stderr


def test_what_a_request_takes_from_under_a_declared_step_is_told_in_the_request(server):
    steps = {"version": 1, "threshold": 0.6, "unknown_class": {"value": UNKNOWN, "name": "unsure"},
             "dissolve": [{"classes": [2, "unsure"], "name": "rest"}], "orthogonalise": {"classes": ["rest"], "tolerance": 1}}
    answer = server.post("/models/register", json=declared("amazon-dissolved", steps))
    assert answer.status_code == 201, answer.text
    for member, words in (("unknown_class", "the model's dissolve names 'unsure', which is no class then; give dissolve too"),
                          ("dissolve", "the model's orthogonalise names 'rest', which is no class then; give orthogonalise too")):
        taken = {member: None}
        refused = server.post("/processes/models:amazon-dissolved/execution", json={"inputs": {
            "items": [{"collection": "sentinel-2-amazon", "id": "s2-amazon"}], "post_processing": taken}})
        assert refused.status_code == 400, refused.text
        [fault] = refused.json()["errors"]
        assert fault["pointer"] == f"/inputs/post_processing/{member}", fault
        assert words in f"{fault['message']}; {fault['remedy']}", fault
        done = run("predict", "--model", "models/amazon-dissolved", "--item", "sentinel-2-amazon/s2-amazon", "--explain",
                   "--data-dir", server.data_directory, "--post-processing", json.dumps(taken))
        assert done.returncode == 1 and f"--post-processing /{member}: {words}" in done.stderr, done.stderr
    server.delete("/collections/models/items/amazon-dissolved")


def test_holes_below_an_area_are_filled(server, expected, tmp_path):
    areas = expected.cell_areas()
    limit = 12.5 * areas.mean()
    result = by_command(server, AMAZON, tmp_path, "--post-processing", json.dumps({"fill_holes": limit}))
    wanted, filled = holes_filled(expected.codes.astype("uint8"), areas, limit, 0)
    assert (wanted != expected.codes).sum() > 50
    assert (result.codes() == wanted).all()
    properties = result.item["properties"]
    assert properties["gnomon:holes_filled"] == len(np.unique(filled[filled > 0]))
    assert properties["gnomon:hole_pixels"] == (filled > 0).sum()
    holes = [ring for feature in result.polygons for ring in feature["geometry"]["coordinates"][1:]]
    assert holes and all(shape(feature["geometry"]).is_valid for feature in result.polygons)


def test_what_lies_outside_of_the_area_is_no_hole(server, tmp_path):
    outer, inner = box(-56.366, -1.472, -56.36, -1.466), box(-56.364, -1.470, -56.362, -1.468)
    area = tmp_path / "area.geojson"
    area.write_text(json.dumps(mapping(outer.difference(inner))))
    result = by_command(server, AMAZON, tmp_path / "map", "--aoi", area, "--post-processing", '{"fill_holes": 1e12}')
    with rasterio.open(result.class_file) as dataset:
        asked = [transform_geom("EPSG:4326", dataset.crs, mapping(part)) for part in (outer.difference(inner), inner)]
        around, within = (rasterio.features.geometry_mask(
            [part], dataset.shape, dataset.transform, invert=True) for part in asked)
    assert (result.codes()[within] == 0).all() and within.sum() > 100
    assert (result.codes()[around] != 0).mean() > 0.9
    properties = result.item["properties"]
    assert 0 <= properties["gnomon:hole_pixels"] < around.sum() / 2 and properties["gnomon:holes_filled"] >= 0


def test_classes_are_dissolved_in_the_polygons_alone(server, expected, tmp_path):
    steps = {"dissolve": [{"classes": [1, 2], "value": 90, "name": "vegetation", "color_hint": "00FF00"}]}
    result = by_command(server, AMAZON, tmp_path, "--post-processing", json.dumps(steps))
    assert (result.codes() == expected.codes).all()
    merged, count = ndimage.label(np.isin(expected.codes, (1, 2)))
    found = [feature["properties"] for feature in result.polygons if feature["properties"]["class"] == 90]
    assert len(found) == count and {entry["name"] for entry in found} == {"vegetation"}
    assert sum(entry["pixels"] for entry in found) == (merged > 0).sum()
    assert not {feature["properties"]["class"] for feature in result.polygons} & {1, 2}


def test_a_group_may_be_one_feature(server, expected, tmp_path):
    steps = {"dissolve": [{"classes": ["forest"], "multipolygon": True}], "minimum_area": 500}
    result = by_command(server, AMAZON, tmp_path, "--post-processing", json.dumps(steps))
    forest = [feature for feature in result.polygons if feature["properties"]["class"] == 2]
    assert len(forest) == 1 and forest[0]["geometry"]["type"] == "MultiPolygon"
    assert shape(forest[0]["geometry"]).is_valid
    labels, count = ndimage.label(expected.codes == 2)
    areas = ndimage.sum(expected.cell_areas(), labels, range(1, count + 1))
    large = [number for number, area in enumerate(areas, 1) if area >= 500]
    assert forest[0]["properties"]["pixels"] == np.isin(labels, large).sum()
    assert forest[0]["properties"]["mean_confidence"] == pytest.approx(
        expected.confidence[np.isin(labels, large)].mean(), abs=2e-5)


def test_filled_pixels_without_a_probability_do_not_weigh(server, expected, tmp_path):
    steps = {"threshold": 0.7, "fill_holes": 1e6, "dissolve": [{"classes": ["forest"], "multipolygon": True}]}
    result = by_command(server, AMAZON, tmp_path, "--post-processing", json.dumps(steps))
    [forest] = [feature["properties"] for feature in result.polygons if feature["properties"]["class"] == 2]
    inside = result.codes() == 2
    certain = inside & (result.confidence() != 255)
    assert forest["pixels"] == inside.sum() > certain.sum() + 100
    assert forest["mean_confidence"] == pytest.approx(expected.confidence[certain].mean(), abs=2e-5)


@pytest.mark.parametrize("steps", [
    {"smooth": {"iterations": 2}}, {"simplify": 15, "smooth": {"iterations": 3, "distance": 6}},
    {"simplify": 20, "orthogonalise": {"classes": ["village", "dryout"], "tolerance": 12}, "smooth": {"iterations": 1}},
], ids=["smooth", "simplify and smooth", "all"])
def test_outlines_keep_neighbours_together(server, expected, tmp_path, steps):
    plain = by_command(server, AMAZON, tmp_path / "plain").polygons
    shaped = by_command(server, AMAZON, tmp_path / "shaped", "--post-processing", json.dumps(steps)).polygons
    assert [feature["properties"]["pixels"] for feature in shaped] == [
        feature["properties"]["pixels"] for feature in plain]
    assert shaped != plain
    shapes = [shape(feature["geometry"]) for feature in shaped]
    assert all(entry.is_valid for entry in shapes)
    union = unary_union(shapes)
    total = sum(entry.area for entry in shapes)
    assert union.area == pytest.approx(total, rel=1e-9)
    # Nothing is left between them: the whole has the holes that the map has.
    whole = unary_union([shape(feature["geometry"]) for feature in plain])
    assert len(getattr(union, "interiors", [])) == len(getattr(whole, "interiors", []))


def test_the_process_says_what_counts_by_default(server, model_id):
    inputs = server.get(f"/processes/models:{model_id}").json()["inputs"]
    members = inputs["post_processing"]["schema"]["properties"]
    assert members["sieve"]["default"] == 6 and members["threshold"]["default"] == 0.6
    assert inputs["min_area"]["schema"]["default"] == 3000
    assert members["unknown_class"]["default"]["value"] == UNKNOWN


@pytest.mark.parametrize("inputs, pointer", [
    ({"post_processing": {"sieve": -1}}, "/inputs/post_processing/sieve"),
    ({"post_processing": {"seive": 8}}, "/inputs/post_processing/seive"),
    ({"post_processing": {"threshold": 1.5}}, "/inputs/post_processing/threshold"),
    ({"post_processing": {"dissolve": [{"classes": ["rice"]}]}}, "/inputs/post_processing/dissolve/0/classes/0"),
    ({"post_processing": {"smooth": {"iterations": 9}}}, "/inputs/post_processing/smooth/iterations"),
    ({"post_processing": {"unknown_class": {"value": 1, "name": "x"}}}, "/inputs/post_processing/unknown_class/name"),
    ({"post_processing": {"sieve": 8}, "sieve": 8}, "/inputs/sieve"),
    ({"post_processing": [1]}, "/inputs/post_processing"),
])
def test_a_wrong_request_is_told_its_place(server, model_id, inputs, pointer):
    answer = predictions.execute(server, model_id, predictions.references(AMAZON), **inputs)
    assert answer.status_code == 400 and answer.json()["code"] == "invalid-input", answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("options, words", [
    (("--post-processing", "{"), ("--post-processing",)), (("--post-processing", " []"), ("needs an object",)),
    (("--post-processing", "/nowhere"), ("cannot be read",)),
    (("--post-processing", "{\"simplify\": -2}"), ("--post-processing /simplify:", "100000")),
    (("--post-processing", "{\"orthogonalise\": {\"classes\": [77], \"tolerance\": 2}}"),
     ("--post-processing /orthogonalise/classes/0:",)),
])
def test_the_command_refuses_likewise(server, model_id, tmp_path, options, words):
    result = run("predict", "--model", f"models/{model_id}", "--item", "sentinel-2-amazon/s2-amazon", "--out",
                 tmp_path / "out", "--data-dir", server.data_directory, *options)
    assert result.returncode != 0 and "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr, result.stderr
    assert not (tmp_path / "out" / "class.tif").exists()


@pytest.mark.parametrize("change, place", [
    ({"sieve": 1.5}, "/sieve"), ({"version": 2}, "/version"), ({"thresholds": 1}, "/thresholds"),
    ({"class_thresholds": [{"classes": ["rice"], "probability": 1}]}, "/class_thresholds/0/classes/0"),
])
def test_a_wrong_declaration_bars_runs(server, change, place):
    model = declared("amazon-wrong-steps", {**STEPS, **change})
    whole = "/properties/mlm:output/0/post_processing_function/expression" + place
    report = server.post("/models/validate", json=model).json()
    assert report["valid"] and not report["runnable"]
    told = [finding for finding in report["warnings"] if finding["rule"] == "post-processing"]
    assert [finding["pointer"] for finding in told] == [whole] and told[0]["remedy"] and "run" in told[0]["bars"]
    refused = server.post("/models/register", json=model)
    assert refused.status_code == 422 or refused.status_code == 400, refused.text
    assert whole in refused.text


def test_a_function_of_another_format_bars_runs_as_ever(server):
    model = declared("amazon-python", STEPS)
    function = model["properties"]["mlm:output"][0]["post_processing_function"]
    function["format"] = "python"
    report = server.post("/models/validate", json=copy.deepcopy(model)).json()
    assert not report["runnable"]
    assert [finding["rule"] for finding in report["warnings"] if "run" in finding["bars"]] == ["function-readable"]
