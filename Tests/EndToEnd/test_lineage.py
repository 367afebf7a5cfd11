"""The lineage: from a prediction to the training data, from a model to what was made with it."""

import copy
import json
import xml.etree.ElementTree as ElementTree

import pytest

import predictions
import stac_documents as documents
from gnomon_server import run, succeed
from stac_documents import CATALOG

MODEL = "amazon-land-cover"
DVC = """outs:
- md5: 22a1a2931c8370d3aeedd7183606fd7f
  size: 14445097
  hash: md5
  path: train.csv
"""


@pytest.fixture(scope="module")
def traced(server, asset_root):
    """A model with data in DVC and a project of MLflow, and a prediction that it made."""
    (asset_root / "train.csv.dvc").write_text(DVC)
    (asset_root / "MLproject").write_text("name: crops\nentry_points:\n  main:\n    command: python train.py\n")
    model = json.loads((CATALOG / "models" / f"{MODEL}.json").read_text())
    stored = server.get(f"/collections/models/items/{MODEL}").json()
    model["id"] = "traced"
    model["properties"] |= {"mlm:name": "traced", "version": "1.0.0"}
    model["assets"] = stored["assets"]
    model["assets"]["project"] = {"href": f"file://{asset_root}/MLproject", "roles": ["code"],
                                  "mlm:entrypoint": "train:main"}
    model["links"] = [link for link in stored["links"] if link["rel"] in ("derived_from", "mlflow:run")]
    model["links"].append({
        "rel": "derived_from", "href": f"file://{asset_root}/train.csv.dvc", "type": "application/yaml",
        "title": "Training data", "git:repository": "https://example.org/crops.git", "git:commit": "a" * 40,
        "dvc:path": "data/train.csv", "dvc:md5": "22a1a2931c8370d3aeedd7183606fd7f", "dvc:size": 14445097})
    server.create("/collections/models/items", model)
    answer = predictions.execute(server, "traced", predictions.references(MODEL))
    prediction = predictions.item_of(server, answer)
    yield prediction["id"]
    server.delete(f"/collections/predictions/items/{prediction['id']}")
    server.delete("/collections/models/items/traced")


