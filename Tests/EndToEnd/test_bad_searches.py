"""Wrong filters, orders, fields, words and patches: a 4xx that says why, never a 5xx; odd but right ones are answered.

Each row goes out by GET and by POST wherever both can carry it, to every address that takes the parameter.
"""

import json
from urllib.parse import quote

import pytest

import stac_documents as documents
from test_bad_requests import assert_refused

DEEP = 10_000
SEARCHES = ["/search", "/collections/modis-sinop/items", "/collections"]
TOO_LONG = {400, 413, 414, 431}
"""How a text is refused that may not even fit into an address."""


def get(server, path, **parameters):
    query = "&".join(f"{name.replace('_', '-')}={quote(value, safe='')}" for name, value in parameters.items())
    return server.get(f"{path}?{query}")


def short(value):
    return ascii(value)[:60]


TEXTS = [
    "", " ", "(", ")", "((gsd = 1)", "gsd =", "= 1", "gsd == 1", "gsd = 'a", 'gsd = "a', "gsd & 1", "gsd = 1 AND",
    "AND gsd = 1", "NOT", "gsd IN ()", "gsd IN (1,)", "gsd BETWEEN 1", "gsd BETWEEN 1 AND", "id LIKE 1", "1", "'text'",
    "gsd + 1", "gsd IS", "gsd IS NOT", "gsd = 1 gsd = 2", "gsd = 1;", "gsd = 1; DROP TABLE items",
    "gsd\x00 = 1", "id = '\x00'", "gsd = 0x10", "gsd = 1_0", "gsd = .", "gsd = 1e",
    "S_INTERSECTS(geometry)", "S_INTERSECTS(geometry, POINT(1))", "S_INTERSECTS(geometry, POINT(a b))",
    "S_INTERSECTS(geometry, POLYGON((0 0, 1 0, 1 1, 0 1)))", "S_INTERSECTS(geometry, POINT(1e999 0))",
    "S_INTERSECTS(geometry, CIRCLE(0 0))", "S_INTERSECTS(geometry, 'POINT(0 0)')", "S_NOTHING(geometry, POINT(0 0))",
    "S_INTERSECTS(geometry, BBOX(0, 0, 1))", "S_INTERSECTS(geometry, LINESTRING(0 0))", "S_INTERSECTS(1, POINT(0 0))",
    "datetime > TIMESTAMP('yesterday')", "datetime > TIMESTAMP('2020-13-01T00:00:00Z')",
    "datetime = DATE('2020-02-30')",
    "T_DURING(datetime, INTERVAL('2020-01-01'))", "T_DURING(datetime, INTERVAL('2021-01-01', '2020-01-01'))",
    "T_BEFORE(datetime)", "T_BEFORE(datetime, 5)", "T_NOTHING(datetime, DATE('2020-01-01'))", "no_such_function(1) = 1",
    "CASEI(5) = 'a'", "A_CONTAINS(instruments)", "A_CONTAINS(instruments, 'msi')", "datetime + 1 = 2", "'a' * 2 = 3",
    "id = gsd +", "gsd DIV 0 =", "NOT id", "id AND id", "{}", '{"op":"="}', "gsd = 1\xa0OR", "\ufffe",
]
DEEP_TEXTS = [
    "(" * DEEP + "gsd = 1" + ")" * DEEP, "NOT " * DEEP + "gsd = 1", "CASEI(" * DEEP + "id" + ")" * DEEP + " = 'a'",
    "gsd = " + "(1 + " * DEEP + "1" + ")" * DEEP, "gsd = " + "-" * DEEP + "1", "gsd = 1" + " AND gsd = 1" * 20_000,
]


@pytest.mark.parametrize("path", SEARCHES)
@pytest.mark.parametrize("text", TEXTS, ids=short)
def test_filter_text_is_refused(server, path, text):
    assert_refused(get(server, path, filter=text), 400)
    if path == "/search":
        assert_refused(server.post(path, json={"filter": text, "filter-lang": "cql2-text"}), 400)


@pytest.mark.parametrize("text", DEEP_TEXTS, ids=short)
def test_deep_filter_text_is_refused(server, text):
    for path in SEARCHES:
        assert_refused(get(server, path, filter=text), *TOO_LONG)
    assert_refused(server.post("/search", json={"filter": text, "filter-lang": "cql2-text"}), 400, 413)


