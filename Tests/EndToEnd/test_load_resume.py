"""gnomon load interrupted by kill -9 of itself, of the server and of PostgreSQL: nothing is lost, nothing is there twice.

The moments are random, from a seed that is printed; each is waited for by what is in the database."""

import os
import random
import subprocess
from pathlib import Path

import pytest

import load_data as data
from gnomon_server import BINARY, REPOSITORY, Server, environment, wait_until
from pg_cluster import BINARIES

ITEMS = 6000
SEED = 20261121


@pytest.fixture(params=["ndjson", "gz"])
def file(request, tmp_path):
    if request.param == "ndjson":
        return data.catalog(tmp_path / "items.ndjson", ITEMS)
    return data.write_gzip(tmp_path / "items.ndjson.gz",
                           data.catalog(tmp_path / "plain", ITEMS).read_text().splitlines())


class Loader:
    """A load that runs beside the test."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([BINARY, "load", *map(str, arguments), "--batch-size", "8", "--jobs", "3"],
                                        env=environment(), cwd=REPOSITORY, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)

    def running(self):
        return self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def finish(self):
        _, errors = self.process.communicate(timeout=300)
        assert self.process.returncode == 0, errors
        return errors


def loaded(cluster, database):
    """How many items are in, counted by what is stored."""
    return cluster.number(database, "SELECT count(*) FROM gnomon.items")


def assert_each_once(cluster, database):
    assert cluster.query(database, "SELECT count(*), count(DISTINCT id), sum((properties->>'number')::int) "
                                   "FROM gnomon.items") == [[str(ITEMS), str(ITEMS), str(ITEMS * (ITEMS - 1) // 2)]]


def assert_counted_once(cluster, database):
    assert cluster.query(database, "SELECT items, collections, refused, finished_at IS NOT NULL FROM gnomon.loads") == [
        [str(ITEMS), "1", "0", "t"]]


def test_the_loader_is_killed(cluster, file, request, measured):
    database = request.node.name
    address = cluster.create(database)
    chance = random.Random(SEED)
    kills = 0
    for target in sorted(chance.sample(range(40, ITEMS - 2500), 6)):
        loader = Loader(file, "--database-url", address)
        wait_until(lambda: loaded(cluster, database) >= target or not loader.running(), 120, f"{target} items are in")
        assert loader.running(), loader.finish()
        loader.kill()
        kills += 1
    before = loaded(cluster, database)
    assert 0 < before < ITEMS
    assert "Going on with" in Loader(file, "--database-url", address).finish()
    assert_each_once(cluster, database)
    assert_counted_once(cluster, database)
    measured(f"load killed {kills} times with seed {SEED}, the last time at {before} of {ITEMS} items: each is in once")


def test_postgresql_is_killed_and_the_loader_goes_on_by_itself(cluster, file, request):
    database = request.node.name[:60]
    address = cluster.create(database)
    chance = random.Random(SEED + 1)
    loader = Loader(file, "--database-url", address)
    for target in sorted(chance.sample(range(40, ITEMS - 2500), 3)):
        wait_until(lambda: loaded(cluster, database) >= target or not loader.running(), 120, f"{target} items are in")
        assert loader.running(), loader.finish()
        cluster.kill()
        cluster.start()
    loader.finish()
    assert_each_once(cluster, database)
    assert_counted_once(cluster, database)


def test_postgresql_and_the_loader_are_killed(cluster, file, request):
    database = request.node.name
    address = cluster.create(database)
    chance = random.Random(SEED + 2)
    for target in sorted(chance.sample(range(40, ITEMS - 2500), 3)):
        loader = Loader(file, "--database-url", address)
        wait_until(lambda: loaded(cluster, database) >= target or not loader.running(), 120, f"{target} items are in")
        assert loader.running(), loader.finish()
        cluster.kill()
        loader.kill()
        cluster.start()
    Loader(file, "--database-url", address).finish()
    assert_each_once(cluster, database)
    assert_counted_once(cluster, database)


def test_the_server_and_the_loader_are_killed(cluster, file, request, tmp_path):
    database = request.node.name
    address = cluster.create(database)
    chance = random.Random(SEED + 3)
    server = Server(tmp_path / "served", "--database-url", address).start()
    options = ("--url", server.url, "--data-dir", tmp_path / "loader")
    try:
        loader = Loader(file, *options)
        for turn, target in enumerate(sorted(chance.sample(range(40, ITEMS - 2500), 4))):
            wait_until(lambda: loaded(cluster, database) >= target or not loader.running(), 120, f"{target} items are in")
            assert loader.running(), loader.finish()
            server.kill()
            if turn % 2:
                loader.kill()
            server.start()
            if turn % 2:
                loader = Loader(file, *options)
        loader.finish()
    finally:
        server.close()
    assert_each_once(cluster, database)


def test_a_source_that_has_changed_is_loaded_from_the_beginning(cluster, request, tmp_path):
    database = request.node.name[:60]
    address = cluster.create(database)
    file = data.catalog(tmp_path / "items.ndjson", ITEMS)
    loader = Loader(file, "--database-url", address)
    wait_until(lambda: loaded(cluster, database) >= 500 or not loader.running(), 120, "500 items are in")
    loader.kill()
    with open(file, "a") as more:
        more.writelines(line + "\n" for line in data.lines(10, start=ITEMS))
    assert "has changed" in Loader(file, "--database-url", address).finish()
    assert loaded(cluster, database) == ITEMS + 10


def test_standard_input_goes_on_where_the_same_text_comes_again(cluster, request, tmp_path):
    database = request.node.name[:60]
    address = cluster.create(database)
    text = data.catalog(tmp_path / "items.ndjson", ITEMS).read_bytes()

    def load(text, *options):
        return subprocess.run([BINARY, "load", "-", "--database-url", address, "--batch-size", "40", *options],
                              input=text, env=environment(), cwd=REPOSITORY, capture_output=True, timeout=300)
    process = subprocess.Popen([BINARY, "load", "-", "--database-url", address, "--batch-size", "40"],
                               stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(), cwd=REPOSITORY)
    # The pipe stays open, so that the load cannot come to its end.
    process.stdin.write(text[: len(text) // 2])
    process.stdin.flush()
    wait_until(lambda: loaded(cluster, database) >= 2800, 120, "2800 items are in")
    process.kill()
    process.wait()
    # The text that differs begins like the other for more than the first MiB.
    other = text.replace(b'"number": 2500,', b'"number": 9999,')
    assert 1 << 20 < text.index(b'"number": 2500,') and other != text
    refused = load(other)
    assert refused.returncode == 1 and b"--restart" in refused.stderr, refused.stderr
    done = load(text)
    assert done.returncode == 0 and b"Going on with" in done.stderr, done.stderr
    assert_each_once(cluster, database)


def test_a_load_gives_way_to_what_else_runs(cluster, request, tmp_path):
    database = request.node.name[:60]
    address = cluster.create(database)
    text = data.catalog(tmp_path / "items.ndjson", ITEMS).read_bytes()
    process = subprocess.Popen([BINARY, "load", "-", "--database-url", address, "--batch-size", "40"],
                               stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(), cwd=REPOSITORY)
    process.stdin.write(text)
    process.stdin.flush()
    # The pipe stays open, so that the load cannot come to its end.
    wait_until(lambda: loaded(cluster, database) >= 2000, 120, "2000 items are in")
    # The thread that reads keeps what its queue gives it; the work is that of the others.
    spent = {True: 0, False: 0}
    for thread in os.listdir(f"/proc/{process.pid}/task"):
        fields = Path(f"/proc/{process.pid}/task/{thread}/stat").read_text().rpartition(")")[2].split()
        spent[int(fields[16]) >= 10] += int(fields[11]) + int(fields[12])
    process.stdin.close()
    assert process.wait(120) == 0
    assert spent[True] > 2 * spent[False], spent


@pytest.mark.parametrize("company, writers", [("gnomon load", 2), ("searches", 1)])
def test_a_load_works_on_one_batch_at_a_time_while_others_use_the_database(
        cluster, request, tmp_path, monkeypatch, company, writers):
    # What the test itself asks counts as part of the load.
    monkeypatch.setenv("PGAPPNAME", "gnomon load")
    database = f"turns_{writers}"
    address = cluster.create(database)
    collection, *items = data.catalog(tmp_path / "all.ndjson", ITEMS).read_text().splitlines()
    subprocess.run([BINARY, "load", data.write(tmp_path / "collection.ndjson", [collection]), "--database-url", address],
                   env=environment(), cwd=REPOSITORY, check=True, stderr=subprocess.DEVNULL)
    file = data.write(tmp_path / "items.ndjson", items)
    holder = subprocess.Popen([BINARIES / "psql", address, "-Xqc", "BEGIN", "-c", "LOCK TABLE gnomon.items IN SHARE MODE",
                               "-c", "SELECT pg_sleep(600)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env=environment() | {"PGAPPNAME": company})
    held = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'"
    wait_until(lambda: cluster.number(database, held) == 1, 30, "the table is locked")
    process = subprocess.Popen([BINARY, "load", file, "--database-url", address, "--batch-size", "40", "--jobs", "2"],
                               stderr=subprocess.DEVNULL, env=environment(), cwd=REPOSITORY)
    stopped = ("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
               "AND application_name = 'gnomon load'")
    wait_until(lambda: cluster.number(database, stopped) == writers, 60, f"{writers} batches wait for the table")
    assert {cluster.number(database, stopped) for _ in range(20)} == {writers}
    cluster.query(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'")
    holder.wait(30)
    assert process.wait(120) == 0
    assert_each_once(cluster, database)
