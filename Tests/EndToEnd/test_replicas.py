"""gnomon serve --read-database-url: reads on streaming replicas, which lag, stop, are killed and cancel what they run."""

import threading

import pytest
import requests

import stac_documents as documents
from gnomon_server import Server, run, succeed, wait_until
from pg_cluster import Cluster, Standby


@pytest.fixture(scope="module")
def primary():
    made = Cluster()
    yield made
    made.close()


@pytest.fixture(scope="module")
def standby(primary):
    made = Standby(primary)
    yield made
    made.close()


@pytest.fixture
def database(primary, request):
    """The name of a catalog of the test's own, with the collection `kept` and nothing in it."""
    name = request.node.name
    address = primary.create(name)
    succeed("migrate", "--database-url", address)
    return name


@pytest.fixture
def serve(tmp_path):
    """Starts servers on a database and its replicas."""
    servers = []

    def start(database, primary, read_url, *options):
        number = len(servers)
        servers.append(Server(tmp_path / f"data-{number}", "--database-url", primary.url(database),
                              "--read-database-url", read_url, *options, log=tmp_path / f"{number}.log"))
        return servers[-1].start()

    yield start
    for server in servers:
        server.close()


def reads(server):
    """Where reads go now."""
    return server.get("/readyz").json()["reads"]


def wait_for_reads(server, where, seconds=30):
    wait_until(lambda: reads(server) == where, seconds, f"reads go to the {where}:\n{server.log()}")


def found(server, collection="kept"):
    """The identifiers that a search gives."""
    answer = server.get(f"/search?collections={collection}&limit=100")
    assert answer.status_code == 200, answer.text
    return sorted(feature["id"] for feature in answer.json()["features"])


def write_elsewhere(tmp_path, primary, database, *identifiers):
    """Writes items past the server, as gnomon load on another machine does."""
    text = [documents.collection("kept")] + [documents.item(name, "kept") for name in identifiers]
    file = tmp_path / "elsewhere.ndjson"
    file.write_text("".join(f"{documents.json.dumps(line)}\n" for line in text))
    succeed("load", file, "--database-url", primary.url(database))


def test_reads_are_the_replicas(serve, primary, standby, database, tmp_path):
    server = serve(database, primary, standby.url(database), "--max-replica-lag", "10min")
    write_elsewhere(tmp_path, primary, database, "one")
    wait_until(lambda: found(server) == ["one"], 30, "the replica has the item")
    wait_for_reads(server, "replica")
    standby.pause()
    try:
        write_elsewhere(tmp_path, primary, database, "two")
        # Each of these is answered by what only the replica can know: that there is no second item yet.
        assert found(server) == ["one"]
        assert server.get("/collections/kept/items/one").status_code == 200
        assert server.get("/collections/kept/items/two").status_code == 404
        assert server.get("/collections/kept/items").json()["numberMatched"] == 1
        assert server.get("/aggregate?aggregations=total_count").json()["aggregations"][0]["value"] == 1
        assert reads(server) == "replica"
        assert primary.number(database, "SELECT count(*) FROM gnomon.items") == 2
    finally:
        standby.resume()
    wait_until(lambda: found(server) == ["one", "two"], 30, "the replica has the second item")
    users = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gnomon' AND query LIKE '%FROM gnomon.items i%'"
    assert standby.number(database, users) > 0


def test_a_client_reads_what_it_wrote(serve, primary, standby, database):
    server = serve(database, primary, standby.url(database), "--max-replica-lag", "10min")
    server.create("/collections", documents.collection("kept"))
    wait_for_reads(server, "replica")
    standby.pause()
    try:
        server.create("/collections/kept/items", documents.item("one", "kept", number=1))
        assert server.get("/collections/kept/items/one").status_code == 200
        assert found(server) == ["one"]
        for number in range(2, 6):
            patch = {"properties": {"number": number, f"new{number}": True}}
            answer = server.http.patch(f"{server.url}/collections/kept/items/one", json=patch, timeout=30)
            assert answer.status_code == 200, answer.text
            properties = server.get("/collections/kept/items/one").json()["properties"]
            assert properties["number"] == number and properties[f"new{number}"]
        assert found(server) == ["one"] and reads(server) == "primary"
        names = server.get("/collections/kept/queryables").json()["properties"]
        assert {"new2", "new5"} <= set(names)
        assert server.delete("/collections/kept/items/one").status_code == 204
        assert server.get("/collections/kept/items/one").status_code == 404
        server.create("/collections", documents.collection("late"))
        assert server.get("/collections/late").status_code == 200
    finally:
        standby.resume()
    wait_for_reads(server, "replica")
    assert found(server) == [] and server.get("/collections/late").status_code == 200


