"""Both demo models, over HTTP and on the command line, against Python's xgboost on the same arrays."""

import json
import re
import subprocess

import numpy as np
import pyproj
import pytest
import rasterio
import rasterio.features
import requests
from rio_cogeo.cogeo import cog_validate
from scipy import ndimage
from shapely.geometry import shape

import crops
import stac_documents as documents
import land_cover
import predictions
from expected_maps import MODELS, ExpectedMap
from gnomon_server import run
from make_fixtures import AMAZON_WANTED, SINOP_WANTED

AMAZON, SINOP = MODELS


@pytest.fixture(scope="module")
def expected():
    return {model_id: ExpectedMap(model_id) for model_id in MODELS}


@pytest.fixture(scope="module")
def results(server, tmp_path_factory, measured):
    """The demo runs: model id and door to Prediction."""
    made = {}
    for model_id in MODELS:
        answer = predictions.execute(server, model_id, confidence=True)
        measured(f"{model_id} over HTTP: {answer.elapsed.total_seconds():.2f} s")
        folder = tmp_path_factory.mktemp(model_id)
        item = predictions.item_of(server, answer)
        made[model_id, "http"] = predictions.download(server, item, folder / "http")
        made[model_id, "command"] = predictions.by_command(server.data_directory, model_id, folder / "command")
    return made


@pytest.fixture(params=[(model_id, door) for model_id in MODELS for door in ("http", "command")],
                ids=lambda pair: "-".join(pair))
def case(request, results, expected):
    """One demo run and what it must be."""
    return results[request.param], expected[request.param[0]]


def test_class_map_is_pythons_pixel_by_pixel(case):
    result, wanted = case
    codes = result.codes()
    assert codes.shape == wanted.codes.shape
    different = int((codes != wanted.codes).sum())
    assert different == 0, f"{different} of {codes.size} pixels differ"
    with rasterio.open(result.class_file) as dataset:
        assert np.allclose(dataset.transform, wanted.transform, rtol=1e-12)
        assert dataset.crs.to_wkt() == wanted.crs.to_wkt() or dataset.crs == wanted.crs


def test_confidence_is_the_winning_probability(case):
    result, wanted = case
    confidence = result.confidence()
    if confidence.dtype.kind == "f":
        assert np.abs(confidence - wanted.confidence).max() <= 1e-6
    else:
        assert np.abs(confidence / 100 - wanted.confidence).max() <= 0.0051


def test_land_cover_is_right_on_the_polygons_kept_back(results, measured):
    for door in ("http", "command"):
        codes = results[AMAZON, door].codes()
        truth = land_cover.kept_back_truth(codes.shape)
        accuracy = float((codes[truth >= 0] == truth[truth >= 0] + 1).mean())
        measured(f"land cover, kept-back polygons, {door}: accuracy {accuracy:.4f} on {(truth >= 0).sum()} pixels")
        assert accuracy >= AMAZON_WANTED


def test_crops_are_right_on_the_series_kept_back(server, asset_root, tmp_path, measured):
    """The kept-back series as twelve images of one row, so that gnomon itself is judged on them."""
    values, labels = crops.labelled_series()
    kept = crops.kept_back(labels)
    items = []
    for step, image in enumerate(crops.IMAGES):
        path = asset_root / f"kept-back-{step:02}.tif"
        row = np.rint(values[kept, step].astype(np.float64) * 10000).astype(np.int16)[np.newaxis]
        with rasterio.open(path, "w", driver="GTiff", width=row.shape[1], height=1, count=1, dtype="int16",
                           crs="EPSG:32721", transform=rasterio.Affine(250, 0, 600000, 0, -250, 8700000)) as dataset:
            dataset.write(row, 1)
        item = documents.image_item(f"kept-back-{step:02}", path, f"modis-sinop/MOD13Q1_{crops.date(image)}.json")
        server.create("/collections/modis-sinop/items", item)
        items.append(f"modis-sinop/{item['id']}")
    try:
        codes = predictions.over_http(server, SINOP, tmp_path, items).codes()[0]
    finally:
        for item in items:
            server.delete(f"/collections/modis-sinop/items/{item.split('/')[1]}")
    accuracy = float((codes == labels[kept] + 1).mean())
    measured(f"crops, kept-back series: accuracy {accuracy:.4f} on {kept.sum()} series")
    assert accuracy >= SINOP_WANTED


