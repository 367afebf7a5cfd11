"""Versions of models, and the decisions about them: who may take which, what they stand on, and what survives a crash."""

import getpass
import json
import re
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

import predictions
import stac_documents as documents
from gnomon_server import BINARY, REPOSITORY, Server, environment, run, succeed, wait_until
from pg_cluster import BINARIES

MODEL = "amazon-land-cover"
COLLECTION = "/collections/models"
STATES = ["proposed", "validated", "approved", "production"]


def version(number, **properties):
    """The demo model as another version of itself, its files where they were."""
    document = documents.demo(f"models/{MODEL}.json")
    written = json.loads((documents.CATALOG / "models" / f"{MODEL}.json").read_text())
    document["links"] = [link for link in written["links"] if link["href"].startswith("http")]
    document["id"] = f"land-cover-{number}"
    document["collection"] = "models"
    document["properties"] |= {"version": number} | properties
    return document


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    """A server with three versions of a model, which the tests add to."""
    with Server(tmp_path_factory.mktemp("promotions") / "data", "--asset-root", documents.CATALOG) as server:
        server.load(documents.CATALOG)
        for number in ("1.9.0", "1.10.0", "2.0.0-rc.1"):
            server.create(f"{COLLECTION}/items", version(number))
        yield server


def links(document):
    return {link["rel"]: link["href"].rsplit("/", 1)[1] for link in document["links"] if link["rel"].endswith("-version")}


def promotions(server, model, **options):
    return server.get(f"{COLLECTION}/items/{model}/promotions", **options)


def promote(server, model, state, comment="", token=None, **members):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return server.post(f"{COLLECTION}/items/{model}/promotions", {"to": state, "comment": comment, **members},
                       headers=headers)


def promoted(server, model, *states, **options):
    for state in states:
        answer = promote(server, model, state, **options)
        assert answer.status_code == 201, f"{state}: {answer.status_code} {answer.text[:1000]}"
    return answer.json()


def test_versions_link_to_each_other_wherever_they_are_served(catalog):
    expected = {
        "land-cover-1.9.0": {"successor-version": "land-cover-1.10.0", "latest-version": "land-cover-1.10.0"},
        "land-cover-1.10.0": {"predecessor-version": "land-cover-1.9.0", "successor-version": "land-cover-2.0.0-rc.1"},
        "land-cover-2.0.0-rc.1": {"predecessor-version": "land-cover-1.10.0", "latest-version": "land-cover-1.10.0"},
    }
    found = catalog.post("/search", {"collections": ["models"], "ids": list(expected), "limit": 10}).json()["features"]
    assert {item["id"]: links(item) for item in found} == expected
    for model, wanted in expected.items():
        assert links(catalog.get(f"{COLLECTION}/items/{model}").json()) == wanted
    assert links(catalog.get(f"{COLLECTION}/items/sinop-crops").json()) == {}
    cut = catalog.get("/search", params={"ids": "land-cover-1.9.0", "fields": "id"}).json()["features"][0]
    assert "links" not in cut or set(links(cut)) <= {"successor-version", "latest-version"}


def test_a_document_that_comes_back_with_computed_links_keeps_none_of_them(catalog):
    path = f"{COLLECTION}/items/land-cover-1.9.0"
    served = catalog.get(path).json()
    assert all(link["gnomon:computed"] for link in served["links"] if link["rel"].endswith("-version"))
    digest = promotions(catalog, "land-cover-1.9.0").json()["document_sha256"]
    assert catalog.put(path, served).json() == served
    assert promotions(catalog, "land-cover-1.9.0").json()["document_sha256"] == digest
    # What the author says of versions is the author's.
    own = served | {"links": [{"rel": "latest-version", "href": "https://example.org/own"}]}
    assert catalog.put(path, own).status_code == 200
    latest = [link for link in catalog.get(path).json()["links"] if link["rel"] == "latest-version"]
    assert latest == own["links"]
    catalog.put(path, served)


@pytest.mark.parametrize("selector, model", [
    ("latest", "land-cover-1.10.0"), ("1.9.0", "land-cover-1.9.0"), ("1.9", "land-cover-1.9.0"),
    ("v1.10", "land-cover-1.10.0"), ("2.0.0-rc.1", "land-cover-2.0.0-rc.1")])