def nested(operator, depth, innermost):
    """JSON text of an operator around itself; Python's own encoder would give up."""
    return f'{{"op":"{operator}","args":[' * depth + innermost + "]}" * depth


GSD, ID = {"property": "gsd"}, {"property": "id"}
TREES = [
    {}, [], 1, "text", {"op": "="}, {"op": "=", "args": []}, {"op": "=", "args": [1]}, {"op": "=", "args": [1, 2, 3]},
    {"op": "and", "args": []}, {"op": "and", "args": [1, 2]}, {"op": "not", "args": [True, True]},
    {"op": 1, "args": [1, 1]},
    {"args": [1, 1]}, {"op": "nothing", "args": [1]}, {"op": "=", "args": {"a": 1}},
    {"op": "=", "args": [{"property": 1}, 1]},
    {"op": "=", "args": [{"property": ""}, []]}, {"op": "=", "args": [GSD, {"a": 1}]},
    {"op": "=", "args": [GSD, [[1]]]},
    {"op": "between", "args": [GSD, [0, 50]]}, {"op": "between", "args": [GSD, 1]}, {"op": "like", "args": [ID, 5]},
    {"op": "in", "args": [GSD, 1]}, {"op": "in", "args": [GSD]}, {"op": "isNull", "args": []},
    {"op": "isNull", "args": [GSD, GSD]},
    {"op": "casei", "args": [ID]}, {"op": "+", "args": [GSD, 1]},
    {"op": "=", "args": [{"op": "+", "args": ["a", 1]}, 1]},
    {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": ["a", 0]}]},
    {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point"}]},
    {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [0, 0, 1]}]},
    {"op": "s_intersects", "args": [{"property": "geometry"}]}, {"op": "s_intersects", "args": [GSD, GSD]},
    {"op": "t_before", "args": [{"property": "datetime"}, {"timestamp": "x"}]},
    {"op": "t_before", "args": [{"property": "datetime"}, {"timestamp": 5}]},
    {"op": "t_before", "args": [{"property": "datetime"}, {"date": "2020-02-30"}]},
    {"op": "t_during", "args": [{"property": "datetime"}, {"interval": ["2020-01-01"]}]},
    {"op": "t_during", "args": [{"property": "datetime"}, {"interval": [1, 2]}]},
    {"op": "=", "args": [{"op": "no_such_function", "args": [1]}, 1]},
    {"op": "a_contains", "args": [{"property": "instruments"}, "a"]},
    {"op": "=", "args": [ID, "\x00"]}, {"op": "=", "args": [{"property": "\x00"}, 1]},
]
DEEP_TREES = [
    nested("not", DEEP, "true"), nested("and", DEEP, "true"),
    '{"op":"=","args":[' + nested("casei", DEEP, '"a"') + ',"a"]}',
    '{"op":"=","args":[' + "[" * DEEP + "]" * DEEP + ",1]}",
    '{"op":"and","args":[' + ",".join(['{"op":"=","args":[1,1]}'] * 100_000) + "]}",
]


@pytest.mark.parametrize("tree", TREES, ids=short)
def test_filter_json_is_refused(server, tree):
    assert_refused(server.post("/search", json={"filter": tree, "filter-lang": "cql2-json"}), 400)
    assert_refused(server.post("/search", json={"filter": tree}), 400)
    for path in SEARCHES:
        assert_refused(get(server, path, filter=json.dumps(tree), filter_lang="cql2-json"), 400)


@pytest.mark.parametrize("text", DEEP_TREES, ids=short)
def test_deep_filter_json_is_refused(server, text):
    headers = {"Content-Type": "application/json"}
    assert_refused(server.post("/search", data=f'{{"filter":{text}}}', headers=headers), 400, 413)
    assert_refused(get(server, "/search", filter=text, filter_lang="cql2-json"), *TOO_LONG)


