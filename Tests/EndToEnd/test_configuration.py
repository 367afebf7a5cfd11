"""Options, environment and docs/configuration.md say the same, and an option wins over the environment."""

import os
import re
import subprocess

import pytest

from gnomon_server import BINARY, REPOSITORY, environment, run, succeed

DOCUMENT = (REPOSITORY / "docs" / "configuration.md").read_text()
COMMANDS = ["serve", "load", "migrate", "register", "predict", "match", "index add", "index list", "index remove", "doctor",
            "keys create", "keys list", "keys revoke", "promote", "promotions",
            "lineage", "training-data"]


def help_of(command):
    text = " " + " ".join(succeed("help", *command.split()).stdout.split("OPTIONS:")[1].split())
    return re.split(r"(?= --[a-z])", text)


def rows():
    """The rows of the document's tables as lists of cells."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in DOCUMENT.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented(command):
    for text in help_of(command):
        option = re.match(r" (--[a-z0-9-]+)", text)
        if not option or option[1] in ("--version", "--help"):
            continue
        name = f"`{option[1]}`"
        if command == "serve":
            (row,) = [row for row in rows() if row[0] == name]
            assert row[1].strip("`") in text, f"the variable of {name}"
            assert row[1] == "`GNOMON_" + option[1][2:].upper().replace("-", "_") + "`"
        else:
            names = [row for row in rows() if (row[0] == "all" or f"`{command}`" in row[0].split(", ")) and name in row[1]]
            assert len(names) == 1, f"{command} {name}"


def test_every_documented_option_of_serve_exists():
    options = {match[1] for text in help_of("serve") if (match := re.match(r" (--[a-z0-9-]+)", text))}
    documented = {row[0].strip("`") for row in rows() if row[0].startswith("`--")}
    assert documented == options - {"--version", "--help"}


def printed_url(*arguments, **variables):
    return subprocess.run([BINARY, "doctor", "--print-database-url", *map(str, arguments)], capture_output=True, text=True,
                          env=environment() | variables, cwd=REPOSITORY, timeout=60)


def test_an_option_wins_over_the_environment(tmp_path):
    address = "postgresql:///elsewhere?host=/nowhere"
    assert printed_url(GNOMON_DATABASE_URL=address).stdout.strip() == address
    assert printed_url(GNOMON_DATABASE_URL=address, GNOMON_DATA_DIR=str(tmp_path)).stdout.strip() == address
    other = "postgresql:///other"
    assert printed_url("--database-url", other, GNOMON_DATABASE_URL=address).stdout.strip() == other
    done = printed_url("--data-dir", tmp_path, GNOMON_DATABASE_URL=address)
    assert done.returncode != 0 and f"no database runs on {os.path.realpath(tmp_path)}" in done.stderr, done.stderr
    assert printed_url("--database-url", other, GNOMON_DATA_DIR=str(tmp_path)).stdout.strip() == other


@pytest.mark.parametrize("command", [["migrate"], ["doctor"], ["index", "list"]])
def test_two_databases_are_refused(command, tmp_path):
    done = run(*command, "--data-dir", tmp_path, "--database-url", "postgresql:///none")
    assert done.returncode != 0
    assert done.stderr.strip() == "Error: --data-dir and --database-url name two databases; say one of them"


@pytest.mark.parametrize("lag", ["0", "10", "50ms", "soon", "-1s"])
def test_a_lag_that_is_none_is_refused(lag, tmp_path):
    done = run("serve", "--data-dir", tmp_path, f"--max-replica-lag={lag}")
    assert done.returncode != 0 and "--max-replica-lag is a duration" in done.stderr, done.stderr
