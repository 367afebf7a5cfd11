"""The abstract tests of CQL2 (OGC 21-065r2, annex A) over the standard's own Natural Earth data, in text and in JSON.

The JSON is not ours: the `cql2` package, which others wrote, translates the standard's text.
"""

import json
import unicodedata

import cql2
import pytest

from gnomon_server import REPOSITORY, Server

FOLDER = REPOSITORY / "fixtures" / "cql2"
TESTS = json.loads((FOLDER / "abstract-tests.json").read_text())["tests"]
ACCENTS = "test-data-predicates-accenti-operator"
CONTRADICTIONS = {
    (ACCENTS, 8): (3, "Chengdu, Chicago and Chișinău begin with Ch, with accents or without"),
    (ACCENTS, 9): (1, "only Chișinău begins with Chiș, whatever accents and case count for"),
    (ACCENTS, 10): (1, "only Chișinău begins with cHis, whatever accents and case count for"),
}
"""(table, row) of a test whose count its own data contradict: to the count that the data give, and why."""


@pytest.fixture(scope="module")
def earth(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("earth") / "data") as running:
        running.load(FOLDER / "natural-earth")
        yield running


def found(answer):
    """How many items came and how many the server says there are, which must be the same."""
    assert answer.status_code == 200, f"{answer.request.url} {answer.request.body}: {answer.text[:500]}"
    page = answer.json()
    assert page["numberMatched"] == page["numberReturned"] == len(page["features"])
    assert len({feature["id"] for feature in page["features"]}) == len(page["features"])
    return len(page["features"])


def counts(server, collection, text):
    """What one predicate finds by GET and POST, in text and JSON."""
    tree = cql2.parse_text(text).to_json()
    exact = {"headers": {"Prefer": "count=exact"}}
    path, page = f"/collections/{collection}/items", {"limit": 1000}
    body = page | {"collections": [collection]}
    return [
        found(server.get(path, params=page | {"filter": text}, **exact)),
        found(server.get(path, params=page | {"filter": json.dumps(tree), "filter-lang": "cql2-json"}, **exact)),
        found(server.post("/search", json=body | {"filter": text, "filter-lang": "cql2-text"}, **exact)),
        found(server.post("/search", json=body | {"filter": tree}, **exact)),
    ]


@pytest.mark.parametrize("test", TESTS, ids=lambda test: f"{test['class']} {test['filter'][:60]}")
def test_the_predicate_finds_what_the_standard_says(earth, measured, test):
    expected, reason = CONTRADICTIONS.get((test["table"], test["row"]), (test["count"], None))
    if reason:
        assert expected != test["count"]
        measured(f"CQL2 {test['class']}, {test['table']} row {test['row']}: {expected}, not {test['count']}: {reason}")
    assert counts(earth, test["collection"], test["filter"]) == [expected] * 4


def test_every_class_with_counted_predicates_is_tested():
    assert {test["class"] for test in TESTS} == {
        "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison", "accent-insensitive-comparison",
        "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions", "temporal-functions",
        "property-property", "arithmetic"}
    assert len(TESTS) >= 351


CLASSES = [
    "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison",
    "accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions",
    "temporal-functions", "array-functions", "property-property", "functions", "arithmetic",
]


@pytest.mark.parametrize("name", CLASSES)
def test_the_class_is_advertised(earth, name):
    assert f"http://www.opengis.net/spec/cql2/1.0/conf/{name}" in earth.get("/conformance").json()["conformsTo"]


def test_every_property_of_the_standards_data_is_queryable(earth):
    for collection, types in json.loads((FOLDER / "abstract-tests.json").read_text())["queryables"].items():
        assert set(types) <= set(earth.get(f"/collections/{collection}/queryables").json()["properties"])


def test_every_listed_function_can_be_called(earth):
    functions = earth.get("/functions").json()["functions"]  # as schema/functions.yml of the standard has them
    assert len(functions) == len({function["name"] for function in functions}) > 0
    samples = {"string": "'a'", "number": "1", "integer": "1", "boolean": "TRUE", "geometry": "POINT(1 2)",
               "datetime": "TIMESTAMP('2020-01-01T00:00:00Z')"}
    for function in functions:
        assert set(function["returns"]) <= set(samples)
        arguments = [samples[argument["type"][0]] if argument["type"] else "('a', 'b')" for argument in function["args"]]
        text = f"{function['name']}({', '.join(arguments)}) IS NOT NULL"
        answer = earth.get("/search", params={"filter": text, "limit": 1})
        assert answer.status_code == 200, f"{text}: {answer.text}"
        assert len(answer.json()["features"]) == 1, text


def test_the_rows_that_contradict_their_data_do_so():
    """Counted here without any of our code."""
    places = (FOLDER / "natural-earth" / "ne_110m_populated_places_simple" / "items.ndjson").read_text().splitlines()
    found = [json.loads(line)["properties"]["name"] for line in places]
    plain = [unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode() for name in found]
    assert sum(name.startswith("Ch") for name in plain) == 3
    assert sum(name.casefold().startswith("chis") for name in plain) == 1
