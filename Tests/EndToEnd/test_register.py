"""`gnomon register` and `POST /models/register`: a model is registered once, however often it is asked for."""

import copy
import hashlib
import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

import predictions
import stac_documents as documents
from gnomon_server import run

BOOSTER = (documents.CATALOG / "models" / "amazon-land-cover.ubj").read_bytes()


def with_file(item, path, content):
    """The model with a file of its own, and that file's checksum."""
    path.write_bytes(content)
    item["assets"]["model"]["href"] = path.resolve().as_uri()
    item["assets"]["model"]["file:checksum"] = "1220" + hashlib.sha256(content).hexdigest()
    return item


@pytest.fixture
def model(server, asset_root):
    """A model of a name of its own, version 1.0.0; what was registered under that name is gone afterwards."""
    name = "m" + uuid.uuid4().hex[:10]
    item = documents.model_item(f"{name}-1.0.0", asset_root / "x")
    item["properties"].update({"mlm:name": name, "version": "1.0.0"})
    with_file(item, asset_root / f"{name}.ubj", BOOSTER)
    yield item
    found = server.post("/search", json={"filter": f"mlm:name = '{name}'", "filter-lang": "cql2-text"}).json()
    for other in found["features"]:
        server.delete(f"/collections/{other['collection']}/items/{other['id']}")


def post(server, item, **parameters):
    return server.post("/models/register", json=item, params=parameters)


def test_what_is_registered_again_changes_nothing(server, model):
    answer = post(server, model)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"].endswith(f"/collections/models/items/{model['id']}")
    body = answer.json()
    assert (body["outcome"], body["version"], body["report"]["runnable"]) == ("created", "1.0.0", True)
    reordered = json.loads(json.dumps(model, sort_keys=True))
    for _ in range(2):
        again = post(server, reordered)
        assert again.status_code == 200 and again.json()["outcome"] == "unchanged" and again.json()["changes"] == []
    stored = server.get(f"/collections/models/items/{model['id']}").json()
    assert {**stored, "links": []} == {**model, "links": []}


def test_what_differs_is_told_and_updated(server, model):
    post(server, model)
    changed = copy.deepcopy(model)
    changed["properties"]["description"] = "Better said."
    del changed["properties"]["mlm:framework_version"]
    old = model["properties"]["mlm:framework_version"]
    dry = post(server, changed, dry_run="true").json()
    assert dry["outcome"] == "updated" and dry["dry_run"]
    assert {"op": "remove", "path": "/properties/mlm:framework_version", "old": old} in dry["changes"]
    assert any(change["path"] == "/properties/description" for change in dry["changes"])
    assert "mlm:framework_version" in server.get(f"/collections/models/items/{model['id']}").json()["properties"]
    assert post(server, changed).json()["changes"] == dry["changes"]
    stored = server.get(f"/collections/models/items/{model['id']}").json()
    assert stored["properties"] == changed["properties"]


def test_another_file_under_a_registered_version_is_refused(server, model, asset_root):
    post(server, model)
    other = with_file(copy.deepcopy(model), asset_root / f"{model['id']}-other.ubj", BOOSTER[:-1] + b" ")
    answer = post(server, other, catalog_only="true")
    assert answer.status_code == 409 and "another model file" in answer.json()["description"]
    # The same under another identifier.
    other["id"] += "-again"
    answer = post(server, other, catalog_only="true")
    assert answer.status_code == 409 and model["id"] in answer.json()["description"]
    # A version of its own is another model.
    other["properties"]["version"] = "1.0.1"
    assert post(server, other, catalog_only="true").status_code == 201
    # An identifier is not handed on from version to version by mistake.
    other["id"] = model["id"]
    other["properties"]["version"] = "1.0.2"
    answer = post(server, other, catalog_only="true")
    assert answer.status_code == 409 and "1.0.0" in answer.json()["description"]
    assert post(server, other, catalog_only="true", replace="true").json()["outcome"] == "updated"


