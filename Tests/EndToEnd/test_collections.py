"""Many collections in pages, and collections whose identifiers differ only in how their letters are spelled."""

import subprocess
import threading
from urllib.parse import quote

import pytest
from pystac_client import Client

import stac_documents as documents
from gnomon_server import Server, succeed, wait_until
from pg_cluster import BINARIES, Cluster

MANY = 2_345


@pytest.fixture
def many(own_server, tmp_path):
    file = tmp_path / "collections.ndjson"
    lines = [documents.json.dumps(documents.collection(f"collection-{number:05}")) for number in range(MANY)]
    file.write_text("\n".join(lines))
    server = own_server().start()
    server.load(file)
    return server


def test_collections_come_in_pages_that_clients_follow(many):
    first = many.get("/collections").json()
    assert first["numberReturned"] == len(first["collections"]) == 1_000
    assert first["numberMatched"] == MANY
    expected = [f"collection-{number:05}" for number in range(MANY)]
    assert [collection.id for collection in Client.open(many.url).get_collections()] == expected
    sizes, address, back = [], many.url + "/collections?limit=700", None
    while address:
        page = many.http.get(address, timeout=60).json()
        sizes.append(page["numberReturned"])
        assert page["numberMatched"] == MANY
        links = {link["rel"]: link["href"] for link in page["links"]}
        address, back = links.get("next"), links.get("prev", links.get("previous"))
    assert sizes == [700, 700, 700, 245]
    before = many.http.get(back, timeout=60).json()
    assert [collection["id"] for collection in before["collections"]] == expected[1_400:2_100]
    children = [link for link in many.get("/").json()["links"] if link["rel"] == "child"]
    assert len(children) == 1_001


def test_identifiers_are_told_apart_by_their_bytes(own_server):
    server = own_server().start()
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    for identifier, name in ((composed, "first"), (decomposed, "second")):
        server.create("/collections", documents.collection(identifier))
        server.create(f"/collections/{quote(identifier)}/items",
                      documents.item("same", identifier, **{name: name, "own": name}))
    for _ in range(2):
        for identifier, name, other in ((composed, "first", "second"), (decomposed, "second", "first")):
            names = server.get(f"/collections/{quote(identifier)}/queryables").json()["properties"]
            assert name in names and other not in names
            answer = server.get(f"/search?collections={quote(identifier)}&filter={name}='{name}'&sortby={name}")
            (item,) = answer.json()["features"]
            assert item["collection"] == identifier and item["properties"]["own"] == name
            item = server.get(f"/collections/{quote(identifier)}/items/same").json()
            assert item["properties"]["own"] == name
    for item in server.get("/search").json()["features"]:
        (collection,) = {link["href"] for link in item["links"] if link["rel"] == "collection"}
        assert collection == f"{server.url}/collections/{quote(item['collection'])}"


@pytest.fixture
def cluster():
    made = Cluster()
    yield made
    made.close()


def test_items_of_a_collection_that_goes_during_a_search_are_left_out(cluster, tmp_path):
    address = cluster.create("catalog")
    lines = [documents.collection("gone"), documents.collection("kept"),
             documents.item("new", "gone", datetime="2024-01-01T00:00:00Z"), documents.item("old", "kept")]
    file = tmp_path / "documents.ndjson"
    file.write_text("\n".join(map(documents.json.dumps, lines)))
    succeed("load", file, "--database-url", address)
    with Server(tmp_path / "data", "--database-url", address) as server:
        # What plans are chosen by is read, and no name of a collection yet.
        assert server.get("/search?bbox=-100,-50,-90,-40").json()["features"] == []
        pages = []
        search = threading.Thread(target=lambda: pages.append(server.get("/search?limit=1")))
        with subprocess.Popen([BINARIES / "psql", address, "-Xq"], stdin=subprocess.PIPE, text=True) as psql:
            psql.stdin.write("BEGIN; DELETE FROM gnomon.collections WHERE id = 'gone';\n"
                             "LOCK TABLE gnomon.collections IN ACCESS EXCLUSIVE MODE;\n")
            psql.stdin.flush()
            wait_until(lambda: cluster.number("catalog", "SELECT count(*) FROM pg_locks WHERE granted AND mode = "
                                              "'AccessExclusiveLock' AND relation = 'gnomon.collections'::regclass") > 0, 30,
                       "the collection is being deleted")
            search.start()
            # The search has read the items, and asks for the name of the collection.
            wait_until(lambda: cluster.number("catalog", "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = "
                                              "'Lock' AND query LIKE 'SELECT key, id FROM gnomon.collections WHERE key%'") > 0, 30,
                       "the search waits for the name")
            psql.stdin.write("COMMIT;\n")
            psql.stdin.close()
        search.join(timeout=30)
        page = pages[0].json()
        assert pages[0].status_code == 200 and page["features"] == [] and page["numberReturned"] == 0
        (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
        page = server.http.get(following, timeout=30).json()
        assert [item["id"] for item in page["features"]] == ["old"]
