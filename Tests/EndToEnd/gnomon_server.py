"""The built `gnomon` binary as a process: a server to talk to, and commands to run."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path

import requests

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("GNOMON_BINARY", str(REPOSITORY / ".build/release/gnomon"))
READY_SECONDS = 120


def environment():
    """This process's environment without the settings of gnomon and without proxies."""
    dropped = {"http_proxy", "https_proxy", "all_proxy", "pgoptions"}
    return {name: value for name, value in os.environ.items()
            if not name.startswith("GNOMON_") and name.lower() not in dropped}


def run(*arguments, timeout=180):
    """Runs a gnomon command to its end; the caller judges returncode, stdout and stderr."""
    return subprocess.run([BINARY, *map(str, arguments)], env=environment(), cwd=REPOSITORY, timeout=timeout,
                          capture_output=True, text=True)


def succeed(*arguments, timeout=180):
    """Runs a gnomon command that must succeed."""
    done = run(*arguments, timeout=timeout)
    assert done.returncode == 0, f"gnomon {' '.join(map(str, arguments))}:\n{done.stdout}\n{done.stderr}"
    return done


def wait_until(condition, seconds, what):
    """Asks until the condition holds and gives what it answered; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)


def free_port():
    """A port nobody listens on, below those that connections are given: a server that was stopped finds it free again."""
    connections = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.SystemRandom().randrange(10_000, max(connections, 20_000))
        with contextlib.closing(socket.socket()) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def alive(process_id):
    """Whether a process runs; one that has ended but was not waited for does not."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def postmaster(data_directory):
    """The process id of the private PostgreSQL of a data directory, None where none is recorded."""
    for file in Path(data_directory).rglob("postmaster.pid"):
        return int(file.read_text().split()[0])
    return None


class Server:
    """`gnomon serve` on a free port; `start` waits until it is ready."""

    def __init__(self, data_directory, *options, log=None):
        self.data_directory = Path(data_directory)
        self.options = options
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = Path(log or f"{data_directory}.log")
        self.http = requests.Session()
        self.http.trust_env = False
        self.process = None
        self.seconds_to_ready = None

    def start(self):
        started = time.monotonic()
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--port", str(self.port), "--data-dir", str(self.data_directory),
                 *map(str, self.options)],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment(), cwd=REPOSITORY)
        wait_until(self.ready, READY_SECONDS, f"the server is ready:\n{self.log()}")
        self.seconds_to_ready = time.monotonic() - started
        return self

    def ready(self):
        assert self.process.poll() is None, f"the server ended with {self.process.returncode}:\n{self.log()}"
        try:
            return self.http.get(self.url + "/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def log(self):
        return self.log_file.read_text(errors="replace")[-4000:]

    def stop(self, how=signal.SIGTERM, seconds=30):
        """Stops the server and gives its exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=seconds)

    def kill(self):
        """Ends the server as kill -9 does."""
        self.process.kill()
        self.process.wait()

    def close(self):
        """Leaves no process behind, whatever state the server is in."""
        if self.process and self.process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()
        database = postmaster(self.data_directory)
        if database and alive(database) and "postgres" in Path(f"/proc/{database}/cmdline").read_text():
            os.kill(database, signal.SIGINT)
            wait_until(lambda: not alive(database), 30, "PostgreSQL stops")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def get(self, path, **options):
        return self.http.get(self.url + path, timeout=60, **options)

    def post(self, path, json=None, **options):
        return self.http.post(self.url + path, json=json, timeout=120, **options)

    def put(self, path, json=None, **options):
        return self.http.put(self.url + path, json=json, timeout=60, **options)

    def patch(self, path, json=None, **options):
        return self.http.patch(self.url + path, json=json, timeout=60, **options)

    def delete(self, path, **options):
        return self.http.delete(self.url + path, timeout=60, **options)

    def load(self, *paths):
        return succeed("load", *paths, "--url", self.url)

    def create(self, path, document):
        """Posts a document that must be accepted."""
        answer = self.post(path, json=document)
        assert answer.status_code == 201, f"{answer.status_code} {answer.text[:1000]}"
        return answer