def test_the_same_version_and_file_under_another_identifier_is_the_same_model(server, model):
    post(server, model)
    again = copy.deepcopy(model)
    again["id"] += "-rerun"
    answer = post(server, again)
    assert answer.status_code == 200 and answer.json()["outcome"] == "unchanged"
    assert answer.json()["id"] == model["id"]
    assert server.get(f"/collections/models/items/{again['id']}").status_code == 404


def test_another_item_of_a_registered_version_is_told_and_not_lost(server, model):
    post(server, model)
    other = copy.deepcopy(model)
    other["id"] += "-rerun"
    dry = post(server, other, dry_run="true").json()
    assert (dry["outcome"], dry["dry_run"]) == ("unchanged", True)
    other["properties"]["description"] = "Said otherwise."
    for parameters in ({}, {"dry_run": "true"}, {"replace": "true"}):
        answer = post(server, other, **parameters)
        assert answer.status_code == 409 and "/properties/description" in answer.json()["description"], answer.text
    # Nor does replacing make two items of one version.
    other["properties"]["version"] = "2.0.0"
    assert post(server, other).status_code == 201
    other["properties"]["version"] = "1.0.0"
    answer = post(server, other, replace="true")
    assert answer.status_code == 409 and model["id"] in answer.json()["description"]
    name = model["properties"]["mlm:name"]
    assert server.get(f"/collections/models/items/{name}@1.0.0").json()["id"] == model["id"]
    assert server.get(f"/collections/models/items/{name}@latest").json()["id"] == other["id"]


@pytest.mark.parametrize("written, same", [(3, [3, 3.0, "3", "3.0.0"]), (2.10, [2.1, "2.1"])])
def test_a_version_that_is_a_number_is_its_text(server, model, written, same):
    model["properties"]["version"] = written
    first = post(server, model)
    assert first.status_code == 201 and first.json()["version"] == str(written), first.text
    told = {(fault["pointer"], fault["rule"]) for fault in first.json()["report"]["warnings"]}
    assert ("/properties/version", "version-selectable") in told
    assert post(server, model).json()["outcome"] == "unchanged"
    name = model["properties"]["mlm:name"]
    for number, version in enumerate(same):
        other = copy.deepcopy(model)
        other["id"] += f"-again-{number}"
        other["properties"]["version"] = version
        answer = post(server, other)
        # The same document is the same item; a version written otherwise is told, and never registered a second time.
        if json.dumps(version) == json.dumps(written):
            assert (answer.status_code, answer.json()["outcome"]) == (200, "unchanged"), answer.text
            assert answer.json()["id"] == model["id"]
        else:
            assert answer.status_code in (200, 409) and model["id"] in answer.text, answer.text
        assert server.get(f"/collections/models/items/{other['id']}").status_code == 404
    assert server.get(f"/collections/models/items/{name}@{written}").json()["id"] == model["id"]


@pytest.mark.parametrize("version", [True, ["3"], {"major": 3}])
def test_a_version_that_is_neither_text_nor_number_is_none(server, model, version):
    model["properties"]["version"] = version
    first = post(server, model)
    assert first.status_code == 201 and "version" not in first.json(), first.text
    again = copy.deepcopy(model)
    again["id"] += "-again"
    assert post(server, again).json()["id"] == model["id"]


