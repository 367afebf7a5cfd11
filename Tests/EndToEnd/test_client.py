"""pystac-client, pystac's schemas and stac-validator against the running server."""

import json
import warnings

import pystac_client
import pytest
from stac_validator.validate import StacValidate

import stac_documents as documents
import stac_schemas

DEMO_COLLECTIONS = {"sentinel-2-amazon", "modis-sinop", "training-data", "models", "predictions"}


@pytest.fixture(scope="module")
def client(server):
    with warnings.catch_warnings():
        warnings.filterwarnings("error", module="pystac_client")
        return pystac_client.Client.open(server.url)


@pytest.fixture(scope="module")
def paged(server):
    """Two collections of 125 items with the same ids and five datetimes between them."""
    wanted = set()
    for name in ("paging-a", "paging-b"):
        server.create("/collections", documents.collection(name))
        items = [documents.item(f"item-{n:03}", name, f"2021-01-0{n % 5 + 1}T00:00:00Z", (n % 90, n % 45))
                 for n in range(125)]
        server.create(f"/collections/{name}/items", documents.item_collection(items))
        wanted |= {(name, item["id"]) for item in items}
    yield wanted
    for name in ("paging-a", "paging-b"):
        assert server.delete(f"/collections/{name}").status_code in (200, 204)


def keys(items):
    return [(item.collection_id, item.id) for item in items]


def test_client_opens_and_finds_the_conformance_it_needs(client):
    for name in ("CORE", "ITEM_SEARCH", "COLLECTIONS", "FEATURES"):
        assert client.conforms_to(name), name
    assert client.get_search_link() is not None


def test_client_lists_the_collections(client):
    assert DEMO_COLLECTIONS <= {collection.id for collection in client.get_collections()}
    assert client.get_collection("modis-sinop").title == "MODIS NDVI, Sinop"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("search, expected", [
    ({"collections": ["modis-sinop"]}, 12),
    ({"collections": ["modis-sinop"], "datetime": "2013-12-19T00:00:00Z"}, 1),
    ({"collections": ["modis-sinop"], "datetime": "2014-01-01/2014-06-30"}, 6),
    ({"collections": ["modis-sinop"], "datetime": "2014-06-01T00:00:00Z/.."}, 3),
    ({"collections": ["modis-sinop"], "datetime": "../2013-09-14T00:00:00Z"}, 1),
    ({"collections": ["modis-sinop"], "bbox": [-55.5, -11.7, -55.4, -11.6]}, 12),
    ({"collections": ["modis-sinop"], "bbox": [-55.5, -11.7, -100, -55.4, -11.6, 100]}, 12),
    ({"collections": ["modis-sinop"], "bbox": [10, 10, 11, 11]}, 0),
    ({"collections": ["modis-sinop"], "bbox": [170, -12, -55.4, -11]}, 12),
    ({"collections": ["modis-sinop"], "bbox": [170, -12, -170, -11]}, 0),
    ({"collections": ["models", "sentinel-2-amazon"]}, 3),
    ({"ids": ["s2-amazon", "sinop-crops", "absent"]}, 2),
    ({"collections": ["absent"]}, 0),
    ({"collections": ["sentinel-2-amazon"], "datetime": "2019-05-05T12:00:00Z"}, 1),
    ({"collections": ["sentinel-2-amazon"], "datetime": "1999-01-01/1999-12-31"}, 0),
])
def test_client_searches(client, method, search, expected):
    if method == "GET" and "datetime" in search and "/" not in search["datetime"]:
        search = {**search, "datetime": search["datetime"]}
    found = client.search(method=method, **search)
    assert len(set(keys(found.items()))) == expected
    assert found.matched() == expected