@pytest.mark.parametrize("name", ["Amazon%20land%20cover", "land-cover-1.9.0", "land-cover-1.10.0"])
def test_a_model_is_named_by_its_version(catalog, name, selector, model):
    answer = catalog.get(f"/processes/models:{name}@{selector}")
    assert answer.status_code == 200 and answer.json()["id"] == f"models:{model}"
    assert promotions(catalog, f"{name}@{selector}").json()["id"] == model


def test_a_version_that_is_not_there_or_is_two_is_told(catalog):
    for name in ("land-cover-1.9.0@production", "land-cover-1.9.0@3", "absent@latest", "land-cover-1.9.0@", "@latest"):
        answer = catalog.get(f"/processes/models:{name}")
        assert answer.status_code == 404 and answer.json()["code"] == "no-such-process", name
    # An item whose identifier comes first takes nobody's place, and both say that they are two.
    answer = catalog.post(f"{COLLECTION}/items", version("1.9.0") | {"id": "again"})
    assert answer.status_code == 201 and "'land-cover-1.9.0' is" in answer.headers["Gnomon-Warning"]
    for selector in ("1.9.0", "1.9", "latest"):
        expected = "land-cover-1.10.0" if selector == "latest" else "land-cover-1.9.0"
        assert catalog.get(f"/processes/models:land-cover-1.9.0@{selector}").json()["id"] == f"models:{expected}"
        assert catalog.get(f"{COLLECTION}/items/land-cover-1.9.0@{selector}").json()["id"] == expected
    for model in ("again", "land-cover-1.9.0"):
        report = catalog.get(f"{COLLECTION}/items/{model}/validation").json()
        assert [finding["rule"] for finding in report["warnings"]] == ["version-unique"] and not report["promotable"]
    promoted(catalog, "again", "proposed")
    refused = promote(catalog, "again", "validated")
    assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == "/properties/version"
    # What was decided counts more than who came first.
    assert catalog.get("/processes/models:land-cover-1.9.0@1.9.0").json()["id"] == "models:again"
    catalog.delete(f"{COLLECTION}/items/again")
    # Two that come together say so too, each at its place.
    two = [version("21.0.0"), version("21.0.0") | {"id": "land-cover-21-again"}, version("22.0.0")]
    answer = catalog.post(f"{COLLECTION}/items", {"type": "FeatureCollection", "features": two})
    told = [(warning["pointer"], warning["message"]) for warning in answer.json()["warnings"]]
    assert [pointer for pointer, _ in told] == [f"/features/{index}/properties/version" for index in (0, 1)]
    assert "'land-cover-21-again' is" in told[0][1] and "'land-cover-21.0.0' is" in told[1][1]
    assert answer.status_code == 201 and answer.headers["Gnomon-Warning"].count("/properties/version") == 2
    for item in two:
        catalog.delete(f"{COLLECTION}/items/{item['id']}")


def test_a_model_goes_its_way_and_its_history_tells_it(catalog):
    catalog.create(f"{COLLECTION}/items", version("3.0.0"))
    model = "land-cover-3.0.0"
    for state in ("validated", "approved", "production"):
        answer = promote(catalog, model, state)
        assert answer.status_code == 409 and answer.json()["code"] == "conflict", state
    for state in STATES:
        promoted(catalog, model, state, comment=f"now {state}", evidence={"f1": 0.91, "by": [state]})
    answer = promotions(catalog, model).json()
    assert answer["state"] == "production" and answer["approved"] and answer["document_unchanged"]
    assert answer["production"] == model and answer["version"] == "3.0.0" and answer["model"] == "Amazon land cover"
    history = answer["promotions"]
    assert [(entry["from"], entry["to"]) for entry in history] == list(zip([None, *STATES], STATES))
    assert [entry["number"] for entry in history] == sorted(entry["number"] for entry in history)
    assert all(entry["by"]["person"] and entry["by"]["role"] == "admin" and entry["by"]["name"] for entry in history)
    assert [entry["comment"] for entry in history] == [f"now {state}" for state in STATES]
    validated = history[1]["evidence"]
    assert validated["golden_vector_passed"] is True and validated["findings"] == 0
    assert re.fullmatch("[0-9a-f]{64}", validated["model_file"]["sha256"])
    assert validated["given"] == {"f1": 0.91, "by": ["validated"]}
    assert catalog.get("/processes/models:land-cover-3.0.0@production").json()["id"] == f"models:{model}"
    found = catalog.get("/search", params={"filter": "gnomon:state = 'production'"}).json()["features"]
    assert [item["id"] for item in found] == [model]
    # Another takes its place, in one step that both histories have.
    catalog.create(f"{COLLECTION}/items", version("3.1.0"))
    promoted(catalog, "land-cover-3.1.0", *STATES)
    former = promotions(catalog, model).json()
    assert former["state"] == "approved" and former["approved"] and former["production"] == "land-cover-3.1.0"
    assert former["promotions"][-1]["comment"] == "'land-cover-3.1.0' takes its place in production"
    assert former["promotions"][-1]["evidence"] == {"successor": "land-cover-3.1.0"}
    # The history outlives the model; one of the same name begins anew.
    assert catalog.delete(f"{COLLECTION}/items/{model}").status_code == 204
    left = promotions(catalog, model).json()
    assert left["state"] is None and left["removed"] and len(left["promotions"]) == 6
    catalog.create(f"{COLLECTION}/items", version("3.0.0"))
    assert promotions(catalog, model).json()["state"] is None
    assert promotions(catalog, "never-there").status_code == 404
    promoted(catalog, "land-cover-3.1.0", "retired")
    assert catalog.get("/processes/models:land-cover-3.0.0@latest").json()["id"] == f"models:{model}"
    catalog.delete(f"{COLLECTION}/items/{model}")
    catalog.delete(f"{COLLECTION}/items/land-cover-3.1.0")