@pytest.mark.parametrize("spelling", ["1.0", "1", "v1.0.0", "V1.0", "1.0.0+build.7", "01.0.0"])
def test_a_version_that_is_written_otherwise_is_the_same_version(server, model, spelling):
    post(server, model)
    other = copy.deepcopy(model)
    other["id"] += "-again"
    other["properties"]["version"] = spelling
    for parameters in ({}, {"dry_run": "true"}, {"replace": "true"}):
        answer = post(server, other, **parameters)
        assert answer.status_code == 409, answer.text
        assert model["id"] in answer.json()["description"] and "same version" in answer.json()["description"]
    # By the other ways it is taken, and both are told.
    answer = server.post("/collections/models/items", json=other)
    assert answer.status_code == 201 and f"'{model['id']}' is" in answer.headers["Gnomon-Warning"]
    for one, two in ((model, other), (other, model)):
        report = server.get(f"/collections/models/items/{one['id']}/validation").json()
        told = [warning for warning in report["warnings"] if warning["rule"] == "version-unique"]
        assert told and f"'{two['id']}' is" in told[0]["message"] and not report["promotable"]
    assert not [link for link in server.get(f"/collections/models/items/{model['id']}").json()["links"]
                if link["rel"] in ("predecessor-version", "successor-version")]
    # The item itself may be written otherwise.
    server.delete(f"/collections/models/items/{other['id']}")
    answer = post(server, other | {"id": model["id"]})
    assert answer.json()["outcome"] == "updated"
    assert [change["path"] for change in answer.json()["changes"]] == ["/properties/version"]


def checkout(folder, model):
    """A checkout: the model's item with relative hrefs, its file, its golden vector and its training data."""
    (folder / "model").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "model" / "model.ubj").write_bytes(BOOSTER)
    (folder / "model" / "vector.csv").write_bytes((documents.CATALOG / "models" / "amazon-land-cover.test-vector.csv").read_bytes())
    (folder / "data" / "samples.csv.dvc").write_text("outs: []")
    item = copy.deepcopy(model)
    item["assets"]["model"]["href"] = "./model.ubj"
    item["assets"]["test-vector"] = {"href": "./vector.csv", "type": "text/csv", "roles": ["test-vector"]}
    item["links"] = [{"rel": "derived_from", "href": "../data/samples.csv.dvc"}]
    file = folder / "model" / "item.json"
    file.write_text(json.dumps(item))
    return file


@pytest.mark.parametrize("target", ["data", "url"])
def test_another_checkout_of_the_same_files_is_no_change(server, model, asset_root, target):
    options = ["--data-dir", server.data_directory] if target == "data" else ["--url", server.url]
    first = checkout(asset_root / f"{model['id']}-{target}" / "run-1", model)
    second = checkout(asset_root / f"{model['id']}-{target}" / "work" / "run 2", model)

    def register(file, *more):
        done = run("register", file, *options, "--json", *more)
        return json.loads(done.stdout)

    assert register(first)["outcome"] == "created"
    assert register(second)["outcome"] == "unchanged" and register(second)["changes"] == []
    stored = server.get(f"/collections/models/items/{model['id']}").json()
    assert stored["assets"]["model"]["href"] == (first.parent / "model.ubj").as_uri()
    # Another place of a file within the checkout is a change, and so is whatever else differs.
    item = json.loads(second.read_text())
    (second.parent / "other.csv").write_bytes((second.parent / "vector.csv").read_bytes())
    item["assets"]["test-vector"]["href"] = "./other.csv"
    second.write_text(json.dumps(item))
    assert register(second, "--dry-run")["outcome"] == "updated"
    item["assets"]["test-vector"]["href"] = "./vector.csv"
    item["properties"]["description"] = "Better said."
    second.write_text(json.dumps(item))
    assert register(second)["outcome"] == "updated"
    # Whoever wants the new places says so.
    assert register(first, "--replace")["outcome"] == "updated"
    stored = server.get(f"/collections/models/items/{model['id']}").json()
    assert stored["assets"]["model"]["href"] == (first.parent / "model.ubj").as_uri()