@pytest.mark.parametrize("parameters", [
    {"filter": "gsd = 1", "filter_lang": "cql-text"}, {"filter": "gsd = 1", "filter_lang": "cql2-json"},
    {"filter": "gsd = 1", "filter_lang": ""}, {"filter": '{"op":"=","args":[1,1]}', "filter_lang": "cql2-text"},
    {"filter": "gsd = 1", "filter_crs": "http://www.opengis.net/def/crs/EPSG/0/4326"},
    {"filter": "gsd = 1", "filter_crs": "x"},
], ids=short)
def test_filter_language_or_reference_system_is_refused(server, parameters):
    for path in SEARCHES:
        assert_refused(get(server, path, **parameters), 400)
    body = {name.replace("_", "-"): value for name, value in parameters.items()}
    assert_refused(server.post("/search", json={"filter-lang": "cql2-text", **body}), 400)


def test_text_in_a_body_needs_its_language(server):
    assert_refused(server.post("/search", json={"filter": "gsd = 1"}), 400)


TAKEN = [
    ("gsd / 0 = 1", 0), ("gsd / 0 = 1 OR gsd > 0", 12), ("gsd / (gsd - gsd) > 0", 0), ("gsd ^ 9999 > 1", None),
    ("gsd * 1e308 * 1e308 > 0", None), ("gsd DIV 0 = 0", 0), ("gsd % 0 = 0", 0), ("1 = 1", 12), ("TRUE", 12),
    ("NOT FALSE", 12),
    ("gsd < 99999999999999999999999999999999999999999", 12), ("gsd > -1e-400", None), ("gsd > 1e400", None),
    ("id LIKE 'MOD13Q1\\_2013%'", 4), ("id LIKE '%\\%%'", 0), ("id LIKE '%'", 12), ("id LIKE '_OD%'", 12),
    ("id LIKE '\\'", None),
    ("id LIKE 'MOD13Q1.2013-09-14'", 0), ("id LIKE '%\\\\%'", 0), ("id = 'O''Brien'", 0), ("id = 'O\\'Brien'", None),
    ('"gsd" > 100', 12), ('"gsd""; DROP TABLE gnomon.items; --" = 1', None), ("\"' OR 1=1 --\" = 1", None),
    ("id = ''' OR 1=1 --'", 0),
    ("ACCENTI(CASEI(ACCENTI(CASEI(id)))) = ACCENTI(CASEI('mod13q1_2013-09-14'))", 1),
    ("CASEI(id) LIKE CASEI('mod%')", 12),
    ("ACCENTI(title) LIKE '%é%'", 0), ("id = gsd", None), ("gsd = platform", None), ("instruments = gsd", None),
    ("gsd = 'text'", None),
    ("datetime = 'text'", None), ("datetime > '2014-01-01T00:00:00Z'", 8), ("platform > 5", None),
    ("no_such = 1", None),
    ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", None),
    ("S_INTERSECTS(geometry, BBOX(170, -20, -50, 0))", 12),
    ("S_EQUALS(geometry, GEOMETRYCOLLECTION(POINT(0 0), LINESTRING(0 0, 1 1)))", 0),
    ("S_TOUCHES(geometry, POINT(0 91))", None),
    ("T_AFTER(datetime, DATE('0001-01-01'))", 12), ("T_BEFORE(datetime, TIMESTAMP('9999-12-31T23:59:59Z'))", 12),
    ("T_INTERSECTS(datetime, INTERVAL('..', '..'))", None), ("A_CONTAINEDBY(instruments, ('modis', 5, TRUE))", None),
    ("gsd = 1 -- gone", 0), ("gsd = NaN", 0), ("ＡＮＤ", 0), ("no_such AND gsd > 0", 0), ("no_such OR gsd > 0", 12),
    ("id IN ('MOD13Q1_2013-09-14', 'x')", 1), ("gsd IN (1, 'a', TRUE)", None), ("\ufeffgsd > 100", None),
]


@pytest.mark.parametrize("text, count", TAKEN, ids=short)
def test_odd_filters_are_answered(server, text, count):
    """A row without a count may also be refused as a question of type."""
    body = {"filter": text, "filter-lang": "cql2-text", "collections": ["modis-sinop"], "limit": 100}
    answers = [get(server, "/collections/modis-sinop/items", filter=text, limit="100"), server.post("/search", json=body)]
    for answer in answers:
        if count is None and answer.status_code == 400:
            assert_refused(answer, 400)
            continue
        assert answer.status_code == 200, answer.text
        assert count is None or len(answer.json()["features"]) == count
    assert answers[0].status_code == answers[1].status_code