def test_a_document_that_changes_is_approved_no_longer(catalog):
    catalog.create(f"{COLLECTION}/items", version("4.0.0"))
    model = "land-cover-4.0.0"
    promoted(catalog, model, *STATES[:3])
    path = f"{COLLECTION}/items/{model}"
    assert catalog.http.patch(catalog.url + path, json={"properties": {"title": "Other"}}, timeout=60).status_code == 200
    answer = promotions(catalog, model).json()
    assert answer["state"] == "approved" and not answer["approved"] and not answer["document_unchanged"]
    approved = {"filter": "gnomon:state = 'approved'", "ids": model}
    assert catalog.get("/search", params=approved).json()["features"] == []
    refused = promote(catalog, model, "production")
    assert refused.status_code == 409 and "its document has changed since" in refused.json()["description"]
    promoted(catalog, model, "proposed", "validated", "approved")
    assert promotions(catalog, model).json()["approved"]
    assert [found["id"] for found in catalog.get("/search", params=approved).json()["features"]] == [model]
    # A step back from production is no way around it.
    promoted(catalog, model, "production")
    assert catalog.http.patch(catalog.url + path, json={"properties": {"title": "Third"}}, timeout=60).status_code == 200
    assert promote(catalog, model, "approved").status_code == 409
    # What becomes something else than a model has no state, and is in nobody's way.
    plain = documents.item(model, "models")
    assert catalog.put(path, plain).status_code == 200
    ended = promotions(catalog, model).json()
    assert ended["state"] is None and not ended["removed"] and ended["promotions"][-1]["to"] == "removed"
    assert ended["promotions"][-1]["evidence"] == {"removed": "model", "document_unchanged": False}
    catalog.delete(path)
    catalog.create(f"{COLLECTION}/items", version("14.1.0"))
    promoted(catalog, "land-cover-14.1.0", *STATES)
    catalog.delete(f"{COLLECTION}/items/land-cover-14.1.0")


def test_whoever_changes_a_decided_document_is_told_that_the_decision_ends(catalog, tmp_path):
    item = version("18.0.0")
    catalog.create(f"{COLLECTION}/items", item)
    model, path = item["id"], f"{COLLECTION}/items/{item['id']}"
    promoted(catalog, model, *STATES)
    same = catalog.put(path, item)
    assert "with another document" not in same.headers.get("Gnomon-Warning", "")
    other = {**item, "properties": {**item["properties"], "title": "Other"}}
    sentence = "the model is in production with another document"
    report = catalog.post("/models/validate", json={**other, "collection": "models"}).json()
    assert [found["message"] for found in report["warnings"] if found["rule"] == "decision-kept"] == [
        f"{sentence}, and not with this one"]
    file = tmp_path / "other.json"
    file.write_text(json.dumps({**other, "collection": "models"}))
    tried = run("register", file, "--url", catalog.url, "--dry-run")
    assert tried.returncode == 0 and sentence in tried.stderr, tried.stderr
    assert promotions(catalog, model).json()["approved"]
    done = catalog.post("/models/register?collection=models", json=other).json()
    assert sum(found["rule"] == "decision-kept" for found in done["report"]["warnings"]) == 1, done
    assert not promotions(catalog, model).json()["approved"]
    # With the former document the decision holds again, and the next change ends it again.
    assert "with another document" not in catalog.put(path, item).headers.get("Gnomon-Warning", "")
    assert promotions(catalog, model).json()["approved"]
    changed = catalog.patch(path, {"properties": {"title": "Third"}})
    assert sentence in changed.headers["Gnomon-Warning"]
    catalog.delete(path)


