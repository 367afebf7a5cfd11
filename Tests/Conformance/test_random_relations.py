"""Relations in space and time between random items and random literals, as shapely and Allen's algebra have them."""

import json
import random

import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, box, mapping

import stac_documents as documents

SEED = 19107
ITEMS, PLACES, TIMES = 80, 40, 40
"""Items, and literals tried with each function."""

SPATIAL = ["contains", "crosses", "disjoint", "equals", "intersects", "overlaps", "touches", "within"]
TEMPORAL = {
    "after": lambda a, b: a[0] > b[1],
    "before": lambda a, b: a[1] < b[0],
    "contains": lambda a, b: a[0] < b[0] and a[1] > b[1],
    "disjoint": lambda a, b: a[1] < b[0] or a[0] > b[1],
    "during": lambda a, b: a[0] > b[0] and a[1] < b[1],
    "equals": lambda a, b: a == b,
    "finishedBy": lambda a, b: a[0] < b[0] and a[1] == b[1],
    "finishes": lambda a, b: a[0] > b[0] and a[1] == b[1],
    "intersects": lambda a, b: a[0] <= b[1] and a[1] >= b[0],
    "meets": lambda a, b: a[1] == b[0],
    "metBy": lambda a, b: a[0] == b[1],
    "overlappedBy": lambda a, b: b[0] < a[0] < b[1] < a[1],
    "overlaps": lambda a, b: a[0] < b[0] < a[1] < b[1],
    "startedBy": lambda a, b: a[0] == b[0] and a[1] > b[1],
    "starts": lambda a, b: a[0] == b[0] and a[1] < b[1],
}
OF_INSTANTS = ["after", "before", "disjoint", "equals", "intersects"]
"""The relations that the standard defines for instants too."""


def shape(chance):
    """A geometry on a grid so coarse that things touch, meet and coincide.

    It does not cross itself: GEOS before 3.13, as PostGIS may have it, relates lines wrongly that do.
    """
    while not (made := any_shape(chance)).is_simple:
        pass
    return made


def any_shape(chance):
    def position():
        return chance.randint(0, 6), chance.randint(0, 6)

    def area():
        (west, south), width, height = position(), chance.randint(1, 4), chance.randint(1, 4)
        corners = list(box(west, south, west + width, south + height).exterior.coords)[:-1]
        return Polygon(corners[:3]) if chance.random() < 0.4 else Polygon(corners)

    def line():
        points = list(dict.fromkeys(position() for _ in range(3)))
        return LineString(points if len(points) > 1 else [(0, 0), (1, 1)])

    kind = chance.choice(["point", "line", "area", "area", "points", "lines", "areas"])
    if kind == "areas":
        west = chance.randint(0, 3)
        return MultiPolygon([box(west, 0, west + 1, 2), box(west + 2, chance.randint(0, 3), west + 3, 5)])
    return {"point": lambda: Point(position()), "line": line, "area": area,
            "points": lambda: MultiPoint([position() for _ in range(3)]),
            "lines": lambda: MultiLineString([line(), line()])}[kind]()


def moment(day):
    return f"2020-01-{day:02}T00:00:00Z"


def items():
    chance = random.Random(SEED)
    made = []
    for number in range(ITEMS):
        geometry = shape(chance)
        start = chance.randint(1, 9)
        end = start + chance.randint(1, 5)
        times = {"datetime": moment(start)} if number % 3 == 0 else {
            "datetime": None, "start_datetime": moment(start), "end_datetime": moment(end)}
        document = documents.item(f"related-{number:02}", "related")
        made.append((document | {"geometry": mapping(geometry), "bbox": list(geometry.bounds), "properties": times},
                     geometry, (start, start) if number % 3 == 0 else (start, end)))
    return made


@pytest.fixture(scope="module")
def related(server):
    made = items()
    server.create("/collections", documents.collection("related"))
    server.create("/collections/related/items", documents.item_collection([document for document, _, _ in made]))
    yield made
    server.delete("/collections/related")


def found(server, text, tree):
    """The items that a filter finds, as text and as JSON; both must find the same."""
    answers = [server.get("/collections/related/items", params={"filter": text, "limit": ITEMS}),
               server.post("/search", json={"filter": tree, "collections": ["related"], "limit": ITEMS})]
    for answer in answers:
        assert answer.status_code == 200, f"{text}: {answer.text}"
    first, second = ([feature["id"] for feature in answer.json()["features"]] for answer in answers)
    assert sorted(first) == sorted(second), text
    return sorted(first)


