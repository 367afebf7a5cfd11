"""What is asked for again and again is kept as it was sent, and is never older than it may be, whoever writes."""

import contextlib
import subprocess
import time

import pytest

import stac_documents as documents
from gnomon_server import Server, succeed, wait_until
from pg_cluster import BINARIES

KEPT_SECONDS = 0.2


def collection(name, number):
    return {**documents.collection(name), "title": f"Title {number}"}


@pytest.fixture
def server(cluster, database, tmp_path):
    succeed("migrate", "--database-url", cluster.url(database))
    cluster.query("postgres", "ALTER SYSTEM SET log_statement = 'all'")
    # It has transactions of its own.
    cluster.query("postgres", "ALTER SYSTEM SET autovacuum = off")
    cluster.query("postgres", "SELECT pg_reload_conf()")
    with Server(tmp_path / "data", "--database-url", cluster.url(database)) as running:
        for name in ("a", "b"):
            running.create("/collections", collection(name, "0"))
        yield running


def titled(text, collection="a"):
    """A change of a collection's title, to one as long, past every server."""
    return (f"UPDATE gnomon.collections SET document = regexp_replace(document, '\"title\":\"Title .\"', "
            f"'\"title\":\"Title {text}\"') WHERE id = '{collection}'")


def title(server):
    return server.get("/collections/a").json()["title"]


@contextlib.contextmanager
def transaction(cluster, database, statement):
    """A transaction that has run a statement and goes on; it is committed at the end."""
    session = subprocess.Popen([BINARIES / "psql", cluster.url(database), "-Xqv", "ON_ERROR_STOP=1"], stdin=subprocess.PIPE,
                               text=True)
    session.stdin.write(f"BEGIN;\n{statement};\n")
    session.stdin.flush()
    wait_until(lambda: cluster.number("postgres", "SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL "
                                      "AND state = 'idle in transaction'") == 1, 30, "the statement has run")
    try:
        yield
    finally:
        session.communicate("COMMIT;\n")
    assert session.returncode == 0


def reads(cluster):
    """How many statements have read a collection by its identifier so far."""
    return (cluster.folder / "log").read_text().count("FROM gnomon.collections c")


def wait_until_kept(server, cluster):
    """Asks until an answer comes without a reading, long after one of them."""
    def is_kept():
        before = reads(cluster)
        time.sleep(1.5 * KEPT_SECONDS)
        return title(server) and reads(cluster) == before
    wait_until(is_kept, 30, "the answer is kept")


def test_answers_outlive_their_time_as_long_as_nothing_is_committed(server, cluster, database):
    assert title(server) == "Title 0"
    assert reads(cluster) > 0
    wait_until_kept(server, cluster)
    before = reads(cluster)
    for _ in range(20):
        time.sleep(KEPT_SECONDS / 2)
        assert title(server) == "Title 0"
    # By themselves they would be made anew ten times; a look that takes long may cost one.
    assert reads(cluster) <= before + 3
    assert server.get("/collections").status_code == 200
    before = reads(cluster)
    cluster.query(database, titled("1"))
    time.sleep(KEPT_SECONDS)
    assert title(server) == "Title 1"
    assert reads(cluster) > before
    assert [one["title"] for one in server.get("/collections").json()["collections"]] == ["Title 1", "Title 0"]


def test_a_commit_of_a_transaction_that_began_before_is_seen(server, cluster, database):
    with transaction(cluster, database, titled("2")):
        cluster.query(database, titled("1", collection="b"))
        wait_until_kept(server, cluster)
        assert title(server) == "Title 0"
    time.sleep(KEPT_SECONDS)
    assert title(server) == "Title 2"


def test_what_is_written_through_the_server_is_seen_at_once(server, cluster):
    wait_until_kept(server, cluster)
    for number in range(3, 9):
        assert server.put("/collections/a", json=collection("a", number)).status_code == 200
        assert title(server) == f"Title {number}"


def test_writing_all_the_time_makes_nothing_old(server, cluster, database):
    wait_until_kept(server, cluster)
    for number in range(1, 8):
        cluster.query(database, titled(number))
        cluster.query(database, titled(number, collection="b"))
        time.sleep(KEPT_SECONDS)
        assert title(server) == f"Title {number}"


def test_a_restart_of_the_database_is_survived(server, cluster, database):
    wait_until_kept(server, cluster)
    cluster.kill()
    time.sleep(KEPT_SECONDS)
    assert server.get("/collections/a").status_code == 503
    cluster.start()
    cluster.query(database, titled("1"))
    wait_until(lambda: server.get("/collections/a").status_code == 200, 30, "the server has the database again")
    assert title(server) == "Title 1"


def test_a_database_that_does_not_tell_is_read_each_time(cluster, database, tmp_path):
    succeed("migrate", "--database-url", cluster.url(database))
    cluster.query(database, "CREATE ROLE guest LOGIN IN ROLE gnomon_writer")
    cluster.query(database, "REVOKE EXECUTE ON FUNCTION pg_control_checkpoint FROM PUBLIC")
    url = cluster.url(database).replace("tester@", "guest@")
    with Server(tmp_path / "guest", "--database-url", url) as running:
        running.create("/collections", collection("a", "0"))
        for number in range(1, 4):
            cluster.query(database, titled(number))
            time.sleep(KEPT_SECONDS)
            assert title(running) == f"Title {number}"


def test_long_addresses_are_answered_and_not_kept(server, cluster):
    def read(padding):
        before = reads(cluster)
        assert server.get("/collections/a?" + "&" * padding).status_code == 200
        return reads(cluster) - before
    wait_until(lambda: read(1) == 0, 30, "an answer is kept")
    assert [read(3_000), read(3_000)] == [1, 1]