def test_the_version_in_production_whose_document_has_changed_is_told(catalog, tmp_path):
    catalog.create(f"{COLLECTION}/items", version("17.0.0"))
    model = "land-cover-17.0.0"
    promoted(catalog, model, *STATES)
    asked = [f"{COLLECTION}/items/{model}@production", f"/processes/models:{model}@production"]
    assert not any("Gnomon-Warning" in catalog.get(path).headers for path in asked)
    catalog.patch(f"{COLLECTION}/items/{model}", {"properties": {"title": "Other"}})
    for path in asked:
        assert "its document has changed since" in catalog.get(path).headers["Gnomon-Warning"], path
        assert "Gnomon-Warning" not in catalog.get(path.replace("@production", "")).headers
    run_there = catalog.post(f"/processes/models:{model}@production/execution", predictions.execution_body(
        ["sentinel-2-amazon/s2-amazon"], bbox=[-56.365, -1.47, -56.362, -1.467]))
    assert run_there.status_code == 200 and "has changed since" in run_there.headers["Gnomon-Warning"], run_there.text
    told = run("predict", "--model", f"models/{model}@production", "--item", "sentinel-2-amazon/s2-amazon", "--explain",
               "--data-dir", catalog.data_directory)
    assert told.returncode == 0 and "its document has changed since" in told.stderr, told.stderr
    catalog.delete(f"{COLLECTION}/items/{model}")


def test_the_paths_of_an_item_take_its_version_too(catalog):
    document = version("18.0.0")
    catalog.create(f"{COLLECTION}/items", document)
    named, itself = f"{COLLECTION}/items/land-cover-18.0.0@18", f"{COLLECTION}/items/land-cover-18.0.0"
    for part in ("", "/validation", "/lineage", "/mlflow", "/container", "/promotions", "/assets/model"):
        shown, same = catalog.get(named + part), catalog.get(itself + part)
        assert shown.status_code == 200 and shown.content == same.content, part
    head = catalog.http.head(catalog.url + named + "/assets/model", timeout=60)
    assert head.status_code == 200 and int(head.headers["Content-Length"]) > 1000
    changed = catalog.patch(named, {"properties": {"title": "Eighteen"}})
    assert changed.status_code == 200 and changed.json()["id"] == "land-cover-18.0.0"
    partial = {name: value for name, value in document.items() if name != "id"}
    assert catalog.put(named, partial).json()["id"] == "land-cover-18.0.0"
    assert catalog.delete(named).status_code == 204 and catalog.get(itself).status_code == 404
    assert catalog.delete(named).status_code == 404


def test_no_item_takes_the_name_of_another_models_version(catalog):
    catalog.create(f"{COLLECTION}/items", version("15.0.0"))
    promoted(catalog, "land-cover-15.0.0", *STATES)
    for identifier in ("Amazon land cover", "Amazon land cover@production"):
        other = version("9.0.0") | {"id": identifier}
        other["properties"]["mlm:name"] = "another"
        catalog.create(f"{COLLECTION}/items", other)
        named = catalog.get("/processes/models:Amazon%20land%20cover@production")
        assert named.json()["id"] == "models:land-cover-15.0.0", identifier
        catalog.delete(f"{COLLECTION}/items/{identifier}")
    # Nor by taking its name when it is in production under another.
    other = version("16.0.0")
    other["properties"]["mlm:name"] = "another"
    catalog.create(f"{COLLECTION}/items", other)
    promoted(catalog, "land-cover-16.0.0", *STATES)
    path = f"{COLLECTION}/items/land-cover-16.0.0"
    changed = {"properties": {"mlm:name": "Amazon land cover", "version": "0.0.1"}}
    assert catalog.http.patch(catalog.url + path, json=changed, timeout=60).status_code == 200
    named = catalog.get("/processes/models:Amazon%20land%20cover@production")
    assert named.json()["id"] == "models:land-cover-15.0.0"
    catalog.delete(path)
    catalog.delete(f"{COLLECTION}/items/land-cover-15.0.0")


