"""Items of models made from a real MLflow server's runs and a template, by `gnomon register --from-mlflow`."""

import contextlib
import hashlib
import json
import shutil
import sqlite3

import pytest
import requests

from gnomon_server import run
from mlflow_server import MLflow
from object_storage import ACCESS_KEY, SECRET_KEY, ObjectStorage

TEMPLATE = {
    "collection": "models", "id": "fields-v{version}", "geometry": {"type": "Point", "coordinates": [-55, -12]},
    "bbox": [-55, -12, -55, -12],
    "properties": {
        "mlm:name": "Fields", "mlm:tasks": ["classification"], "license": "CC-BY-4.0", "description": "Fields and others.",
        "mlm:hyperparameters": {"eta": 0.9, "seed": 42},
        "mlm:framework_version": "2.0.0",
        "mlm:output": [{
            "name": "classes", "tasks": ["classification"],
            "result": {"shape": [-1, 2], "dim_order": ["batch", "class"], "data_type": "float32"},
            "classification:classes": [{"value": 0, "name": "other", "description": "All else."},
                                       {"value": 1, "name": "field", "description": "A field."}]}],
    },
    "links": [{"rel": "license", "href": "https://creativecommons.org/licenses/by/4.0/"}],
    "assets": {"weights": {"href": "./old.ubj", "title": "Booster", "roles": ["mlm:model", "mlm:weights"]}},
}


@pytest.fixture(scope="module")
def trained(mlflow):
    made = mlflow.train("fields", 0.91)
    mlflow.call("POST", "registered-models/alias", name="fields", alias="champion", version=made["version"])
    return made


@pytest.fixture
def template(tmp_path):
    def write(document=TEMPLATE):
        file = tmp_path / "template.json"
        file.write_text(json.dumps(document))
        return file
    return write


def register(catalog, mlflow, model, template, *more):
    return run("register", "--from-mlflow", model, "--template", template, "--mlflow-tracking-uri", mlflow.url,
               "--url", catalog.url, "--json", *more)


def test_a_registered_version_becomes_an_item_that_runs_and_is_linked(catalog, mlflow, trained, template):
    done = register(catalog, mlflow, "models:/fields@champion", template())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mlm:framework_version" in done.stderr and "2.0.0" in done.stderr, "the template and the run disagree"
    item = catalog.get("/collections/models/items/fields-v1").json()
    properties = item["properties"]
    # MLflow knows the training,
    assert properties["mlflow:run_id"] == trained["run_id"] and properties["mlflow:model_id"] == trained["model_id"]
    assert (properties["mlflow:registered_model"], properties["mlflow:version"], properties["mlflow:alias"]) == \
        ("fields", "1", "champion")
    assert properties["version"] == "1" and properties["mlflow:metrics"] == {"accuracy": 0.91}
    assert properties["mlm:framework"] == "XGBoost" and properties["mlm:framework_version"] == "3.2.0"
    assert properties["mlm:hyperparameters"] == {
        "eta": 0.3, "seed": 42, "objective": "multi:softprob", "num_class": 2, "max_depth": 3}
    # tags and the signature fill what the template leaves open,
    assert properties["mlm:architecture"] == "Boosted trees of the fields"
    # a text stays one where the property is, though it reads as a number,
    assert properties["mlm:accelerator_summary"] == "8" and properties["mlm:accelerator_constrained"] is False
    (read,) = properties["mlm:input"]
    assert [band["name"] for band in read["bands"]] == ["B02", "B03", "B04"]
    assert read["input"] == {"shape": [-1, 3], "dim_order": ["batch", "bands"], "data_type": "float32"}
    assert [band["name"] for band in properties["bands"]] == ["B02", "B03", "B04"]
    # and the rest is the template's.
    assert properties["mlm:output"] == TEMPLATE["properties"]["mlm:output"] and properties["license"] == "CC-BY-4.0"
    (link,) = [link for link in item["links"] if link["rel"] == "mlflow:run"]
    assert link["href"] == f"{mlflow.url}/#/experiments/{trained['experiment_id']}/runs/{trained['run_id']}"
    asset = item["assets"]["weights"]
    path = asset["href"].removeprefix("mlflow-artifacts:/")
    content = requests.get(f"{mlflow.url}/api/2.0/mlflow-artifacts/artifacts/{path}", timeout=30).content
    assert asset["file:size"] == len(content) and asset["title"] == "Booster"
    assert asset["file:checksum"] == "1220" + hashlib.sha256(content).hexdigest()
    assert asset["mlm:artifact_type"] == "xgboost.Booster.save_model"
    # What was made is linked as it says.
    seen = catalog.get("/collections/models/items/fields-v1/mlflow").json()
    assert seen["state"] == "ok", seen
    again = register(catalog, mlflow, "models:/fields/1", template(TEMPLATE | {"id": "fields-v1"}))
    assert again.returncode == 0, again.stdout + again.stderr


