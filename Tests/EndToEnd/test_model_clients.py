"""Programs that others wrote for models described by the MLM extension, unmodified against the server."""

import json
import subprocess

import pytest

import stac_documents as documents
from gnomon_server import REPOSITORY

PYTHON = REPOSITORY / ".venv-fair" / "bin" / "python"
FIXTURES = REPOSITORY / "fixtures" / "mlm"


def foreign(script, *arguments):
    done = subprocess.run(
        [PYTHON, REPOSITORY / "Tests" / "EndToEnd" / script, *map(str, arguments)], capture_output=True, text=True,
        timeout=300)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def test_the_registration_client_of_fair_works(server):
    assert "fAIr's client is content." in foreign("fair_client.py", server.url)
    for collection in ("base-models", "local-models", "datasets"):
        server.delete(f"/collections/{collection}")


@pytest.fixture(scope="module")
def examples(server):
    """The examples of the extension and what stac-model itself writes, each in a collection of its own."""
    taken = {}
    for path in sorted([*FIXTURES.glob("item_*.json"), *FIXTURES.glob("v1.6.0/item_*.json")]):
        item = json.loads(path.read_text())
        collection = item["collection"] = "mlm-" + path.stem.replace("_", "-")
        server.create("/collections", documents.collection(collection))
        answer = server.post(f"/collections/{collection}/items", json=item)
        assert answer.status_code == 201, answer.text
        taken[collection] = item
    yield taken
    for collection in taken:
        server.delete(f"/collections/{collection}")


def test_the_examples_of_the_extension_come_back_as_they_are(server, examples):
    assert len(examples) == 10
    for collection, item in examples.items():
        stored = server.get(f"/collections/{collection}/items/{item['id']}").json()
        assert {**stored, "links": []} == {**item, "links": []}
        report = server.get(f"/collections/{collection}/items/{item['id']}/validation").json()
        assert report["valid"], report["refusals"]
    # One counts its longitudes from 0 to 360, and lies where it says all the same: in North America.
    found = server.get("/search", params={"bbox": "-100,30,-90,40", "collections": "mlm-item-datacube-variables"}).json()
    assert [item["geometry"]["coordinates"][0][0] for item in found["features"]] == [[233.6, 54.2]], found


def test_stac_model_reads_of_every_model_served_what_it_reads_of_the_original(server, examples, tmp_path, measured):
    demo = [documents.demo(f"models/{name}.json") for name in ("amazon-land-cover", "sinop-crops")]
    originals = {(item["collection"], item["id"]): item for item in [*examples.values(), *demo]}
    found = server.post("/search", json={
        "filter": "mlm:name IS NOT NULL", "filter-lang": "cql2-text", "limit": 1000}).json()["features"]
    served = {(item["collection"], item["id"]): item for item in found}
    assert set(originals) <= set(served)
    files = []
    for number, key in enumerate(originals):
        for name, item in (("original", originals[key]), ("served", served[key])):
            files.append(tmp_path / f"{number}-{name}.json")
            files[-1].write_text(json.dumps(item))
    lines = [json.loads(line) for line in foreign("read_models.py", *files).splitlines()]
    read = dict(zip(originals, lines[1::2]))
    assert lines[0::2] == lines[1::2]
    for key, result in read.items():
        properties = originals[key]["properties"]
        # pystac keeps the time by itself, and writes null where there is a range.
        assert {**result["properties"], "datetime": properties.get("datetime")} == {"datetime": None, **properties}, key
    whole = [key for key, result in read.items() if "model" in result]
    measured(f"stac-model reads {len(read)} models; of {len(whole)} it makes its own, of the others as little as of the originals")
    assert {("models", "amazon-land-cover"), ("models", "sinop-crops")} <= set(whole)
    assert ("mlm-item-eurosat-resnet" in {collection for collection, _ in whole})
