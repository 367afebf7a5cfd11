"""Maps of models that tell two classes apart, against Python's xgboost on the same pixels."""

import json
import uuid

import numpy as np
import pytest
import rasterio
import xgboost

import predictions
import stac_documents as documents
from expected_maps import ExpectedMap

SCENE = "sentinel-2-amazon/s2-amazon"


@pytest.fixture(scope="module")
def features():
    """The demo scene as the features of the demo model: rows, columns, features."""
    return ExpectedMap("amazon-land-cover").features


@pytest.fixture
def registered(server, asset_root, features):
    """Registers a model of two classes on the features of the demo model: the answer, its identifier and its booster; the
    model is gone afterwards."""
    made = []

    def make(objective, **post_processing):
        rows = features.reshape(-1, features.shape[-1])
        number = rows[:, 7] + np.random.default_rng(3).normal(size=len(rows)) * rows[:, 7].std() / 3
        booster = xgboost.train({"objective": objective, "max_depth": 4, "nthread": 1},
                                xgboost.DMatrix(rows, number > np.median(number)), 8)
        identifier = f"two-{uuid.uuid4().hex[:8]}"
        file = asset_root / f"{identifier}.ubj"
        booster.save_model(file)
        made.append(identifier)
        return server.post("/collections/models/items", json=item_of(identifier, file, post_processing)), identifier, booster

    yield make
    for identifier in made:
        server.delete(f"/collections/models/items/{identifier}")


def item_of(identifier, file, post_processing):
    item = documents.model_item(identifier, file)
    item["properties"]["mlm:name"] = identifier
    output = item["properties"]["mlm:output"][0]
    output["classification:classes"] = output["classification:classes"][:2]
    output["result"]["shape"] = [-1, 2]
    output.pop("post_processing_function", None)
    if post_processing:
        expression = {"version": 1, **post_processing}
        output["post_processing_function"] = {"format": "gnomon-post-processing", "expression": expression}
    return item


def classes_of(server, item):
    """The values of the map, and the polygons."""
    content = server.http.get(predictions.asset_named(item, "class")["href"], timeout=60).content
    with rasterio.MemoryFile(content) as file, file.open() as dataset:
        codes = dataset.read(1)
    text = server.http.get(predictions.asset_named(item, "polygons")["href"], timeout=60).text
    return codes, json.loads(text)["features"]


@pytest.mark.parametrize("objective", ["binary:hinge", "binary:logistic", "binary:logitraw"])
def test_two_classes_are_mapped_as_python_tells_them_apart(server, registered, features, objective):
    answer, identifier, booster = registered(objective)
    assert answer.status_code == 201, answer.text
    item = predictions.item_of(server, predictions.execute(server, identifier, [SCENE]))
    codes, polygons = classes_of(server, item)
    margins = booster.predict(xgboost.DMatrix(features.reshape(-1, features.shape[-1])), output_margin=True)
    wanted = (margins > 0).reshape(features.shape[:2])
    known = codes > 0
    assert known.all() and len(np.unique(codes)) == 2
    assert (codes == np.where(wanted, codes.max(), codes.min())).all()
    assert sum(polygon["properties"]["pixels"] for polygon in polygons) == codes.size
    assert all(("mean_confidence" in polygon["properties"]) == (objective != "binary:hinge") for polygon in polygons)


def test_what_has_no_probabilities_gives_no_confidence_and_takes_no_thresholds(server, registered):
    _, identifier, _ = registered("binary:hinge")
    for inputs in ({"confidence": True}, {"post_processing": {"threshold": 0.7}}):
        answer = predictions.execute(server, identifier, [SCENE], **inputs)
        assert answer.status_code == 422 and "no probabilities" in answer.json()["description"], answer.text
    answer, identifier, _ = registered("binary:hinge", threshold=0.7)
    assert answer.status_code == 201 and "no probabilities" in answer.headers["Gnomon-Warning"], answer.headers