@pytest.mark.parametrize("base", ["https://example.org/models/1.0.0", "https://example.org/models/1.0.0/", "s3://bucket/1.0.0/"])
def test_hrefs_are_stored_as_where_they_will_be_readable(server, model, tmp_path, base):
    file = checkout(tmp_path / "one", model)
    again = checkout(tmp_path / "two", model)
    done = run("register", file, "--url", server.url, "--href-base", base, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    stored = server.get(f"/collections/models/items/{model['id']}").json()
    root = base.rstrip("/")
    assert stored["assets"]["model"]["href"] == f"{root}/model.ubj"
    assert stored["assets"]["test-vector"]["href"] == f"{root}/vector.csv"
    assert f"{root.rsplit('/', 1)[0]}/data/samples.csv.dvc" in [link["href"] for link in stored["links"]]
    done = run("register", again, "--url", server.url, "--href-base", base, "--json")
    assert json.loads(done.stdout)["outcome"] == "unchanged"
    # What is proved here is the file of the checkout.
    (again.parent / "model.ubj").write_bytes(BOOSTER[:-1] + b" ")
    done = run("register", again, "--url", server.url, "--href-base", base, "--json")
    assert done.returncode != 0 and json.loads(done.stdout)["errors"][0]["rule"] == "file-checksum"


def test_a_relative_href_that_came_as_it_is_is_told(server, model, tmp_path):
    # As curl sends the item of a checkout.
    answer = post(server, json.loads(checkout(tmp_path / "one", model).read_text()), dry_run="true")
    told = [finding for finding in answer.json()["report"]["warnings"] if finding["rule"] == "file-readable"]
    assert told and "has a relative href" in told[0]["message"] and "--href-base" in told[0]["message"], answer.text
    assert not answer.json()["report"]["promotable"]


def test_what_is_no_base_of_hrefs_is_told(server, model, tmp_path):
    file = checkout(tmp_path / "one", model)
    for base in ("models", "/srv/models", "https://example.org/?x=1", ""):
        done = run("register", file, "--url", server.url, "--href-base", base)
        assert done.returncode != 0 and "--href-base is the URL of a folder" in done.stderr, done.stderr
    # A server elsewhere cannot read the files of this machine, and whoever registers learns of it.
    done = run("register", file, "--url", "http://gnomon.invalid")
    assert "is a file of this machine, which http://gnomon.invalid cannot read" in done.stderr, done.stderr


@pytest.mark.parametrize("asset, rule", [("model", "file-size"), ("test-vector", "file-size")])
def test_a_size_that_is_not_that_of_the_file_bars_a_run(server, model, tmp_path, asset_root, asset, rule):
    file = checkout(asset_root / f"{model['id']}-size", model)
    item = json.loads(file.read_text())
    item["assets"][asset]["file:size"] = (file.parent / item["assets"][asset]["href"]).stat().st_size
    file.write_text(json.dumps(item))
    done = run("register", file, "--url", server.url, "--json", "--dry-run")
    assert done.returncode == 0, done.stdout
    item["assets"][asset]["file:size"] += 1
    file.write_text(json.dumps(item))
    done = run("register", file, "--url", server.url, "--json")
    (fault,) = json.loads(done.stdout)["errors"]
    assert done.returncode != 0 and (fault["pointer"], fault["rule"]) == (f"/assets/{asset}/file:size", rule)
    item["assets"] = {key: {**value, "href": (file.parent / value["href"]).resolve().as_uri()}
                      for key, value in item["assets"].items()}
    answer = server.post("/collections/models/items", json=item)
    assert answer.status_code == 201 and f"/assets/{asset}/file:size" in answer.headers["Gnomon-Warning"]
    refused = server.post(f"/processes/models:{item['id']}/execution", predictions.execution_body(
        ["sentinel-2-amazon/s2-amazon"], bbox=[-56.365, -1.47, -56.362, -1.467]))
    assert refused.status_code == 422 and "file:size says" in refused.text, refused.text


def test_jobs_that_change_a_model_at_once_do_not_undo_each_other(server, model):
    post(server, model)
    jobs, start, answers = [], threading.Barrier(6), {}
    for number in range(6):
        jobs.append(copy.deepcopy(model))
        jobs[-1]["properties"]["description"] = f"As job {number} has it."

    def register(number):
        start.wait()
        answers[number] = post(server, jobs[number])

    threads = [threading.Thread(target=register, args=(number,)) for number in range(len(jobs))]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert {answer.status_code for answer in answers.values()} <= {200, 409}
    # Each that was let in tells what it replaced; nobody else's work went unseen.
    seen = [change["old"] for answer in answers.values() if answer.status_code == 200
            for change in answer.json()["changes"] if change["path"] == "/properties/description"]
    assert seen and len(seen) == len(set(seen)), seen
    for answer in answers.values():
        assert answer.status_code == 200 or "registered or changed by somebody else" in answer.json()["description"]


def test_data_of_other_libraries_is_told_apart_from_what_can_run_code(server, model, asset_root):
    onnx = bytes([0x08, 0x08, 0x12, 0x01, 0x74, 0x3A, 0x02, 0x0A, 0x00, 0x42, 0x02, 0x10, 0x0D])
    header = b'{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'
    model["links"].append({"rel": "mlflow:run", "href": "https://mlflow.example.org/#/experiments/1/runs/" + "0a" * 16})
    for name, content, word in [("onnx", onnx, "ONNX"), ("st", len(header).to_bytes(8, "little") + header, "safetensors")]:
        with_file(model, asset_root / f"{model['id']}.{name}", content)
        refused = post(server, model)
        assert refused.status_code == 400, refused.text
        (fault,) = refused.json()["errors"]
        assert fault["rule"] == "other-runtime" and word in fault["message"] and "data only" in fault["message"]
    assert post(server, model, catalog_only="true").status_code == 201
    place = f"/collections/models/items/{model['id']}/promotions"
    assert server.post(place, {"to": "proposed"}).status_code == 201
    answer = server.post(place, {"to": "validated"})
    assert answer.status_code == 422, answer.text
    messages = [fault["message"] for fault in answer.json()["errors"]]
    assert len(messages) == 2 and "container image" in messages[0] and "MLflow" in messages[1], messages


def test_every_file_of_a_model_and_every_golden_vector_is_looked_at(server, model, asset_root):
    path = asset_root / f"{model['id']}-other.bin"
    path.write_bytes(b"\x80\x04\x95pickle.")
    other = dict(model["assets"]["model"], href=path.as_uri(),
                 **{"file:checksum": "1220" + hashlib.sha256(path.read_bytes()).hexdigest()})
    refused = post(server, model | {"assets": model["assets"] | {"other": other}})
    assert refused.status_code == 400, refused.text
    (fault,) = refused.json()["errors"]
    assert (fault["pointer"], fault["rule"]) == ("/assets/other", "file-format") and "pickle" in fault["message"]
    path.write_bytes(BOOSTER)
    model["assets"]["other"] = other | {"file:checksum": "1220" + hashlib.sha256(BOOSTER).hexdigest()}
    model["assets"]["more-rows"] = {"href": (asset_root / "absent.csv").as_uri(), "type": "text/csv",
                                    "roles": ["test-vector"]}
    model["assets"]["vector"] = {"href": (asset_root / "absent-too.csv").as_uri(), "type": "text/csv",
                                 "roles": ["test-vector"]}
    report = server.post("/models/validate", json=model).json()
    found = {(finding["pointer"], finding["rule"]) for finding in report["warnings"]}
    assert {("/assets/other/roles", "model-asset-unique"), ("/assets/more-rows", "file-readable"),
            ("/assets/vector", "file-readable")} <= found, report
    assert report["runnable"] and not report["promotable"], report


@pytest.mark.parametrize("change, status, code", [
    (lambda item: item["properties"].pop("mlm:name"), 400, "invalid-document"),
    (lambda item: item["properties"]["mlm:input"][0]["input"].update(shape=[-1, 3]), 400, "invalid-document"),
    (lambda item: item["assets"]["model"].update({"file:checksum": "1220" + "00" * 32}), 400, "invalid-document"),
    (lambda item: item.pop("collection"), 400, "invalid-parameter"),
    (lambda item: item.update(collection="absent"), 404, "not-found"),
    (lambda item: item.update(stac_extensions=[]), 400, "invalid-document"),
])
def test_what_is_wrong_is_refused_and_nothing_is_stored(server, model, change, status, code):
    change(model)
    answer = post(server, model)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert server.get(f"/collections/models/items/{model['id']}").status_code == 404
    assert post(server, model, dry_run="perhaps").json()["code"] == "invalid-parameter"


@pytest.mark.parametrize("identifiers", ["one", "each its own"])
def test_of_two_jobs_that_register_a_version_at_once_one_wins(server, model, asset_root, identifiers):
    jobs = []
    for number in range(6):
        job = with_file(copy.deepcopy(model), asset_root / f"{model['id']}-{number}.ubj", BOOSTER + b" " * number)
        job["id"] += f"-{number}" if identifiers == "each its own" else ""
        jobs.append(job)
    start, answers = threading.Barrier(len(jobs)), {}

    def register(number):
        start.wait()
        answers[number] = post(server, jobs[number], catalog_only="true")

    threads = [threading.Thread(target=register, args=(number,)) for number in range(len(jobs))]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    winners = [number for number, answer in answers.items() if answer.status_code == 201]
    assert len(winners) == 1, {number: answer.text for number, answer in answers.items()}
    losers = [answer for answer in answers.values() if answer.status_code != 201]
    assert all(answer.status_code == 409 and "registered" in answer.json()["description"] for answer in losers)
    stored = server.get(f"/collections/models/items/{jobs[winners[0]]['id']}").json()
    assert stored["assets"]["model"]["file:checksum"] == jobs[winners[0]]["assets"]["model"]["file:checksum"]


@pytest.mark.parametrize("target", ["data", "url"])
def test_of_two_commands_that_register_a_version_at_once_one_wins(server, model, tmp_path, target):
    options = ["--data-dir", server.data_directory] if target == "data" else ["--url", server.url]
    files = []
    for number in range(2):
        job = with_file(copy.deepcopy(model), tmp_path / f"{number}.ubj", BOOSTER + b" " * number)
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps(job))
    with ThreadPoolExecutor(len(files)) as pool:
        done = list(pool.map(lambda file: run("register", file, *options, "--catalog-only", "--json"), files))
    winners = [number for number, one in enumerate(done) if one.returncode == 0]
    assert len(winners) == 1, [(one.stdout, one.stderr) for one in done]
    told = json.loads(done[1 - winners[0]].stdout)
    # Told as the item that stands in the way, or as the version that is taken: whichever of them it met.
    assert (told["outcome"], told["code"]) == ("refused", "conflict") and "is registered" in told["description"], told
    stored = server.get(f"/collections/models/items/{model['id']}").json()
    won = json.loads(files[winners[0]].read_text())
    assert stored["assets"]["model"]["file:checksum"] == won["assets"]["model"]["file:checksum"]