def test_strict_queryables_refuse_names_that_nothing_has(own_server):
    server = own_server("strict", "--strict-queryables").start()
    server.create("/collections", documents.collection("strict"))
    server.create("/collections/strict/items", documents.item("one", "strict", colour="red"))
    for path in ("/queryables", "/collections/strict/queryables"):
        queryables = server.get(path).json()
        assert queryables["additionalProperties"] is False and "colour" in queryables["properties"]
    for text, tree in (("no_such = 1", {"op": "=", "args": [{"property": "no_such"}, 1]}),
                       ("colour = 'red' OR no_such IS NULL", {"op": "isNull", "args": [{"property": "no_such"}]})):
        for path in ("/search", "/collections/strict/items"):
            assert_refused(get(server, path, filter=text), 400)
            assert "no_such" in get(server, path, filter=text).json()["description"]
        assert_refused(server.post("/search", json={"filter": tree}), 400)
    assert server.get("/search?filter=" + quote("colour = 'red'")).json()["numberMatched"] == 1


@pytest.mark.parametrize("count, statuses", [(2_000, {200}), (100_000, {200, 400, 413})])
def test_long_lists_are_answered_or_refused(server, count, statuses):
    names = [f"name-{number:06}" for number in range(count)] + ["MOD13Q1_2013-09-14"]
    body = {"filter": {"op": "in", "args": [ID, names]}, "collections": ["modis-sinop"]}
    answer = server.post("/search", json=body)
    assert answer.status_code in statuses, answer.text[:300]
    if answer.status_code == 200:
        assert len(answer.json()["features"]) == 1
    else:
        assert_refused(answer)


@pytest.mark.parametrize("sortby", [
    ",", "+", "-", "id,,gsd", "id,", "geometry", "-geometry", "\x00", "assets", "links"], ids=short)
def test_order_in_a_query_string_is_refused(server, sortby):
    for path in SEARCHES:
        assert_refused(get(server, path, sortby=sortby), 400)


@pytest.mark.parametrize("sortby", [
    "id", {}, 1, True, [1], ["id"], [["id"]], [{}], [{"field": 1, "direction": "asc"}], [{"direction": "asc"}],
    [{"field": "id", "direction": "up"}], [{"field": "id", "direction": 1}], [{"field": "", "direction": "asc"}],
    [{"field": "geometry", "direction": "asc"}], [{"field": "\x00", "direction": "asc"}],
], ids=short)
def test_order_in_a_body_is_refused(server, sortby):
    assert_refused(server.post("/search", json={"sortby": sortby}), 400)


def test_order_by_what_nothing_has_follows_the_sortables(server):
    sortables = server.get("/sortables").json()
    expected = 400 if sortables.get("additionalProperties") is False else 200
    assert get(server, "/search", sortby="no_such_property").status_code == expected
    body = {"sortby": [{"field": "no_such_property", "direction": "asc"}]}
    assert server.post("/search", json=body).status_code == expected


@pytest.mark.parametrize("fields", [
    "id", [], ["id"], 1, True, {"include": "id"}, {"include": [1]}, {"exclude": {}}, {"exclude": [["a"]]},
    {"only": ["id"]}], ids=short)
def test_fields_in_a_body_are_refused(server, fields):
    assert_refused(server.post("/search", json={"fields": fields}), 400)


@pytest.mark.parametrize("fields", [
    "", ",", "+", "-", "id,,id", "properties..gsd", ".", "no.such.thing", "-id,-type", "%", "'", "properties." * 500,
    "a," * 2000], ids=short)
def test_odd_fields_are_no_fault_of_ours(server, fields):
    for path in SEARCHES:
        answer = get(server, path, fields=fields)
        assert answer.status_code in (200, *TOO_LONG), answer.text


QUERIES = [
    [], 1, "text", {"gsd": {"like": 1}}, {"gsd": {"in": 1}}, {"gsd": {"in": [[1]]}}, {"id": {"startsWith": 1}},
    {"id": {"contains": None}}, {"gsd": {"lt": [1]}}, {"gsd": {"lt": {}}}, {"gsd": [1]}, {"\x00": {"eq": 1}},
    {"id": {"eq": "\x00"}},
]


