"""Fixtures of the conformance tests."""

import pytest

from gnomon_server import Server
from offline import Offline
from stac_documents import CATALOG
import survey


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
