"""Models that are not run here: what stands for their golden vector when they are promoted."""

import hashlib
import json
import uuid

import pytest

import stac_documents as documents
from gnomon_server import run, wait_until
from image_registry import Registry

# A ModelProto: ir_version, producer_name, an empty graph, an opset.
ONNX = bytes([0x08, 0x08, 0x12, 0x01, 0x74, 0x3A, 0x02, 0x0A, 0x00, 0x42, 0x02, 0x10, 0x0D])


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    with Registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


def test_image_and_run_stand_for_a_golden_vector(own_server, registry, mlflow, asset_root, tmp_path):
    server = own_server("data", "--asset-root", documents.CATALOG, "--asset-root", asset_root, "--allow-private-host",
                        registry.host, "--mlflow-tracking-uri", mlflow.url, "--mlflow-refresh", "1s").start()
    server.load(documents.CATALOG)
    trained = mlflow.train("elsewhere", 0.8)
    file = asset_root / "elsewhere.onnx"
    file.write_bytes(ONNX)
    item = documents.model_item("elsewhere", file)
    item["properties"]["mlm:name"] = "elsewhere"
    item["properties"]["mlm:framework"] = "ONNX"
    item["assets"]["model"] |= {"mlm:artifact_type": "onnx.save_model", "type": "application/octet-stream; framework=onnx",
                                "file:checksum": "1220" + hashlib.sha256(ONNX).hexdigest()}
    digest = registry.push("gnomon/onnx", "1.0", "runs it")
    item["assets"]["mlm:container"]["href"] = f"{registry.host}/gnomon/onnx:1.0@sha256:{uuid.uuid4().hex * 2}"
    item["links"] = [link for link in item["links"] if link["rel"] != "mlflow:run"] + [
        {"rel": "mlflow:run", "href": f"{mlflow.url}/#/experiments/{trained['experiment_id']}/runs/{trained['run_id']}"}]
    place = "/collections/models/items/elsewhere"
    path = tmp_path / "elsewhere.json"

    def register(*options):
        path.write_text(json.dumps(item))
        done = run("register", path, "--url", server.url, "--json", *options)
        return done.returncode, json.loads(done.stdout)

    def decide(state):
        return server.post(place + "/promotions", {"to": state})

    status, refusal = register()
    assert status != 0 and refusal["errors"][0]["rule"] == "other-runtime"
    # The image that it names is not in its registry, which is asked at once.
    status, made = register("--catalog-only", "--check-registry")
    assert status == 0 and made["outcome"] == "created", made
    assert "container-found" in [finding["rule"] for finding in made["report"]["warnings"]], made
    assert server.get(place + "/container").json()["containers"][0]["check"]["state"] == "missing"
    assert "container-found" in [finding["rule"] for finding in server.get(place + "/validation").json()["warnings"]]
    assert decide("proposed").status_code == 201
    assert decide("validated").json()["errors"][0]["rule"] == "container-found"

    item["assets"]["mlm:container"]["href"] = f"{registry.host}/gnomon/onnx:1.0@{digest}"
    assert register("--catalog-only", "--check-registry")[1]["outcome"] == "updated"
    assert server.get(place + "/container").json()["containers"][0]["check"]["state"] == "found"
    wait_until(lambda: server.get(place + "/mlflow").json()["state"] == "ok", 30, "MLflow has the run")
    assert decide("proposed").status_code == 201
    for state in ("validated", "approved", "production"):
        answer = decide(state)
        assert answer.status_code == 201, answer.text
    evidence = answer.json()["promotions"][-1]["evidence"]
    assert not evidence["runnable_here"] and evidence["findings"] == 0
    assert evidence["model_file"]["sha256"] == hashlib.sha256(ONNX).hexdigest()
    assert evidence["elsewhere"]["run"]["state"] == "ok"
    assert [image["state"] for image in evidence["elsewhere"]["containers"]] == ["found"]

    # Without its run nobody knows what it is.
    mlflow.call("POST", "runs/delete", run_id=trained["run_id"])
    wait_until(lambda: server.get(place + "/mlflow").json()["state"] == "missing", 30, "the run is gone")
    assert decide("proposed").status_code == 201
    refused = decide("validated")
    assert refused.status_code == 422 and "missing" in refused.json()["errors"][0]["message"], refused.text
