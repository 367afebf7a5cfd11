"""gnomon load from elsewhere: static catalogs, another STAC API, a PgSTAC database."""

import functools
import http.server
import json
import subprocess
import threading

import pytest

import load_data as data
import stac_documents as documents
from gnomon_server import BINARY, REPOSITORY, environment, wait_until


@pytest.fixture
def website():
    """Serves folders over HTTP; what was asked for is counted."""
    servers = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            self.server.paths.append(self.path)
            failing = self.server.failing.get(self.path, 0)
            if failing:
                self.server.failing[self.path] -= 1
                return self.send_error(503)
            return super().do_GET()

    def serve(folder, failing=None):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        server.paths, server.failing = [], dict(failing or {})
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        server.url = f"http://127.0.0.1:{server.server_port}"
        return server
    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def static_catalog(folder, count, extra_links=()):
    """A catalog with two collections below another catalog, items by relative links, some without a collection member."""
    def write(path, document):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document))
    write(folder / "catalog.json", {
        "type": "Catalog", "stac_version": "1.0.0", "id": "root", "description": "d",
        "links": [{"rel": "root", "href": "./catalog.json"}, {"rel": "child", "href": "below/catalog.json"}, *extra_links]})
    write(folder / "below/catalog.json", {
        "type": "Catalog", "stac_version": "1.0.0", "id": "below", "description": "d",
        "links": [{"rel": "child", "href": "./a/collection.json"}, {"rel": "child", "href": "./b/collection.json"}]})
    items = {}
    for name in "ab":
        collection = documents.collection(name)
        for number in range(count):
            item = documents.item(f"{name}-{number}", name)
            item["assets"] = {"data": {"href": f"./{number}.tif"}, "far": {"href": "https://example.com/x.tif"}}
            item["links"] = [{"rel": "collection", "href": "../collection.json"}, {"rel": "parent", "href": "../collection.json"},
                             {"rel": "license", "href": "https://example.com/licence"}]
            if number % 3 == 0:
                del item["collection"]
            write(folder / f"below/{name}/items/{number}.json", item)
            items[f"{name}-{number}"] = item
            collection["links"].append({"rel": "item", "href": f"./items/{number}.json"})
        write(folder / f"below/{name}/collection.json", collection)
    return items


@pytest.mark.parametrize("form", ["file", "folder", "url"])
def test_a_static_catalog(load, catalog_server, website, tmp_path, form):
    folder = tmp_path / "static"
    written = static_catalog(folder, 60)
    site = website(folder, failing={"/below/a/items/7.json": 2})
    source = {"file": folder / "catalog.json", "folder": folder, "url": site.url + "/catalog.json"}[form]
    base = site.url if form == "url" else folder.as_uri()
    done = load(source)
    assert done.returncode == 0, done.stderr
    server = catalog_server()
    for name in "ab":
        found = data.everything(server, name)
        assert set(found) == {identifier for identifier in written if identifier.startswith(name)}
        for identifier, item in found.items():
            number = identifier.split("-")[1]
            expected = data.without_links(written[identifier]) | {"collection": name}
            expected["assets"] = {"data": {"href": f"{base}/below/{name}/items/{number}.tif"},
                                  "far": {"href": "https://example.com/x.tif"}}
            assert data.without_links(item) == expected
            assert [link["href"] for link in item["links"] if link["rel"] == "license"] == ["https://example.com/licence"]
    if form == "url":
        assert site.paths.count("/below/a/items/7.json") == 3


