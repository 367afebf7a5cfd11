"""Items of models with ties to MLflow, and what the server says of them."""

import copy
import json

from gnomon_server import wait_until
from stac_documents import CATALOG

MODEL = json.loads((CATALOG / "models" / "amazon-land-cover.json").read_text())


def model(identifier, link=None, **properties):
    """The demo model with other ties to MLflow."""
    item = copy.deepcopy(MODEL)
    item["id"] = identifier
    item["links"] = [other for other in item["links"] if other["rel"] not in ("mlflow:run", "collection")]
    if link:
        item["links"].append({"rel": "mlflow:run", "href": link, "type": "text/html"})
    item["properties"] |= {f"mlflow:{name}": value for name, value in properties.items()}
    for asset in item["assets"].values():
        if asset["href"].startswith("./"):
            asset["href"] = str(CATALOG / "models" / asset["href"])
    return item


def known(catalog, identifier):
    answer = catalog.get(f"/collections/models/items/{identifier}/mlflow")
    assert answer.status_code == 200, answer.text
    return answer.json()


def until(catalog, identifier, state):
    """What is shown once the state is this one; what is known gets old within a second."""
    return wait_until(lambda: (seen := known(catalog, identifier))["state"] == state and seen, 30,
                      f"{identifier} is {state}: {known(catalog, identifier)}")


def found(catalog, filter):
    answer = catalog.get("/search", params={"filter": filter, "collections": "models", "limit": 100})
    assert answer.status_code == 200, answer.text
    return {item["id"] for item in answer.json()["features"]}


def promotable(name, version):
    """A version of a model that MLflow has registered, good enough for production."""
    item = copy.deepcopy(MODEL)
    item["links"] = [link for link in item["links"] if link["href"].startswith("http")]
    item["id"] = f"{name}-{version}"
    item["properties"] |= {"version": f"{version}.0.0", "mlm:name": name.capitalize(), "mlflow:registered_model": name,
                           "mlflow:version": version}
    for asset in item["assets"].values():
        if asset["href"].startswith("./"):
            asset["href"] = (CATALOG / "models" / asset["href"]).resolve().as_uri()
    return item


def decide(catalog, identifier, *states):
    for state in states:
        answer = catalog.post(f"/collections/models/items/{identifier}/promotions", {"to": state})
        assert answer.status_code == 201, answer.text


def aliases_of(mlflow, name):
    model = mlflow.call("GET", "registered-models/get", name=name)["registered_model"]
    return {alias["alias"]: alias["version"] for alias in model.get("aliases", [])}
