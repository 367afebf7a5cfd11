"""stac-api-validator, every conformance class it knows, against the running server."""

import json
import re

import pytest
from stac_api_validator import filters, validations

import stac_documents as documents
import survey

CLASSES = [
    "core", "browseable", "collections", "children", "features", "item-search", "filter", "item-search#sort",
    "item-search#fields", "item-search#query", "item-search#filter", "features#sort", "features#fields",
    "features#query", "features#filter", "transaction",
]
GEOMETRY = json.dumps(survey.square(21))
SETTINGS = validations.QueryConfig(
    query_comparison_field="eo:cloud_cover", query_eq_value=20, query_neq_value=20, query_lt_value=20,
    query_lte_value=20, query_gt_value=20, query_gte_value=20, query_substring_field="platform",
    query_starts_with_value="sentinel", query_ends_with_value="2b", query_contains_value="tinel",
    query_in_field="grade", query_in_values="a,b")

STRING_FOR_LIST = "the tool posts `collections` as a string; STAC API - Item Search wants an array"
SLIPS = {
    "item-search#sort": {r"POST \S+/search .*\"collections\": \"survey\"\} had unexpected status code 400": STRING_FOR_LIST},
    "item-search#query": {r"POST \S+/search .*\"collections\": \"survey\"\} had unexpected status code 400": STRING_FOR_LIST},
}
"""What the tool reports wrongly: class to a pattern of its words and the reason why the server is right."""

ADVICE = "has these stac-check recommendations"
"""Not faults of an API: what stac-check would like to see in the collections and items that were loaded."""


def validate(server, name):
    warnings, errors = validations.validate_api(
        root_url=server.url, ccs_to_validate=[name], collection="survey", geometry=GEOMETRY, auth_bearer_token=None,
        auth_query_parameter=None, fields_nested_property="properties.eo:cloud_cover", validate_pagination=True,
        query_config=SETTINGS, transaction_collection="validated", headers={})
    return list(warnings), list(errors)


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
    warnings, errors = validate(server, name)
    slips = SLIPS.get(name, {})
    faults = [error for error in errors if not any(re.search(pattern, error) for pattern in slips)]
    assert not faults, "\n".join(faults)
    unseen = [pattern for pattern in slips if not any(re.search(pattern, error) for error in errors)]
    assert unseen == [], "the tool no longer makes these slips: take them out"
    for pattern, reason in slips.items():
        count = sum(bool(re.search(pattern, error)) for error in errors)
        measured(f"stac-api-validator {name}: {count} slips of its own: {reason}")
    warnings = [warning for warning in warnings if ADVICE not in warning]
    assert not warnings, "\n".join(warnings)