@pytest.mark.parametrize("target", ["data", "url"])
def test_the_command_says_what_it_did(server, model, tmp_path, target):
    file = tmp_path / "model.json"
    file.write_text(json.dumps(model))
    options = ["--data-dir", server.data_directory] if target == "data" else ["--url", server.url]

    def command(*more):
        done = run("register", file, *options, *more)
        return done.returncode, done.stdout, done.stderr

    status, out, _ = command("--dry-run")
    assert status == 0 and out.startswith("Would register models/")
    assert server.get(f"/collections/models/items/{model['id']}").status_code == 404
    status, out, _ = command()
    assert status == 0 and out.startswith(f"Registered models/{model['id']} ({model['properties']['mlm:name']} 1.0.0)")
    status, out, _ = command()
    assert status == 0 and out.startswith("Nothing to do")
    model["properties"]["description"] = "Another."
    file.write_text(json.dumps(model))
    status, out, _ = command("--dry-run")
    assert status == 0 and "~ /properties/description: " in out and '-> "Another."' in out
    status, out, _ = command("--json")
    assert status == 0 and json.loads(out)["outcome"] == "updated"
    model["properties"]["mlm:accelerator"] = "cpu"
    file.write_text(json.dumps(model))
    status, out, error = command()
    assert status != 0 and "/properties/mlm:accelerator" in error and "macos-arm" in error
    status, out, error = command("--json")
    refusal = json.loads(out)
    assert status != 0 and refusal["outcome"] == "refused" and refusal["code"] == "invalid-document"
    assert refusal["errors"][0]["pointer"] == "/properties/mlm:accelerator" and refusal["errors"][0]["remedy"]
    # Another file under the version that is registered.
    del model["properties"]["mlm:accelerator"]
    with_file(model, tmp_path / "other.ubj", BOOSTER + b" ")
    file.write_text(json.dumps(model))
    status, out, error = command("--json", "--catalog-only")
    assert status != 0 and json.loads(out)["code"] == "conflict"
    status, _, error = command("--catalog-only")
    assert status != 0 and "another model file" in error


