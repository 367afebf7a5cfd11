"""What all Python tests share. They drive the binary that GNOMON_BINARY names (default .build/release/gnomon)."""

import os
import sys
from pathlib import Path

import pytest

# The server and the documents of the end-to-end tests serve all.
sys.path.insert(0, str(Path(__file__).resolve().parent / "EndToEnd"))
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
# What somebody's shell says of a server of their own is not for the servers of the tests.
for name in [name for name in os.environ if name.startswith("PG")]:
    del os.environ[name]

from gnomon_server import BINARY  # noqa: E402


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
