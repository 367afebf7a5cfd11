"""Tests of the benchmarks' own parts: a benchmark that checks answers must itself be right."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gnomon_bench import generate  # noqa: E402
from gnomon_bench.oracle import Oracle  # noqa: E402

SMALL = generate.Dataset(3000, 400, 100)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return generate.write(SMALL, tmp_path_factory.mktemp("data") / "small", processes=2)


@pytest.fixture(scope="session")
def oracle(folder):
    return Oracle(folder / "oracle")