def test_the_command_tells_what_the_server_found_and_why_it_failed(server, model, tmp_path):
    file = tmp_path / "model.json"
    # A file that the client may read, and the server not.
    file.write_text(json.dumps(with_file(model, tmp_path / "model.ubj", BOOSTER)))
    done = run("register", file, "--url", server.url)
    assert done.returncode == 0 and "/assets/model: the model file could not be read" in done.stderr, done.stderr
    assert done.stderr.count("/links: ") == 1, "told once, though both have found it"
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    for arguments in ([tmp_path / "absent.json"], [broken], [file, "--url", "http://127.0.0.1:9"]):
        done = run("register", *arguments, "--json")
        failure = json.loads(done.stdout)
        assert done.returncode != 0 and failure["code"] and failure["description"] in done.stderr, done


def test_every_fault_is_told_at_once_with_its_remedy_by_every_way_in(server, model, tmp_path):
    assert post(server, model).status_code == 201
    place = f"/collections/models/items/{model['id']}"
    model["bbox"] = [0]
    model["properties"]["datetime"] = "yesterday"
    model["properties"]["mlm:name"] = None
    model["links"] = [{"rel": "license"}] * 120
    file = tmp_path / "model.json"
    file.write_text(json.dumps(model))
    many = {"type": "FeatureCollection", "features": [model, model]}
    changed = {name: model[name] for name in ("bbox", "properties", "links")}
    answers = [post(server, model), server.post("/collections/models/items", json=model),
               server.put(place, json=model), server.patch(place, json=changed),
               server.post("/collections/models/items", json=many), server.post("/models/validate", json=model)]
    told = [answer.json().get("errors") or answer.json()["refusals"] for answer in answers]
    done = run("register", file, "--url", server.url, "--json")
    assert done.returncode == 1
    told.append(json.loads(done.stdout)["errors"])
    for faults in told:
        assert len(faults) == 100 and all(fault["rule"] and fault["remedy"] for fault in faults), faults[:3]
    model["links"] = []
    for answer in (post(server, model), server.put(place, json=model), server.post("/models/validate", json=model)):
        faults = answer.json().get("errors") or answer.json()["refusals"]
        assert [(fault["pointer"], fault["rule"]) for fault in faults if fault["pointer"] != "/bbox"] == [
            ("/properties/datetime", "core-schema"), ("/properties/mlm:name", "schema")], faults