def test_what_is_retired_is_not_the_latest_and_is_not_run_silently(catalog, tmp_path):
    models = ["land-cover-24.0.0", "land-cover-24.1.0"]
    for model in models:
        document = version(model.removeprefix("land-cover-"))
        document["properties"]["mlm:name"] = "Ended land cover"
        catalog.create(f"{COLLECTION}/items", document)
    promoted(catalog, models[1], "proposed", "retired")
    assert catalog.get("/processes/models:Ended%20land%20cover@latest").json()["id"] == f"models:{models[0]}"
    promoted(catalog, models[0], "proposed", "retired")
    body = predictions.execution_body(["sentinel-2-amazon/s2-amazon"], bbox=[-56.365, -1.47, -56.362, -1.467])
    asked = catalog.post("/processes/models:Ended%20land%20cover@latest/execution", body)
    for answer in (asked, catalog.get(f"{COLLECTION}/items/Ended%20land%20cover@latest"),
                   catalog.get("/processes/models:Ended%20land%20cover@latest")):
        assert answer.status_code == 404, answer.text
        assert all(f"'{model}' is retired" in answer.json()["description"] for model in models), answer.text
    assert links(catalog.get(f"{COLLECTION}/items/{models[0]}").json()) == {"successor-version": models[1]}
    for name in (models[1], "Ended%20land%20cover@24.1"):
        assert "is retired" in catalog.get(f"/processes/models:{name}").headers["Gnomon-Warning"]
        there = catalog.post(f"/processes/models:{name}/execution", body)
        assert there.status_code == 200 and "is retired" in there.headers["Gnomon-Warning"], there.text
    told = run("predict", "--model", f"models/{models[1]}", "--item", "sentinel-2-amazon/s2-amazon", "--explain",
               "--data-dir", catalog.data_directory)
    assert told.returncode == 0 and "is retired" in told.stderr, told.stderr
    told = run("predict", "--model", "models/Ended land cover@latest", "--item", "sentinel-2-amazon/s2-amazon", "--explain",
               "--data-dir", catalog.data_directory)
    assert told.returncode != 0 and "is retired" in told.stderr, told.stderr
    # Another name does not bring it back.
    renamed = catalog.patch(f"{COLLECTION}/items/{models[0]}", {"properties": {"mlm:name": "Renamed land cover"}})
    assert renamed.status_code == 200, renamed.text
    assert catalog.get(f"{COLLECTION}/items/Renamed%20land%20cover@latest").status_code == 404
    for model in models:
        catalog.delete(f"{COLLECTION}/items/{model}")


def test_a_decided_model_takes_no_version_of_another_by_being_changed(catalog):
    """What was decided about a document counts for that document only: the version stays with the one approved as it is."""
    for number in ("23.0.0", "23.1.0"):
        catalog.create(f"{COLLECTION}/items", version(number))
    promoted(catalog, "land-cover-23.0.0", *STATES[:3])
    promoted(catalog, "land-cover-23.1.0", *STATES)
    changed = catalog.patch(f"{COLLECTION}/items/land-cover-23.1.0", {"properties": {"version": "23.0.0"}})
    assert changed.status_code == 200, changed.text
    for selector in ("23.0.0", "23.0", "v23"):
        assert catalog.get(f"/processes/models:land-cover-23.1.0@{selector}").json()["id"] == "models:land-cover-23.0.0"
    for model in ("land-cover-23.0.0", "land-cover-23.1.0"):
        catalog.delete(f"{COLLECTION}/items/{model}")


@pytest.mark.parametrize("change, pointer", [
    (lambda document: document["assets"].pop("test-vector", None) or drop(document, "test-vector"), "/assets"),
    (lambda document: document["properties"].pop("mlm:framework_version", None), None),
    (lambda document: file_of(document).update({"file:checksum": "1220" + "0" * 64}), "/assets"),
])
def test_what_speaks_against_a_model_bars_its_validation(catalog, change, pointer):
    document = version("5.0.0")
    change(document)
    answer = catalog.post(f"{COLLECTION}/items", document)
    if answer.status_code == 201:
        promoted(catalog, "land-cover-5.0.0", "proposed")
        refused = promote(catalog, "land-cover-5.0.0", "validated")
        assert refused.status_code == 422 and refused.json()["code"] == "promotion-refused", refused.text
        assert refused.json()["errors"]
        if pointer:
            assert refused.json()["errors"][0]["pointer"].startswith(pointer)
        assert promotions(catalog, "land-cover-5.0.0").json()["state"] == "proposed"
        catalog.delete(f"{COLLECTION}/items/land-cover-5.0.0")
    else:
        assert pointer is None and answer.status_code == 400