def test_every_write_is_seen_at_once_while_the_replica_follows(serve, primary, standby, database):
    server = serve(database, primary, standby.url(database))
    server.create("/collections", documents.collection("kept"))
    wait_for_reads(server, "replica")
    for number in range(150):
        server.create("/collections/kept/items", documents.item(f"item-{number}", "kept"))
        assert server.get(f"/collections/kept/items/item-{number}").status_code == 200
    wait_for_reads(server, "replica")


def test_a_replica_that_lags_too_far_is_not_read(serve, primary, standby, database, tmp_path):
    server = serve(database, primary, standby.url(database), "--max-replica-lag", "1s")
    write_elsewhere(tmp_path, primary, database, "one")
    wait_until(lambda: found(server) == ["one"], 30, "the item is there")
    wait_for_reads(server, "replica")
    standby.pause()
    try:
        write_elsewhere(tmp_path, primary, database, "two")
        wait_until(lambda: found(server) == ["one", "two"], 10, "the primary is read")
        wait_for_reads(server, "primary")
        wait_until(lambda: " behind" in server.log_file.read_text(), 10, "the log says why")
    finally:
        standby.resume()
    wait_for_reads(server, "replica")
    assert found(server) == ["one", "two"]


class Readers:
    """Threads that read without a pause, and keep what was answered otherwise than by 200."""

    def __init__(self, server, *paths, threads=6):
        self.server, self.paths = server, paths
        self.failures, self.count = [], 0
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.read) for _ in range(threads)]

    def read(self):
        with requests.Session() as session:
            session.trust_env = False
            while not self.ended.is_set():
                for path in self.paths:
                    answer = session.get(self.server.url + path, timeout=60)
                    self.count += 1
                    if answer.status_code != 200:
                        self.failures.append((path, answer.status_code, answer.text[:300]))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join(timeout=60)
            assert not thread.is_alive()

    def go_on(self, count=200):
        """Waits for so many answers more."""
        target = self.count + count
        wait_until(lambda: self.count >= target, 60, "readers go on")


def test_reads_survive_the_end_of_the_replica_and_return_to_it(serve, primary, database, tmp_path):
    standby = Standby(primary)
    try:
        server = serve(database, primary, standby.url(database))
        write_elsewhere(tmp_path, primary, database, *[f"item-{number}" for number in range(50)])
        wait_for_reads(server, "replica")
        wait_until(lambda: len(found(server)) == 50, 30, "the items are there")
        with Readers(server, "/search?limit=20", "/collections/kept/items/item-7", "/collections/kept") as readers:
            for end in (standby.kill, standby.stop, standby.kill):
                readers.go_on()
                end()
                wait_for_reads(server, "primary")
                readers.go_on()
                standby.start()
                wait_for_reads(server, "replica")
                readers.go_on()
        assert readers.failures == []
        wait_until(lambda: "cannot be reached" in server.log_file.read_text(), 10, "the log says why")
    finally:
        standby.close()


