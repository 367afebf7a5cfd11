"""A real MLflow tracking server, SQLite behind it and artifacts through its proxy, and what scripts ask of it."""

import contextlib
import json
import os
import signal
import subprocess

import requests

from gnomon_server import REPOSITORY, environment, free_port, wait_until

PYTHON = REPOSITORY / ".venv-mlflow/bin/python"
# The first start makes the tables of its database.
READY_SECONDS = 120


class MLflow:
    """`mlflow server` on a free port of this machine; it keeps its folder when it is stopped and started again.

    Without its artifact proxy runs keep their files in a folder that whoever trains writes to.
    """

    def __init__(self, folder, serves_artifacts=True, user=None):
        self.folder = folder
        # Name and password of its administrator, where it asks who asks.
        self.user = user
        self.artifacts = folder / "artifacts"
        self.artifact_options = (["--artifacts-destination", str(self.artifacts)] if serves_artifacts else
                                 ["--no-serve-artifacts", "--default-artifact-root", str(self.artifacts)])
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        folder.mkdir(exist_ok=True)

    def environment(self):
        # Its job runner is a dozen processes that the tests have no use for.
        known = {}
        if self.user:
            known = {"MLFLOW_TRACKING_USERNAME": self.user[0], "MLFLOW_TRACKING_PASSWORD": self.user[1],
                     "MLFLOW_FLASK_SERVER_SECRET_KEY": "of the tests", "MLFLOW_AUTH_CONFIG_PATH": str(self.folder / "auth.ini")}
        return environment() | known | {
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_TRACKING_URI": self.url,
            "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "GIT_PYTHON_REFRESH": "quiet"}

    def start(self):
        authentication = []
        if self.user:
            authentication = ["--app-name", "basic-auth"]
            (self.folder / "auth.ini").write_text(
                f"[mlflow]\ndefault_permission = READ\ndatabase_uri = sqlite:///{self.folder}/users.sqlite\n"
                f"admin_username = {self.user[0]}\nadmin_password = {self.user[1]}\n"
                "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n")
        with open(self.folder / "log", "ab") as log:
            # A group of its own: the server forks workers.
            self.process = subprocess.Popen(
                [PYTHON, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1",
                 "--backend-store-uri", f"sqlite:///{self.folder}/runs.sqlite",
                 *self.artifact_options, *authentication],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.environment(), start_new_session=True)
        wait_until(self.answers, READY_SECONDS, "MLflow answers")
        return self

    def answers(self):
        assert self.process.poll() is None, (self.folder / "log").read_text(errors="replace")[-3000:]
        try:
            return requests.get(self.url + "/health", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def stop(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @contextlib.contextmanager
    def stopped(self):
        """Not there for a while; it is back afterwards, also for the tests that follow a failure."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def call(self, method, path, **body):
        answer = requests.request(method, f"{self.url}/api/2.0/mlflow/{path}", json=body, timeout=30, auth=self.user)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def train(self, name, accuracy, **more):
        """Trains a small model, logs and registers it as MLflow's users do; gives its identifiers."""
        arguments = json.dumps({"name": name, "accuracy": accuracy} | more)
        done = subprocess.run([PYTHON, REPOSITORY / "Tests/EndToEnd/mlflow_training.py", arguments],
                              env=self.environment(), cwd=self.folder, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])
