"""`stac-client`, the command that comes with pystac-client, as a person types it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import survey

COMMAND = Path(sys.executable).parent / "stac-client"


def stac_client(server, command, *arguments):
    """What the command prints; a warning of its is an error."""
    done = subprocess.run(
        [COMMAND, command, server.url, *map(str, arguments), "--error"], capture_output=True, text=True, timeout=60,
        env={**os.environ, "NO_PROXY": "127.0.0.1"})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def count(condition):
    return sum(condition(item["properties"]) for item in survey.items() if item["collection"] == "survey")


SEARCHES = [
    ([], 24),
    (["--bbox", 20.2, 20.2, 20.3, 20.3], 1),
    (["--datetime", "2021-03-05/2021-03-07"], 3),
    (["--intersects", json.dumps(survey.square(24.75))], 4),
    (["--ids", "scene-01", "scene-02"], 2),
    (["--query", "eo:cloud_cover<20"], count(lambda properties: properties.get("eo:cloud_cover", 99) < 20)),
    (["--query", "eo:cloud_cover>=10", "platform=landsat-8"],
     count(lambda properties: properties.get("eo:cloud_cover", 0) >= 10 and properties["platform"] == "landsat-8")),
    (["--filter-lang", "cql2-text", "--filter", "gsd = 30 AND grade <> 'a'"],
     count(lambda properties: properties["gsd"] == 30 and properties["grade"] != "a")),
    (["--filter", json.dumps({"op": "=", "args": [{"property": "gsd"}, 30]}), "--filter-lang", "cql2-json"], 8),
]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("arguments, expected", SEARCHES, ids=lambda value: str(value)[:60])
def test_the_command_counts_and_prints_items(server, method, arguments, expected):
    told = stac_client(server, "search", "-c", "survey", "--method", method, *arguments, "--matched")
    assert told == f"{expected} items matched\n"
    printed = json.loads(stac_client(server, "search", "-c", "survey", "--method", method, "--limit", 10, *arguments))
    assert len(printed["features"]) == expected


def test_the_command_sorts_and_chooses_fields(server):
    printed = json.loads(stac_client(
        server, "search", "-c", "survey", "--sortby=-properties.datetime", "--fields", "id", "properties.grade",
        "--max-items", 3))
    assert [item["id"] for item in printed["features"]] == ["scene-23", "scene-22", "scene-21"]
    assert [item["properties"] for item in printed["features"]] == [{"grade": "d"}, {"grade": "c"}, {"grade": "b"}]


def test_the_command_finds_collections(server):
    everything = json.loads(stac_client(server, "collections"))
    assert {"survey", "archive", "modis-sinop", "models"} <= {collection["id"] for collection in everything}
    assert [found["id"] for found in json.loads(stac_client(server, "collections", "--q", "aerial"))] == ["survey"]
    assert stac_client(server, "collections", "--datetime", "2011", "--bbox", 20, 20, 21, 21, "--matched").endswith(
        " collections matched\n")