@pytest.mark.parametrize("query", QUERIES, ids=short)
def test_query_extension_is_refused(server, query):
    assert_refused(server.post("/search", json={"query": query}), 400)
    for path in SEARCHES[:2]:
        assert_refused(get(server, path, query=json.dumps(query)), 400)


@pytest.mark.parametrize("query", ["", "{", "{}{}", "gsd<5", "null,"])
def test_query_text_that_is_not_json_is_refused(server, query):
    assert_refused(get(server, "/search", query=query), 400)


@pytest.mark.parametrize("words", [1, True, {}, [1], [["a"]], [None], ["a\x00"], "a\x00"], ids=short)
def test_free_text_in_a_body_is_refused(server, words):
    assert_refused(server.post("/search", json={"q": words}), 400)


WORDS = [
    "(", ")", "()", "((a)", '"', '""', '"a', "+", "-", "+-a", "AND", "OR", "a AND", "OR a", "AND AND", "a OR OR b", ",",
    "a,,b", " ", "%",
    "_", "\\", "'", "''", "a:*", "a & b | !c <-> d", "!", ":", "a:b", "<->", "😀", "é", "a" * 5000,
    "(" * 500 + "a" + ")" * 500, "a " * 2000,
    "-a", "NOT a", "and", "\ufeff", "\u202e", "١", "the", "a.b/c@d.e", "ß", "İ",
]


@pytest.mark.parametrize("words", WORDS, ids=short)
def test_odd_free_text_is_no_fault_of_ours(server, words):
    for path in SEARCHES:
        assert get(server, path, q=words).status_code in (200, *TOO_LONG)
    for body in ({"q": words}, {"q": [words, words]}):
        assert server.post("/search", json=body).status_code in (200, 400)


COLLECTION_SEARCHES = [
    ("bbox", "1,2,3"), ("bbox", "0,10,1,5"), ("bbox", "NaN,0,1,1"), ("datetime", "2020"), ("datetime", "../.."),
    ("limit", "0"),
    ("limit", "-1"), ("limit", "abc"), ("token", "x"), ("q", "a\x00"), ("nonsense", "1"), ("ids", "a\x00b"),
]


@pytest.mark.parametrize("name, value", COLLECTION_SEARCHES, ids=short)
def test_query_of_a_collection_search_is_refused(server, name, value):
    assert_refused(get(server, "/collections", **{name: value}), 400)


@pytest.mark.parametrize("name, value", [
    ("aggregations", "absent"), ("aggregations", "total_count,absent"), ("aggregations", "\x00"), ("bbox", "1,2,3"),
    ("datetime", "2020"),
    ("filter", "("), ("intersects", "{}"), ("collections", "a\x00"), ("query", "{"), ("nonsense", "1"),
], ids=short)
def test_query_of_an_aggregation_is_refused(server, name, value):
    for path in ("/aggregate", "/collections/modis-sinop/aggregate"):
        if path == "/aggregate" or name != "collections":
            assert_refused(get(server, path, **{name: value}), 400)


POLYGON = {"type": "Polygon", "coordinates": [[[-56, -12], [-55, -11], [-55, -12], [-56, -11], [-56, -12]]]}


def test_odd_geometries_are_no_fault_of_ours(server):
    circle = [[-55.5 + number / 40_000, -11.6 + (number % 2) / 1000] for number in range(20_000)]
    huge = {"type": "Polygon", "coordinates": [[*circle, [-55.5, -11], circle[0]]]}
    point = {"type": "Point", "coordinates": [-55.5, -11.6]}
    collection = {"type": "GeometryCollection", "geometries": [POLYGON, point]}
    for geometry in (POLYGON, huge, collection):
        answer = server.post("/search", json={"intersects": geometry})
        assert answer.status_code in (200, 400), answer.text
        if answer.status_code == 400:
            assert_refused(answer)


@pytest.fixture
def patched(server):
    server.create("/collections", documents.collection("patched"))
    server.create("/collections/patched/items", documents.item("one", "patched", title="as it was"))
    yield "/collections/patched/items/one"
    item = server.get("/collections/patched/items/one").json()
    assert item["properties"]["title"] == "as it was" and item["id"] == "one"
    server.delete("/collections/patched")