def test_cog_is_accepted_by_rio_cogeo_and_gdalinfo(case):
    result, wanted = case
    for file in (result.class_file, result.confidence_file):
        valid, errors, warnings = cog_validate(file)
        assert (valid, errors, warnings) == (True, [], [])
    report = json.loads(subprocess.run(["gdalinfo", "-json", str(result.class_file)], check=True, capture_output=True,
                                       text=True).stdout)
    band = report["bands"][0]
    codes = {entry["value"] for entry in wanted.classes}
    assert band["noDataValue"] not in codes
    with rasterio.open(result.class_file) as dataset:
        palette = dataset.colormap(1)
    plain = subprocess.run(["gdalinfo", str(result.class_file)], check=True, capture_output=True, text=True).stdout
    for entry in wanted.classes:
        assert "".join(f"{part:02X}" for part in palette[entry["value"]][:3]) == entry["color_hint"]
        assert re.search(rf"\b{entry['value']}: {entry['name']}\b", plain), plain


def test_polygons_are_valid_and_follow_rfc_7946(case):
    result, _ = case
    assert len(result.polygons) > 10
    for feature in result.polygons:
        polygon = shape(feature["geometry"])
        assert polygon.geom_type in ("Polygon", "MultiPolygon") and polygon.is_valid and polygon.area > 0
        for part in getattr(polygon, "geoms", [polygon]):
            assert part.exterior.is_ccw
            assert not any(hole.is_ccw for hole in part.interiors)
        west, south, east, north = polygon.bounds
        assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    for geometry in re.findall(r'"coordinates"\s*:\s*(\[[\[\]0-9eE+.,\s-]*\])', result.polygons_text):
        assert not re.search(r"\.\d{8}|[eE]", geometry), geometry[:200]
    assert "crs" not in json.loads(result.polygons_text)


def test_polygons_are_the_map(case):
    """They are as many as the map has 4-connected regions, and burnt back into the grid they give the map."""
    result, wanted = case
    regions = sum(ndimage.label(wanted.codes == entry["value"])[1] for entry in wanted.classes)
    assert len(result.polygons) == regions
    to_grid = pyproj.Transformer.from_crs("OGC:CRS84", wanted.crs.to_wkt(version="WKT2_2019"), always_xy=True)
    burnt = [(grid_geometry(feature["geometry"], to_grid), feature["properties"]["class"])
             for feature in result.polygons]
    again = rasterio.features.rasterize(burnt, out_shape=wanted.codes.shape, transform=wanted.transform, dtype="uint8")
    assert int((again != wanted.codes).sum()) == 0


def grid_geometry(geometry, to_grid):
    def moved(ring):
        return list(zip(*to_grid.transform(*zip(*ring))))

    coordinates = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        return {"type": "Polygon", "coordinates": [moved(ring) for ring in coordinates]}
    return {"type": "MultiPolygon", "coordinates": [[moved(ring) for ring in part] for part in coordinates]}


def test_pixel_counts_sum_exactly_and_areas_within_1e_4(case):
    result, wanted = case
    areas = wanted.cell_areas()
    for entry in wanted.classes:
        inside = wanted.codes == entry["value"]
        mine = [feature["properties"] for feature in result.polygons if feature["properties"]["class"] == entry["value"]]
        assert sum(properties["pixels"] for properties in mine) == inside.sum()
        assert {properties["name"] for properties in mine} == {entry["name"]}
        area = sum(properties["area_m2"] for properties in mine)
        assert area == pytest.approx(areas[inside].sum(), rel=1e-4)
        confidence = sum(p["mean_confidence"] * p["pixels"] for p in mine) / inside.sum()
        assert confidence == pytest.approx(wanted.confidence[inside].mean(), abs=1e-4)
    assert sum(feature["properties"]["pixels"] for feature in result.polygons) == wanted.codes.size


def test_second_run_and_other_door_give_the_same_bytes(server, results, tmp_path):
    for model_id in MODELS:
        again = predictions.by_command(server.data_directory, model_id, tmp_path / model_id)
        assert again.content() == results[model_id, "command"].content()
        over_http = predictions.over_http(server, model_id, tmp_path / f"{model_id}-http")
        assert over_http.content() == results[model_id, "http"].content() == again.content()