def test_reads_that_replay_cancels_are_answered_by_the_primary(serve, primary, database, tmp_path):
    standby = Standby(primary, "max_standby_streaming_delay = 0")
    try:
        server = serve(database, primary, standby.url(database))
        write_elsewhere(tmp_path, primary, database, *[f"item-{number}" for number in range(2000)])
        wait_for_reads(server, "replica")
        wait_until(lambda: len(found(server)) == 100, 30, "the items are there")
        conflicts = f"SELECT confl_lock FROM pg_stat_database_conflicts WHERE datname = '{database}'"
        slow = "/search?limit=10&filter=accenti(casei(id)) LIKE '%25item%25'&sortby=-id"
        assert server.get(slow).status_code == 200
        with Readers(server, slow) as readers:
            def conflicted():
                # Replay takes the lock at once, and cancels what is in its way.
                primary.query(database, "BEGIN; LOCK TABLE gnomon.items IN ACCESS EXCLUSIVE MODE; COMMIT")
                return standby.number(database, conflicts) >= 5

            wait_until(conflicted, 120, "replay and reads get in each other's way")
            readers.go_on(50)
        assert readers.failures == []
    finally:
        standby.close()


def test_several_hosts_are_several_replicas(serve, primary, standby, database, tmp_path):
    other = Standby(primary)
    try:
        url = f"postgresql://tester@/{database}?host={standby.folder},{other.folder}"
        server = serve(database, primary, url)
        write_elsewhere(tmp_path, primary, database, "one")
        wait_for_reads(server, "replica")
        searches = ("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gnomon' "
                    "AND query LIKE '%FROM gnomon.items%'")

        def both():
            found(server)
            return standby.number(database, searches) > 0 and other.number(database, searches) > 0

        wait_until(both, 30, "both replicas are read")
        with Readers(server, "/search?limit=20") as readers:
            readers.go_on()
            other.kill()
            readers.go_on()
            assert reads(server) == "replica"
        assert readers.failures == []
    finally:
        other.close()


def test_a_replica_that_is_away_at_the_start_is_waited_for(serve, primary, database):
    standby = Standby(primary)
    try:
        standby.stop()
        server = serve(database, primary, standby.url(database))
        assert reads(server) == "primary"
        server.create("/collections", documents.collection("kept"))
        standby.start()
        wait_for_reads(server, "replica")
        assert server.get("/collections/kept").status_code == 200
    finally:
        standby.close()


def test_reads_go_on_without_the_primary(serve, tmp_path):
    primary = Cluster()
    standby = Standby(primary)
    try:
        address = primary.create("alone")
        succeed("migrate", "--database-url", address)
        server = serve("alone", primary, standby.url("alone"), "--max-replica-lag", "1s")
        server.create("/collections", documents.collection("kept"))
        wait_for_reads(server, "replica")
        primary.kill()
        state = {"status": "ready", "reads": "replica", "writes": "unavailable"}
        wait_until(lambda: server.get("/readyz").json() == state, 30, "the replica serves alone")
        assert server.get("/collections/kept").status_code == 200
        assert server.post("/collections", json=documents.collection("new")).status_code == 503
        # Whether that write has come to anything nobody knows, until the primary has been away for long.
        wait_until(lambda: server.get("/collections/kept").status_code == 200, 30, "the replica is read")
        primary.start()
        wait_until(lambda: server.get("/readyz").json()["writes"] == "primary", 30, "the primary is back")
        server.create("/collections", documents.collection("new"))
        assert server.get("/collections/new").status_code == 200
    finally:
        standby.close()
        primary.close()


def refusal(primary, database, read_url):
    done = run("serve", "--port", "0", "--database-url", primary.url(database), "--read-database-url", read_url, timeout=60)
    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_what_is_no_replica_of_the_database_is_refused(primary, database):
    other = Cluster()
    try:
        other.create(database)
        assert "is no replica of the database: it is another cluster" in refusal(
            primary, database, other.url(database))
    finally:
        other.close()
    primary.create("neighbour")
    assert "it is another database of the same cluster" in refusal(primary, database, primary.url("neighbour"))
    assert "--read-database-url is an address" in refusal(primary, database, "somewhere")


def test_a_promoted_replica_is_refused(primary, database):
    standby = Standby(primary)
    try:
        standby.promote()
        assert "it was promoted" in refusal(primary, database, standby.url(database))
    finally:
        standby.close()


def test_the_database_itself_may_stand_for_a_replica(serve, primary, database):
    server = serve(database, primary, primary.url(database))
    server.create("/collections", documents.collection("kept"))
    wait_for_reads(server, "replica")
    assert server.get("/collections/kept").status_code == 200
