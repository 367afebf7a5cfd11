"""Decisions and MLflow: aliases that follow links, and decisions without a server."""

import json

from gnomon_server import run, succeed, wait_until
from mlflow_models import aliases_of, decide, promotable
from stac_documents import CATALOG

WHOLE = ("proposed", "validated", "approved", "production")


def linked(mlflow, name, version):
    """A model that only its link names."""
    item = promotable(name, version)
    del item["properties"]["mlflow:registered_model"], item["properties"]["mlflow:version"]
    item["links"] = [link for link in item["links"] if link["rel"] != "mlflow:run"] + [
        {"rel": "mlflow:run", "href": f"{mlflow.url}/#/models/{name}/versions/{version}"}]
    return item


def test_an_alias_goes_where_the_link_alone_names_another_version(catalog, mlflow):
    first, second = (mlflow.train("relinked-alias", accuracy)["version"] for accuracy in (0.8, 0.9))
    item = linked(mlflow, "relinked-alias", first)
    place = f"/collections/models/items/{item['id']}"
    catalog.create("/collections/models/items", item)
    decide(catalog, item["id"], *WHOLE)
    wait_until(lambda: aliases_of(mlflow, "relinked-alias") == {"production": first}, 30, "the alias is set")
    # Other words about the same version leave it.
    item["links"][-1]["title"] = "The run"
    assert catalog.put(place, json=item).status_code in (200, 204)
    wait_until(lambda: catalog.get(place + "/mlflow").json()["state"] == "ok", 30, "MLflow was asked anew")
    assert aliases_of(mlflow, "relinked-alias") == {"production": first}
    item["links"][-1]["href"] = f"{mlflow.url}/#/models/relinked-alias/versions/{second}"
    assert catalog.put(place, json=item).status_code in (200, 204)
    wait_until(lambda: aliases_of(mlflow, "relinked-alias") == {}, 30, "the alias goes with the link")
    decide(catalog, item["id"], *WHOLE)
    wait_until(lambda: aliases_of(mlflow, "relinked-alias") == {"production": second}, 30, "the alias is set anew")
    item["links"] = item["links"][:-1]
    assert catalog.put(place, json=item).status_code in (200, 204)
    wait_until(lambda: aliases_of(mlflow, "relinked-alias") == {}, 30, "the alias goes with the link that is gone")
    writes = [(write["version"], write["action"]) for entry in catalog.get(place + "/promotions").json()["promotions"]
              for write in entry.get("mlflow_aliases", [])]
    assert writes == [(first, "set"), (first, "remove"), (second, "set"), (second, "remove")], writes


def test_a_decision_without_a_server_asks_mlflow_and_writes_the_alias(mlflow, own_server, tmp_path):
    version = mlflow.train("decided", 0.9)["version"]
    server = own_server("data", "--asset-root", CATALOG, "--mlflow-tracking-uri", mlflow.url)
    here = ["--data-dir", server.data_directory]
    asking = [*here, "--mlflow-tracking-uri", mlflow.url]
    item = linked(mlflow, "decided", version) | {"collection": "models"}
    item["properties"]["mlflow:metrics"] = {"accuracy": 0.5}
    (tmp_path / "item.json").write_text(json.dumps(item))
    model = f"models/{item['id']}"

    def load(accuracy):
        item["properties"]["mlflow:metrics"] = {"accuracy": accuracy}
        (tmp_path / "item.json").write_text(json.dumps(item))
        succeed("load", tmp_path / "item.json", *here)
    succeed("load", CATALOG, *here)
    load(0.5)
    succeed("promote", model, "proposed", *asking)
    refused = run_refused("promote", model, "validated", *asking)
    assert "MLflow 0.9" in refused, refused
    load(0.9)
    for state in WHOLE[:3]:
        succeed("promote", model, state, *asking)
    history = json.loads(succeed("promotions", model, "--json", *here).stdout)
    assert history["promotions"][-1]["evidence"]["mlflow"]["state"] == "ok", history["promotions"][-1]
    told = succeed("promote", model, "production", *asking).stdout
    assert told == f"{model} is production.\nMLflow's alias 'production' of 'decided' leads to version {version}.\n"
    assert aliases_of(mlflow, "decided") == {"production": version}
    # Who is told of no server leaves it to one, and so does who finds it away.
    told = succeed("promote", model, "approved", *here).stdout
    assert f"is still to go from version {version}: gnomon serve --mlflow-tracking-uri sees to it." in told, told
    assert aliases_of(mlflow, "decided") == {"production": version}
    with mlflow.stopped():
        told = succeed("promote", model, "production", *asking).stdout
        assert "is still to lead to" in told and "cannot be reached" in told, told
    server.start()
    wait_until(lambda: aliases_of(mlflow, "decided") == {"production": version}, 60, "the server writes what was left")
    told = succeed("promote", model, "retired", "--url", server.url).stdout
    assert told == f"{model} is retired.\n"
    wait_until(lambda: aliases_of(mlflow, "decided") == {}, 30, "the alias is gone")


def run_refused(*arguments):
    done = run(*arguments)
    assert done.returncode == 1, done.stdout
    return done.stderr
