"""MLflow servers that ask who asks, several of them, and addresses that lead to the latest version or to a stage."""

import contextlib
import hashlib
import http.server
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from gnomon_server import run, succeed, wait_until
from mlflow_models import aliases_of, decide, found, known, model, promotable, until
from mlflow_server import MLflow
from stac_documents import CATALOG

USER = ("keeper", "Not-to-be-told-1")
OPTIONS = ["--asset-root", CATALOG, "--mlflow-refresh", "1s"]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """MLflow's own authentication by name and password."""
    started = MLflow(tmp_path_factory.mktemp("guarded"), user=USER)
    try:
        yield started.start()
    finally:
        started.stop()


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    started = MLflow(tmp_path_factory.mktemp("second"))
    try:
        yield started.start()
    finally:
        started.stop()


class Listener:
    """A web server that is none of MLflow: it notes what it is told, and answers as it is asked to."""

    def __init__(self, answer):
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                listener.heard.append((self.path, self.headers.get("Authorization")))
                status, headers, body = answer(self.headers.get("Authorization"))
                self.send_response(status)
                for name, value in (headers | {"Content-Length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.heard = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def linked(name, made):
    """A version that may go into production, linked to its run without the name of a server."""
    item = promotable(name, made["version"])
    item["links"] = [link for link in item["links"] if link["rel"] != "mlflow:run"]
    item["links"].append({"rel": "mlflow:run", "href": f"runs:/{made['run_id']}"})
    return item


def as_user(monkeypatch, name, password):
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", name)
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", password)


def sha256(folder, version):
    """The checksum of the model file of a version, by its place among the artifacts."""
    (file,) = (path for path in folder.artifacts.rglob("model.ubj") if version["model_id"] in str(path))
    return "1220" + hashlib.sha256(file.read_bytes()).hexdigest()


def file_findings(server, href, checksum, **ties):
    """What is found of a model file at an address."""
    item = model("of-a-file", **ties)
    item["assets"]["model"] |= {"href": href, "file:checksum": checksum}
    item["assets"]["model"].pop("file:size", None)
    item["assets"].pop("test-vector", None)
    report = server.post("/models/validate", json=item).json()
    return " ".join(finding["message"] for finding in report["warnings"] + report.get("refusals", [])
                    if finding["pointer"].startswith("/assets/model") and finding["rule"] != "bands-resolvable")


def is_had(text):
    return not any(sign in text for sign in ("could not be read", "file:checksum", "cannot be fetched"))


def test_who_is_known_to_mlflow_is_told_and_its_alias_written(guarded, own_server, monkeypatch):
    made = guarded.train("guarded", 0.9)
    as_user(monkeypatch, *USER)
    server = own_server("right", *OPTIONS, "--mlflow-tracking-uri", guarded.url).start()
    server.load(CATALOG)
    item = linked("guarded", made)
    server.create("/collections/models/items", item)
    seen = until(server, item["id"], "ok")
    assert seen["run"]["metrics"] == {"accuracy": 0.9}
    for href in (f"models:/guarded/{made['version']}", f"runs:/{made['run_id']}/model"):
        assert is_had(told := file_findings(server, href, sha256(guarded, made))), told
    decide(server, item["id"], "proposed", "validated", "approved", "production")
    wait_until(lambda: aliases_of(guarded, "guarded") == {"production": made["version"]}, 30, "the alias is set")
    shown = [server.log_file.read_text(errors="replace"), json.dumps(seen),
             server.get(f"/collections/models/items/{item['id']}/promotions").text]
    assert not any(USER[1] in text for text in shown)


def test_the_file_of_a_server_that_may_not_be_asked_is_had_from_no_other(guarded, own_server, monkeypatch):
    made = guarded.train("elsewhere", 0.9)
    as_user(monkeypatch, *USER)
    server = own_server("alone", *OPTIONS, "--mlflow-tracking-uri", guarded.url).start()
    server.load(CATALOG)
    hrefs = (f"models:/elsewhere/{made['version']}", f"runs:/{made['run_id']}/model")
    for href in hrefs:
        ties = {"run_id": made["run_id"], "tracking_uri": "https://mlflow.elsewhere.example"}
        told = file_findings(server, href, sha256(guarded, made), **ties)
        assert "could not be read" in told and "mlflow.elsewhere.example" in told, told
        assert is_had(told := file_findings(server, href, sha256(guarded, made))), told


@pytest.mark.parametrize("user", [None, ("keeper", "Wrong-and-not-to-be-told"), ("nobody", "Wrong-and-not-to-be-told")])
def test_whom_mlflow_does_not_know_it_refuses_and_that_is_told_without_the_password(guarded, own_server, monkeypatch, user):
    made = guarded.train("closed", 0.9)
    if user:
        as_user(monkeypatch, *user)
    server = own_server("wrong", *OPTIONS, "--mlflow-tracking-uri", guarded.url).start()
    server.load(CATALOG)
    server.create("/collections/models/items", model("closed", run_id=made["run_id"]))
    seen = until(server, "closed", "refused")
    assert seen["run"] is None and "401" in seen["reasons"][0], seen
    told = file_findings(server, f"models:/closed/{made['version']}", sha256(guarded, made))
    assert "could not be read" in told and "401" in told, told
    assert server.get("/readyz").json() == {"status": "ready"}
    doctor = run("doctor", "--data-dir", server.data_directory)
    assert doctor.returncode == 0 and "the MLflow run of models/closed is refused" in doctor.stdout, doctor.stdout
    shown = [server.log_file.read_text(errors="replace"), json.dumps(seen), told, doctor.stdout, doctor.stderr]
    assert not any("not-to-be-told" in text for text in shown)


def test_a_token_goes_to_the_servers_of_the_operator_alone(own_server, monkeypatch):
    token = "Token-not-to-be-told"
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", token)

    def repeat(authorization):
        return 403, {}, json.dumps({"error_code": "PERMISSION_DENIED", "message": f"you say {authorization}"}).encode()
    with Listener(repeat) as elsewhere, Listener(repeat) as named, \
            Listener(lambda _: (302, {"Location": elsewhere.url + "/api/2.0/mlflow/runs/get"}, b"")) as leading:
        server = own_server("told", *OPTIONS, "--mlflow-tracking-uri", leading.url, "--mlflow-tracking-uri", named.url,
                            "--allow-private-host", elsewhere.host).start()
        server.load(CATALOG)
        for name, place in (("led-away", leading), ("repeated", named)):
            server.create("/collections/models/items", model(name, run_id="0" * 32, tracking_uri=place.url))
        assert until(server, "led-away", "unreachable")["reasons"]
        seen = until(server, "repeated", "refused")
        assert seen["reasons"] == ["the MLflow server refuses the request (status 403): you say Bearer ***"]
        file_findings(server, f"mlflow-artifacts://{leading.host}/1/model.ubj", "1220" + "0" * 64)
        assert {told for _, told in leading.heard + named.heard} == {f"Bearer {token}"}
        assert any("/mlflow-artifacts/" in path for path, _ in leading.heard)
        assert elsewhere.heard == [], "redirects are not followed"
        # Whom a document names is asked, where that is allowed, and told nothing.
        server.create("/collections/models/items", model("stranger", run_id="0" * 32, tracking_uri=elsewhere.url))
        until(server, "stranger", "refused")
        asked = len(elsewhere.heard)
        ties = {"run_id": "0" * 32, "tracking_uri": elsewhere.url}
        told = file_findings(server, "runs:/" + "0" * 32 + "/model", "1220" + "0" * 64, **ties)
        assert "status 403" in told and len(elsewhere.heard) > asked, told
        assert {credentials for _, credentials in elsewhere.heard} == {None}
        assert token not in server.log_file.read_text(errors="replace")


def test_a_server_that_never_comes_to_an_end_keeps_nobody_waiting_but_who_asks_for_it(own_server):
    ends = threading.Event()

    def trickle(listening):
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(connection,), daemon=True).start()

    def drip(connection):
        with contextlib.suppress(OSError), connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{")
            while not ends.wait(0.2):
                connection.sendall(b" ")
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(12) as pool:
        threading.Thread(target=trickle, args=(listening,), daemon=True).start()
        uri = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = own_server("slow", *OPTIONS, "--mlflow-tracking-uri", uri).start()
        server.load(CATALOG)
        for number in range(12):
            server.create("/collections/models/items", model(f"slow-{number}", run_id="0" * 32))

        def ask(number):
            return requests.get(f"{server.url}/collections/models/items/slow-{number}/mlflow", timeout=60).json()["state"]
        asked = [pool.submit(ask, number) for number in range(12)]
        # While four wait, and the background too, nobody else does.
        slowest = 0
        while not all(state.done() for state in asked):
            for path in ("/readyz", "/search?limit=5", "/search?filter=mlflow:metrics.accuracy>0.5"):
                answer = server.get(path)
                assert answer.status_code == 200, answer.text
                slowest = max(slowest, answer.elapsed.total_seconds())
        ends.set()
        assert slowest < 5 and "unreachable" in {state.result() for state in asked}, slowest


def test_what_mlflow_tells_of_one_run_is_nothing_that_the_others_hear(mlflow, own_server):
    def made(accuracy, parameters=()):
        run = mlflow.call("POST", "runs/create", experiment_id="0")["run"]["info"]["run_id"]
        mlflow.call("POST", "runs/log-metric", run_id=run, key="accuracy", value=accuracy, timestamp=1)
        for start in range(0, len(parameters), 100):
            mlflow.call("POST", "runs/log-batch", run_id=run, params=parameters[start:start + 100])
        mlflow.call("POST", "runs/update", run_id=run, status="FINISHED", end_time=2)
        return run

    good = made(0.95)
    # MLflow keeps U+0000, and runs whose answer is larger than what is read of one.
    odd = made(0.5, [{"key": "separator", "value": "a\u0000b"}])
    large = made(0.4, [{"key": f"p{number}", "value": "x" * 6_000} for number in range(3_000)])
    server = own_server("many-runs", *OPTIONS, "--mlflow-tracking-uri", mlflow.url).start()
    server.load(CATALOG)
    runs = {"large": large, "odd": odd} | {f"good-{number}": good for number in range(6)}
    for name, run in runs.items():
        server.create("/collections/models/items", model(name, run_id=run))
    assert until(server, "odd", "ok")["run"]["params"]["separator"] == "ab"
    too_large = until(server, "large", "unreachable")
    assert "larger than" in too_large["reasons"][0]

    def states():
        seen = {name: known(server, name)["state"] for name in runs}
        assert seen["large"] != "ok"
        return all(state == "ok" for name, state in seen.items() if name != "large")
    wait_until(states, 30, "the others are known")
    wanted = {name for name in runs if name.startswith("good")}
    wait_until(lambda: found(server, "mlflow:metrics.accuracy > 0.9") >= wanted, 30, "they are found")
    # The large one is asked for again and again, and nobody else is the worse for it.
    checked = known(server, "large")["checked"]
    wait_until(lambda: known(server, "large")["checked"] > checked and states(), 60, "asked again")


def test_of_several_servers_the_one_is_asked_that_has_it(mlflow, second, own_server):
    ours, theirs = mlflow.train("both", 0.6), second.train("both", 0.7)
    alone = second.train("alone", 0.8)
    server = own_server("several", *OPTIONS, "--mlflow-tracking-uri", mlflow.url, "--mlflow-tracking-uri", second.url).start()
    server.load(CATALOG)
    for name, made in (("ours", ours), ("theirs", theirs)):
        server.create("/collections/models/items", model(name, f"runs:/{made['run_id']}"))
    assert until(server, "ours", "ok")["run"]["tracking_uri"] == mlflow.url
    assert until(server, "theirs", "ok")["run"]["tracking_uri"] == second.url
    server.create("/collections/models/items", model("neither", run_id="0" * 32))
    seen = until(server, "neither", "missing")
    assert mlflow.url in seen["reasons"][0] and second.url in seen["reasons"][0], seen
    folder = second.call("GET", "model-versions/get-download-uri", name="alone", version=alone["version"])["artifact_uri"]
    assert folder.startswith("mlflow-artifacts:/"), folder
    theirs_sum, alone_sum, ours_sum = sha256(second, theirs), sha256(second, alone), sha256(mlflow, ours)
    there = {"tracking_uri": second.url, "run_id": theirs["run_id"]}
    addressed = folder.replace("mlflow-artifacts:/", f"mlflow-artifacts://127.0.0.1:{second.port}/", 1)
    had = [(f"runs:/{theirs['run_id']}/model", theirs_sum, {}), (f"models:/alone/{alone['version']}", alone_sum, {}),
           (f"models:/{alone['model_id']}", alone_sum, {}), (folder + "/model.ubj", alone_sum, {}),
           (addressed + "/model.ubj", alone_sum, {}), (f"models:/both/{ours['version']}", ours_sum, {}),
           # What the item names decides which of two of one name it is.
           (f"models:/both/{theirs['version']}", theirs_sum, there)]
    for href, checksum, ties in had:
        assert is_had(told := file_findings(server, href, checksum, **ties)), (href, told)
    line = f"runs:/{theirs['run_id']}/model is on the tracking server {second.url}"
    wait_until(lambda: line in server.log_file.read_text(), 10, "the log says where it is")
    nowhere = file_findings(server, "models:/nobody/1", ours_sum)
    assert mlflow.url in nowhere and second.url in nowhere, nowhere
    promoted = linked("alone", alone)
    server.create("/collections/models/items", promoted)
    decide(server, promoted["id"], "proposed", "validated", "approved", "production")
    wait_until(lambda: aliases_of(second, "alone") == {"production": alone["version"]}, 30, "the alias is where the model is")
    with mlflow.stopped():
        # An identifier is of one run alone; a name may be of another model on the server that is away.
        assert until(server, "theirs", "ok")
        until(server, "neither", "unreachable")
        assert not is_had(file_findings(server, "models:/alone@production", alone_sum))
        assert is_had(file_findings(server, f"runs:/{theirs['run_id']}/model", theirs_sum))


def test_the_latest_version_and_stages_are_files_and_no_runs(mlflow, own_server, tmp_path):
    first, last = (mlflow.train("staged", accuracy, max_depth=depth) for accuracy, depth in ((0.6, 2), (0.7, 5)))
    mlflow.call("POST", "model-versions/transition-stage", name="staged", version=first["version"], stage="Production",
                archive_existing_versions=False)
    server = own_server("staged", *OPTIONS, "--mlflow-tracking-uri", mlflow.url).start()
    server.load(CATALOG)
    for href, made in (("models:/staged/latest", last), ("models:/staged/Production", first), ("models:/staged/production", first)):
        assert is_had(told := file_findings(server, href, sha256(mlflow, made))), (href, told)
    assert "no version in the stage 'Staging'" in file_findings(server, "models:/staged/Staging", sha256(mlflow, last))
    assert "models:/NAME/VERSION" in server.post("/models/validate", json=with_file("models:/staged/Canary")).text
    for name, href, sentence in (("by-latest", "models:/staged/latest", "the latest version of 'staged'"),
                                 ("by-stage", "models:/staged/Production", "the stage 'Production' of 'staged'")):
        server.create("/collections/models/items", model(name, href))
        seen = known(server, name)
        assert seen["state"] == "refused" and sentence in seen["reasons"][0] and "models:/staged/3" in seen["reasons"][0]
    server.create("/collections/models/items", model("by-version", f"models:/staged/{first['version']}"))
    assert until(server, "by-version", "ok")["run"]["run_id"] == first["run_id"]
    server.create("/collections/models/items", model("by-model", f"models:/{last['model_id']}"))
    assert until(server, "by-model", "ok")["run"]["run_id"] == last["run_id"]
    template = {"type": "Feature", "stac_version": "1.1.0", "collection": "models",
                "properties": {"mlm:name": "Staged", "mlm:tasks": ["segmentation"], "mlm:architecture": "Trees"}}
    (tmp_path / "item.json").write_text(json.dumps(template))
    done = succeed("register", "--from-mlflow", "models:/staged/latest", "--template", tmp_path / "item.json",
                   "--mlflow-tracking-uri", mlflow.url, "--url", server.url, "--dry-run", "--json", "--catalog-only")
    assert json.loads(done.stdout)["version"] == last["version"], done.stdout


def with_file(href):
    item = model("of-a-file")
    item["assets"]["model"]["href"] = href
    return item
