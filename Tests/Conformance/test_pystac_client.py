"""pystac-client as a library: every search feature by GET and POST over data whose results are worked out by hand."""

import warnings

import jsonschema
import pystac_client
import pytest
from pystac_client.warnings import PystacClientWarning

import stac_documents as documents
import survey

METHODS = pytest.mark.parametrize("method", ["GET", "POST"])
EVERYTHING = survey.items()


@pytest.fixture(autouse=True)
def client_warnings_are_failures():
    with warnings.catch_warnings():
        warnings.simplefilter("error", PystacClientWarning)
        yield


@pytest.fixture(scope="module")
def client(server):
    with warnings.catch_warnings():
        warnings.simplefilter("error", PystacClientWarning)
        return pystac_client.Client.open(server.url)


def keys(items):
    return sorted((item["collection"], item["id"]) for item in items)


def expected(condition):
    """The keys of the items that a condition on collection, properties and item holds for."""
    return keys(item for item in EVERYTHING if condition(item, item["properties"]))


def between(start, end):
    """Whether an item's time meets an interval of texts, '' for an open end."""
    def meets(item, properties):
        first = properties["datetime"] or properties["start_datetime"]
        last = properties["datetime"] or properties["end_datetime"]
        return (not end or first <= end) and (not start or last >= start)
    return meets


def overlaps(west, south, east, north):
    return lambda item, _: (item["bbox"][0] <= east and item["bbox"][2] >= west
                            and item["bbox"][1] <= north and item["bbox"][3] >= south)


def cloud(condition):
    """A condition on the cloud cover that does not hold where there is none."""
    return lambda _, properties: "eo:cloud_cover" in properties and condition(properties["eo:cloud_cover"])


def check(found, wanted):
    """All ways to read a search give the items wanted, each once, and their number."""
    assert keys(found.items_as_dicts()) == wanted
    assert sorted((item.collection_id, item.id) for item in found.items()) == wanted
    assert keys(found.item_collection_as_dict()["features"]) == wanted
    assert found.matched() == len(wanted)


BASIC = [
    ({}, lambda item, _: True),
    ({"bbox": [20.2, 20.2, 22.3, 22.3]}, overlaps(20.2, 20.2, 22.3, 22.3)),
    ({"bbox": [20.2, 20.2, -100, 22.3, 22.3, 100]}, overlaps(20.2, 20.2, 22.3, 22.3)),
    ({"bbox": [0, 0, 1, 1]}, lambda item, _: False),
    ({"bbox": [170, -90, 20.2, 90]}, overlaps(-180, -90, 20.2, 90)),
    ({"intersects": {"type": "Point", "coordinates": [25.25, 25.25]}}, overlaps(25.25, 25.25, 25.25, 25.25)),
    ({"intersects": survey.square(21.25)}, overlaps(21.25, 21.25, 22.25, 22.25)),
    ({"datetime": "2021-03-05T10:00:00Z"}, between("2021-03-05T10:00:00Z", "2021-03-05T10:00:00Z")),
    ({"datetime": "2021-03-05"}, between("2021-03-05T00:00:00Z", "2021-03-05T23:59:59Z")),
    ({"datetime": "2011"}, between("2011-01-01T00:00:00Z", "2011-12-31T23:59:59Z")),
    ({"datetime": "2021-03-20T00:00:00Z/.."}, between("2021-03-20T00:00:00Z", "")),
    ({"datetime": "../2011-06-01T00:00:00Z"}, between("", "2011-06-01T00:00:00Z")),
    ({"datetime": ["2012-06-01T00:00:00Z", "2021-03-02T10:00:00Z"]},
     between("2012-06-01T00:00:00Z", "2021-03-02T10:00:00Z")),
    ({"ids": ["scene-01", "scene-20", "absent"]}, lambda item, _: item["id"] in ("scene-01", "scene-20")),
    ({"collections": ["archive"]}, lambda item, _: item["collection"] == "archive"),
    ({"collections": ["archive"], "ids": ["scene-01"], "datetime": "2011", "bbox": [20, 20, 21, 21]},
     lambda item, _: item["collection"] == "archive" and item["id"] == "scene-01"),
]


def shown(value):
    """How a row of a table is called: by what is asked, not by what is expected."""
    return "" if callable(value) or isinstance(value, set) else str(value)[:70]


@METHODS
@pytest.mark.parametrize("search, condition", BASIC, ids=shown)
def test_place_time_and_identity_select(client, method, search, condition):
    search = {"collections": list(survey.COLLECTIONS)} | search
    check(client.search(method=method, limit=100, **search), expected(condition))


