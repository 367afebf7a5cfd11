"""What a model's files tell against it is kept with it, with a golden vector and without, until file or document change."""

import pickle

import pytest

import predictions
import stac_documents as documents
from gnomon_server import run, wait_until
from slow_host import SlowHost
from test_proofs import sql, upgraded

MODELS = documents.CATALOG / "models"
SOUND = (MODELS / "amazon-land-cover.ubj").read_bytes()
SCENE = {"collection": "sentinel-2-amazon", "item": "s2-amazon"}
PLACE = "/collections/models/items"
# Seconds within which the background has looked at what has changed.
SOON = 60


@pytest.fixture
def catalog(own_server, tmp_path):
    (tmp_path / "files").mkdir()
    server = own_server("data", "--asset-root", documents.CATALOG, "--asset-root", tmp_path / "files").start()
    server.load(documents.CATALOG)
    return server


def model(identifier, path, vector=None, **members):
    made = documents.model_item(identifier, path, vector=vector)
    made["properties"].update({"mlm:name": f"Model {identifier}", "version": "1.0.0"})
    made["assets"]["model"].update(members)
    return made


def kinds(folder):
    """Each way in which a file can be wrong: (rule, bytes, members of its asset, the demo model whose document it has)."""
    crops = (MODELS / "sinop-crops.ubj").read_bytes()
    return {
        "checksum": ("file-checksum", SOUND, {"file:checksum": "1220" + "00" * 32}),
        "size": ("file-size", SOUND, {"file:size": 5}),
        "pickle": ("file-format", pickle.dumps({"a": 1}), {}),
        "damaged": ("file-format", SOUND[:5_000], {}),
        "features": ("runnable-here", crops, {}),
    }


def validation(server, identifier):
    return server.get(f"{PLACE}/{identifier}/validation").json()


def bars(report):
    return [finding["rule"] for finding in report["warnings"] if "run" in finding["bars"]]


def match(server, identifier):
    """(whether the model is listed, the reasons that refuse it by code)."""
    answer = server.get("/models/match", params=SCENE | {"model": f"models:{identifier}"}).json()
    return bool(answer["models"]), {
        reason["code"]: reason["message"] for entry in answer["refused"] for reason in entry["reasons"]}


def execute(server, identifier):
    return predictions.execute(server, identifier, predictions.references("amazon-land-cover"))


@pytest.mark.parametrize("has_vector", [False, True], ids=["without", "with"])
def test_a_faulty_file_is_known_wherever_the_model_is_told_of(catalog, tmp_path, has_vector):
    vector = MODELS / "amazon-land-cover.test-vector.csv" if has_vector else None
    for name, (rule, content, members) in kinds(tmp_path).items():
        path = tmp_path / "files" / f"{name}.ubj"
        path.write_bytes(content)
        answer = catalog.create(PLACE, model(name, path, vector, **members))
        assert answer.headers.get("Gnomon-Warning"), name
        report = validation(catalog, name)
        assert bars(report) == [rule] and not report["runnable"] and not report["promotable"], (name, report)
        assert report["golden_vector"]["state"] == "faulty", report["golden_vector"]
        told = next(finding for finding in report["warnings"] if finding["rule"] == rule)
        listed, reasons = match(catalog, name)
        assert not listed and list(reasons) == ["not-runnable"] and told["message"] in reasons["not-runnable"], reasons
        assert execute(catalog, name).status_code >= 400
        assert catalog.post(f"{PLACE}/{name}/promotions", {"to": "proposed"}).status_code == 201
        refused = catalog.post(f"{PLACE}/{name}/promotions", {"to": "validated"})
        assert refused.status_code == 422 and rule in [fault.get("rule") for fault in refused.json()["errors"]]
    search = catalog.get("/search", params={"filter": "gnomon:reads = 'sentinel-2-amazon/s2-amazon'"}).json()
    assert [item["id"] for item in search["features"]] == ["amazon-land-cover"]
    doctor = run("doctor", "--data-dir", catalog.data_directory).stdout
    assert all(f"models/{name} has a file that is wrong" in doctor for name in kinds(tmp_path)), doctor
    listed = run("match", "sentinel-2-amazon/s2-amazon", "--data-dir", catalog.data_directory, "--json").stdout
    assert '"not-runnable"' in listed and '"models:pickle"' not in listed.split('"refused"')[0]