def test_a_broken_link_and_a_foreign_host_are_reported_and_stop_nothing(load, cluster, database, website, tmp_path):
    folder = tmp_path / "static"
    foreign = website(tmp_path)
    static_catalog(folder, 5, [{"rel": "item", "href": "./gone.json"}, {"rel": "item", "href": f"{foreign.url}/secret.json"},
                               {"rel": "child", "href": "file:///etc/passwd"}])
    site = website(folder)
    done = load(site.url + "/catalog.json", "--report", tmp_path / "report")
    assert done.returncode == 1
    report = {entry["place"]: entry["message"] for entry in map(json.loads, (tmp_path / "report").read_text().splitlines())}
    assert "404" in report[f"{site.url}/gone.json"]
    assert "--allow-host 127.0.0.1" in report[f"{foreign.url}/secret.json"]
    assert "file:///etc/passwd" in report and foreign.paths == []
    assert cluster.number(database, "SELECT count(*) FROM gnomon.items") == 10
    # Another host is allowed by its name, and a private address still is not.
    done = load(site.url + "/catalog.json", "--allow-host", f"127.0.0.1:{foreign.server_port}")
    assert "not public" in done.stderr and foreign.paths == []


def test_a_static_catalog_is_resumed(load, cluster, database, website, tmp_path):
    folder = tmp_path / "static"
    written = static_catalog(folder, 300)
    site = website(folder)
    process = subprocess.Popen([BINARY, "load", f"{site.url}/catalog.json", "--database-url", cluster.url(database),
                                "--batch-size", "20"], env=environment(), cwd=REPOSITORY, stderr=subprocess.DEVNULL)
    wait_until(lambda: cluster.number(database, "SELECT count(*) FROM gnomon.items") >= 200, 120, "200 items are in")
    process.kill()
    process.wait()
    before = len(site.paths)
    done = load(f"{site.url}/catalog.json", "--batch-size", "20")
    assert done.returncode == 0 and "Going on with the static catalog" in done.stderr, done.stderr
    assert len(site.paths) - before < len(written) - 100
    assert cluster.query(database, "SELECT count(*), count(DISTINCT id) FROM gnomon.items") == [[str(len(written))] * 2]


@pytest.mark.parametrize("form", ["api", "collection", "page"])
def test_another_stac_api(load, catalog_server, own_server, tmp_path, form):
    source = own_server("source").start()
    file = data.write(tmp_path / "all.ndjson", [json.dumps(documents.collection(name)) for name in ("many", "few", "none")]
                      + list(data.lines(1200)) + list(data.lines(3, "few")))
    source.load(file)
    if form == "page":
        assert load(data.write(tmp_path / "collection.json", [json.dumps(documents.collection("many"))])).returncode == 0
    address = {"api": source.url, "collection": f"{source.url}/collections/many",
               "page": f"{source.url}/search?ids={','.join(f'item-{n:06}' for n in range(50))}&collections=many"}[form]
    done = load(address, "--batch-size", "100")
    assert done.returncode == 0, done.stderr
    server = catalog_server()
    names = {"api": {"many", "few", "none"}, "collection": {"many"}, "page": {"many"}}[form]
    assert {entry["id"] for entry in server.get("/collections?limit=100").json()["collections"]} == names
    for name in names:
        here, there = data.everything(server, name), data.everything(source, name)
        if form == "page":
            there = {identifier: item for identifier, item in there.items() if item["properties"]["number"] < 50}
        assert {i: data.without_links(item) for i, item in here.items()} == {
            i: data.without_links(item) for i, item in there.items()}


def test_another_stac_api_is_resumed(load, cluster, database, own_server, tmp_path):
    source = own_server("source").start()
    source.load(data.write(tmp_path / "all.ndjson", [json.dumps(documents.collection(name)) for name in ("few", "many")]
                           + list(data.lines(50, "few")) + list(data.lines(3000))))
    process = subprocess.Popen([BINARY, "load", source.url, "--database-url", cluster.url(database), "--batch-size", "20"],
                               env=environment(), cwd=REPOSITORY, stderr=subprocess.DEVNULL)
    wait_until(lambda: cluster.number(database, "SELECT count(*) FROM gnomon.items") >= 700, 120, "700 items are in")
    process.kill()
    process.wait()
    done = load(source.url)
    assert done.returncode == 0 and "Going on with the STAC API" in done.stderr, done.stderr
    assert cluster.query(database, "SELECT count(*), count(DISTINCT (collection_key, id)) FROM gnomon.items") == [
        ["3050", "3050"]]
    assert cluster.query(database, "SELECT items, collections FROM gnomon.loads") == [["3050", "2"]]


