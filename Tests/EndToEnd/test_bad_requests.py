"""Wrong requests: each is a 4xx with {code, description}, none is a 5xx, and the server answers on."""

import contextlib
import gzip
import json
import socket
from urllib.parse import quote

import pytest

import stac_documents as documents

NINES = "9" * 400

BBOXES = [
    "1,2,3", "1,2,3,4,5", "1,2,3,4,5,6,7", "a,b,c,d", "NaN,0,1,1", "0,Infinity,1,1", "0,0,1,-Infinity", "0,10,1,5",
    "0,-91,1,1", "0,0,1,90.1", "-181,0,1,1", "0,0,361,1", "0,0,1e400,1", "0,0,,1", ",,,", "0 0 1 1", "0,0,1,1,", "0;0;1;1",
    "0x1,0,1,1", "1_0,0,1,1", "0,0,5,1,1,1",
]
DATETIMES = [
    "2020", "2020-01", "1985-04-12T23:20:50.52", "1985-04-12T23:20:50,52Z", "../..", "/", "..", "../", "/..",
    "2020-01-01T00:00:00Z/2019-01-01T00:00:00Z", "2020-01-01T00:00:00Z/..//..",
    "2020-13-01T00:00:00Z", "2020-02-30T00:00:00Z", "2020-01-01T25:00:00Z", "2020-01-01T00:61:00Z", "2020-01-01 ",
    "2020-01-01T00:00:00+25:00", "2020-01-01T00:00Z", "20200101T000000Z", "yesterday", "2020-01-01T00:00:00Z,2021-01-01T00:00:00Z",
    "1985-04-12T23:20:50.Z", "37-01-01T12:00:27.87Z", "2020-W01-1", "2020-01-01T00:00:00ZZ", "' OR 1=1--",
]
GEOMETRIES = [
    {"type": "Point", "coordinates": []}, {"type": "Point", "coordinates": [1]}, {"type": "Point", "coordinates": ["1", "2"]},
    {"type": "Point"}, {"type": "Circle", "coordinates": [0, 0]}, {"coordinates": [0, 0]}, {}, [], 1, "POINT(0 0)", True,
    {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
    {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}, {"type": "Polygon", "coordinates": []},
    {"type": "Polygon", "coordinates": [[0, 0], [1, 1]]}, {"type": "LineString", "coordinates": [[0, 0]]},
    {"type": "MultiPoint", "coordinates": [0, 0]}, {"type": "GeometryCollection"},
    {"type": "GeometryCollection", "geometries": [{"type": "Point"}]}, {"type": "Point", "coordinates": [None, 0]},
    {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}, "properties": {}},
    {"type": "FeatureCollection", "features": []}, {"type": "point", "coordinates": [0, 0]},
]
LIMITS = ["0", "-1", "abc", "1.5", "1e1", "", " ", "0x10", "NaN", "1,2", "'1'"]
TOKENS = ["x", "next:", "!!!", "A" * 5000, "%00", "../../etc/passwd", "bnVsbA==", "' OR 1=1--", "next:modis-sinop:MOD13Q1"]

QUERIES = (
    [("bbox", value) for value in BBOXES] + [("datetime", value) for value in DATETIMES]
    + [("limit", value) for value in LIMITS] + [("token", value) for value in TOKENS]
    + [("intersects", json.dumps(value)) for value in GEOMETRIES if value not in ([],)]
    + [("intersects", "{"), ("intersects", '{"type":"Point","coordinates":[1e999,0]}'), ("ids", "a\x00b"),
       ("collections", "a\x00b"), ("ids", "a," * 20000)]
)


def assert_refused(answer, *statuses):
    assert 400 <= answer.status_code < 500, f"{answer.status_code} {answer.text[:500]}"
    if statuses:
        assert answer.status_code in statuses, f"{answer.status_code} {answer.text[:500]}"
    if answer.request.method != "HEAD":
        assert_error_shape(answer.json())


def assert_error_shape(body):
    assert isinstance(body["code"], str) and body["code"]
    assert isinstance(body["description"], str) and body["description"]
    for leak in ("SELECT ", "INSERT ", "pg_", "postgresql://", "libpq", ".swift", "Fatal error"):
        assert leak not in body["description"], body["description"]


@pytest.mark.parametrize("name, value", QUERIES, ids=lambda value: ascii(value)[:60])
def test_query_of_a_search_is_refused(server, name, value):
    if name == "ids" and len(value) > 10000:
        assert_refused(server.get(f"/search?{name}={quote(value, safe='')}"), 400, 413, 414, 431)
    else:
        assert_refused(server.get(f"/search?{name}={quote(value, safe='')}"), 400)