@METHODS
@pytest.mark.parametrize("limit", [1, 7, 27, 100])
def test_pages_hold_every_item_once(client, method, limit):
    found = client.search(method=method, collections=survey.COLLECTIONS, limit=limit)
    pages = list(found.pages_as_dicts())
    assert [len(page["features"]) for page in pages][:-1] == [limit] * (len(pages) - 1)
    assert keys(item for page in pages for item in page["features"]) == keys(EVERYTHING)
    assert {page["numberMatched"] for page in pages} == {len(EVERYTHING)}
    assert [page["numberReturned"] for page in pages] == [len(page["features"]) for page in pages]


@METHODS
def test_max_items_ends_a_search_early(client, method):
    found = client.search(method=method, collections=survey.COLLECTIONS, limit=4, max_items=10)
    assert len(list(found.items())) == 10
    assert found.matched() == len(EVERYTHING)


QUERIES = [
    ({"eo:cloud_cover": {"eq": 20}}, cloud(lambda cover: cover == 20)),
    ({"eo:cloud_cover": {"neq": 20}}, cloud(lambda cover: cover != 20)),
    ({"eo:cloud_cover": {"lt": 20}}, cloud(lambda cover: cover < 20)),
    ({"eo:cloud_cover": {"lte": 20, "gt": 5}}, cloud(lambda cover: 5 < cover <= 20)),
    ({"eo:cloud_cover": {"gte": 40}}, cloud(lambda cover: cover >= 40)),
    ({"platform": {"eq": "landsat-8"}}, lambda _, properties: properties["platform"] == "landsat-8"),
    ({"platform": {"startsWith": "sentinel"}}, lambda _, properties: properties["platform"].startswith("sentinel")),
    ({"platform": {"endsWith": "2b"}}, lambda _, properties: properties["platform"].endswith("2b")),
    ({"platform": {"contains": "-"}, "grade": {"in": ["a", "d"]}}, lambda _, properties: properties["grade"] in "ad"),
    ({"gsd": {"in": [30, 60]}}, lambda _, properties: properties["gsd"] == 30),
    ({"description": {"contains": "100 %"}}, lambda item, _: False),
    ({"platform": {"startsWith": "%"}}, lambda item, _: False),
    ({"platform": {"contains": "_"}}, lambda item, _: False),
    ({"datetime": {"gte": "2021-03-20T00:00:00Z"}}, between("2021-03-20T00:00:00Z", "")),
    (["eo:cloud_cover<20", "platform=sentinel-2a"],
     lambda _, properties: properties.get("eo:cloud_cover", 99) < 20 and properties["platform"] == "sentinel-2a"),
    (["gsd>20"], lambda _, properties: properties["gsd"] > 20),
]


@METHODS
@pytest.mark.parametrize("query, condition", QUERIES, ids=shown)
def test_query_selects(client, method, query, condition):
    check(client.search(method=method, collections=survey.COLLECTIONS, limit=100, query=query), expected(condition))


def op(name, *arguments):
    return {"op": name, "args": list(arguments)}


def named(name):
    return {"property": name}


def grade(letters):
    return lambda _, properties: properties["grade"] in letters


