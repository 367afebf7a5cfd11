"""The life of a model with a real MLflow server: trained, logged, registered from its run, matched, run, promoted, traced."""

import hashlib
import json

import numpy
import requests
import xgboost

import predictions
import stac_documents as documents
from gnomon_server import run, wait_until

BANDS = ["B2", "B3", "B4"]
CLASSES = [
    {"value": 1, "name": "dark", "description": "Little red light.", "color_hint": "1B7837"},
    {"value": 2, "name": "bright", "description": "Much red light.", "color_hint": "D9A441"},
]


def golden_vector(mlflow, trained, path):
    """Features and what Python's xgboost predicts for them with the file that MLflow has."""
    answer = requests.get(f"{mlflow.url}/api/2.0/mlflow-artifacts/artifacts/{trained['experiment_id']}/models/"
                          f"{trained['model_id']}/artifacts/model.ubj", timeout=30)
    assert answer.status_code == 200, answer.text
    features = numpy.random.default_rng(3).random((20, 3), dtype=numpy.float32)
    expected = xgboost.Booster(model_file=bytearray(answer.content)).predict(
        xgboost.DMatrix(features, feature_names=BANDS))
    header = ",".join(BANDS + [f"expected:{entry['name']}" for entry in CLASSES])
    rows = [",".join(f"{value:.9g}" for value in row) for row in numpy.hstack([features, expected])]
    path.write_text("\n".join([header, *rows]) + "\n")


def template(catalog, vector):
    """All that a run does not know: what the model is for, what its bands are, how it is proved."""
    item = documents.demo("models/amazon-land-cover.json")
    item["id"] = "story-v{version}"
    properties = item["properties"]
    for name in ("mlm:input", "mlm:hyperparameters", "mlm:framework", "mlm:framework_version", "mlm:memory_size",
                 "mlm:architecture"):
        properties.pop(name)
    properties["mlm:name"] = "Story"
    output = properties["mlm:output"][0]
    output["classification:classes"], output["result"]["shape"] = CLASSES, [-1, 2]
    model = item["assets"]["model"]
    for bands in (properties, model):
        bands["bands"] = [band for band in bands["bands"] if band["name"] in BANDS]
    model.pop("file:checksum"), model.pop("file:size")
    item["assets"]["test-vector"] = {
        "href": vector.as_uri(), "type": "text/csv", "roles": ["test-vector"], "file:size": vector.stat().st_size,
        "file:checksum": "1220" + hashlib.sha256(vector.read_bytes()).hexdigest()}
    item["links"] = [
        {"rel": "license", "href": "https://www.gnu.org/licenses/gpl-3.0.html"},
        {"rel": "derived_from", "href": f"{catalog.url}/collections/training-data/items/amazon-polygons",
         "type": "application/geo+json"}]
    return item


def test_a_model_lives_from_its_training_to_its_maps(catalog, mlflow, asset_root, tmp_path):
    trained = mlflow.train("story", 0.93, bands=BANDS)
    mlflow.call("POST", "registered-models/alias", name="story", alias="champion", version=trained["version"])
    golden_vector(mlflow, trained, asset_root / "story.csv")
    (tmp_path / "template.json").write_text(json.dumps(template(catalog, asset_root / "story.csv")))

    # Registered from its run, and proved on both sides with the file that only MLflow has.
    done = run("register", "--from-mlflow", "models:/story@champion", "--template", tmp_path / "template.json",
               "--mlflow-tracking-uri", mlflow.url, "--url", catalog.url, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["outcome"] == "created" and report["report"]["runnable"], report
    model = report["id"]
    place = f"/collections/models/items/{model}"
    item = catalog.get(place).json()
    assert item["assets"]["model"]["href"].startswith("mlflow-artifacts:/")
    assert item["properties"]["mlflow:metrics"] == {"accuracy": 0.93}
    assert catalog.get(place + "/mlflow").json()["state"] == "ok"
    found = catalog.get("/search", params={"filter": "mlflow:metrics.accuracy > 0.9"}).json()["features"]
    assert [entry["id"] for entry in found] == [model]

    # Matched with the scene, and run on it.
    scene = {"collection": "sentinel-2-amazon", "item": "s2-amazon"}
    matches = catalog.get("/models/match", params=scene).json()["models"]
    assert model in [match["item"] for match in matches]
    answer = predictions.execute(catalog, model, ["sentinel-2-amazon/s2-amazon"])
    assert answer.status_code == 200, answer.text
    result = answer.json()

    # Promoted, and MLflow's alias follows.
    assert report["report"]["promotable"], report["report"]["warnings"]
    for state in ("proposed", "validated", "approved", "production"):
        decided = catalog.post(place + "/promotions", json={"to": state, "comment": f"now {state}"})
        assert decided.status_code == 201, decided.text
    proof = decided.json()["promotions"][1]["evidence"]
    assert proof["golden_vector_passed"] is True

    def aliases():
        registered = mlflow.call("GET", "registered-models/get", name="story")["registered_model"]
        return {entry["alias"]: entry["version"] for entry in registered["aliases"]}
    wait_until(lambda: aliases().get("production") == trained["version"], 30, "the alias leads to the version")

    # Traced from the map to the training data in one request.
    graph = catalog.get(f"/collections/predictions/items/{result['id']}/lineage").json()
    kinds = {node["kind"] for node in graph["nodes"]}
    assert {"result", "model", "run", "item"} <= kinds, kinds
    assert any(node.get("item") == "amazon-polygons" for node in graph["nodes"])
    run_node = next(node for node in graph["nodes"] if node["kind"] == "run")
    assert trained["run_id"] in json.dumps(run_node)

    # The run is deleted: reported, and nothing else happens.
    mlflow.call("POST", "runs/delete", run_id=trained["run_id"])
    wait_until(lambda: catalog.get(place + "/mlflow").json()["state"] == "missing", 60, "the run is missed")
    # The server is away: told too, and the catalog serves, matches and runs what it has.
    mlflow.stop()
    wait_until(lambda: catalog.get(place + "/mlflow").json()["state"] == "unreachable", 60, "MLflow is missed")
    assert catalog.get("/readyz").status_code == 200
    assert catalog.get(place).json()["properties"] == item["properties"]
    again = predictions.execute(catalog, "Story@production", ["sentinel-2-amazon/s2-amazon"])
    assert again.status_code == 200, again.text
    assert again.json()["id"] == result["id"]