def test_command_runs_through_a_server_too(server, results, tmp_path):
    chosen = [argument for reference in predictions.references(AMAZON) for argument in ("--item", reference)]
    done = run("predict", "--model", f"models/{AMAZON}", *chosen, "--confidence", "--out", tmp_path, "--url", server.url)
    assert done.returncode == 0, done.stderr
    assert predictions.Prediction(tmp_path).content() == results[AMAZON, "command"].content()


def test_result_tells_where_it_came_from(server, results):
    for model_id in MODELS:
        item = results[model_id, "http"].item
        model = server.get(f"/collections/models/items/{model_id}").json()
        text = json.dumps(item)
        assert model["assets"]["model"]["file:checksum"].removeprefix("1220") in text
        assert model["assets"]["mlm:container"]["href"] in text
        run_link = next(link for link in model["links"] if link["rel"] == "mlflow:run")
        assert run_link["href"] in text or run_link["mlflow:run_id"] in text
        assert item["collection"] == "predictions"
        sources = {link["href"] for link in item["links"] if link["rel"] == "derived_from"}
        wanted = {f"{server.url}/collections/models/items/{model_id}"} | {
            f"{server.url}/collections/{'/items/'.join(reference.split('/'))}"
            for reference in predictions.references(model_id)}
        assert sources == wanted
        for source in sources:
            assert server.http.get(source, timeout=60).status_code == 200


def test_one_walks_from_the_map_to_the_training_data(server, results):
    trained_on = {AMAZON: "amazon-polygons", SINOP: "sinop-ndvi-series"}
    for model_id, training in trained_on.items():
        model = server.get(f"/collections/models/items/{model_id}").json()
        hrefs = [requests.compat.urljoin(f"{server.url}/collections/models/items/{model_id}", link["href"])
                 for link in model["links"] if link["rel"] == "derived_from"]
        address = f"{server.url}/collections/training-data/items/{training}"
        assert address in hrefs, hrefs
        assert server.http.get(address, timeout=60).json()["id"] == training


def test_assets_are_served_by_ranges(server, results):
    item = results[AMAZON, "http"].item
    address = predictions.asset_named(item, "class")["href"]
    assert address.startswith(f"{server.url}/collections/predictions/items/{item['id']}/assets/")
    whole = results[AMAZON, "http"].class_file.read_bytes()
    part = server.http.get(address, headers={"Range": "bytes=10-109"}, timeout=60)
    assert (part.status_code, part.content) == (206, whole[10:110])
    assert part.headers["Content-Range"] == f"bytes 10-109/{len(whole)}"
    tail = server.http.get(address, headers={"Range": "bytes=-16"}, timeout=60)
    assert (tail.status_code, tail.content) == (206, whole[-16:])
    beyond = server.http.get(address, headers={"Range": f"bytes={len(whole)}-"}, timeout=60)
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")
    head = server.http.head(address, timeout=60)
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(whole)))


def test_processes_list_and_describe_the_models(server):
    listed = server.get("/processes").json()["processes"]
    assert {f"models:{model_id}" for model_id in MODELS} <= {process["id"] for process in listed}
    for model_id in MODELS:
        process = server.get(f"/processes/models:{model_id}").json()
        assert process["id"] == f"models:{model_id}" and process["inputs"] and process["outputs"]
        assert "sync-execute" in process["jobControlOptions"]
    assert server.get("/processes/models:absent").status_code == 404
    assert server.get("/processes/sentinel-2-amazon:s2-amazon").status_code == 404