@pytest.mark.parametrize("name, value", [
    (name, value) for name, value in QUERIES if name in ("bbox", "datetime", "limit", "token")
][::3], ids=lambda value: ascii(value)[:60])
def test_query_of_a_collections_items_is_refused(server, name, value):
    assert_refused(server.get(f"/collections/modis-sinop/items?{name}={quote(value, safe='')}"), 400)


@pytest.mark.parametrize("query", [
    "bbox=0,0,1,1&intersects=" + quote('{"type":"Point","coordinates":[0,0]}'),
    "limit=1&limit=2", "bbox=0,0,1,1&bbox=0,0,2,2", "datetime=%ff%fe", "ids=%C3%28", "ids=%00", "limit=%31%00",
    "datetime=" + "2020-01-01T00:00:00Z/" * 1000,
])
def test_query_string_is_refused(server, query):
    assert_refused(server.get(f"/search?{query}"), 400)


BODIES = [
    {"bbox": "0,0,1,1"}, {"bbox": [0, 0, 1]}, {"bbox": [0, 0, 1, 1, 1]}, {"bbox": ["0", "0", "1", "1"]},
    {"bbox": [0, 10, 1, 5]}, {"bbox": [0, 0, 1, 91]}, {"bbox": [None, 0, 1, 1]}, {"bbox": {}}, {"bbox": []},
    {"bbox": [0, 0, 1, 1], "intersects": {"type": "Point", "coordinates": [0, 0]}}, {"bbox": [[0, 0, 1, 1]]},
    {"datetime": 2020}, {"datetime": ["2020-01-01T00:00:00Z"]}, {"datetime": "../.."}, {"datetime": ""}, {"datetime": {}},
    {"ids": "a"}, {"ids": [1]}, {"ids": {"a": 1}}, {"ids": [["a"]]}, {"ids": [None]}, {"ids": ["a\x00"]},
    {"collections": "a"}, {"collections": [1]}, {"collections": [["a"]]}, {"collections": {}}, {"collections": ["\x00"]},
    {"limit": 0}, {"limit": -1}, {"limit": "10"}, {"limit": 1.5}, {"limit": [1]}, {"limit": True},
    {"token": 1}, {"token": "tampered"}, {"token": ["x"]}, {"token": ""}, {"intersects": {}},
    *({"intersects": geometry} for geometry in GEOMETRIES),
]


@pytest.mark.parametrize("body", BODIES, ids=lambda value: ascii(value)[:60])
def test_body_of_a_search_is_refused(server, body):
    assert_refused(server.post("/search", json=body), 400)


RAW_BODIES = [
    b"", b"{", b"[]", b"1", b"null", b'"text"', b"{}{}", b"{'limit': 1}", b'{"limit": 1,}', b'{"limit": 01}',
    b'{"limit": +1}', b'{"limit": NaN}', b'{"limit": Infinity}', b'{"bbox": [0, 0, 1e400, 1]}', b'{"limit": 1e400}',
    b'{"ids": ["\\ud800"]}', b'{"ids": ["\\udc00\\ud800"]}', b'{"ids": ["\\u0000"]}', b'{"ids": ["\xff"]}',
    b'{"ids": ["\xed\xa0\x80"]}', b'{"ids": ["a\nb"]}', b'{"ids": ["\\x41"]}', b"\x00", b'{"limit": 1}\x00',
    b"[" * 100000, b'{"a":' * 100000, b'{"ids": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "{\"limit\": 1}".encode("utf-16"), b"true false", b"<xml/>", b"\x1f\x8b\x08\x00",
]


@pytest.mark.parametrize("body", RAW_BODIES, ids=lambda value: ascii(value)[:50])
@pytest.mark.parametrize("path", ["/search", "/collections/modis-sinop/items", "/collections",
                                  "/processes/models:amazon-land-cover/execution"])
def test_json_is_refused(server, path, body):
    assert_refused(server.post(path, data=body, headers={"Content-Type": "application/json"}), 400)


@pytest.mark.parametrize("path", ["/search", "/collections/modis-sinop/items"])
@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded",
                                          "multipart/form-data; boundary=x", "nonsense"])
def test_content_type_is_refused(server, path, content_type):
    assert_refused(server.post(path, data=b"{}", headers={"Content-Type": content_type}), 415)


def changed(**members):
    return documents.item("wrong", "modis-sinop") | members


def with_properties(**properties):
    item = changed()
    item["properties"] |= properties
    return {**item, "properties": {name: value for name, value in item["properties"].items() if value is not ...}}