def test_a_file_that_is_mended_or_damaged_is_found_out_by_itself(catalog, tmp_path):
    path = tmp_path / "files" / "model.ubj"
    path.write_bytes(SOUND)
    catalog.create(PLACE, model("changing", path))
    assert validation(catalog, "changing")["runnable"] and match(catalog, "changing")[0]
    for content, is_sound in ((SOUND[:9_000], False), (SOUND, True)):
        path.write_bytes(content)
        wait_until(lambda: validation(catalog, "changing")["runnable"] == is_sound, SOON, "the file is looked at again")
        wait_until(lambda: match(catalog, "changing")[0] == is_sound, 5, "matching knows")
    # A run knows at once, whatever was known before, and others learn of it.
    path.write_bytes(SOUND[:9_000])
    assert execute(catalog, "changing").status_code >= 400
    assert not validation(catalog, "changing")["runnable"] and not match(catalog, "changing")[0]
    path.write_bytes(SOUND)
    assert execute(catalog, "changing").status_code == 200
    assert validation(catalog, "changing")["runnable"]


def test_another_document_or_runtime_is_judged_anew(catalog, tmp_path):
    path = tmp_path / "files" / "model.ubj"
    path.write_bytes(SOUND)
    wrong = model("judged", path, **{"file:checksum": "1220" + "11" * 32})
    catalog.create(PLACE, wrong)
    assert bars(validation(catalog, "judged")) == ["file-checksum"]
    del wrong["assets"]["model"]["file:checksum"]
    assert catalog.put(f"{PLACE}/judged", wrong).status_code == 200
    assert validation(catalog, "judged")["runnable"] and match(catalog, "judged")[0]
    wrong["assets"]["model"]["file:size"] = 1
    patched = catalog.patch(f"{PLACE}/judged", {"assets": wrong["assets"]})
    assert patched.status_code == 200 and bars(validation(catalog, "judged")) == ["file-size"]
    assert not match(catalog, "judged")[0]
    # What an earlier program has found says nothing of this one, until it has looked itself.
    upgraded(catalog)
    sql(catalog, "DELETE FROM gnomon.model_proofs WHERE id <> 'judged'")
    wait_until(lambda: bars(validation(catalog, "judged")) == ["file-size"], SOON, "the file is looked at again")
    assert not match(catalog, "judged")[0]


def test_every_file_counts_and_not_the_one_that_is_run_alone(catalog, tmp_path):
    path, other = tmp_path / "files" / "model.ubj", tmp_path / "files" / "other.bin"
    path.write_bytes(SOUND)
    other.write_bytes(pickle.dumps([1]))
    made = model("several", path)
    made["assets"]["other"] = made["assets"]["model"] | {"href": other.as_uri()}
    catalog.create(PLACE, made)
    assert bars(validation(catalog, "several")) == ["file-format"]
    assert not match(catalog, "several")[0] and execute(catalog, "several").status_code >= 400


def test_a_file_of_another_host_is_known_too(own_server):
    host = SlowHost({"model.ubj": SOUND})
    try:
        server = own_server("remote", "--asset-root", documents.CATALOG, "--allow-host", host.host, "--allow-private-host",
                            host.host).start()
        server.load(documents.CATALOG)
        made = model("elsewhere", MODELS / "amazon-land-cover.ubj", **{"file:checksum": "1220" + "22" * 32})
        made["assets"]["model"]["href"] = host.url("quick", "model.ubj")
        server.create(PLACE, made)
        assert bars(validation(server, "elsewhere")) == ["file-checksum"]
        assert not match(server, "elsewhere")[0]
    finally:
        host.close()


def test_doctor_counts_all_and_names_some_or_all(catalog, tmp_path):
    path = tmp_path / "files" / "model.bin"
    path.write_bytes(pickle.dumps({}))
    features = [model(f"broken-{number:02}", path) for number in range(25)]
    catalog.create(PLACE, {"type": "FeatureCollection", "features": features})
    told = run("doctor", "--data-dir", catalog.data_directory).stdout.splitlines()
    named = [line for line in told if "has a file that is wrong" in line]
    assert len(named) == 20 and any("5 more models" in line and "--all" in line for line in told), told
    whole = run("doctor", "--all", "--data-dir", catalog.data_directory).stdout
    assert all(f"models/broken-{number:02} has" in whole for number in range(25)) and "more models" not in whole