def test_addresses_and_training_data_that_cannot_be_right_are_told_with_the_right_form(server, model, asset_root):
    (asset_root / "train.csv.dvc").write_text(
        "outs:\n- {md5: 22a1a2931c8370d3aeedd7183606fd7f, size: 5, path: train.csv}\n")
    link = {"rel": "derived_from", "type": "application/yaml", "href": (asset_root / "train.csv.dvc").as_uri(),
            "dvc:path": "train.csv", "dvc:size": 5, "dvc:md5": "22a1a2931c8370d3aeedd7183606fd7f"}
    model["links"].append(link)
    place = f"/links/{len(model['links']) - 1}"

    def told():
        warnings = server.post("/models/validate", json=model).json()["warnings"]
        return {(fault["pointer"], fault["rule"]): fault for fault in warnings
                if fault["rule"] in ("training-data", "address-form")}
    assert not told()
    link |= {"git:commit": "zz", "git:repository": ""}
    assert set(told()) == {(f"{place}/git:commit", "training-data"), (f"{place}/git:repository", "training-data")}
    link |= {"git:commit": "0a1b2c3", "git:repository": "https://example.org/crops.git"}
    assert not told()
    link |= {"dvc:size": 6, "dvc:md5": "0" * 32}
    assert set(told()) == {(f"{place}/dvc:size", "training-data"), (f"{place}/dvc:md5", "training-data")}
    link["dvc:path"] = "data/other.csv"
    assert set(told()) == {(f"{place}/dvc:path", "training-data")}
    (asset_root / "train.csv.dvc").write_text("outs: 1")
    assert set(told()) == {(f"{place}/href", "training-data")}
    model["links"].remove(link)
    for href, form in [("runs:/0123", "runs:/RUN_ID/PATH"), ("runs:0123", "runs:/RUN_ID/PATH"),
                       ("models:/crops", "models:/NAME@ALIAS"), ("models:/crops/1/model.ubj", "models:/NAME/VERSION"),
                       ("mlflow-artifacts://host", "mlflow-artifacts:/PATH"), ("s3://bucket", "s3://BUCKET/KEY"),
                       ("s3:/bucket/key", "s3://BUCKET/KEY")]:
        model["assets"]["model"]["href"] = href
        fault = told()["/assets/model/href", "address-form"]
        assert form in fault["remedy"] and href in fault["message"], fault
    for image in ("Example/Crops:1.0", "ghcr.io/a/b@sha256:12", "https://ghcr.io/a/b", "a b"):
        model["assets"]["image"] = {"href": image, "roles": ["mlm:inference-runtime"]}
        assert "[registry[:port]/]name" in told()["/assets/image/href", "address-form"]["remedy"]


