"""Models linked to runs of a real MLflow server: what it says is shown and found, and its absence harms nothing."""

import hashlib
import http.server
import threading

import pytest

from gnomon_server import run, wait_until
from mlflow_models import aliases_of, decide, found, known, model, promotable, until
from mlflow_server import MLflow
from stac_documents import CATALOG


@pytest.fixture(scope="module")
def trained(mlflow):
    made = mlflow.train("land-cover", 0.93)
    mlflow.call("POST", "registered-models/alias", name="land-cover", alias="champion", version=made["version"])
    return made


def samples(catalog):
    """The numbers of /metrics by name and labels."""
    answer = catalog.get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines}


def test_a_linked_run_is_shown_with_its_metrics_and_its_registered_version(catalog, mlflow, trained):
    page = f"{mlflow.url}/#/experiments/{trained['experiment_id']}/runs/{trained['run_id']}"
    document = model("linked", page, registered_model="land-cover", version=trained["version"], alias="champion",
                     metrics={"accuracy": 0.93})
    catalog.create("/collections/models/items", document)
    seen = known(catalog, "linked")
    assert seen["state"] == "ok" and seen["reasons"] == [], seen
    assert seen["declared"]["run_id"] == trained["run_id"] and seen["declared"]["tracking_uri"] == mlflow.url
    ran = seen["run"]
    assert ran["status"] == "FINISHED" and ran["metrics"] == {"accuracy": 0.93}
    assert ran["params"]["max_depth"] == "3" and ran["tags"]["team"] == "fields"
    assert "mlflow.user" not in ran["tags"] and "mlflow.source.name" not in ran["tags"]
    assert ran["registered"]["version"] == trained["version"] and ran["registered"]["aliases"] == ["champion"]
    assert 0 <= seen["age"] < 10
    # The document itself is as it was written.
    stored = catalog.get("/collections/models/items/linked").json()
    assert stored["properties"] == document["properties"]
    # The interface of MLflow's REST API leads to the same run.
    request = f"{mlflow.url}/api/2.0/mlflow/runs/get?run_id={trained['run_id']}"
    catalog.create("/collections/models/items", model("linked-by-api", request))
    assert known(catalog, "linked-by-api")["state"] == "ok"


def test_metrics_parameters_and_states_are_searchable(catalog, trained):
    until(catalog, "linked", "ok")
    assert found(catalog, "mlflow:metrics.accuracy > 0.9") == {"linked", "linked-by-api"}
    assert found(catalog, "mlflow:metrics.accuracy > 0.95") == set()
    assert found(catalog, "mlflow:params.max_depth = '3' AND mlflow:status = 'FINISHED'") == {"linked", "linked-by-api"}
    assert "linked" in found(catalog, "mlflow:state = 'ok'")
    listed = catalog.get("/collections/models/queryables").json()["properties"]
    assert listed["mlflow:metrics.accuracy"]["type"] == "number"
    assert {"mlflow:state", "mlflow:status", "mlflow:params.max_depth", "mlflow:tags.team"} <= set(listed)
    order = catalog.get("/search", params={"sortby": "-mlflow:metrics.accuracy", "collections": "models", "limit": 1})
    assert order.json()["features"][0]["id"].startswith("linked")


def test_the_background_asks_for_what_nobody_looks_at(catalog, mlflow, trained):
    catalog.create("/collections/models/items", model("unseen", f"runs:/{trained['run_id']}"))
    wait_until(lambda: "unseen" in found(catalog, "mlflow:metrics.accuracy > 0.9"), 30, "the background asked MLflow")


