"""Fixtures of the conformance tests. They drive the binary that GNOMON_BINARY names (default .build/release/gnomon)."""

import os
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "EndToEnd")]
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

from gnomon_server import BINARY, Server  # noqa: E402
from offline import Offline  # noqa: E402
from stac_documents import CATALOG  # noqa: E402
import survey  # noqa: E402


def pytest_configure(config):
    config.measured = []


def pytest_sessionstart(session):
    if not Path(BINARY).exists():
        pytest.exit(f"{BINARY} does not exist: run make build, or name another with GNOMON_BINARY", returncode=2)


def pytest_terminal_summary(terminalreporter, config):
    """What the tests measured, after their results."""
    for line in config.measured:
        terminalreporter.write_line(f"measured: {line}")


@pytest.fixture(scope="session")
def measured(request):
    """Takes one line about something measured or set aside, printed at the end of the run."""
    return request.config.measured.append


@pytest.fixture(scope="session", autouse=True)
def offline(measured):
    """No test reaches another machine; what a tool tried is printed."""
    with pytest.MonkeyPatch.context() as patch:
        guard = Offline()
        guard.install(patch)
        yield
        for host in sorted(set(guard.refused)):
            measured(f"no network: {host} was asked for {guard.refused.count(host)} times")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server with the demo catalog and the survey, shared by all tests that leave it as they found it."""
    counting = ["--count-limit", 100_000]  # every number of matches is a count
    with Server(tmp_path_factory.mktemp("shared") / "data", "--asset-root", CATALOG, *counting) as running:
        running.load(CATALOG)
        survey.create(running)
        yield running


@pytest.fixture
def own_server(tmp_path):
    """A server with the demo catalog on a database of the test's own, to be written to at will."""
    with Server(tmp_path / "data", "--asset-root", CATALOG) as running:
        running.load(CATALOG)
        yield running