def drop(document, role):
    for key in [key for key, asset in document["assets"].items() if role in asset.get("roles", [])]:
        del document["assets"][key]


def file_of(document):
    return next(asset for asset in document["assets"].values() if "mlm:model" in asset.get("roles", []))


@pytest.mark.parametrize("body, pointer", [
    ({}, "/to"), ({"to": "king"}, "/to"), ({"to": 1}, "/to"), ({"to": "proposed", "comment": 1}, "/comment"),
    ({"to": "proposed", "why": ""}, "/why"), ({"to": "proposed", "comment": "x" * 4001}, "/comment"),
    ({"to": "proposed", "evidence": "x" * 65536}, "/evidence"), ([], None),
])
def test_what_is_no_decision_is_refused(catalog, body, pointer):
    answer = catalog.post(f"{COLLECTION}/items/{MODEL}/promotions", body)
    assert answer.status_code == 400 and answer.json()["code"] == "invalid-input"
    if pointer:
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert catalog.post(f"{COLLECTION}/items/absent/promotions", {"to": "proposed"}).status_code == 404
    scene = catalog.post("/collections/sentinel-2-amazon/items/s2-amazon/promotions", {"to": "proposed"})
    assert scene.status_code == 422 and scene.json()["code"] == "promotion-refused"


def test_of_two_who_decide_at_once_one_wins(catalog):
    catalog.create(f"{COLLECTION}/items", version("6.0.0"))
    promoted(catalog, "land-cover-6.0.0", *STATES[:3])
    start = threading.Barrier(8)

    def decide(index):
        start.wait()
        # Each with a connection of its own.
        answer = requests.post(f"{catalog.url}{COLLECTION}/items/land-cover-6.0.0/promotions",
                               json={"to": "production", "comment": str(index)}, timeout=60)
        return answer.status_code, answer.json().get("code")
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(decide, range(8)))
    assert sorted(outcomes, key=str) == [(201, None)] + [(409, "conflict")] * 7
    states = [entry["to"] for entry in promotions(catalog, "land-cover-6.0.0").json()["promotions"]]
    assert states == STATES
    catalog.delete(f"{COLLECTION}/items/land-cover-6.0.0")


def test_the_command_line_decides_with_and_without_a_server(catalog, tmp_path):
    catalog.create(f"{COLLECTION}/items", version("7.0.0"))
    evidence = tmp_path / "metrics.json"
    evidence.write_text('{"f1": 0.5}')
    data = ["--data-dir", catalog.data_directory]
    model = "models/land-cover-7.0.0"
    assert "is proposed." in succeed("promote", model, "proposed", "--comment", "new", *data).stdout
    assert "is validated." in succeed("promote", model, "validated", *data).stdout
    done = succeed("promote", "models/Amazon land cover@7.0.0", "approved", "--evidence", evidence, "--url", catalog.url)
    assert done.stdout == f"{model} is approved.\n"
    rows = succeed("promotions", model, *data).stdout.splitlines()
    assert rows[0] == f"{model}: approved" and rows[1].split() == ["WHEN", "FROM", "TO", "WHO", "WHY"]
    assert len(rows) == 5 and rows[2].endswith("new")
    assert json.loads(succeed("promotions", model, "--json", "--url", catalog.url).stdout)["approved"] is True
    for arguments, sentence in [
            (["promote", model, "king"], "'king' is no state"), (["promote", "models", "proposed"], "a model is collection/id"),
            (["promote", model, "approved", *data], "cannot become approved"),
            (["promote", model, "production", "--evidence", "/nowhere", *data], "/nowhere cannot be read"),
            (["promotions", "models/absent", *data], "there is no item 'absent'")]:
        done = run(*arguments)
        assert done.returncode != 0 and sentence in done.stderr, done.stderr
    out = tmp_path / "map"
    succeed("predict", "--model", "models/Amazon land cover@7.0.0", "--item", "sentinel-2-amazon/s2-amazon", "--out", out,
            *data)
    assert "land-cover-7.0.0" in (out / "item.json").read_text()
    catalog.delete(f"{COLLECTION}/items/land-cover-7.0.0")