def test_area_of_interest_cuts_the_map(server, expected, tmp_path):
    wanted = expected[AMAZON]
    left, top = wanted.transform @ (40.25, 30.25)
    right, bottom = wanted.transform @ (99.75, 79.75)
    result = predictions.over_http(server, AMAZON, tmp_path / "box", bbox=[left, bottom, right, top])
    rows, columns = result.codes().shape
    assert rows <= 52 and columns <= 62
    with rasterio.open(result.class_file) as dataset:
        column, row = (round(part) for part in ~wanted.transform @ (dataset.transform.c, dataset.transform.f))
        nodata = dataset.nodata
    inside = result.codes() != nodata
    assert inside.sum() >= 59 * 49
    assert (result.codes()[inside] == wanted.codes[row:row + rows, column:column + columns][inside]).all()
    triangle = {"type": "Polygon", "coordinates": [[[left, bottom], [right, bottom], [left, top], [left, bottom]]]}
    cut = predictions.over_http(server, AMAZON, tmp_path / "triangle", aoi=triangle)
    mask = rasterio.features.rasterize([(triangle, 1)], out_shape=wanted.codes.shape, transform=wanted.transform) == 1
    for entry in wanted.classes:
        assert (cut.codes() == entry["value"]).sum() == (mask & (wanted.codes == entry["value"])).sum()
    file = tmp_path / "aoi.geojson"
    file.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": triangle}))
    by_file = predictions.by_command(server.data_directory, AMAZON, tmp_path / "file", "--aoi", file)
    assert (by_file.codes() == cut.codes()).all()


def test_sieve_is_gdals(server, expected, tmp_path):
    wanted = expected[AMAZON]
    result = predictions.by_command(server.data_directory, AMAZON, tmp_path, "--sieve", "10")
    sieved = rasterio.features.sieve(wanted.codes.astype("uint8"), 10, connectivity=4)
    assert (sieved != wanted.codes).any()
    for entry in wanted.classes:
        counted = sum(feature["properties"]["pixels"] for feature in result.polygons
                      if feature["properties"]["class"] == entry["value"])
        assert counted == (sieved == entry["value"]).sum()


def test_minimum_area_and_simplification(server, results, tmp_path):
    plain = results[AMAZON, "command"].polygons
    large = predictions.by_command(server.data_directory, AMAZON, tmp_path / "large", "--min-area", "5000").polygons
    assert [feature["properties"]["area_m2"] for feature in large] == [
        feature["properties"]["area_m2"] for feature in plain if feature["properties"]["area_m2"] >= 5000]
    simple = predictions.by_command(server.data_directory, AMAZON, tmp_path / "simple", "--simplify", "30").polygons
    assert all(shape(feature["geometry"]).is_valid for feature in simple)
    assert len(json.dumps(simple)) < len(json.dumps(plain)) / 1.5


def test_the_item_tells_the_numbers_of_value_scaling(server, tmp_path):
    model = documents.demo(f"models/{AMAZON}.json")
    model["id"] = "scaled-by-one"
    model["properties"]["mlm:name"] = "scaled-by-one"
    scaling = {"type": "z-score", "mean": 0, "stddev": 1}
    model["properties"]["mlm:input"][0]["value_scaling"] = [scaling]
    assert server.post("/collections/models/items", json=model).status_code == 201
    items = predictions.references(AMAZON)
    properties = predictions.by_command(
        server.data_directory, "scaled-by-one", tmp_path, items=items).item["properties"]
    assert [band["value_scaling"] for band in properties["gnomon:bands"]] == [scaling] * 12
    computed = properties["gnomon:computed_bands"]
    assert {band["name"]: band["expression"] for band in computed}["NDVI"] == "(B8 - B4) / (B8 + B4)"
    assert [band["value_scaling"] for band in computed] == [scaling] * 5


def test_zero_features_are_an_answer(server, tmp_path):
    result = predictions.by_command(server.data_directory, AMAZON, tmp_path, "--min-area", "1e12")
    assert result.polygons == []
    assert (result.codes() > 0).all()


def test_the_trail_of_a_local_map_is_walked_without_a_server(server, tmp_path):
    """From the map's item over the model's to the training data, by the links of the files alone."""
    folder = tmp_path / "map"
    predictions.by_command(server.data_directory, AMAZON, folder)

    def sources(path):
        links = json.loads(path.read_text())["links"]
        return [(path.parent / link["href"]).resolve() for link in links if link["rel"] == "derived_from"]

    model, image = sources(folder / "item.json")
    assert json.loads(model.read_text())["id"] == AMAZON
    assert json.loads(image.read_text())["id"] == "s2-amazon"
    training = [json.loads(path.read_text()) for path in sources(model)]
    assert "amazon-polygons" in {item["id"] for item in training}