WINDOW = "POLYGON((22 22, 23.2 22, 23.2 23.2, 22 23.2, 22 22))"
WINDOW_JSON = {"type": "Polygon", "coordinates": [[[22, 22], [23.2, 22], [23.2, 23.2], [22, 23.2], [22, 22]]]}
FILTERS = [
    ("eo:cloud_cover < 20", op("<", named("eo:cloud_cover"), 20), cloud(lambda cover: cover < 20)),
    ("eo:cloud_cover IS NULL", op("isNull", named("eo:cloud_cover")),
     lambda _, properties: "eo:cloud_cover" not in properties),
    ("eo:cloud_cover BETWEEN 10 AND 30", op("between", named("eo:cloud_cover"), 10, 30),
     cloud(lambda cover: 10 <= cover <= 30)),
    ("NOT (eo:cloud_cover >= 10)", op("not", op(">=", named("eo:cloud_cover"), 10)), cloud(lambda cover: cover < 10)),
    ("grade IN ('a', 'c')", op("in", named("grade"), ["a", "c"]), grade("ac")),
    ("grade = 'a' OR grade = 'b' AND gsd = 30",
     op("or", op("=", named("grade"), "a"), op("and", op("=", named("grade"), "b"), op("=", named("gsd"), 30))),
     lambda _, properties: properties["grade"] == "a" or properties["grade"] == "b" and properties["gsd"] == 30),
    ("platform LIKE 'sentinel%'", op("like", named("platform"), "sentinel%"),
     lambda _, properties: properties["platform"].startswith("sentinel")),
    ("CASEI(platform) = CASEI('LANDSAT-8')", op("=", op("casei", named("platform")), op("casei", "LANDSAT-8")),
     lambda _, properties: properties["platform"] == "landsat-8"),
    ("ACCENTI(title) LIKE ACCENTI('Scéne 2_')", op("like", op("accenti", named("title")), op("accenti", "Scéne 2_")),
     lambda _, properties: properties["title"] in ("Scene 20", "Scene 21", "Scene 22", "Scene 23")),
    ("gsd * 2 + 1 = 61", op("=", op("+", op("*", named("gsd"), 2), 1), 61),
     lambda _, properties: properties["gsd"] == 30),
    ("eo:cloud_cover > gsd", op(">", named("eo:cloud_cover"), named("gsd")),
     lambda _, properties: properties.get("eo:cloud_cover", 0) > properties["gsd"]),
    ("A_CONTAINS(instruments, ('oli'))", op("a_contains", named("instruments"), ["oli"]),
     lambda _, properties: "oli" in properties["instruments"]),
    ("A_EQUALS(instruments, ('msi'))", op("a_equals", named("instruments"), ["msi"]),
     lambda _, properties: properties["instruments"] == ["msi"]),
    (f"S_INTERSECTS(geometry, {WINDOW})", op("s_intersects", named("geometry"), WINDOW_JSON),
     overlaps(22, 22, 23.2, 23.2)),
    ("S_WITHIN(geometry, BBOX(21, 21, 23.4, 23.4))", op("s_within", named("geometry"), {"bbox": [21, 21, 23.4, 23.4]}),
     lambda item, _: item["bbox"][0] >= 21 and item["bbox"][2] <= 23.4),
    ("datetime >= TIMESTAMP('2021-03-20T00:00:00Z')",
     op(">=", named("datetime"), {"timestamp": "2021-03-20T00:00:00Z"}), between("2021-03-20T00:00:00Z", "")),
    ("T_INTERSECTS(datetime, INTERVAL('2011-06-01', '2012-02-01'))",
     op("t_intersects", named("datetime"), {"interval": ["2011-06-01", "2012-02-01"]}),
     lambda item, _: item["collection"] == "archive" and item["id"] in ("scene-01", "scene-02")),
    ("T_BEFORE(datetime, TIMESTAMP('2011-06-01T00:00:00Z'))",
     op("t_before", named("datetime"), {"timestamp": "2011-06-01T00:00:00Z"}),
     lambda item, _: item["collection"] == "archive" and item["id"] == "scene-00"),
    ("collection = 'archive' AND id <> 'scene-01'",
     op("and", op("=", named("collection"), "archive"), op("<>", named("id"), "scene-01")),
     lambda item, _: item["collection"] == "archive" and item["id"] != "scene-01"),
    ("no:such_property = 1", op("=", named("no:such_property"), 1), lambda item, _: False),
]


@METHODS
@pytest.mark.parametrize("language", ["cql2-text", "cql2-json"])
@pytest.mark.parametrize("text, json, condition", FILTERS, ids=shown)
def test_filter_selects(client, method, language, text, json, condition):
    found = client.search(method=method, collections=survey.COLLECTIONS, limit=100, filter_lang=language,
                          filter=text if language == "cql2-text" else json)
    check(found, expected(condition))


@METHODS
def test_a_filter_in_the_methods_own_language_needs_no_name(client, method):
    text, json, condition = FILTERS[0]
    found = client.search(method=method, collections=survey.COLLECTIONS, filter=text if method == "GET" else json)
    check(found, expected(condition))


@METHODS
@pytest.mark.parametrize("text, json, condition", FILTERS, ids=shown)
def test_a_filter_that_the_client_translates_selects_the_same(client, method, text, json, condition):
    """Without a language the client turns text into JSON for POST and JSON into text for GET."""
    found = client.search(method=method, collections=survey.COLLECTIONS, limit=100, filter=json if method == "GET" else text)
    assert keys(found.items_as_dicts()) == expected(condition)


@METHODS
def test_all_parameters_hold_together(client, method):
    found = client.search(
        method=method, collections=["survey"], bbox=[20, 20, 30, 30],
        datetime="2021-03-02T00:00:00Z/2021-03-20T00:00:00Z", query={"platform": {"startsWith": "sentinel"}},
        filter="eo:cloud_cover <= 30", filter_lang="cql2-text",
        sortby="-properties.eo:cloud_cover,id", fields=["id", "collection", "properties.eo:cloud_cover"], limit=3)
    wanted = [item for item in EVERYTHING if item["collection"] == "survey" and item["bbox"][0] <= 30
              and "2021-03-02" <= item["properties"]["datetime"] < "2021-03-20"
              and item["properties"]["platform"].startswith("sentinel")
              and item["properties"].get("eo:cloud_cover", 99) <= 30]
    wanted.sort(key=lambda item: (-item["properties"]["eo:cloud_cover"], item["id"]))
    assert [item["id"] for item in found.items_as_dicts()] == [item["id"] for item in wanted]
    assert found.matched() == len(wanted) > 6