PATCHES = [
    {"id": "two"}, {"collection": "modis-sinop"}, {"type": "Item"}, {"properties": None}, {"properties": []},
    {"properties": 1},
    {"properties": {"datetime": None}}, {"properties": {"datetime": "yesterday"}}, {"geometry": {"type": "Polygon"}},
    {"geometry": "none"}, {"bbox": [1]}, {"stac_version": "0.9.0"}, {"assets": []}, {"links": {}}, {"id": None},
    {"id": ""},
    {"assets": {"a": {"href": 1}}},
    {"properties": {"start_datetime": "2021-01-01T00:00:00Z", "end_datetime": "2020-01-01T00:00:00Z"}},
    [], 1, None, "text",
]


def patch(server, path, **options):
    return server.http.patch(server.url + path, timeout=60, **options)


def test_patches_are_refused(server, patched):
    for body in PATCHES:
        data = json.dumps(body).encode()
        for content_type in ("application/json", "application/merge-patch+json"):
            answer = patch(server, patched, data=data, headers={"Content-Type": content_type})
            assert answer.status_code in (400, 422), f"{body}: {answer.status_code} {answer.text[:300]}"
    for data in (b"", b"{", b"{}{}", b"[" * 100_000, b'{"id": "\xff"}', b'{"id": "\\ud800"}'):
        assert_refused(patch(server, patched, data=data, headers={"Content-Type": "application/json"}), 400)
    assert_refused(patch(server, patched, data=b"{}", headers={"Content-Type": "text/plain"}), 415)
    assert_refused(patch(server, "/collections/patched/items/absent", json={}), 404)
    assert_refused(patch(server, "/collections/absent/items/absent", json={}), 404)
    assert_refused(patch(server, "/collections/patched", json={"id": "other"}), 400)
    assert_refused(patch(server, "/collections/patched", json={"extent": None}), 400, 422)
    assert_refused(patch(server, "/collections/absent", json={}), 404)


RESOURCES = [
    "/", "/api", "/api.html", "/conformance", "/collections", "/collections/models", "/collections/models/items",
    "/collections/models/items/sinop-crops", "/search", "/queryables", "/sortables", "/collections/models/queryables",
    "/collections/models/sortables", "/functions", "/children", "/aggregations", "/aggregate",
    "/collections/models/aggregate",
    "/collections/models/aggregations", "/processes", "/healthz", "/readyz",
]


@pytest.mark.parametrize("path", RESOURCES)
def test_every_resource_answers_head_and_options_and_any_accept(server, path):
    whole = server.get(path)
    assert whole.status_code == 200, whole.text
    head = server.http.head(server.url + path, timeout=60)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]
    options = server.http.options(server.url + path, timeout=60)
    assert options.status_code in (200, 204)
    assert {"GET", "HEAD", "OPTIONS"} <= {name.strip() for name in options.headers["Allow"].split(",")}
    for accept in ("text/csv", "image/png", "nonsense", "*/*;q=0", "application/json;q=x", "a/b, c/d"):
        answer = server.get(path, headers={"Accept": accept})
        assert answer.status_code in (200, 406), f"{accept}: {answer.status_code}"
    refused = server.http.request("BREW", server.url + path, timeout=60)
    assert_refused(refused, 405)
    assert "GET" in refused.headers["Allow"]


def test_the_table_is_long_enough():
    assert len(TEXTS) + len(DEEP_TEXTS) + len(TREES) + len(DEEP_TREES) + len(TAKEN) + len(WORDS) >= 200


def test_a_list_of_long_texts_is_no_geometry(server):
    text = "x" * 250
    items = "/collections/sentinel-2-amazon/items"
    server.create(items, {
        "type": "Feature", "stac_version": "1.1.0", "id": "long-text", "collection": "sentinel-2-amazon", "links": [],
        "geometry": {"type": "Point", "coordinates": [10, 50]}, "bbox": [10, 50, 10, 50], "assets": {},
        "properties": {"datetime": "2020-01-01T00:00:00Z", "test:text": text}})
    try:
        for filter in [f"test:text IN ('{text}', '0')", f"test:text IN ('{text}y', '{text}')"]:
            answer = get(server, "/search", filter=filter, filter_lang="cql2-text")
            assert answer.status_code == 200, answer.text
            assert [feature["id"] for feature in answer.json()["features"]] == ["long-text"]
    finally:
        server.delete(f"{items}/long-text")
