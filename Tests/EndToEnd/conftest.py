"""Fixtures of the end-to-end tests. They drive the binary that GNOMON_BINARY names (default .build/release/gnomon)."""

import os
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parents[1] / "fixtures")]
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

from stac_documents import CATALOG  # noqa: E402
from gnomon_server import BINARY, Server  # noqa: E402


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
    """Takes one line about something measured, printed at the end of the run."""
    return request.config.measured.append


@pytest.fixture(scope="session")
def asset_root(tmp_path_factory):
    """A folder whose files the shared server may read."""
    return tmp_path_factory.mktemp("assets")


@pytest.fixture(scope="session")
def server(tmp_path_factory, asset_root):
    """One server with the demo catalog, shared by all tests that leave it as they found it."""
    data_directory = tmp_path_factory.mktemp("shared") / "data"
    with Server(data_directory, "--asset-root", CATALOG, "--asset-root", asset_root) as running:
        running.load(CATALOG)
        yield running


@pytest.fixture
def own_server(tmp_path):
    """Makes servers of the test's own, on data directories below its folder; they are gone when it ends."""
    servers = []

    def make(name="data", *options):
        servers.append(Server(tmp_path / name, *options, log=tmp_path / f"{len(servers)}.log"))
        return servers[-1]

    yield make
    for made in servers:
        made.close()