ITEMS = [
    changed(id=""), changed(id=1), changed(id=None), changed(id="a\x00b"), changed(type="Item"), changed(type=None),
    changed(stac_version="0.9.0"), changed(stac_version="2.0.0"), changed(stac_version=1.0), changed(geometry="none"),
    changed(geometry={"type": "Point", "coordinates": ["a", 0]}), changed(geometry={}), changed(geometry=[]),
    changed(bbox=[0, 0]), changed(bbox=["0", "0", "1", "1"]), changed(links={}), changed(links=[{"rel": "self"}]),
    changed(links=[1]), changed(links=None), changed(assets=[]), changed(assets={"a": {}}), changed(assets={"a": 1}),
    changed(assets={"a": {"href": 1}}), changed(collection="another"), changed(collection=1), changed(properties=None),
    changed(properties=[]), changed(properties={}), with_properties(datetime="yesterday"), with_properties(datetime=1),
    with_properties(datetime=...), with_properties(datetime=None), with_properties(datetime="2020-01-01"),
    with_properties(datetime=None, start_datetime="2020-01-01T00:00:00Z"),
    with_properties(start_datetime="2021-01-01T00:00:00Z", end_datetime="2020-01-01T00:00:00Z"),
    {"type": "FeatureCollection"}, {"type": "FeatureCollection", "features": {}},
    {"type": "FeatureCollection", "features": [changed(), {"type": "Feature"}]},
    {"type": "FeatureCollection", "features": [changed(), changed()]}, {}, documents.collection("wrong"),
]


@pytest.mark.parametrize("body", ITEMS, ids=lambda value: ascii(value)[:60])
def test_item_is_refused(server, body):
    assert_refused(server.post("/collections/modis-sinop/items", json=body), 400, 409, 422)
    assert server.get("/collections/modis-sinop/items").json()["numberMatched"] == 12


COLLECTIONS = [
    {}, {"type": "Collection"}, documents.collection(""), documents.collection(1), documents.collection("a\x00b"),
    documents.collection("wrong") | {"extent": {}}, documents.collection("wrong") | {"extent": None},
    documents.collection("wrong") | {"description": None}, documents.collection("wrong") | {"links": {}},
    documents.collection("wrong") | {"license": 1}, documents.collection("wrong") | {"type": "Catalog"},
    documents.collection("wrong") | {"stac_version": "0.8"},
    documents.collection("wrong") | {"extent": {"spatial": {"bbox": [[0]]}, "temporal": {"interval": [[None, None]]}}},
    documents.collection("wrong") | {"extent": {"spatial": {"bbox": []}, "temporal": {"interval": []}}},
]


@pytest.mark.parametrize("body", COLLECTIONS, ids=lambda value: ascii(value)[:60])
def test_collection_is_refused(server, body):
    assert_refused(server.post("/collections", json=body), 400, 422)


def test_what_exists_or_does_not_is_told(server):
    assert_refused(server.post("/collections", json=documents.collection("modis-sinop")), 409)
    assert_refused(server.post("/collections/absent/items", json=documents.item("a", "absent")), 404)
    assert_refused(server.put("/collections/absent", json=documents.collection("absent")), 404)
    assert_refused(server.put("/collections/modis-sinop", json=documents.collection("other")), 400)
    assert_refused(server.put("/collections/modis-sinop/items/a", json=documents.item("b", "modis-sinop")), 400)
    assert_refused(server.put("/collections/modis-sinop/items/a", json=documents.item("a", "modis-sinop")), 404)
    assert_refused(server.delete("/collections/modis-sinop/items/absent"), 404)
    assert_refused(server.delete("/collections/absent"), 404)


@pytest.mark.parametrize("path", [
    "/absent", "/collections/absent", "/collections/absent/items", "/collections/modis-sinop/items/absent",
    "/collections/a%2Fb", "/collections/%2e%2e", "/collections/modis-sinop/items/%2e%2e%2f", "/collections/" + "x" * 5000,
    "/collections/modis-sinop/items/" + "x" * 5000, "/collections/modis%00sinop", "/collections/%ff", "/collections/%zz",
    "/processes/absent", "/processes/models:absent", "/processes/models", "/processes/models%253Aamazon-land-cover",
    "/collections/sentinel-2-amazon/items/s2-amazon/assets/absent",
    "/collections/sentinel-2-amazon/items/s2-amazon/assets/..%2F..%2Fetc%2Fpasswd",
    "/collections/predictions/items/absent/assets/class", "/..%2f..%2fetc/passwd", "//", "/SEARCH", "/search/", "/.git/config",
])
def test_path_is_refused(server, path):
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), timeout=30)) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        status, body = whole_answer(connection)
    if path in ("//", "/search/"):  # a server may take them for their neighbours
        assert status < 500
        return
    assert status in (400, 404, 414), f"{status} {body[:300]}"
    assert_error_shape(json.loads(body))


def whole_answer(connection):
    """The status and the body of what comes until the other side closes."""
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    if b"transfer-encoding: chunked" in head.lower():
        body, rest = b"", body
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            body, rest = body + rest[:int(size, 16)], rest[int(size, 16) + 2:]
    return status, body