def test_what_the_item_says_and_is_no_longer_so_is_drift(catalog, mlflow, trained):
    reasons = {
        "other-metric": ({"metrics": {"accuracy": 0.99}}, "accuracy is 0.99, MLflow 0.93"),
        "no-metric": ({"metrics": {"recall": 0.5}}, "no metric 'recall'"),
        "text-metric": ({"metrics": {"accuracy": "0.9"}}, "the item's metric accuracy is no number"),
        "null-metric": ({"metrics": {"accuracy": None}}, "the item's metric accuracy is no number"),
        "one-metric": ({"metrics": 5}, "no object of numbers"),
        "list-metric": ({"metrics": [1]}, "no object of numbers"),
        "other-experiment": ({"experiment_id": "0"}, "says experiment 0"),
        "no-version": ({"registered_model": "land-cover", "version": "77"}, "no version 77"),
        "no-alias": ({"registered_model": "land-cover", "alias": "nobody"}, "nobody"),
    }
    for identifier, (ties, _) in reasons.items():
        catalog.create("/collections/models/items", model(identifier, run_id=trained["run_id"], **ties))
    for identifier, (_, reason) in reasons.items():
        seen = known(catalog, identifier)
        assert seen["state"] == "drifted" and reason in " ".join(seen["reasons"]), seen
    assert set(reasons) <= found(catalog, "mlflow:state = 'drifted'")
    # A second version takes the alias.
    second = mlflow.train("land-cover", 0.95, max_depth=4)
    mlflow.call("POST", "registered-models/alias", name="land-cover", alias="champion", version=second["version"])
    seen = until(catalog, "linked", "drifted")
    assert seen["reasons"] == [f"the alias 'champion' of 'land-cover' leads to version {second['version']}, not to "
                               f"{trained['version']}"]
    mlflow.call("POST", "registered-models/alias", name="land-cover", alias="champion", version=trained["version"])
    until(catalog, "linked", "ok")


def test_a_run_that_is_deleted_or_never_was_is_missing(catalog, mlflow):
    lost = mlflow.train("lost", 0.7)
    catalog.create("/collections/models/items", model("lost", run_id=lost["run_id"]))
    catalog.create("/collections/models/items", model("never", run_id="0" * 32))
    assert known(catalog, "lost")["state"] == "ok"
    never = known(catalog, "never")
    assert never["state"] == "missing" and "not found" in never["reasons"][0] and never["run"] is None
    mlflow.call("POST", "runs/delete", run_id=lost["run_id"])
    seen = until(catalog, "lost", "missing")
    assert seen["reasons"] == [f"the run {lost['run_id']} was deleted"]
    assert seen["run"]["metrics"] == {"accuracy": 0.7}
    assert samples(catalog)['gnomon_mlflow_runs{state="missing"}'] >= 2
    told = run("doctor", "--data-dir", catalog.data_directory)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "warning  the MLflow run of models/lost is missing" in told.stdout
    mlflow.call("POST", "runs/restore", run_id=lost["run_id"])
    until(catalog, "lost", "ok")


def test_a_document_cannot_make_the_server_ask_where_it_must_not(catalog, own_server):
    inside = [f"http://127.0.0.1:{catalog.port}", "http://169.254.169.254", "http://localhost:22", "file:///etc/passwd",
              "http://user:secret@127.0.0.1", "http://[::1]", "http://0x7f.1"]
    for number, place in enumerate(inside):
        catalog.create("/collections/models/items",
                       model(f"inside-{number}", run_id="0" * 32, tracking_uri=place))
        seen = known(catalog, f"inside-{number}")
        assert seen["state"] == "refused" and seen["run"] is None, (place, seen)
    bent = {"run_id": "../../registered-models/get"}
    catalog.create("/collections/models/items", model("bent", **bent))
    assert known(catalog, "bent")["state"] == "refused"