def test_a_version_may_be_named_wherever_a_model_is(server, model):
    post(server, model)
    name = model["properties"]["mlm:name"]
    later = copy.deepcopy(model)
    later["id"] = f"{name}-1.10.0"
    later["properties"]["version"] = "1.10.0"
    assert post(server, later).status_code == 201
    for selector, expected in (("latest", later["id"]), ("1.0.0", model["id"])):
        base = f"/collections/models/items/{name}@{selector}"
        assert server.get(base + "/validation").json()["id"] == expected
        assert server.get(base + "/lineage").json()["root"].endswith(expected)
        assert server.get(base + "/mlflow").status_code == 200
        assert server.get(f"/models/models:{name}@{selector}/sources").status_code == 200
        found = server.get("/models/match", params={
            "collection": "sentinel-2-amazon", "item": "s2-amazon", "model": f"models:{name}@{selector}"}).json()
        assert [match["item"] for match in found["models"]] == [expected], found
    assert server.get(f"/models/models:{name}@9.9/sources").status_code == 404


def test_a_match_shows_the_state_that_was_decided(server, model):
    post(server, model)
    decided = server.post(f"/collections/models/items/{model['id']}/promotions", json={"to": "proposed", "comment": "try"})
    assert decided.status_code == 201, decided.text
    found = server.get("/models/match", params={
        "collection": "sentinel-2-amazon", "item": "s2-amazon", "model": f"models:{model['id']}"}).json()
    assert [match["state"] for match in found["models"]] == ["proposed"], found
