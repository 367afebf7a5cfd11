"""A prediction's four results, whichever door they came through."""

import json
from pathlib import Path

import rasterio

import gnomon_server
from stac_documents import CATALOG
from expected_maps import MODELS


class Prediction:
    """The class map, confidence, polygons and item of one run, as files in a folder."""

    def __init__(self, folder):
        self.class_file = Path(folder) / "class.tif"
        self.confidence_file = Path(folder) / "confidence.tif"
        self.polygons_text = (Path(folder) / "polygons.geojson").read_text()
        self.item = json.loads((Path(folder) / "item.json").read_text())

    @property
    def polygons(self):
        return json.loads(self.polygons_text)["features"]

    def codes(self):
        with rasterio.open(self.class_file) as dataset:
            return dataset.read(1)

    def confidence(self):
        with rasterio.open(self.confidence_file) as dataset:
            return dataset.read(1)

    def content(self):
        """The bytes of everything that must be the same on a second run."""
        return [self.class_file.read_bytes(), self.confidence_file.read_bytes(), self.polygons_text]


def references(model_id):
    """The `COLLECTION/ID` of the demo items of a demo model, not in order of time."""
    paths = MODELS[model_id]
    return [path.removesuffix(".json") for path in paths[1::2] + paths[0::2]]


def execution_body(items, **inputs):
    chosen = [dict(zip(("collection", "id"), reference.split("/"))) for reference in items]
    return {"inputs": {"items": chosen, **inputs}}


def execute(server, model_id, items=None, **inputs):
    """Runs a model over HTTP and gives the answer."""
    body = execution_body(items or references(model_id), **inputs)
    return server.post(f"/processes/models:{model_id}/execution", json=body)


def item_of(server, answer):
    """The STAC item of an execution's answer, read from the catalog."""
    assert answer.status_code in (200, 201), f"{answer.status_code} {answer.text[:2000]}"
    document = answer.json()
    if document.get("type") != "Feature":
        document = document.get("item", document)
    address = document.get("href") or f"{server.url}/collections/predictions/items/{document['id']}"
    stored = server.http.get(address, timeout=60)
    assert stored.status_code == 200, stored.text
    return stored.json()


def download(server, item, folder):
    """Writes the assets of a prediction's item as `gnomon predict` names them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "item.json").write_text(json.dumps(item))
    for name in ("class.tif", "confidence.tif", "polygons.geojson"):
        asset = asset_named(item, name.split(".")[0])
        answer = server.http.get(asset["href"], timeout=60)
        assert answer.status_code == 200, f"{asset['href']}: {answer.status_code} {answer.text[:500]}"
        (folder / name).write_bytes(answer.content)
    # Where GDAL looks for category names: beside the map.
    sidecar = server.http.get(asset_named(item, "class")["href"] + ".aux.xml", timeout=60)
    assert sidecar.status_code == 200, f"{sidecar.status_code} {sidecar.text[:500]}"
    (folder / "class.tif.aux.xml").write_bytes(sidecar.content)
    return Prediction(folder)


def asset_named(item, name):
    found = [asset for key, asset in item["assets"].items() if name in key]
    assert len(found) == 1, f"one asset named {name} in {sorted(item['assets'])}"
    return found[0]


def over_http(server, model_id, folder, items=None, **inputs):
    answer = execute(server, model_id, items, confidence=True, **inputs)
    return download(server, item_of(server, answer), folder)


def by_command(data_directory, model_id, folder, *options, items=None):
    """Runs `gnomon predict` on a data directory and reads what it wrote."""
    chosen = [argument for reference in items or references(model_id) for argument in ("--item", reference)]
    gnomon_server.succeed("predict", "--model", f"models/{model_id}", *chosen, "--confidence", "--out", folder,
                          "--data-dir", data_directory, *options)
    return Prediction(folder)


def load_demo(data_directory):
    return gnomon_server.succeed("load", CATALOG, "--data-dir", data_directory)