def test_who_registered_a_model_is_known_and_does_not_approve_it(own_server):
    server = own_server("data", "--asset-root", documents.CATALOG, "--four-eyes").start()
    server.load(documents.CATALOG)
    loaded = promotions(server, MODEL).json()["registered"]
    assert loaded["by"] == loaded["changed_by"] == getpass.getuser()
    keys = {name: succeed("keys", "create", name, "--role", role, "--data-dir", server.data_directory).stdout.strip()
            for name, role in {"ci": "registrar", "ana": "approver", "bob": "approver", "eve": "approver"}.items()}
    headers = {name: {"Authorization": f"Bearer {key}"} for name, key in keys.items()}
    wait_until(lambda: server.delete("/collections/absent").status_code == 401, 5, "the server knows of the keys")
    model = version("3.0.0")
    place = f"{COLLECTION}/items/{model['id']}"
    answer = server.post("/models/register", model, headers=headers["ana"])
    assert answer.status_code == 201, answer.text
    answer = server.patch(place, {"properties": {"description": "Told better."}}, headers=headers["bob"])
    assert answer.status_code == 200, answer.text
    registered = promotions(server, model["id"]).json()["registered"]
    assert (registered["by"], registered["changed_by"]) == ("ana", "bob") and registered["at"] < registered["changed_at"]
    promoted(server, model["id"], "proposed", "validated", token=keys["ci"])
    for name, part in {"ana": "registered", "bob": "written the document of"}.items():
        refused = promote(server, model["id"], "approved", token=keys[name])
        assert refused.status_code == 403 and f"'{name}' has {part}" in refused.json()["description"], refused.text
    promoted(server, model["id"], "approved", token=keys["eve"])


def test_roles_decide_who_promotes_and_what_others_may_run(own_server):
    server = own_server("data", "--asset-root", documents.CATALOG, "--four-eyes").start()
    server.load(documents.CATALOG)

    def key(name, role, *options):
        return succeed("keys", "create", name, "--role", role, *options, "--data-dir",
                       server.data_directory).stdout.strip()
    analyst, registrar = key("eve", "analyst"), key("ci", "registrar", "--service")
    robot, ana, bob = key("robot", "approver", "--service"), key("ana", "approver"), key("bob", "approver")
    wait_until(lambda: server.delete("/collections/absent").status_code == 401, 5, "the server knows of the keys")

    def execute(token):
        return server.post(f"/processes/models:{MODEL}/execution",
                           predictions.execution_body(["sentinel-2-amazon/s2-amazon"], bbox=[-179, 0, -178, 1]),
                           headers={"Authorization": f"Bearer {token}"})
    refused = execute(analyst)
    assert refused.status_code == 403 and refused.json()["code"] == "not-approved", refused.text
    assert "not proposed" in refused.json()["description"] and refused.json()["type"] == "about:blank"
    # The box lies beside the image: who is let in is told that.
    assert execute(bob).json()["code"] == "prediction-refused"
    assert execute(registrar).json()["code"] == "forbidden"
    promoted(server, MODEL, "proposed", token=ana)
    promoted(server, MODEL, "validated", token=registrar)
    for token, sentence in [(registrar, "role approver"), (analyst, "role approver"), (robot, "is a service"),
                            (ana, "Four eyes: 'ana' has proposed")]:
        answer = promote(server, MODEL, "approved", token=token)
        assert answer.status_code == 403 and sentence in answer.json()["description"], answer.text
    history = promoted(server, MODEL, "approved", token=bob)
    assert history["promotions"][-1]["by"] == {"name": "bob", "role": "approver", "person": True}
    assert history["promotions"][1]["by"] == {"name": "ci", "role": "registrar", "person": False}
    assert execute(analyst).json()["code"] == "prediction-refused"
    assert promote(server, MODEL, "retired", token=registrar).status_code == 403
    server.http.patch(f"{server.url}{COLLECTION}/items/{MODEL}", json={"properties": {"title": "Other"}}, timeout=60,
                      headers={"Authorization": f"Bearer {registrar}"})
    refused = execute(analyst)
    assert refused.json()["code"] == "not-approved" and "has changed since it was approved" in refused.text


