"""The oracle finds what an independent reading of the items finds; the checks refuse wrong answers."""

import json
from dataclasses import replace

import numpy as np
import pytest
from gnomon_bench import checks, generate, workloads
from gnomon_bench.oracle import Where, intersect
from shapely.geometry import Polygon, shape

VARIANTS = 12


@pytest.fixture(scope="module")
def documents(folder):
    return [json.loads(line) for file in generate.item_files(folder) for line in file.read_bytes().splitlines()]


@pytest.fixture(scope="module")
def footprints(documents):
    return [shape(document["geometry"]) for document in documents]


def span(document):
    properties = document["properties"]
    moment = properties["datetime"]
    return tuple(checks.microseconds(properties.get(name) or moment) for name in ("start_datetime", "end_datetime"))


def found_by_reading(documents, footprints, oracle, where):
    place = where.ring and Polygon(where.ring)
    for row, document in enumerate(documents):
        properties = document["properties"]
        start, end = (oracle.start[row], oracle.end[row])
        if all((
            where.collection is None or document["collection"] == oracle.collections[where.collection],
            where.rows is None or row in where.rows,
            where.start is None or end >= where.start, where.end is None or start <= where.end,
            where.cloud_below is None or properties.get("eo:cloud_cover", 101) < where.cloud_below,
            where.task in (None, *properties.get("mlm:tasks", [])),
            where.framework in (None, properties.get("mlm:framework")),
            where.ring is None or footprints[row].intersects(place),
        )):
            yield row


@pytest.mark.parametrize("name", [name for name, w in workloads.WORKLOADS.items() if w.data and name != "walk"])
def test_matches_are_those_that_shapely_and_the_documents_give(name, documents, footprints, oracle):
    for request in workloads.WORKLOADS[name].requests(oracle, 11, VARIANTS)[:VARIANTS]:
        where = request.expected.where
        assert list(oracle.matches(where)) == list(found_by_reading(documents, footprints, oracle, where))


def test_times_of_the_oracle_are_those_of_the_documents(documents, oracle):
    for row in range(0, oracle.count, 13):
        start, end = span(documents[row])
        assert oracle.end[row] == end
        assert oracle.start[row] == start or documents[row]["properties"]["datetime"]


def test_rings_meet_where_they_cross_touch_or_hold_one_another():
    square = np.array([[(0, 0), (2, 0), (2, 2), (0, 2), (0, 2)]], float)
    for ring, meets in (
        ([(1, 1), (3, 1), (3, 3), (1, 3)], True), ([(0.5, 0.5), (1, 0.5), (1, 1)], True),
        ([(-1, -1), (5, -1), (5, 5), (-1, 5)], True), ([(2, 0), (3, 0), (3, 1)], True),
        ([(-1, 0.5), (3, 0.5), (3, 1), (-1, 1)], True), ([(3, 3), (4, 3), (4, 4)], False),
        ([(-1, 3), (0.5, 5), (-1, 5)], False)):
        assert intersect(square, np.array(ring, float))[0] == meets


def test_requests_are_the_same_at_every_run_and_differ_from_one_another(oracle):
    for workload in workloads.WORKLOADS.values():
        first, second = (workload.requests(oracle, 11, VARIANTS) for _ in range(2))
        assert first == second and first
    searches = workloads.WORKLOADS["search_bbox_dt_10"].requests(oracle, 11, 400)
    assert len({request.path for request in searches}) == 400


def page(documents, oracle, request):
    """The answer that a right server gives."""
    rows = oracle.matches(request.expected.where)
    if request.expected.order:
        column, _, sign = request.expected.order
        rows = rows[np.argsort(sign * np.asarray(getattr(oracle, column))[rows], kind="stable")]
    features = [documents[row] for row in rows[:request.expected.limit]]
    return {"type": "FeatureCollection", "numberMatched": len(rows), "features": features}


@pytest.mark.parametrize("name", ["search_bbox_dt_10", "cql2_json_sorted", "sort_cloud_all", "ids_10", "mlm_search",
                                  "sort_any_region", "exact_count"])
def test_right_answers_pass_and_wrong_ones_do_not(name, documents, oracle):
    workload = replace(workloads.WORKLOADS[name])
    for request in workload.requests(oracle, 11, VARIANTS):
        right = page(documents, oracle, request)
        if not right["features"]:
            continue

        def problem(document):
            return checks.problem(request, (200, json.dumps(document).encode()), oracle)

        assert problem(right) is None
        assert problem(right | {"features": right["features"][1:]})
        rows = set(oracle.matches(request.expected.where).tolist())
        stranger = next(documents[row] for row in range(oracle.count) if row not in rows)
        assert problem(right | {"features": [*right["features"][:-1], stranger]})
        assert checks.problem(request, (500, b"{}"), oracle)
        if request.expected.order and len(right["features"]) > 1:
            assert problem(right | {"features": right["features"][::-1]})
        if request.expected.counted:
            assert problem(right | {"numberMatched": len(rows) + 1})


def test_an_item_that_differs_from_what_was_loaded_is_refused(documents, oracle):
    request = workloads.WORKLOADS["item"].requests(oracle, 11, 1)[0]
    document = documents[request.expected.row]
    assert checks.problem(request, (200, json.dumps(document).encode()), oracle) is None
    changed = document | {"assets": dict(list(document["assets"].items())[1:])}
    assert checks.problem(request, (200, json.dumps(changed).encode()), oracle) == "assets missing"


def test_where_nothing_is_asked_everything_is_found(oracle):
    assert len(oracle.matches(Where())) == oracle.count