@pytest.mark.parametrize("geometry, expected", [
    ({"type": "Point", "coordinates": [-56.36, -1.47]}, 1),
    ({"type": "MultiPoint", "coordinates": [[0, 0], [-56.36, -1.47]]}, 1),
    ({"type": "LineString", "coordinates": [[-57, -1.47], [-56, -1.47]]}, 1),
    ({"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]], [[-57, -1.47], [-56, -1.47]]]}, 1),
    ({"type": "Polygon", "coordinates": [[[-57, -2], [-56, -2], [-56, -1], [-57, -1], [-57, -2]]]}, 1),
    ({"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}, 0),
    ({"type": "GeometryCollection", "geometries": [
        {"type": "Point", "coordinates": [0, 0]}, {"type": "Point", "coordinates": [-56.36, -1.47]}]}, 1),
])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_client_searches_by_every_geometry_type(client, method, geometry, expected):
    found = client.search(method=method, collections=["sentinel-2-amazon"], intersects=geometry)
    assert len(list(found.items())) == expected


@pytest.mark.parametrize("limit", [1, 7, 100, 250, 1000])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_pages_hold_every_item_once(client, paged, method, limit):
    if limit == 1:
        search = client.search(method=method, collections=["paging-a", "paging-b"], limit=1, ids=["item-007", "item-012"])
        wanted = {key for key in paged if key[1] in ("item-007", "item-012")}
    else:
        search, wanted = client.search(method=method, collections=["paging-a", "paging-b"], limit=limit), paged
    found = keys(search.items())
    assert len(found) == len(set(found)) == len(wanted)
    assert set(found) == wanted
    assert search.matched() == len(wanted)


def follow(server, answer, rel):
    """The page that a link of this page leads to, None where there is no such link."""
    links = [link for link in answer["links"] if link["rel"] == rel]
    if not links:
        return None
    link = links[0]
    if link.get("method", "GET") == "GET":
        followed = server.http.get(link["href"], timeout=60)
    else:
        followed = server.http.post(link["href"], json=link["body"], headers=link.get("headers", {}), timeout=60)
    assert followed.status_code == 200, followed.text
    return followed.json()


def first_page(server, method, **search):
    if method == "GET":
        answer = server.get("/search", params={**search, "collections": ",".join(search["collections"])})
    else:
        answer = server.post("/search", json=search)
    assert answer.status_code == 200, answer.text
    return answer.json()


def page_keys(page):
    return [(feature["collection"], feature["id"]) for feature in page["features"]]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_prev_links_lead_back_through_the_same_pages(server, paged, method):
    page = first_page(server, method, collections=["paging-a", "paging-b"], limit=40)
    forward = []
    while page:
        assert page["numberReturned"] == len(page["features"])
        assert page["numberMatched"] == 250
        forward.append(page)
        page = follow(server, page, "next")
    assert [len(page["features"]) for page in forward] == [40] * 6 + [10]
    assert follow(server, forward[0], "prev") is None
    backward = [forward[-1]]
    while (page := follow(server, backward[-1], "prev")) is not None:
        backward.append(page)
    assert [page_keys(page) for page in reversed(backward)] == [page_keys(page) for page in forward]


@pytest.mark.parametrize("path", ["/collections/paging-a/items", "/search"])
def test_pages_survive_that_the_item_they_ended_with_is_deleted(server, paged, path):
    page = server.get(path, params={"limit": 50, **({"collections": "paging-a"} if path == "/search" else {})}).json()
    seen, removed = [], []
    while page:
        seen += page_keys(page)
        last = page["features"][-1]
        assert server.delete(f"/collections/paging-a/items/{last['id']}").status_code in (200, 204)
        last["links"] = []
        removed.append(last)
        page = follow(server, page, "next")
    server.create("/collections/paging-a/items", documents.item_collection(removed))
    assert len(seen) == len(set(seen)) == 125


def test_what_comes_back_is_valid(server, client):
    for collection in server.get("/collections").json()["collections"]:
        assert_valid(collection)
    for identifier in DEMO_COLLECTIONS:
        page = server.get(f"/collections/{identifier}/items?limit=100").json()
        for feature in page["features"]:
            assert_valid(feature)
            assert_valid(server.get(f"/collections/{identifier}/items/{feature['id']}").json())
    assert_valid(server.get("/").json())
    for found in client.search(collections=["models"]).items():
        assert stac_schemas.faults(found.to_dict()) == []


def assert_valid(document):
    """By the schemas themselves, and by stac-validator."""
    assert stac_schemas.faults(document) == []
    judge = StacValidate(schema_map=stac_schemas.schema_map(document))
    judge.validate_dict(document)
    assert judge.valid, judge.message


def test_documents_go_out_as_they_came_in(server):
    text = """{"type":"Feature","stac_version":"1.0.0","stac_extensions":[],"id":"as it came / é %41",
      "collection":"verbatim","geometry":null,"zeta":{"b":1,"a":[1.10,1e5,-0.0,12345678901234567890123,0.1e-7]},
      "properties":{"datetime":null,"start_datetime":"2020-01-01T00:00:00.123456789Z",
      "end_datetime":"2020-12-31T23:59:59+05:30","x:number":100.00,"x:text":"\\u00e9\\ud83d\\ude00\\n","x:null":null,
      "x:deep":[[[{"":""}]]]},"links":[{"rel":"about","href":"https://example.org/a?b=c#d","x:more":{"k":1.50}}],
      "assets":{"thumb":{"href":"https://example.org/t.png","x:unknown":[true,false,null]}}}"""
    server.create("/collections", documents.collection("verbatim"))
    try:
        answer = server.post("/collections/verbatim/items", data=text.encode(),
                             headers={"Content-Type": "application/geo+json"})
        assert answer.status_code == 201, answer.text
        stored = server.http.get(answer.headers["Location"], timeout=60)
        assert stored.status_code == 200, stored.text
        assert without_links(literal(stored.text)) == without_links(literal(text))
        assert literal(text)["links"][0] in literal(stored.text)["links"]
        found = server.post("/search", json={"collections": ["verbatim"]})
        features = literal(found.text)["features"]
        assert [without_links(feature) for feature in features] == [without_links(literal(text))]
    finally:
        server.delete("/collections/verbatim")


def literal(text):
    """JSON with every number kept as the text it was written in."""
    return json.loads(text, parse_float=lambda number: ("number", number), parse_int=lambda number: ("number", number))


def without_links(document):
    return {name: value for name, value in document.items() if name != "links"}


def test_transactions_replace_and_delete(server):
    server.create("/collections", documents.collection("changing"))
    address = "/collections/changing/items/one"
    try:
        server.create("/collections/changing/items", documents.item("one", "changing", title="first"))
        again = server.post("/collections/changing/items", json=documents.item("one", "changing"))
        assert (again.status_code, set(again.json()) >= {"code", "description"}) == (409, True)
        assert server.put(address, json=documents.item("one", "changing", title="second")).status_code in (200, 204)
        assert server.get(address).json()["properties"]["title"] == "second"
        changed = documents.collection("changing") | {"title": "changed"}
        assert server.put("/collections/changing", json=changed).status_code in (200, 204)
        assert server.get("/collections/changing").json()["title"] == "changed"
        assert server.get(address).status_code == 200
        assert server.delete(address).status_code in (200, 204)
        assert server.get(address).status_code == 404
        assert server.put(address, json=documents.item("one", "changing")).status_code == 404
    finally:
        assert server.delete("/collections/changing").status_code in (200, 204)
    assert server.get("/collections/changing").status_code == 404


def test_an_item_collection_with_one_fault_changes_nothing(server):
    server.create("/collections", documents.collection("all-or-none"))
    try:
        items = [documents.item(f"item-{n}", "all-or-none") for n in range(20)]
        del items[13]["properties"]["datetime"]
        answer = server.post("/collections/all-or-none/items", json=documents.item_collection(items))
        assert answer.status_code == 400, answer.text
        assert "13" in answer.text
        assert server.get("/collections/all-or-none/items").json()["numberMatched"] == 0
    finally:
        server.delete("/collections/all-or-none")


def test_loading_twice_changes_nothing(server):
    before = server.post("/search", json={"collections": sorted(DEMO_COLLECTIONS - {"predictions"}), "limit": 100}).json()
    server.load(documents.CATALOG)
    after = server.post("/search", json={"collections": sorted(DEMO_COLLECTIONS - {"predictions"}), "limit": 100}).json()
    assert page_keys(after) == page_keys(before)
    assert after["numberMatched"] == before["numberMatched"] == 17


def test_answers_are_compressed_shared_and_described(server):
    answer = server.get("/search?limit=100", headers={"Accept-Encoding": "gzip", "Origin": "https://example.org"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"].startswith("application/geo+json")
    plain = server.get("/search?limit=100", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers and plain.json() == answer.json()
    api = server.get("/api")
    assert api.headers["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert api.json()["openapi"].startswith("3.") and "/search" in api.json()["paths"]
    assert set(server.get("/conformance").json()["conformsTo"]) == set(server.get("/").json()["conformsTo"])