def test_names_of_metrics_nested_runs_and_runs_with_thousands_of_metrics(catalog, mlflow):
    def make(**more):
        return mlflow.call("POST", "runs/create", experiment_id="0", **more)["run"]["info"]["run_id"]
    parent = make()
    child = make(tags=[{"key": "mlflow.parentRunId", "value": parent}, {"key": "mlflow.user", "value": "somebody"}])
    many = [{"key": f"many{number:04d}", "value": number, "timestamp": 1, "step": 0} for number in range(1200)]
    odd = [{"key": name, "value": 0.5, "timestamp": 1, "step": 0} for name in ("val/iou", "of water", "größe", "a.b")]
    last = {"key": "zz", "value": 0.25, "timestamp": 1, "step": 0}
    for metrics in (many[:600], many[600:], odd, [last], [last | {"key": "nothing", "value": "NaN"}]):
        mlflow.call("POST", "runs/log-batch", run_id=child, metrics=metrics)
    catalog.create("/collections/models/items", model("thousands", run_id=child, metrics={"zz": 0.25, "val/iou": 0.5}))
    seen = known(catalog, "thousands")
    assert seen["state"] == "ok", seen
    assert len(seen["run"]["metrics"]) == 500 and seen["run"]["metrics"]["zz"] == 0.25
    assert seen["run"]["left_out"] == {"metrics": 705} and seen["run"]["tags"] == {"mlflow.parentRunId": parent}
    catalog.create("/collections/models/items", model("odd-names", run_id=child, metrics={m["key"]: 0.5 for m in odd}))
    assert known(catalog, "odd-names")["state"] == "ok"
    for metric in odd:
        assert "odd-names" in found(catalog, f"\"mlflow:metrics.{metric['key']}\" = 0.5"), metric


def test_no_run_identifier_writes_to_the_terminal(catalog):
    catalog.create("/collections/models/items", model("escaping", run_id="a\u001b[2J\nok"))
    seen = known(catalog, "escaping")
    assert (seen["state"], seen["reasons"]) == ("refused", ["'a [2J ok' is no identifier of a run"])
    catalog.delete("/collections/models/items/escaping")


def test_what_was_fetched_of_one_run_is_told_of_no_other(catalog, mlflow, trained):
    catalog.create("/collections/models/items", model("relinked", run_id=trained["run_id"]))
    assert known(catalog, "relinked")["run"]["metrics"] == {"accuracy": 0.93}

    def link(**ties):
        answer = catalog.put("/collections/models/items/relinked", json=model("relinked", **ties))
        assert answer.status_code in (200, 204), answer.text
    link(run_id="2" * 32)
    seen = until(catalog, "relinked", "missing")
    assert (seen["run"], seen["declared"]["run_id"]) == (None, "2" * 32)
    assert "relinked" not in found(catalog, "mlflow:metrics.accuracy > 0.9")
    link(run_id=trained["run_id"])
    assert until(catalog, "relinked", "ok")["run"]["run_id"] == trained["run_id"]
    # Of a server that does not answer nothing is known: what another one said is not shown as its word.
    link(run_id=trained["run_id"], tracking_uri="http://10.1.2.3:5000")
    seen = until(catalog, "relinked", "refused")
    assert seen["run"] is None and seen["fetched"] is None
    link()
    seen = until(catalog, "relinked", "unlinked")
    assert seen["run"] is None and "relinked" not in found(catalog, "mlflow:metrics.accuracy > 0.9")


def test_an_edit_keeps_what_is_known_of_the_same_run_and_another_run_is_asked_for_at_once(own_server, mlflow, trained):
    server = own_server("data", "--asset-root", CATALOG, "--mlflow-tracking-uri", mlflow.url).start()
    server.load(CATALOG)
    place = "/collections/models/items/edited"
    other = mlflow.train("land-cover", 0.97)
    # Whoever writes a model need not wait for the next round of the background, which is ten seconds away at most.
    server.create("/collections/models/items", model("edited", run_id=trained["run_id"]))
    wait_until(lambda: found(server, "mlflow:metrics.accuracy = 0.93"), 5, "the run of a new model is asked for at once")
    for title in ("One", "Two", "Three"):
        edit = {"properties": {"title": title}}
        assert server.patch(place, json=edit).status_code == 200
        assert found(server, f"mlflow:metrics.accuracy = 0.93 AND title = '{title}'") == {"edited"}
        assert known(server, "edited")["state"] == "ok"
    assert server.put(place, json=model("edited", run_id=other["run_id"])).status_code == 200
    assert not found(server, "mlflow:metrics.accuracy = 0.93")
    wait_until(lambda: found(server, "mlflow:metrics.accuracy = 0.97"), 5, "another run is asked for at once")
    # Metrics that the item has copied are held against the run anew.
    copied = model("edited", run_id=other["run_id"], metrics={"accuracy": 0.5})
    assert server.put(place, json=copied).status_code == 200
    wait_until(lambda: found(server, "mlflow:state = 'drifted'"), 5, "the copied metric is another")