class Holder:
    """Holds a table so that whoever writes to it waits in the middle of its transaction."""

    def __init__(self, cluster, database, table="model_states"):
        self.process = subprocess.Popen([BINARIES / "psql", cluster.url(database), "-XAtq"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.say(f"BEGIN; LOCK TABLE gnomon.{table} IN SHARE MODE; SELECT 'held';")
        assert self.process.stdout.readline().strip() == "held"

    def say(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def end(self):
        self.process.kill()
        self.process.wait()


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
HISTORY = "SELECT item, from_state, to_state FROM gnomon.promotions ORDER BY number"
PRESENT = "SELECT id, state FROM gnomon.model_states ORDER BY id"
ACTIVE = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"


def crash(victim, server, cluster, database, holder):
    """Kills the server, or PostgreSQL and then the server, while what it writes waits for the holder."""
    if victim == "server":
        server.kill()
        holder.end()
        wait_until(lambda: cluster.number(database, WAITING) == 0, 30, "the session is gone")
    else:
        cluster.kill()
        cluster.start()
        server.kill()


def wait_until_idle(cluster, database):
    wait_until(lambda: cluster.number(database, ACTIVE) == 1, 30, "nothing goes on")


@pytest.mark.parametrize("victim", ["server", "postgresql"])
def test_a_crash_in_a_switch_leaves_all_or_nothing(cluster, database, tmp_path, victim):
    address = cluster.url(database)
    options = ["--database-url", address, "--asset-root", documents.CATALOG]
    server = Server(tmp_path / "served", *options).start()
    holder = None
    try:
        succeed("load", documents.CATALOG, "--database-url", address)
        for number in ("1.0.0", "2.0.0"):
            server.create(f"{COLLECTION}/items", version(number))
        promoted(server, "land-cover-1.0.0", *STATES)
        promoted(server, "land-cover-2.0.0", *STATES[:3])
        history, present = cluster.query(database, HISTORY), cluster.query(database, PRESENT)
        holder = Holder(cluster, database)
        # The history is written, the states are not: there it waits.
        decision = subprocess.Popen([BINARY, "promote", "models/land-cover-2.0.0", "production", "--url", server.url],
                                    env=environment(), cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_until(lambda: cluster.number(database, WAITING) == 1, 30, "the decision waits in its transaction")
        crash(victim, server, cluster, database, holder)
        assert decision.wait(timeout=60) != 0
        wait_until_idle(cluster, database)
        assert cluster.query(database, HISTORY) == history
        assert cluster.query(database, PRESENT) == present
        server = Server(tmp_path / "served", *options).start()
        answer = promoted(server, "land-cover-2.0.0", "production")
        assert answer["state"] == "production"
        assert promotions(server, "land-cover-1.0.0").json()["state"] == "approved"
        assert len(cluster.query(database, HISTORY)) == len(history) + 2
    finally:
        if holder:
            holder.end()
        server.close()


def test_the_command_shows_all_entries_however_many_there_are(cluster, database, catalog_server):
    address = cluster.url(database)
    succeed("load", documents.CATALOG, "--database-url", address)
    succeed("promote", f"models/{MODEL}", "proposed", "--database-url", address)
    cluster.query(database, """
        INSERT INTO gnomon.promotions (collection, item, model, to_state, actor, role, is_person, comment, evidence,
          document_digest)
        SELECT collection, item, model, to_state, actor, role, is_person, 'number ' || n, evidence, document_digest
        FROM gnomon.promotions, generate_series(1, 2100) n""")
    server = catalog_server()
    page = promotions(server, MODEL).json()
    assert len(page["promotions"]) == 200 and page["links"][0]["rel"] == "next"
    for place in (["--database-url", address], ["--url", server.url]):
        rows = succeed("promotions", f"models/{MODEL}", *place).stdout.splitlines()[2:]
        assert len(rows) == 2101 and rows[1].endswith("number 1") and rows[-1].endswith("number 2100")
        entries = json.loads(succeed("promotions", f"models/{MODEL}", "--json", *place).stdout)["promotions"]
        assert [entry["comment"] for entry in entries[1:]] == [f"number {number}" for number in range(1, 2101)]


def test_nobody_changes_the_history(cluster, database):
    address = cluster.url(database)
    succeed("load", documents.CATALOG, "--database-url", address)
    succeed("promote", f"models/{MODEL}", "proposed", "--database-url", address)
    for statement in ("UPDATE gnomon.promotions SET actor = 'x'", "DELETE FROM gnomon.promotions",
                      "TRUNCATE gnomon.promotions CASCADE"):
        done = subprocess.run([BINARIES / "psql", address, "-XAtqc", statement], capture_output=True, text=True)
        assert done.returncode != 0 and "never changed" in done.stderr, statement
    for role in ("gnomon_owner", "gnomon_writer", "gnomon_reader"):
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            assert cluster.query(
                database, f"SELECT has_table_privilege('{role}', 'gnomon.promotions', '{right}')") == [["f"]], (role, right)
    assert cluster.query(database, "SELECT item, to_state FROM gnomon.promotions") == [[MODEL, "proposed"]]