def graph(server, path, **parameters):
    answer = server.get(f"/collections/{path}/lineage", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def pairs(lineage):
    """The edges by what a person calls the nodes."""
    names = {node["id"]: node.get("item") or node["kind"] for node in lineage["nodes"]}
    return {(names[edge["from"]], names[edge["to"]]) for edge in lineage["edges"]}


def test_one_request_leads_from_a_prediction_to_the_training_data(server, traced):
    lineage = graph(server, f"predictions/items/{traced}")
    found = pairs(lineage)
    for edge in [(traced, "traced"), (traced, "s2-amazon"), ("traced", "data"), ("traced", "run"),
                 ("traced", "container"), ("traced", "code"), ("traced", "amazon-polygons")]:
        assert edge in found, f"{edge} in {found}"
    data = next(node for node in lineage["nodes"] if node["kind"] == "data")
    assert data["git:commit"] == "a" * 40 and data["dvc:size"] == 14445097 and data["state"] == "present"
    assert data["outs"] == [{"path": "train.csv", "md5": "22a1a2931c8370d3aeedd7183606fd7f", "size": 14445097}]
    code = next(node for node in lineage["nodes"] if node["kind"] == "code" and "project" in node)
    assert code["project"]["entry_points"][0]["command"] == "python train.py"
    container = next(node for node in lineage["nodes"] if node["kind"] == "container")
    assert container["digest"].startswith("sha256:")
    assert lineage["limits"] == []


def test_a_model_knows_what_was_made_with_it_until_that_is_gone(server, traced):
    assert (traced, "traced") in pairs(graph(server, "models/items/traced"))
    image = graph(server, "sentinel-2-amazon/items/s2-amazon", direction="results")
    assert {(traced, "s2-amazon"), ("traced", "s2-amazon"), (traced, "traced")} <= pairs(image)
    document = server.get(f"/collections/predictions/items/{traced}").json()
    other = copy.deepcopy(document)
    other["links"] = []
    assert server.put(f"/collections/predictions/items/{traced}", json=other).status_code in (200, 204)
    assert (traced, "traced") not in pairs(graph(server, "models/items/traced"))
    assert server.put(f"/collections/predictions/items/{traced}", json=document).status_code in (200, 204)
    assert (traced, "traced") in pairs(graph(server, "models/items/traced"))


def test_predictions_that_are_loaded_are_found_from_their_model(server):
    server.create("/collections", documents.collection("loaded"))
    items = []
    for number in range(60):
        item = documents.item(f"p{number}", "loaded")
        item["links"] = [{"rel": "derived_from", "href": f"../../models/items/{MODEL}"}] if number % 2 else []
        items.append(item)
    answer = server.post("/collections/loaded/items", json={"type": "FeatureCollection", "features": items})
    assert answer.status_code == 201, answer.text
    made = {pair for pair in pairs(graph(server, f"models/items/{MODEL}", direction="results", limit=1000))
            if pair[0].startswith("p") and pair[0][1:].isdigit()}
    assert made == {(f"p{number}", MODEL) for number in range(1, 60, 2)}
    few = graph(server, f"models/items/{MODEL}", direction="results", limit=5)
    assert len(few["nodes"]) == 5 and few["limits"] == ["there are more than 5 nodes"]
    assert server.delete("/collections/loaded").status_code in (200, 204)
    assert not {pair for pair in pairs(graph(server, f"models/items/{MODEL}", direction="results"))
                if pair[0] in ("p1", "p3")}


def test_decisions_about_a_model_are_part_of_what_was_made_with_it(server, traced):
    assert server.post("/collections/models/items/traced/promotions", json={"to": "proposed"}).status_code == 201
    nodes = graph(server, f"predictions/items/{traced}")["nodes"]
    model = next(node for node in nodes if node.get("item") == "traced")
    assert model["gnomon:state"] == "proposed" and model["gnomon:promotions"][-1]["to"] == "proposed"
    assert "gnomon:state" not in next(node for node in nodes if node["kind"] == "result")
    shown = succeed("lineage", f"predictions/{traced}", "--url", server.url)
    assert "model: models/traced (proposed)" in shown.stdout


def test_the_lineage_begins_at_a_collection_and_goes_through_it(server):
    for collection, source in [("labels-raw", None), ("labels-clean", "./labels-raw")]:
        document = documents.collection(collection)
        document["links"] = [{"rel": "derived_from", "href": source}] if source else []
        server.create("/collections", document)
    model = documents.demo(f"models/{MODEL}.json")
    model["id"] = "of-labels"
    model["properties"] |= {"mlm:name": "Of labels", "version": "1.0.0"}
    model["links"] = [{"rel": "derived_from", "href": "../../labels-clean"}]
    server.create("/collections/models/items", model)
    made = documents.item("by-name", "labels-raw")
    made["links"] = [{"rel": "derived_from", "href": "../../models/items/Of%20labels@latest"}]
    server.create("/collections/labels-raw/items", made)
    whole = {("by-name", "of-labels"), ("of-labels", "collection"), ("collection", "collection")}
    for place in ("labels-raw", "labels-raw/items/by-name"):
        seen = graph(server, place)
        assert whole <= pairs(seen), seen
        named = next(edge for edge in seen["edges"] if edge["from"].endswith("by-name"))
        assert named["name"] == "Of labels@latest" and named["to"].endswith("/of-labels")
    assert whole <= pairs(graph(server, "models/items/of-labels"))
    about = {link["rel"]: link["href"] for link in graph(server, "labels-clean")["links"]}
    assert about["about"] == f"{server.url}/collections/labels-clean"
    for place in (["--url", server.url], ["--data-dir", server.data_directory]):
        told = succeed("lineage", "labels-raw", *place).stdout
        assert told.startswith("collection: labels-raw\n  made of it:\n") and "item: labels-raw/by-name" in told, told
        assert "no collection 'labels'; a model or another item is collection/id" in run("lineage", "labels", *place).stderr
    # Another version takes the name, and with it what was made by the name.
    model["id"], model["properties"]["version"] = "of-labels-2", "2.0.0"
    server.create("/collections/models/items", model)
    assert ("by-name", "of-labels-2") in pairs(graph(server, "models/items/of-labels-2"))
    assert ("by-name", "of-labels") not in pairs(graph(server, "models/items/of-labels"))
    for place in ("models/items/of-labels", "models/items/of-labels-2"):
        server.delete(f"/collections/{place}")
    missing = graph(server, "labels-raw/items/by-name")
    assert [node["state"] for node in missing["nodes"]] == ["present", "missing"]
    for collection in ("labels-raw", "labels-clean"):
        server.delete(f"/collections/{collection}")
    assert server.get("/collections/labels-raw/lineage").status_code == 404


def test_the_lineage_is_drawn(server, traced):
    path = f"/collections/predictions/items/{traced}/lineage"
    drawing = server.get(path, headers={"Accept": "image/svg+xml"})
    assert drawing.headers["Content-Type"] == "image/svg+xml" and "Accept" in drawing.headers["Vary"]
    assert "default-src 'none'" in drawing.headers["Content-Security-Policy"]
    root = ElementTree.fromstring(drawing.content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    boxes = root.findall(".//{http://www.w3.org/2000/svg}rect[@rx='8']")
    assert len(boxes) == len(server.get(path).json()["nodes"])
    assert server.get(path, params={"f": "svg"}).content == drawing.content
    dot = server.get(path, params={"f": "dot"})
    assert dot.headers["Content-Type"].startswith("text/vnd.graphviz") and dot.text.startswith("digraph lineage {")


@pytest.mark.parametrize("query", ["f=png", "depth=0", "depth=33", "limit=0", "limit=1001", "limit=x",
                                   "direction=up", "what=1"])
def test_what_is_no_parameter_is_refused(server, query):
    answer = server.get(f"/collections/models/items/{MODEL}/lineage?{query}")
    assert answer.status_code == 400 and answer.json()["code"] == "invalid-parameter"


def test_there_is_no_lineage_of_what_is_not_there(server):
    answer = server.get("/collections/models/items/nothing/lineage")
    assert answer.status_code == 404 and answer.json()["code"] == "not-found"


def test_the_command_shows_the_same(server, traced):
    shown = succeed("lineage", f"predictions/{traced}", "--url", server.url)
    assert "model: models/traced" in shown.stdout and "training data" in shown.stdout
    drawn = succeed("lineage", f"predictions/{traced}", "--svg", "--url", server.url)
    ElementTree.fromstring(drawn.stdout)
    assert "digraph" in succeed("lineage", f"predictions/{traced}", "--dot", "--url", server.url).stdout
    for place in (["--url", server.url], ["--data-dir", server.data_directory]):
        told = succeed("lineage", "models/traced@latest", *place).stdout
        assert "model: models/traced" in told, told
    missing = run("lineage", "models/none", "--url", server.url)
    assert missing.returncode == 1 and "no item 'none'" in missing.stderr
    other = run("lineage", "models:traced", "--url", server.url)
    assert other.returncode == 1 and "item is collection/id, such as models/amazon-land-cover" in other.stderr


def test_the_command_takes_versions_and_keys(own_server, tmp_path):
    server = own_server("data", "--reads", "key")
    here = ["--data-dir", server.data_directory]
    model = documents.demo(f"models/{MODEL}.json")
    model["id"] = "second"
    model["properties"] |= {"mlm:name": "Versioned", "version": "2.0.0"}
    (tmp_path / "second.json").write_text(json.dumps(model))
    succeed("load", CATALOG, *here)
    succeed("load", tmp_path / "second.json", *here)
    key = succeed("keys", "create", "somebody", "--role", "reader", *here).stdout.split()[-1]
    assert "model: models/second" in succeed("lineage", "models/Versioned@latest", *here).stdout
    server.start()
    assert run("lineage", "models/second", "--url", server.url).returncode == 1
    shown = succeed("lineage", "models/Versioned@2.0.0", "--url", server.url, "--api-key", key)
    assert "model: models/second" in shown.stdout


def test_links_to_data_are_made_from_the_files_of_dvc(tmp_path):
    (tmp_path / "train.csv.dvc").write_text(DVC)
    printed = succeed("training-data", tmp_path / "train.csv.dvc", "--repository", "https://example.org/r.git",
                      "--commit", "b" * 40, "--path", "data/train.csv.dvc", "--href", "https://example.org/t.dvc")
    assert json.loads(printed.stdout) == [{
        "rel": "derived_from", "href": "https://example.org/t.dvc", "type": "application/yaml",
        "title": "Training data data/train.csv", "git:repository": "https://example.org/r.git",
        "git:commit": "b" * 40, "git:path": "data/train.csv.dvc", "dvc:path": "data/train.csv",
        "dvc:md5": "22a1a2931c8370d3aeedd7183606fd7f", "dvc:size": 14445097}]
    (tmp_path / "dvc.lock").write_text(
        "stages:\n  train:\n    cmd: python train.py --glob *data/*.tif\n    deps:\n    - {path: a.csv, md5: 22a1a2931c8370d3aeedd7183606fd7f}\n"
        "    - {path: train.py, md5: 22a1a2931c8370d3aeedd7183606fd7f}\n    outs:\n    - {path: model.ubj}\n")
    read = json.loads(succeed("training-data", tmp_path / "dvc.lock").stdout)
    assert [link["dvc:path"] for link in read] == ["a.csv"]
    assert "reads no data" in run("training-data", tmp_path / "dvc.lock", "--stage", "fit").stderr
    (tmp_path / "bomb.dvc").write_text("a: &a [x]\nb: [*a, *a]\n")
    refused = run("training-data", tmp_path / "bomb.dvc")
    assert refused.returncode == 1 and "line 2 has an alias" in refused.stderr
