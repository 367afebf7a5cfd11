"""stac-api-validator, every conformance class it knows, against the running server."""

import json
import re

import pytest
from stac_api_validator import filters, validations

import stac_documents as documents
import survey

CLASSES = [
    "core", "browseable", "collections", "children", "features", "item-search", "item-search filter", "item-search#sort",
    "item-search#fields", "item-search#query", "item-search#filter", "features#sort", "features#fields",
    "features#query", "features#filter", "transaction",
]
GEOMETRY = json.dumps(survey.square(21))
SETTINGS = validations.QueryConfig(
    query_comparison_field="eo:cloud_cover", query_eq_value=20, query_neq_value=20, query_lt_value=20,
    query_lte_value=20, query_gt_value=20, query_gte_value=20, query_substring_field="platform",
    query_starts_with_value="sentinel", query_ends_with_value="2b", query_contains_value="tinel",
    query_in_field="grade", query_in_values="a,b")

STRING_FOR_LIST = {
    r"POST \S+/search .*\"collections\": \"survey\"\} had unexpected status code 400":
        "it posts `collections` as a string; STAC API - Item Search has an array",
}
DRAFT_BETWEEN = {
    r"POST \S+/search .*\"op\": \"between\", \"args\": \[\{.*\}, \[0, 50\]\].* had unexpected status code 400":
        "it writes `between` as a draft of CQL2 did; the final standard has three arguments, no list",
}
SLIPS = {
    "item-search filter": DRAFT_BETWEEN, "item-search#filter": DRAFT_BETWEEN,
    "item-search#sort": STRING_FOR_LIST, "item-search#query": STRING_FOR_LIST,
    "item-search#fields": {
        r"\{\"fields\": null\} had unexpected status code 200 instead of 400":
            "the Fields extension gives `null` as one way to ask for the default fields",
        r"POST \{'fields': \{'exclude': \['properties'\], .*\}\} response contained fewer than 5 fields":
            "it asks for one field and wants five; the extension says that what is included is all that comes",
        r"POST \{'fields': \{'exclude': \['properties'\], .*\}\} response contained extra fields \['properties'\]":
            "it takes the object that the field stands in for another field",
    },
    "transaction": {
        r"(PUT|PATCH) \S+ params=None .* had unexpected status code 200 instead of 204":
            "the Transaction extension lets a server answer 200 with the item",
    },
}
"""What the tool reports wrongly: class to a pattern of its words and the reason why the server is right."""

ADVICE = "has these stac-check recommendations"
"""Not faults of an API: what stac-check would like to see in the collections and items that were loaded."""


def validate(server, names):
    """What the tool says of these classes, warnings and errors; the advice is left out."""
    warnings, errors = validations.validate_api(
        root_url=server.url, ccs_to_validate=names, collection="survey", geometry=GEOMETRY, auth_bearer_token=None,
        auth_query_parameter=None, fields_nested_property="properties.eo:cloud_cover", validate_pagination=True,
        query_config=SETTINGS, transaction_collection="validated", headers={})
    return [text for text in [*errors, *warnings] if ADVICE not in text]


@pytest.fixture(scope="module", autouse=True)
def without_pauses():
    """The tool sleeps before it reads what it wrote; this server is to be right at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validations.time, "sleep", lambda seconds: None)
        yield


@pytest.fixture(scope="module")
def writable(server):
    """A collection with the item that the tool first deletes."""
    server.create("/collections", documents.collection("validated"))
    server.create("/collections/validated/items", documents.item("S2A_47XNF_20230423_0_L2A", "validated"))
    yield
    server.delete("/collections/validated")


@pytest.mark.parametrize("name", CLASSES)
def test_the_validator_finds_no_fault(server, writable, measured, name):
    reported = validate(server, name.split())
    slips = SLIPS.get(name, {})
    faults = [text for text in reported if not any(re.search(pattern, text) for pattern in slips)]
    assert not faults, "\n".join(faults)
    unseen = [pattern for pattern in slips if not any(re.search(pattern, text) for text in reported)]
    assert unseen == [], "the tool no longer makes these slips: take them out"
    for pattern, reason in slips.items():
        count = sum(bool(re.search(pattern, text)) for text in reported)
        measured(f"stac-api-validator {name}, {count} of its own: {reason}")


HIDDEN = [
    filters.cql2_text_s_intersects, filters.cql2_text_ex_2("survey"), filters.cql2_text_ex_6, filters.cql2_text_ex_8,
    filters.cql2_json_s_intersects, filters.cql2_json_ex_2("survey"), filters.cql2_json_ex_6, filters.cql2_json_ex_8,
    filters.cql2_json_common_1,
]
"""Filters that the tool sends only to servers that advertise the classes under the names of a draft."""


@pytest.mark.parametrize("example", HIDDEN, ids=lambda example: str(example)[:60])
def test_the_filters_that_the_tool_keeps_for_drafts_are_answered(server, example):
    language = "cql2-text" if isinstance(example, str) else "cql2-json"
    answer = server.post("/search", json={"filter": example, "filter-lang": language})
    assert answer.status_code == 200, answer.text
    text = example if isinstance(example, str) else json.dumps(example)
    again = server.get("/search", params={"filter": text, "filter-lang": language})
    assert again.json()["features"] == answer.json()["features"]