def test_what_is_no_catalog_is_said(load, website, tmp_path):
    (tmp_path / "page.html").write_text("<html>")
    (tmp_path / "other.json").write_text("{}")
    site = website(tmp_path)
    for name, words in [("page.html", "JSON"), ("other.json", "no STAC catalog"), ("none", "404")]:
        done = load(f"{site.url}/{name}")
        assert done.returncode == 1 and words in done.stderr, done.stderr


def pgstac_documents():
    """Collections with item_assets, and items that PgSTAC takes apart in every way."""
    assets = {
        "red": {"type": "image/tiff", "roles": ["data"], "title": "Red", "bands": [{"name": "r", "gsd": 10, "note": "x"}],
                "raster:bands": [{"nodata": 0}, {"nodata": 1}]},
        "blue": {"type": "image/tiff", "roles": ["data"], "title": "Blue", "eo": {"deep": {"a": 1, "b": [1, 2]}}},
        "never": {"type": "text/plain", "roles": ["metadata"]},
    }
    rich = documents.collection("rich") | {"item_assets": assets}
    plain = documents.collection("plain")

    def item(identifier, collection="rich", **members):
        made = documents.item(identifier, collection, point=(12.25, -7.123456789012345), count=3, exact=1.5)
        made["assets"] = {
            name: assets[name] | {"href": f"https://example.com/{identifier}/{name}"} for name in ("red", "blue")}
        return made | members
    items = [item(f"usual-{number}") for number in range(700)]
    fewer = item("fewer")
    del fewer["assets"]["blue"]
    less = item("less")
    del less["assets"]["red"]["title"]
    del less["assets"]["blue"]["eo"]["deep"]["a"]
    bands = item("bands")
    bands["assets"]["red"] |= {"bands": [{"name": "other", "gsd": 10}], "raster:bands": [{"nodata": 5}]}
    more = item("more", extra={"nested": [1, {"x": None}], "number": 1.0}, **{"custom:member": "kept"})
    more["assets"]["own"] = {"href": "https://example.com/own", "title": "Own"}
    linked = item("linked", links=[{"rel": "license", "href": "https://example.com/l", "title": "L"},
                                   {"rel": "self", "href": "https://elsewhere.example.com/linked"}])
    stretch = item("stretch")
    stretch["properties"] |= {"datetime": None, "start_datetime": "2020-01-01T00:00:00Z",
                              "end_datetime": "2020-02-01T00:00:00Z", "empty": None}
    newer = item("newer", stac_version="1.0.0")
    area = item("area", geometry={"type": "Polygon", "coordinates": [
        [[0.1, 0.2], [10.000000001, 0], [10, 10], [0, 10], [0.1, 0.2]]]}, bbox=[0, 0, 10.000000001, 10])
    bare = item("bare", "plain", assets={})
    items += [fewer, less, bands, more, linked, stretch, newer, area, bare, *[item(f"p-{n}", "plain") for n in range(20)]]
    for one in [fewer, less, bands, more, stretch]:
        items.append(json.loads(json.dumps(one)) | {"id": "sql-" + one["id"]})
    return [rich, plain, documents.collection("empty")], items