LAST = (1,)
SORTS = [
    ("id,collection", lambda item: (item["id"], item["collection"])),
    ("-id,collection", lambda item: ([-ord(letter) for letter in item["id"]], item["collection"])),
    (["+properties.platform", "-properties.datetime", "id"],
     lambda item: (item["properties"]["platform"], -moment(item), item["id"])),
    ("-properties.eo:cloud_cover,-properties.datetime", lambda item: (without_nulls(item, -1), -moment(item))),
    ("properties.eo:cloud_cover,properties.datetime", lambda item: (without_nulls(item, 1), moment(item))),
    ([{"field": "properties.gsd", "direction": "desc"}, {"field": "collection", "direction": "asc"},
      {"field": "id", "direction": "desc"}],
     lambda item: (-item["properties"]["gsd"], item["collection"], [-ord(letter) for letter in item["id"]])),
    ("-datetime", lambda item: -moment(item)),
]


def moment(item):
    """The sort key of an item's time as a number."""
    text = item["properties"]["datetime"] or item["properties"]["start_datetime"]
    return int("".join(character for character in text if character.isdigit()))


def without_nulls(item, sign):
    """The cloud cover as a sort key; items without one come last in both directions."""
    cover = item["properties"].get("eo:cloud_cover")
    return LAST if cover is None else (0, sign * cover)


@METHODS
@pytest.mark.parametrize("limit", [5, 100])
@pytest.mark.parametrize("sortby, key", SORTS, ids=shown)
def test_sortby_orders_through_all_pages(client, method, limit, sortby, key):
    found = client.search(method=method, collections=survey.COLLECTIONS, sortby=sortby, limit=limit)
    wanted = [(item["collection"], item["id"]) for item in sorted(EVERYTHING, key=key)]
    assert [(item["collection"], item["id"]) for item in found.items_as_dicts()] == wanted


DEFAULT_FIELDS = {"type", "stac_version", "id", "geometry", "bbox", "links", "assets", "properties"}
FIELDS = [
    (["id", "geometry"], {"geometry"}, set()),
    (["properties.platform", "properties.eo:cloud_cover"], {"properties"}, {"platform", "eo:cloud_cover"}),
    (["properties", "-properties.datetime"], {"properties"}, set(survey.scene(4)["properties"]) - {"datetime"}),
    (["properties.platform", "-properties"], {"properties"}, {"platform"}),
    (["+geometry", "-geometry"], {"geometry"}, set()),
    ({"include": [], "exclude": []}, DEFAULT_FIELDS, {"datetime"}),
    ({"include": [], "exclude": ["assets"]}, DEFAULT_FIELDS - {"assets"}, {"datetime"}),
]
IDENTITY = {"id", "collection", "type", "stac_version", "links"}
"""What a server may add so that a client knows what it holds."""


@METHODS
@pytest.mark.parametrize("fields, members, properties", FIELDS, ids=shown)
def test_fields_choose_what_comes_back(client, method, fields, members, properties):
    found = client.search(method=method, collections=["survey"], ids=["scene-04"], fields=fields)
    (item,) = found.items_as_dicts()
    assert members <= set(item) <= members | IDENTITY, sorted(item)
    assert set(item.get("properties", {})) == properties


def test_excluding_alone_leaves_the_rest_in_a_body(client):
    (item,) = client.search(collections=["survey"], ids=["scene-04"], fields={"exclude": ["geometry"]}).items_as_dicts()
    assert set(survey.scene(4)) - set(item) == {"geometry"}
    assert set(item["properties"]) == set(survey.scene(4)["properties"])


def test_excluding_alone_leaves_the_default_in_a_query_string(client):
    (item,) = client.search(
        method="GET", collections=["survey"], ids=["scene-04"], fields="-geometry").items_as_dicts()
    assert DEFAULT_FIELDS - {"geometry"} <= set(item) <= DEFAULT_FIELDS - {"geometry"} | {"collection"}
    assert set(item["properties"]) == {"datetime"}


def ids(found):
    return [collection["id"] for collection in found.collections_as_dicts()]