@pytest.mark.parametrize("method, path", [
    ("DELETE", "/"), ("POST", "/"), ("PUT", "/search"), ("DELETE", "/search"), ("PATCH", "/search"), ("POST", "/conformance"),
    ("PUT", "/collections"), ("DELETE", "/collections"), ("POST", "/collections/modis-sinop"),
    ("PUT", "/collections/modis-sinop/items"), ("DELETE", "/collections/modis-sinop/items"), ("POST", "/api"),
    ("POST", "/collections/modis-sinop/items/MOD13Q1_2013-09-14"), ("GET", "/processes/models:amazon-land-cover/execution"),
    ("DELETE", "/processes"), ("POST", "/healthz"), ("BREW", "/search"), ("TRACE", "/search"),
])
def test_method_is_refused_with_what_is_allowed(server, method, path):
    answer = server.http.request(method, server.url + path, timeout=60)
    assert_refused(answer, 405)
    allowed = {name.strip() for name in answer.headers["Allow"].split(",")}
    assert allowed and method not in allowed


@pytest.mark.parametrize("text, statuses", [
    (b"GET /search HTTP/1.1\r\n\r\n", {400}),
    (b"GET /search?limit=\x00 HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    (b"GET /search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: abc\r\n\r\n", {400}),
    (b"POST /search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}", {400}),
    (b"POST /search HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", {400}),
    (b"NONSENSE\r\n\r\n", {400}),
    (b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n", {400, 505}),
    (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Flood: " + b"a" * 200000 + b"\r\n\r\n", {400, 413, 431}),
    (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-Flood: a\r\n" * 20000 + b"\r\n", {400, 413, 431}),
], ids=lambda value: ascii(value)[:50])
def test_wire_nonsense_is_refused_or_cut_off(server, text, statuses):
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), timeout=30)) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(text)
        try:
            received = connection.recv(65536)
        except ConnectionError:
            received = b""
        assert not received or int(received.split(b" ", 2)[1]) in statuses, received[:200]
    assert server.get("/healthz").status_code == 200


def test_gzip_bomb_and_large_bodies_are_refused(server):
    bomb = gzip.compress(b'{"ids": ["' + b"a" * (256 << 20) + b'"]}')
    answer = server.post("/search", data=bomb, headers={"Content-Type": "application/json", "Content-Encoding": "gzip"})
    assert_refused(answer, 400, 413, 415)
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), timeout=60)) as connection:
        connection.sendall(b"POST /search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                           b"Connection: close\r\nContent-Length: 209715200\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for _ in range(200):
                connection.sendall(b" " * (1 << 20))
        try:
            received = connection.recv(65536)
        except ConnectionError:
            received = b""
        assert not received or int(received.split(b" ", 2)[1]) == 413, received[:200]
    assert server.get("/healthz").status_code == 200


@pytest.mark.parametrize("query, expected", [
    ("limit=10001", 10), ("limit=9223372036854775807", 10), ("limit=1000000", 10), (f"limit={NINES}", 10),
])
def test_large_limits_are_clamped_or_refused(server, query, expected):
    answer = server.get(f"/search?{query}")
    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or len(answer.json()["features"]) >= expected


@pytest.mark.parametrize("body", [f'{{"limit": {NINES}}}', '{"limit": 5, "limit": 6}', '{"limit": 5, "limit": "x"}'],
                         ids=["many digits", "the same name twice", "a right and a wrong value"])
def test_doubtful_bodies_are_no_fault_of_ours(server, body):
    answer = server.post("/search", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 400), answer.text


@pytest.mark.parametrize("datetime", [
    "2020-01-01T00:00:00Z", "2020-01-01t00:00:00z", "2020-01-01T00:00:00.123456789Z", "2020-01-01T00:00:00+05:30",
    "2020-01-01T00:00:00-00:00", "2020-01-01T00:00:00Z/..", "../2020-01-01T00:00:00Z", "/2020-01-01T00:00:00Z",
    "2020-01-01T00:00:00Z/", "2020-01-01T00:00:00Z/2020-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
])
def test_odd_but_right_datetimes_are_taken(server, datetime):
    assert server.get(f"/search?datetime={quote(datetime, safe='')}").status_code == 200


@pytest.mark.parametrize("text", ["' OR 1=1--", "%", "_", "\\", '"', "é", "𝄞", "a" * 1000, "{}", "$1", "NULL", "items;"])
def test_odd_text_is_only_text(server, text):
    answer = server.post("/search", json={"ids": [text], "collections": [text]})
    assert (answer.status_code, answer.json()["features"]) == (200, [])
    assert_refused(server.get(f"/collections/{quote(text, safe='')}"), 400, 404, 414)


def test_the_table_is_long_enough():
    assert len(QUERIES) + len(BODIES) + len(RAW_BODIES) + len(ITEMS) + len(COLLECTIONS) >= 100
