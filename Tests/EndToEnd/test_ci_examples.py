"""The workflow files of examples/ci, their steps run as the shell that CI would run, against the server."""

import hashlib
import json
import os
import subprocess
import uuid

import pytest
import yaml

import stac_documents as documents
from gnomon_server import REPOSITORY, Server, succeed, wait_until

FOLDER = REPOSITORY / "examples" / "ci"


def steps_of_actions(workflow, event):
    """What GitHub and Gitea would run for an event."""
    found = []
    for step in workflow["jobs"]["register"]["steps"]:
        condition = step.get("if", "always()")
        assert condition in ("always()", "github.event_name == 'push'"), condition
        if "run" in step and (condition == "always()" or event == "push"):
            found.append(step["run"])
    return found


def steps_of_gitlab(workflow, event):
    """What GitLab would run: a merge request has no commit on the default branch."""
    found = []
    for stage in workflow["stages"]:
        for job in workflow.values():
            if not isinstance(job, dict) or job.get("stage") != stage:
                continue
            (rule,) = job["rules"]
            assert "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in rule["if"]
            if event == "push" or "merge_request_event" in rule["if"]:
                found.append("\n".join(job["script"]))
    return found


WORKFLOWS = {
    "github-actions.yml": steps_of_actions, "gitea-actions.yml": steps_of_actions, "gitlab-ci.yml": steps_of_gitlab,
}


FILES = {
    "model/model.ubj": (documents.CATALOG / "models/amazon-land-cover.ubj").read_bytes(),
    "model/test-vector.csv": (documents.CATALOG / "models/amazon-land-cover.test-vector.csv").read_bytes(),
}


def test_every_workflow_is_tried():
    assert {path.name for path in FOLDER.glob("*.yml")} == set(WORKFLOWS)


@pytest.fixture(scope="module")
def keyed(tmp_path_factory):
    """A server with the demo catalog that knows a key of CI's role."""
    with Server(tmp_path_factory.mktemp("ci") / "data", "--asset-root", documents.CATALOG) as server:
        server.load(documents.CATALOG)
        yield server, made_key(server)


def made_key(server):
    token = succeed("keys", "create", "ci", "--role", "registrar", "--service", "--data-dir",
                    server.data_directory).stdout.strip()
    wait_until(lambda: server.delete("/collections/absent").status_code == 401, 10, "the server knows of the key")
    return token


@pytest.fixture(params=sorted(WORKFLOWS))
def job(request, keyed, tmp_path):
    """Runs a workflow for an event in a checkout with a model of its own; gives the status, the report and the output."""
    server, token = keyed
    text = (FOLDER / request.param).read_text()
    workflow = yaml.safe_load(text)
    item = documents.demo("models/amazon-land-cover.json")
    name = "ci" + uuid.uuid4().hex[:8]
    item["id"] = f"{name}-1"
    item["properties"].update({"mlm:name": name, "version": "1.0.0"})
    settings = workflow.get("env") or workflow["variables"]
    # GitLab's image has a POSIX shell, the others have bash.
    shell = ["sh", "-e"] if request.param == "gitlab-ci.yml" else ["bash", "--noprofile", "--norc", "-eo", "pipefail"]

    def run(event, change=None, key=token, files=FILES):
        if change:
            change(item)
        folder = tmp_path / uuid.uuid4().hex
        (folder / "model").mkdir(parents=True)
        (folder / "model" / "item.json").write_text(json.dumps(item))
        for path, content in files.items():
            (folder / path).write_bytes(content)
        variables = {**os.environ, "GNOMON_URL": server.url, "GNOMON_API_KEY": key,
                     "MODEL_ITEM": settings["MODEL_ITEM"], "MODEL_FILES": settings["MODEL_FILES"]}
        status, output = 0, ""
        for script in WORKFLOWS[request.param](workflow, event):
            done = subprocess.run(
                [*shell, "-c", script], cwd=folder, env=variables, capture_output=True, text=True, timeout=120)
            status, output = done.returncode, output + done.stdout + done.stderr
            if status:
                break
        report = folder / "report.json"
        return status, json.loads(report.read_text()) if report.exists() else None, output

    run.item = item
    run.stored = lambda: server.get(f"/collections/models/items/{item['id']}").status_code == 200
    return run


def test_a_request_checks_and_a_push_registers(job):
    status, report, output = job("pull_request")
    assert (status, report["outcome"], report["dry_run"]) == (0, "created", True) and not job.stored()
    status, report, output = job("push")
    assert (status, report["outcome"], report["dry_run"]) == (0, "created", False) and job.stored()
    assert '"outcome":"created"' in output.replace(" ", "")
    status, report, _ = job("push")
    assert (status, report["outcome"]) == (0, "unchanged")
    status, report, _ = job("push", lambda item: item["properties"].update(description="Other words."))
    assert (status, report["outcome"]) == (0, "updated")
    assert [change["path"] for change in report["changes"]] == ["/properties/description"]


def test_a_fault_fails_the_job_and_is_told(job):
    status, report, output = job("push", lambda item: item["properties"].update({"mlm:accelerator": "cpu"}))
    assert status != 0 and report["errors"][0]["pointer"] == "/properties/mlm:accelerator" and not job.stored()
    assert "macos-arm" in output


def test_another_file_under_the_version_fails_the_job(job):
    assert job("push")[0] == 0
    content = FILES["model/model.ubj"] + b" "

    def other(item):
        item["assets"]["model"]["file:checksum"] = "1220" + hashlib.sha256(content).hexdigest()
        item["assets"]["model"]["href"] = "https://example.org/elsewhere.ubj"
    status, report, _ = job("push", other, files={**FILES, "model/model.ubj": content})
    assert status != 0 and report["code"] == "conflict"


@pytest.mark.parametrize("path", sorted(FILES))
@pytest.mark.parametrize("event", ["pull_request", "push"])
def test_a_checkout_whose_files_are_others_than_the_item_says_fails_before_the_server_is_asked(job, event, path):
    status, report, output = job(event, files={**FILES, path: FILES[path] + b" "})
    assert status != 0 and report is None and not job.stored()
    assert f"{path} is not the file that model/item.json describes" in output and "1220" in output
    status, report, output = job(event, files={name: content for name, content in FILES.items() if name != path})
    assert status != 0 and report is None and path in output


def test_a_model_whose_published_files_the_server_cannot_read_is_checked_and_not_registered(job):
    def elsewhere(item):
        item["assets"]["model"]["href"] = "./model.ubj"
    status, report, _ = job("pull_request", elsewhere)
    assert status == 0 and "file-readable" in {finding["rule"] for finding in report["report"]["warnings"]}
    status, report, output = job("push")
    assert status != 0 and report["dry_run"] and not job.stored()
    assert "nothing is proved" in output


def test_a_job_without_the_key_is_refused(job):
    status, report, _ = job("push", key="")
    assert status != 0 and report["code"] == "unauthorized" and not job.stored()