def test_a_fetched_file_that_is_another_than_its_checksum_says_bars_the_model(catalog, mlflow, trained, template):
    done = register(catalog, mlflow, "models:/fields/1", template(TEMPLATE | {"id": "fields-v1"}))
    assert done.returncode == 0, done.stdout + done.stderr
    item = catalog.get("/collections/models/items/fields-v1").json()
    item["id"], item["properties"]["mlm:name"] = "fields-changed", "Fields changed"
    item["assets"]["weights"] |= {"href": "models:/fields/1", "file:checksum": "1220" + "00" * 32}
    refused = catalog.post("/models/register", json=item)
    assert refused.status_code == 400, refused.text
    (fault,) = [fault for fault in refused.json()["errors"] if fault["pointer"] == "/assets/weights/file:checksum"]
    assert fault["rule"] == "file-checksum" and "it was changed" in fault["message"], fault
    report = catalog.post("/models/validate", json=item).json()
    assert report["valid"] and not report["runnable"] and not report["promotable"], report


def test_a_run_without_a_registered_version_becomes_an_item_too(catalog, mlflow, trained, template):
    document = TEMPLATE | {"id": "fields-of-a-run"}
    document["properties"] = TEMPLATE["properties"] | {"mlm:name": "Fields of a run", "version": "0.1.0"}
    done = register(catalog, mlflow, f"runs:/{trained['run_id']}/model", template(document))
    assert done.returncode == 0, done.stdout + done.stderr
    properties = catalog.get("/collections/models/items/fields-of-a-run").json()["properties"]
    assert properties["mlflow:run_id"] == trained["run_id"] and "mlflow:version" not in properties
    assert properties["version"] == "0.1.0"


@pytest.mark.parametrize("model, reason", [
    ("models:/fields@nobody", "nobody"), ("models:/nothing/1", "nothing"), ("runs:/" + "0" * 32 + "/model", "not found"),
    ("models:/fields/Production", "no version in the stage"), ("s3://bucket/model", "--from-mlflow needs"),
])
def test_what_mlflow_does_not_have_is_told_in_one_line(catalog, mlflow, trained, template, model, reason):
    done = run("register", "--from-mlflow", model, "--template", template(), "--mlflow-tracking-uri", mlflow.url,
               "--url", catalog.url)
    assert done.returncode != 0 and reason in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_server_that_is_away_or_no_template_is_told(catalog, mlflow, trained, template):
    done = run("register", "--from-mlflow", "models:/fields/1", "--template", template(), "--mlflow-tracking-uri",
               "http://127.0.0.1:9", "--url", catalog.url)
    assert done.returncode != 0 and "cannot be reached" in done.stderr, done.stderr
    done = run("register", "--from-mlflow", "models:/fields/1", "--mlflow-tracking-uri", mlflow.url, "--url", catalog.url)
    assert done.returncode != 0 and "--template" in done.stderr, done.stderr


def move(mlflow, storage, kept):
    """Moves the artifacts of a server that is stopped into a bucket, as an operator would."""
    for file in kept.rglob("*"):
        if file.is_file():
            storage.put("mlflow", str(file.relative_to(kept)), file.read_bytes())
    shutil.rmtree(kept)
    columns = {"experiments": ["artifact_location"], "runs": ["artifact_uri"], "logged_models": ["artifact_location"],
               "model_versions": ["source", "storage_location"]}
    with contextlib.closing(sqlite3.connect(mlflow.folder / "runs.sqlite")) as database, database:
        for table, names in columns.items():
            for name in names:
                for old in (kept.as_uri(), str(kept)):
                    database.execute(f"UPDATE {table} SET {name} = replace({name}, ?, 's3://mlflow')", (old,))


def test_a_model_in_a_folder_or_a_bucket_of_its_server_is_registered(catalog, template, tmp_path, monkeypatch):
    mlflow = MLflow(tmp_path / "mlflow", serves_artifacts=False)
    kept = mlflow.artifacts

    def registered(name, *options):
        document = TEMPLATE | {"id": name}
        document["properties"] = TEMPLATE["properties"] | {"mlm:name": name}
        done = register(catalog, mlflow, "models:/stored/1", template(document), *options)
        assert done.returncode == 0, done.stdout + done.stderr
        return catalog.get(f"/collections/models/items/{name}").json()["assets"]["weights"]

    with ObjectStorage(tmp_path / "swift") as storage:
        try:
            mlflow.start().train("stored", 0.92)
            asset = registered("stored-in-a-folder")
            checksum = asset["file:checksum"]
            (file,) = kept.rglob("model.ubj")
            assert checksum == "1220" + hashlib.sha256(file.read_bytes()).hexdigest()
            mlflow.stop()
            move(mlflow, storage, kept)
            mlflow.start()
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            monkeypatch.setenv("AWS_ENDPOINT_URL_S3", storage.endpoint)
            # No host is asked that the user has not named.
            done = register(catalog, mlflow, "models:/stored/1", template(TEMPLATE | {"id": "nowhere"}))
            assert done.returncode != 0 and "allow" in done.stdout + done.stderr, done.stdout + done.stderr
            asset = registered("stored-in-a-bucket", "--allow-host", storage.host)
            assert asset["href"].startswith("s3://mlflow/") and asset["file:checksum"] == checksum
        finally:
            mlflow.stop()
