"""Hosts of models' files that are slow, or never answer: no write waits for them for long, and no other model at all."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import predictions
import stac_documents as documents
from gnomon_server import wait_until
from slow_host import SlowHost

FILE = documents.CATALOG / "models" / "amazon-land-cover.ubj"
VECTOR = documents.CATALOG / "models" / "amazon-land-cover.test-vector.csv"
# What docs/artifacts.md states: seconds that a write waits for other hosts, and a decision or run.
WRITE, DECISION = 10, 30
# Seconds that whatever else has to be done may take on a machine that is busy.
ELSE = 6


@pytest.fixture
def hosts():
    files = {"model.ubj": FILE.read_bytes(), "vector.csv": VECTOR.read_bytes()}
    made = [SlowHost(files), SlowHost(files)]
    yield made
    for host in made:
        host.close()


@pytest.fixture
def catalog(own_server, hosts):
    options = [word for host in hosts for word in ("--allow-host", host.host, "--allow-private-host", host.host)]
    # Nothing is kept of what another host has handed out.
    options += ["--artifact-cache", "0"]
    server = own_server("data", "--asset-root", documents.CATALOG, *options).start()
    server.load(documents.CATALOG)
    return server


def model(identifier, href):
    """A model of its own name whose file is elsewhere, with the golden vector of this machine."""
    made = documents.demo("models/amazon-land-cover.json")
    written = json.loads((documents.CATALOG / "models" / "amazon-land-cover.json").read_text())
    made.update(id=identifier, collection="models",
                links=[link for link in written["links"] if link["href"].startswith("http")])
    made["properties"].update({"mlm:name": f"Model {identifier}", "version": "1.0.0"})
    made["assets"]["model"]["href"] = href
    made["assets"]["test-vector"]["href"] = VECTOR.as_uri()
    return made


def timed(call, *arguments):
    begin = time.monotonic()
    answer = call(*arguments)
    return answer, time.monotonic() - begin


def post(server, document):
    return timed(lambda: server.post("/collections/models/items", json=document))


def is_told(answer):
    return "not yet checked" in answer.headers.get("Gnomon-Warning", "")


def validation(server, identifier):
    return server.get(f"/collections/models/items/{identifier}/validation").json()


def rules(report):
    return [finding["rule"] for finding in report["warnings"]]


def test_a_slow_host_holds_up_nobody_and_its_own_models_for_a_bounded_time(catalog, hosts):
    slow, other = hosts
    with ThreadPoolExecutor(24) as pool:
        waiting = [pool.submit(post, catalog, model(f"slow-{number}", slow.url(manner, f"model.ubj?{number}")))
                   for number in range(10) for manner in [("drip", "silent")[number % 2]]]
        wait_until(lambda: sum(slow.asked.values()) >= 3, 10, "the slow host is asked")
        for identifier, href in (("local", FILE.as_uri()), ("remote", other.url("quick", "model.ubj"))):
            answer, spent = post(catalog, model(identifier, href))
            assert answer.status_code == 201 and not is_told(answer) and spent < ELSE, (identifier, spent, answer.text[:300])
            assert validation(catalog, identifier)["runnable"]
        answers = [future.result() for future in waiting]
    for answer, spent in answers:
        assert answer.status_code == 201 and is_told(answer) and spent < WRITE + ELSE, (spent, answer.headers)
    report = validation(catalog, "slow-1")
    assert not report["runnable"] and not report["promotable"] and report["valid"]
    finding = next(finding for finding in report["warnings"] if finding["rule"] == "file-unchecked")
    assert finding["bars"] == ["run", "promotion"] and finding["pointer"] == "/assets/model", report
    # Neither a decision nor a run goes by what nobody has seen; both look again, for a bounded time.
    place = "/collections/models/items/slow-1/promotions"
    assert catalog.post(place, json={"to": "proposed"}).status_code in (200, 201)
    with ThreadPoolExecutor(2) as pool:
        decision = pool.submit(timed, lambda: catalog.post(place, json={"to": "validated"}))
        run = pool.submit(timed, lambda: predictions.execute(catalog, "slow-1", predictions.references("amazon-land-cover")))
        (refused, spent), (barred, run_spent) = decision.result(), run.result()
    assert refused.status_code == 422 and "not yet checked" in refused.text and spent < DECISION + ELSE, refused.text
    assert barred.status_code == 503 and "not yet checked" in barred.text and run_spent < DECISION + ELSE, barred.text
    # Once the host hands the file out, it is checked without anybody asking.
    slow.hurry()
    for number in range(10):
        wait_until(lambda: validation(catalog, f"slow-{number}")["golden_vector"]["state"] == "met", 60,
                   f"the model slow-{number} is checked")
    assert validation(catalog, "slow-1")["runnable"]
    assert catalog.post(place, json={"to": "validated"}).status_code in (200, 201)


def test_many_models_in_one_request_wait_once(catalog, hosts):
    slow, _ = hosts
    features = [model(f"bulk-{number}", slow.url("silent", f"model.ubj?{number}")) for number in range(6)]
    body = {"type": "FeatureCollection", "features": features}
    answer, spent = timed(lambda: catalog.post("/collections/models/items", json=body))
    assert answer.status_code == 201 and spent < WRITE + ELSE, (spent, answer.text[:300])
    told = [warning["pointer"] for warning in answer.json()["warnings"] if warning.get("rule") == "file-unchecked"]
    assert told == [f"/features/{number}/assets/model" for number in range(6)]
    report, spent = timed(lambda: catalog.post("/models/validate", json=body).json())
    assert spent < WRITE + ELSE and all("file-unchecked" in rules(one) for one in report["models"])


def test_a_version_is_registered_before_its_file_was_seen(catalog, hosts):
    slow, _ = hosts
    answer, spent = timed(lambda: catalog.post(
        "/models/register?collection=models", json=model("registered", slow.url("silent", "model.ubj"))))
    assert answer.status_code == 201 and spent < WRITE + ELSE, (spent, answer.text[:500])
    report = answer.json()["report"]
    assert "file-unchecked" in rules(report) and not report["runnable"] and not report["promotable"]
