"""`gnomon index`: indexes over properties, beside a private database that nothing else runs."""

import re

import pytest

import stac_documents as documents
from gnomon_server import run, succeed


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    directory = tmp_path_factory.mktemp("index") / "data"
    succeed("load", documents.CATALOG / "modis-sinop", "--data-dir", directory)
    return directory


def test_an_index_is_made_listed_and_removed(data):
    def index(*arguments):
        return succeed("index", *arguments, "--data-dir", data)

    header, *rows = index("list").stdout.splitlines()
    assert [row.split()[:2] for row in rows] == [["eo:cloud_cover", "number"]]  # every catalog has it
    index("remove", "eo:cloud_cover")
    assert "no indexes" in index("list").stdout
    assert re.match(r"Made an index over gsd: number, [\d.]+ .?B\.\n$", index("add", "gsd").stdout)
    assert "already" in index("add", "gsd").stdout
    index("add", "platform")
    index("add", "instruments")
    header, *rows = index("list").stdout.splitlines()
    assert header.split() == ["PROPERTY", "TYPE", "SIZE", "SCANS", "STATE"]
    assert [row.split()[:2] for row in rows] == [["gsd", "number"], ["instruments", "array"], ["platform", "text"]]
    assert all(row.endswith("ready") for row in rows)
    assert index("remove", "gsd").stdout.startswith("Removed the index over gsd: number")
    assert "gsd" not in index("list").stdout


@pytest.mark.parametrize("arguments, answer", [
    (("add", "sensor:platform"), "did you mean platform?"),
    (("add", "datetime"), "has a column of its own"),
    (("add", "'; DROP TABLE gnomon.items; --"), "no item has a property"),
    (("remove", "title"), "gnomon index list shows those there are"),
    (("add", "gsd", "--type", "colour"), "'number', 'text', 'boolean', 'instant' or 'array'"),
])
def test_what_is_wrong_is_said_in_a_line(data, arguments, answer):
    done = run("index", *arguments, "--data-dir", data)
    assert done.returncode != 0 and answer in done.stderr, done.stderr
    assert done.stdout == ""


def test_the_help_teaches():
    text = succeed("index", "--help").stdout
    assert all(word in text for word in ["gnomon index add eo:cloud_cover", "gnomon index list", "while the catalog is in use"])