COLLECTION_SEARCHES = [
    ({"bbox": [25, 25, 26, 26]}, {"survey"}, {"archive"}),
    ({"bbox": [20, 20, 20.5, 20.5]}, {"survey", "archive"}, {"modis-sinop"}),
    ({"datetime": "2011-06-01T00:00:00Z/2011-07-01T00:00:00Z"}, {"archive"}, {"survey"}),
    ({"datetime": "2021-03-05T00:00:00Z/.."}, {"survey"}, {"archive"}),
    ({"q": "aerial"}, {"survey"}, {"archive", "modis-sinop"}),
    ({"q": "aerial,mosaic"}, {"survey", "archive"}, {"modis-sinop"}),
    ({"q": "SURVEY"}, {"survey", "archive"}, {"modis-sinop"}),
    ({"filter": "id = 'survey'"}, {"survey"}, {"archive"}),
    ({"filter": "title LIKE 'Archive%'"}, {"archive"}, {"survey"}),
    ({"filter": op("in", named("id"), ["survey", "archive"]), "filter_lang": "cql2-json"},
     {"survey", "archive"}, {"models"}),
    ({"query": {"id": {"startsWith": "surv"}}}, {"survey"}, {"archive"}),
]


@pytest.mark.parametrize("search, inside, outside", COLLECTION_SEARCHES, ids=shown)
def test_collections_are_searched(client, search, inside, outside):
    found = client.collection_search(**search)
    assert inside <= set(ids(found))
    assert not outside & set(ids(client.collection_search(**search)))
    assert found.matched() == len(ids(client.collection_search(**search)))


def test_collections_come_sorted_page_by_page_with_chosen_fields(client):
    everything = ids(client.collection_search(sortby="id"))
    assert everything == sorted(everything) and {"survey", "archive", "modis-sinop"} <= set(everything)
    assert ids(client.collection_search(sortby="-id", limit=2)) == everything[::-1]
    found = client.collection_search(filter="id = 'survey'", fields=["id", "title"])
    (collection,) = found.collections_as_dicts()
    assert {"id", "title"} <= set(collection) and not {"extent", "description", "keywords"} & set(collection)
    assert client.collection_search(max_collections=1, limit=1, sortby="id").matched() == len(everything)
    assert len(list(client.collection_search(max_collections=3, limit=2).collections())) == 3


def test_queryables_are_found_and_describe_the_items(client):
    everywhere = client.get_queryables()
    assert {"id", "collection", "geometry", "datetime", "platform", "grade"} <= set(everywhere["properties"])
    assert "eo:cloud_cover" in everywhere["properties"]
    of_survey = client.get_collection("survey").get_queryables()
    assert {"grade", "instruments", "gsd"} <= set(of_survey["properties"])
    for queryables in (everywhere, of_survey, client.get_merged_queryables(["survey", "archive"])):
        jsonschema.Draft202012Validator.check_schema(queryables)
        for item in EVERYTHING:
            properties = {name: value for name, value in item["properties"].items() if value is not None}  # null is absent
            jsonschema.validate(properties, {**queryables, "properties": scalars(queryables), "required": []})


def scalars(queryables):
    """The queryables that stand in an item's properties and are there."""
    return {name: schema for name, schema in queryables["properties"].items()
            if name not in ("id", "collection", "geometry", "datetime", "bbox") and "$ref" not in schema}


def test_links_lead_from_the_root_to_every_item_and_back(client):
    survey_client = client.get_collection("survey")
    assert survey_client.get_root().id == survey_client.get_parent().id == client.id
    found = list(survey_client.get_items())
    assert len(found) == survey.COUNT
    assert {item.get_collection().id for item in found[:3]} == {"survey"}
    assert survey_client.get_item("scene-07").id == "scene-07"
    assert survey_client.get_item("absent") is None and client.get_collection("absent") is None
    assert {item.collection_id for item in client.get_items("scene-01")} == {"survey", "archive"}
    assert {child.id for child in client.get_children()} == {collection.id for collection in client.get_collections()}


def test_the_client_writes_items(server, client):
    server.create("/collections", documents.collection("client-writes"))
    try:
        collection = client.get_collection("client-writes")
        collection.create_item(documents.item("one", "client-writes", title="first"))
        collection.patch_item("one", {"properties": {"title": "second", "gsd": 10}})
        assert collection.get_item("one").properties["title"] == "second"
        collection.patch_item("one", {"properties": {"gsd": None}})
        assert "gsd" not in collection.get_item("one").properties
        collection.update_item(documents.item("one", "client-writes", title="third"))
        assert collection.get_item("one").properties["title"] == "third"
        collection.delete_item("one")
        assert collection.get_item("one") is None
    finally:
        server.delete("/collections/client-writes")