@pytest.fixture
def stranger():
    """A server that is none of MLflow, and has nothing."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(404)
            self.send_header("Content-Length", "9")
            self.end_headers()
            self.wfile.write(b"not found")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def test_who_is_no_tracking_server_says_of_no_run_that_it_is_missing(own_server, mlflow, trained, stranger):
    host = mlflow.url.removeprefix("http://")
    server = own_server("strange", "--mlflow-tracking-uri", f"http://{stranger}", "--mlflow-refresh", "1s",
                        "--asset-root", CATALOG, "--allow-private-host", host).start()
    server.load(CATALOG)
    server.create("/collections/models/items", model("asked", run_id=trained["run_id"]))
    seen = known(server, "asked")
    assert seen["state"] == "unreachable" and "without an error code of MLflow" in seen["reasons"][0], seen
    # A host of one's own network that the operator names may be named by an item too.
    server.create("/collections/models/items", model("inside", run_id=trained["run_id"], tracking_uri=mlflow.url))
    assert known(server, "inside")["state"] == "ok"


def test_where_nobody_is_asked_what_items_declare_is_told(own_server, trained):
    server = own_server("silent", "--mlflow-tracking-uri", "http://127.0.0.1:9", "--mlflow-refresh", "0",
                        "--asset-root", CATALOG).start()
    server.load(CATALOG)
    server.create("/collections/models/items", model("linked", run_id=trained["run_id"]))
    seen = known(server, "linked")
    assert (seen["state"], seen["declared"], seen["run"]) == ("waiting", {"run_id": trained["run_id"]}, None)
    server.create("/collections/models/items", model("alone"))
    assert known(server, "alone")["state"] == "unlinked"
    assert server.get("/collections/sentinel-2-amazon/items/s2-amazon/mlflow").status_code == 404


def test_files_that_mlflow_keeps_in_a_folder_are_read_where_it_is_named(own_server, tmp_path):
    folder = MLflow(tmp_path / "folder", serves_artifacts=False)
    try:
        made = folder.start().train("in-a-folder", 0.5)
        hrefs = [f"models:/in-a-folder/{made['version']}", f"models:/{made['model_id']}"]
        (file,) = folder.artifacts.rglob("model.ubj")
        told = []
        for name, roots in (("closed", []), ("open", ["--asset-root", folder.artifacts])):
            server = own_server(name, "--asset-root", CATALOG, "--mlflow-tracking-uri", folder.url, *roots).start()
            server.load(CATALOG)
            for href in hrefs:
                item = model("in-a-folder")
                item["assets"]["model"]["href"] = href
                item["assets"]["model"]["file:checksum"] = "1220" + hashlib.sha256(file.read_bytes()).hexdigest()
                item["assets"].pop("test-vector", None)
                report = server.post("/models/validate", json=item).json()
                told.append(" ".join(finding["message"] for finding in report["warnings"]
                                     if finding["pointer"].startswith("/assets/model")))
    finally:
        folder.stop()
    assert all("--asset-root" in text and str(tmp_path) not in text for text in told[:2]), told
    assert not any("could not be read" in text or "file:checksum" in text for text in told[2:]), told


def test_what_is_no_model_or_links_to_nothing_is_told(catalog):
    assert catalog.get("/collections/sentinel-2-amazon/items/s2-amazon/mlflow").status_code == 404
    assert catalog.get("/collections/models/items/nobody/mlflow").status_code == 404
    assert catalog.get("/collections/models/items/linked/mlflow?x=1").status_code == 400
    catalog.create("/collections/models/items", model("alone"))
    assert known(catalog, "alone")["state"] == "unlinked"


def test_without_mlflow_the_catalog_is_unharmed_and_goes_on_when_it_is_back(catalog, mlflow):
    until(catalog, "linked", "ok")
    with mlflow.stopped():
        # A request that was on its way when MLflow was killed ends in other words; the next finds nobody there.
        seen = wait_until(lambda: (now := until(catalog, "linked", "unreachable")) and
                          "cannot be reached" in now["reasons"][0] and now, 30, "nobody is there")
        assert seen["run"]["metrics"] == {"accuracy": 0.93}, "what MLflow said last is still shown"
        assert catalog.get("/readyz").json() == {"status": "ready"}
        assert catalog.get("/collections/models/items/linked").status_code == 200
        assert "linked" in found(catalog, "mlflow:metrics.accuracy > 0.9")
        assert found(catalog, "mlflow:state = 'unreachable'") >= {"linked"}
        catalog.create("/collections/models/items", model("meanwhile", run_id="1" * 32))
        assert known(catalog, "meanwhile")["state"] == "unreachable"
        assert samples(catalog)['gnomon_mlflow_runs{state="unreachable"}'] >= 1
    until(catalog, "linked", "ok")
    until(catalog, "meanwhile", "missing")


def test_requests_are_counted_by_place_and_answer(catalog):
    name = 'gnomon_requests_total{route="/collections/{collectionId}/items/{itemId}/mlflow",status="4xx"}'
    before = samples(catalog).get(name, 0)
    for _ in range(3):
        assert catalog.get("/collections/models/items/nobody/mlflow").status_code == 404
    after = samples(catalog)
    assert after[name] == before + 3
    assert any(key.startswith("gnomon_build_info{version=") for key in after)
    assert after['gnomon_database_sessions{state="lent"}'] + after['gnomon_database_sessions{state="idle"}'] <= \
        after["gnomon_database_sessions_most"]


def test_an_alias_goes_as_it_was_written_whatever_becomes_of_the_item(catalog, mlflow):
    first, second = (mlflow.train("withdrawn", accuracy)["version"] for accuracy in (0.8, 0.9))
    whole = ("proposed", "validated", "approved", "production")
    # The item goes.
    catalog.create("/collections/models/items", promotable("withdrawn", first))
    decide(catalog, f"withdrawn-{first}", *whole)
    wait_until(lambda: aliases_of(mlflow, "withdrawn") == {"production": first}, 30, "the alias is set")
    assert catalog.delete(f"/collections/models/items/withdrawn-{first}").status_code in (200, 204)
    wait_until(lambda: aliases_of(mlflow, "withdrawn") == {}, 30, "the alias goes with the item")
    # The item names another version, then is stepped back: what was written is taken back, once.
    place = f"/collections/models/items/withdrawn-{second}"
    catalog.create("/collections/models/items", promotable("withdrawn", second))
    decide(catalog, f"withdrawn-{second}", *whole)
    wait_until(lambda: aliases_of(mlflow, "withdrawn") == {"production": second}, 30, "the alias is set again")
    changed = catalog.patch(place, json={"properties": {"mlflow:version": first}})
    assert changed.status_code == 200, changed.text
    wait_until(lambda: aliases_of(mlflow, "withdrawn") == {}, 30, "the alias goes with the version's name")
    decide(catalog, f"withdrawn-{second}", "retired")
    writes = [write for entry in catalog.get(place + "/promotions").json()["promotions"]
              for write in entry.get("mlflow_aliases", [])]
    assert [(write["version"], write["action"]) for write in writes] == [(second, "set"), (second, "remove")], writes


def test_what_mlflow_contradicts_is_not_promoted_and_its_own_metrics_are_evidence(catalog, mlflow):
    made = mlflow.train("claims", 0.91)
    place = "/collections/models/items/claims-1"

    def claim(run_id, metrics):
        item = promotable("claims", "1")
        item["links"] = [link for link in item["links"] if link["rel"] != "mlflow:run"] + [
            {"rel": "mlflow:run", "href": f"runs:/{run_id}"}]
        item["properties"] |= {"mlflow:metrics": metrics}
        if catalog.put(place, json=item).status_code == 404:
            catalog.create("/collections/models/items", item)
        decide(catalog, "claims-1", "proposed")
        return catalog.post(place + "/promotions", {"to": "validated"})

    # MLflow is asked for what was written just now, whoever comes first.
    for run_id, metrics, reason in ((made["run_id"], {"accuracy": 0.999, "invented": 1}, "drifted"),
                                    (made["run_id"], {"accuracy": "0.91"}, "no number"),
                                    ("0" * 32, {"accuracy": 0.91}, "missing")):
        refused = claim(run_id, metrics)
        assert refused.status_code == 422, (reason, refused.text)
        assert any(reason in error["message"] for error in refused.json()["errors"]), refused.text
    assert "run-agrees" in [finding["rule"] for finding in catalog.get(place + "/validation").json()["warnings"]]
    sound = claim(made["run_id"], {"accuracy": 0.91})
    assert sound.status_code == 201, sound.text
    evidence = sound.json()["promotions"][-1]["evidence"]
    assert evidence["mlflow"]["state"] == "ok" and evidence["mlflow"]["metrics"] == {"accuracy": 0.91}, evidence
    assert evidence["metrics"] == {"accuracy": 0.91}
    with mlflow.stopped():
        until(catalog, "claims-1", "unreachable")
        decide(catalog, "claims-1", "approved")
        evidence = catalog.get(place + "/promotions").json()["promotions"][-1]["evidence"]
        assert evidence["mlflow"]["state"] == "unreachable", evidence


def test_a_model_that_only_its_link_names_has_its_alias(catalog, mlflow):
    version = mlflow.train("linked-only", 0.9)["version"]
    item = promotable("linked-only", version)
    del item["properties"]["mlflow:registered_model"], item["properties"]["mlflow:version"]
    item["links"] = [link for link in item["links"] if link["rel"] != "mlflow:run"] + [
        {"rel": "mlflow:run", "href": f"{mlflow.url}/#/models/linked-only/versions/{version}"}]
    catalog.create("/collections/models/items", item)
    decide(catalog, item["id"], "proposed", "validated", "approved", "production")
    wait_until(lambda: aliases_of(mlflow, "linked-only") == {"production": version}, 30, "the alias is set")
    decide(catalog, item["id"], "retired")
    wait_until(lambda: aliases_of(mlflow, "linked-only") == {}, 30, "the alias is gone with the version")


def test_an_alias_goes_with_the_name_of_the_model_in_production(catalog, mlflow):
    number = mlflow.train("renamed", 0.8)["version"]
    catalog.create("/collections/models/items", promotable("renamed", number))
    decide(catalog, f"renamed-{number}", "proposed", "validated", "approved", "production")
    wait_until(lambda: aliases_of(mlflow, "renamed") == {"production": number}, 30, "the alias is set")
    place = f"/collections/models/items/renamed-{number}"
    changed = catalog.patch(place, json={"properties": {"mlm:name": "another name"}})
    assert changed.status_code == 200, changed.text
    wait_until(lambda: aliases_of(mlflow, "renamed") == {}, 30, "the alias goes with the name")
    last = catalog.get(place + "/promotions").json()["promotions"][-1]
    assert last["to"] == "removed" and [write["action"] for write in last["mlflow_aliases"]] == ["remove"]
    catalog.delete(place)


def test_the_alias_follows_the_version_in_production(catalog, mlflow):
    first, second = (mlflow.train("promoted", accuracy)["version"] for accuracy in (0.8, 0.9))
    for version in (first, second):
        catalog.create("/collections/models/items", promotable("promoted", version))

    def promote(version, *states):
        decide(catalog, f"promoted-{version}", *states)

    def aliases():
        return aliases_of(mlflow, "promoted")
    promote(first, "proposed", "validated", "approved", "production")
    wait_until(lambda: aliases() == {"production": first}, 30, "the alias leads to the first")
    promote(second, "proposed", "validated", "approved")
    path = f"/collections/models/items/promoted-{second}/promotions"

    def written():
        return catalog.get(path).json()["promotions"][-1]["mlflow_aliases"][0]
    with mlflow.stopped():
        promote(second, "production")
        failed = wait_until(lambda: written()["attempts"] and written(), 60, "MLflow was asked in vain")
        assert failed["state"] == "pending"
    wait_until(lambda: aliases() == {"production": second}, 90, "the alias follows when MLflow is back")
    wait_until(lambda: written()["state"] == "done", 30, "the history says so")
    promote(second, "retired")
    wait_until(lambda: aliases() == {}, 30, "the alias is gone with the version")