@pytest.fixture(scope="module")
def pgstac(cluster, tmp_path_factory):
    """A PgSTAC database, and the documents that went into it."""
    python = REPOSITORY / ".venv-pgstac/bin/python"
    assert python.exists(), "run scripts/setup.sh test"
    folder = tmp_path_factory.mktemp("pgstac")
    collections, items = pgstac_documents()
    data.write(folder / "collections.ndjson", map(json.dumps, collections))
    data.write(folder / "items.ndjson", map(json.dumps, items))
    address = cluster.create("pgstac")
    cluster.query("pgstac", "CREATE EXTENSION postgis; CREATE EXTENSION btree_gist")
    done = subprocess.run([python, REPOSITORY / "Tests/EndToEnd/make_pgstac.py", address, folder / "collections.ndjson",
                           folder / "items.ndjson"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return address, collections, items


def test_a_pgstac_database(load, catalog_server, pgstac):
    address, collections, items = pgstac
    done = load("--from-pgstac", address, "--batch-size", "100")
    assert done.returncode == 0, done.stderr
    for collection in collections:
        count = sum(item["collection"] == collection["id"] for item in items)
        assert [collection["id"], str(count), str(count), "0"] in [line.split() for line in done.stderr.splitlines()]
    server = catalog_server()
    for collection in collections:
        stored = server.get(f"/collections/{collection['id']}").json()
        assert stored["description"] == collection["description"]
        assert stored.get("item_assets") == collection.get("item_assets")
        found = data.everything(server, collection["id"])
        expected = {item["id"]: item for item in items if item["collection"] == collection["id"]}
        assert set(found) == set(expected)
        for identifier, item in expected.items():
            if identifier.startswith("sql-"):
                # PgSTAC's SQL functions drop nulls when they take an item apart.
                item = without_nulls(item)
                if "start_datetime" in item["properties"]:
                    item["properties"]["datetime"] = None
            assert data.without_links(found[identifier]) == data.without_links(item), identifier
    links = [link for link in data.everything(server, "rich")["linked"]["links"] if link["rel"] in ("license", "self")]
    assert {"rel": "license", "href": "https://example.com/l", "title": "L"} in links
    assert not any("elsewhere" in link["href"] for link in links)


def without_nulls(value):
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return [without_nulls(element) for element in value] if isinstance(value, list) else value


def test_items_as_pgstac_itself_gives_them(load, catalog_server, cluster, pgstac):
    """Where PgSTAC's own function gives another document, it is for the nulls that it drops."""
    address, collections, items = pgstac
    assert load("--from-pgstac", address).returncode == 0
    hydrated = {}
    for (line,) in cluster.query("pgstac", "SET search_path = pgstac, public; SELECT content_hydrate(i) FROM pgstac.items i"):
        item = json.loads(line)
        hydrated[item["id"], item["collection"]] = item
    server = catalog_server()
    for collection in collections:
        for identifier, item in data.everything(server, collection["id"]).items():
            theirs = data.without_links(hydrated[identifier, collection["id"]])
            assert without_nulls(data.without_links(item)) == without_nulls(theirs), identifier


def test_a_pgstac_database_is_resumed(load, cluster, database, pgstac):
    address, _, items = pgstac
    process = subprocess.Popen([BINARY, "load", "--from-pgstac", address, "--database-url", cluster.url(database),
                                "--batch-size", "5"], env=environment(), cwd=REPOSITORY, stderr=subprocess.DEVNULL)
    wait_until(lambda: cluster.number(database, "SELECT count(*) FROM gnomon.items") >= 200, 120, "200 items are in")
    process.kill()
    process.wait()
    done = load("--from-pgstac", address)
    assert done.returncode == 0 and "Going on with" in done.stderr, done.stderr
    assert cluster.query(database, "SELECT count(*) FROM gnomon.items") == [[str(len(items))]]
    assert cluster.query(database, "SELECT items FROM gnomon.loads") == [[str(len(items))]]
    assert cluster.query("pgstac", "SELECT count(*) FROM pgstac.items") == [[str(len(items))]]


def test_a_database_without_pgstac_is_said(load, cluster):
    done = load("--from-pgstac", cluster.url("postgres"))
    assert done.returncode == 1 and "no PgSTAC" in done.stderr, done.stderr
    done = load("--from-pgstac", "postgresql:///none?host=/nowhere")
    assert done.returncode == 1 and "cannot be read" in done.stderr, done.stderr