@pytest.mark.parametrize("name", SPATIAL)
def test_spatial_relations_hold_as_shapely_has_them(server, related, name):
    chance = random.Random(f"{SEED} {name}")
    hits = 0
    for _ in range(PLACES):
        literal = shape(chance)
        wanted = sorted(document["id"] for document, geometry, _ in related if getattr(geometry, name)(literal))
        text = f"S_{name.upper()}(geometry, {literal.wkt})"
        tree = {"op": f"s_{name}", "args": [{"property": "geometry"}, json.loads(json.dumps(mapping(literal)))]}
        assert found(server, text, tree) == wanted, text
        turned = sorted(document["id"] for document, geometry, _ in related if getattr(literal, name)(geometry))
        text = f"S_{name.upper()}({literal.wkt}, geometry)"
        assert found(server, text, tree | {"args": tree["args"][::-1]}) == turned, text
        hits += len(wanted) + len(turned)
    assert hits > 0


def literal_interval(chance):
    """An interval in days, and how text and JSON write it; either end may be open."""
    start = chance.randint(1, 12)
    end = start + chance.randint(1, 4)
    ends = [".." if chance.random() < 0.1 else moment(start), ".." if chance.random() < 0.1 else moment(end)]
    days = (-1 if ends[0] == ".." else start, 99 if ends[1] == ".." else end)
    return days, f"INTERVAL('{ends[0]}', '{ends[1]}')", {"interval": ends}


@pytest.mark.parametrize("name", TEMPORAL)
def test_temporal_relations_hold_as_allen_has_them(server, related, name):
    chance = random.Random(f"{SEED} {name}")
    long = "start_datetime IS NOT NULL"
    for _ in range(TIMES):
        days, text, tree = literal_interval(chance)
        if name in OF_INSTANTS and chance.random() < 0.4:
            days = (days[1] % 13 + 1,) * 2
            text, tree = f"TIMESTAMP('{moment(days[0])}')", {"timestamp": moment(days[0])}
        wanted = sorted(document["id"] for document, _, times in related
                        if (name in OF_INSTANTS or times[0] != times[1]) and TEMPORAL[name](times, days))
        text = f"T_{name.upper()}(datetime, {text})"
        tree = {"op": f"t_{name}", "args": [{"property": "datetime"}, tree]}
        if name not in OF_INSTANTS:
            text = f"{long} AND {text}"
            missing = {"op": "isNull", "args": [{"property": "start_datetime"}]}
            tree = {"op": "and", "args": [{"op": "not", "args": [missing]}, tree]}
        assert found(server, text, tree) == wanted, text


def test_relations_with_collections_of_geometries_are_those_of_their_members(server, related):
    chance = random.Random(SEED)
    for _ in range(PLACES):
        members = [shape(chance), shape(chance)]
        text = f"GEOMETRYCOLLECTION({', '.join(member.wkt for member in members)})"
        tree = {"type": "GeometryCollection", "geometries": [mapping(member) for member in members]}
        wanted = sorted(document["id"] for document, geometry, _ in related if any(map(geometry.intersects, members)))
        apart = sorted({document["id"] for document, _, _ in related} - set(wanted))
        for name, expected in (("intersects", wanted), ("disjoint", apart)):
            json_tree = {"op": f"s_{name}", "args": [{"property": "geometry"}, json.loads(json.dumps(tree))]}
            assert found(server, f"S_{name.upper()}(geometry, {text})", json_tree) == expected, text


@pytest.mark.parametrize("west, east", [(1, 3), (5, 2), (-180, 180), (170, -170), (4, 4)])
def test_boxes_are_taken_over_the_antimeridian(server, related, west, east):
    parts = [box(west, 1, east, 4)] if west <= east else [box(west, 1, 180, 4), box(-180, 1, east, 4)]
    wanted = sorted(document["id"] for document, geometry, _ in related if any(map(geometry.intersects, parts)))
    tree = {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [west, 1, east, 4]}]}
    assert found(server, f"S_INTERSECTS(geometry, BBOX({west}, 1, {east}, 4))", tree) == wanted
    answer = server.get("/collections/related/items", params={"bbox": f"{west},1,{east},4", "limit": ITEMS})
    assert sorted(feature["id"] for feature in answer.json()["features"]) == wanted


def test_the_judge_is_not_older_than_the_judged():
    assert shapely.geos_version >= (3, 11, 0)
