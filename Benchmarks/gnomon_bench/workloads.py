"""The workloads: lists of different requests, drawn from a seed around what the data set holds."""

import math
import random as randomness
from dataclasses import dataclass

from .models import COLLECTION as MODELS
from .oracle import Where
from .request import SECOND, Expected, corners, get, instant, interval, polygon, post

DAY = 86_400 * SECOND
FIELDS = (
    {"exclude": ["assets", "links"]},
    {"include": ["id", "type", "collection", "geometry", "bbox", "properties.datetime", "properties.eo:cloud_cover",
                 "assets.visual.href"]})
CLOUD = ("cloud", "eo:cloud_cover")
WALK_PAGES = 50


@dataclass(frozen=True)
class Workload:
    """A named list of requests. `data` ones count in the geometric mean; `peer` says whether others can answer too."""
    name: str
    about: str
    make: object
    data: bool = True
    peer: bool = True
    extra: bool = False
    walks: bool = False

    def requests(self, oracle, seed, variants):
        return self.make(Draw(oracle, f"{seed}-{self.name}", variants))


class Draw:
    """Random parameters around items of the data set."""

    def __init__(self, oracle, seed, variants):
        self.oracle, self.random, self.variants = oracle, randomness.Random(seed), variants

    def image(self):
        return self.random.choice(self.oracle.imagery)

    def collection(self):
        """What limits a search to the Sentinel-2 items: their collection, or nothing where they lie in thousands."""
        return 0 if self.oracle.imagery_collections == 1 else None

    def scope(self):
        return {} if self.collection() is None else {"collections": [self.oracle.collections[0]]}

    def parameter(self):
        return {name: ",".join(value) for name, value in self.scope().items()}

    def log_uniform(self, low, high):
        return math.exp(self.random.uniform(math.log(low), math.log(high)))

    def region(self, low, high):
        """A row, and a box of low to high degrees a side about its footprint."""
        row = self.image()
        west, south, east, north = self.oracle.box[row].tolist()
        x = (west + east) / 2 + self.random.uniform(-0.5, 0.5)
        y = (south + north) / 2 + self.random.uniform(-0.5, 0.5)
        width, height = self.log_uniform(low, high) / 2, self.log_uniform(low, high) / 2
        return row, (round(max(-180, x - width), 4), round(max(-85, y - height), 4),
                     round(min(180, x + width), 4), round(min(85, y + height), 4))

    def blob(self, low, high):
        """A ring of 5 to 12 corners about a footprint."""
        _, (west, south, east, north) = self.region(low, high)
        count = self.random.randrange(5, 13)
        ring = []
        for k in range(count):
            angle = 2 * math.pi * k / count
            x = west + east + (east - west) * math.cos(angle) * self.random.uniform(0.6, 1)
            y = south + north + (north - south) * math.sin(angle) * self.random.uniform(0.6, 1)
            ring.append((round(x / 2, 5), round(y / 2, 5)))
        return tuple(ring)

    def window(self, row, low, high):
        """(start, end) in microseconds: low to high days about an item's time; one in five is open at an end."""
        length = self.random.uniform(low, high) * DAY
        start = int(self.oracle.start[row] - length * self.random.random()) // SECOND * SECOND
        end = int(start + length) // SECOND * SECOND
        kind = self.random.random()
        return (start, None) if kind < 0.1 else (None, end) if kind < 0.2 else (start, end)

    def place_and_time(self, sides, days):
        row, box = self.region(*sides)
        start, end = self.window(row, *days)
        return box, start, end, Where(self.collection(), ring=corners(box), start=start, end=end)


def joined(box):
    return ",".join(map(str, box))


def landing(draw):
    return [get("/", Expected("landing"))]


def conformance(draw):
    return [get("/conformance", Expected("conformance"))]


def collections(draw):
    """All at once, or the first hundred where there are thousands."""
    page = {"limit": 100} if len(draw.oracle.collections) > 100 else {}
    return [get("/collections", Expected("collections"), **page)]


def some_collections(draw):
    names = draw.oracle.collections
    return names if len(names) <= draw.variants else draw.random.sample(names, draw.variants)


def collection(draw):
    return [get(f"/collections/{name}", Expected("collection", name=name)) for name in some_collections(draw)]


def queryables(draw):
    paths = ["/queryables", *(f"/collections/{name}/queryables" for name in some_collections(draw))]
    return [get(path, Expected("queryables")) for path in paths]


def item(draw):
    rows = [draw.random.randrange(draw.oracle.count) for _ in range(draw.variants)]
    return [get(f"/collections/{draw.oracle.collection_of(row)}/items/{draw.oracle.identifier(row)}",
                Expected("item", row=row)) for row in rows]


def place_and_time(draw, limit=10, sides=(0.5, 12), days=(20, 800), headers=(), counted=False):
    made = []
    for _ in range(draw.variants):
        box, start, end, where = draw.place_and_time(sides, days)
        made.append(get("/search", Expected("items", where, limit, counted=counted), headers, **draw.parameter(),
                        bbox=joined(box), datetime=interval(start, end), limit=limit))
    return made


def exact_count(draw):
    return place_and_time(draw, headers=(("Prefer", "count=exact"),), counted=True)


def limit_1000(draw):
    return place_and_time(draw, 1000, (20, 90), (300, 3000))


def items_of_collection(draw):
    made = []
    for _ in range(draw.variants):
        row, box = draw.region(0.5, 12)
        start, end = draw.window(row, 20, 800)
        where = Where(int(draw.oracle.collection[row]), ring=corners(box), start=start, end=end)
        made.append(get(f"/collections/{draw.oracle.collection_of(row)}/items", Expected("items", where, 10),
                        bbox=joined(box), datetime=interval(start, end), limit=10))
    return made


def intersects(draw, limit, low, high):
    rings = [draw.blob(low, high) for _ in range(draw.variants)]
    return [post("/search", {**draw.scope(), "intersects": polygon(ring), "limit": limit},
                 Expected("items", Where(draw.collection(), ring=ring), limit)) for ring in rings]


def intersects_10(draw):
    return intersects(draw, 10, 1, 10)


def intersects_100(draw):
    return intersects(draw, 100, 5, 40)


def fields_250(draw):
    made = []
    for k in range(draw.variants):
        box, start, end, where = draw.place_and_time((10, 60), (300, 2000))
        fields = FIELDS[k % 2]
        made.append(post("/search", {**draw.scope(), "bbox": box, "datetime": interval(start, end), "limit": 250,
                                     "fields": fields}, Expected("items", where, 250, fields=fields)))
    return made


def cloudy_place_and_time(draw):
    box, start, end, where = draw.place_and_time((2, 25), (100, 1500))
    most = draw.random.choice((5, 10, 20, 30, 50))
    return box, start, end, most, Where(where.collection, ring=where.ring, start=start, end=end, cloud_below=most)


def cql2_json_sorted(draw):
    made = []
    for k in range(draw.variants):
        box, start, end, most, where = cloudy_place_and_time(draw)
        body = {**draw.scope(), "limit": 10, "filter-lang": "cql2-json",
                "sortby": [{"field": "properties.datetime", "direction": "desc"}]}
        condition = {"op": "<", "args": [{"property": "eo:cloud_cover"}, most]}
        if k % 2:
            body |= {"bbox": box, "datetime": interval(start, end), "filter": condition}
        else:
            place = {"op": "s_intersects", "args": [{"property": "geometry"}, polygon(corners(box))]}
            times = [{"op": op, "args": [{"property": "datetime"}, {"timestamp": instant(time)}]}
                     for op, time in ((">=", start), ("<=", end)) if time is not None]
            body["filter"] = {"op": "and", "args": [condition, place, *times]}
        made.append(post("/search", body, Expected("items", where, 10, ("start", "datetime", -1))))
    return made


def cql2_text(draw):
    made = []
    for _ in range(draw.variants):
        box, start, end, most, where = cloudy_place_and_time(draw)
        ring = ", ".join(f"{x} {y}" for x, y in (*corners(box), corners(box)[0]))
        parts = [f'"eo:cloud_cover" < {most}', f"S_INTERSECTS(geometry, POLYGON(({ring})))"]
        parts += [f"datetime {op} TIMESTAMP('{instant(time)}')" for op, time in ((">=", start), ("<=", end))
                  if time is not None]
        made.append(get("/search", Expected("items", where, 10), **draw.parameter(), filter_lang="cql2-text",
                        filter=" AND ".join(parts), limit=10))
    return made


def sort_region(draw, *orders):
    made = []
    for k in range(draw.variants):
        box, start, end, where = draw.place_and_time((3, 30), (200, 2000))
        column, name, sign = orders[k % len(orders)]
        made.append(post("/search", {
            **draw.scope(), "bbox": box, "datetime": interval(start, end), "limit": 10,
            "sortby": [{"field": f"properties.{name}", "direction": "asc" if sign > 0 else "desc"}],
        }, Expected("items", where, 10, (column, name, sign))))
    return made


def sort_cloud_region(draw):
    return sort_region(draw, (*CLOUD, 1))


def sort_any_region(draw):
    return sort_region(draw, ("sun", "view:sun_elevation", 1), ("vegetation", "s2:vegetation_percentage", -1))


def sort_cloud_all(draw):
    made = []
    for k in range(draw.variants):
        start, end = draw.window(draw.image(), 300, 2500)
        sign = 1 if k % 2 else -1
        where = Where(draw.collection(), start=start, end=end)
        made.append(get("/search", Expected("items", where, 10, (*CLOUD, sign)), **draw.parameter(),
                        datetime=interval(start, end), limit=10,
                        sortby=("+" if sign > 0 else "-") + "properties.eo:cloud_cover"))
    return made


def ids_10(draw):
    made, oracle = [], draw.oracle
    for k in range(draw.variants):
        pool = oracle.landsat if k % 3 == 2 and oracle.landsat else oracle.imagery
        rows = tuple({draw.random.choice(pool) for _ in range(10)})
        body = {"ids": [oracle.identifier(row) for row in rows], "limit": 10}
        if k % 2:
            body["collections"] = sorted({oracle.collection_of(row) for row in rows})
        made.append(post("/search", body, Expected("items", Where(rows=rows), 10)))
    return made


def walk(draw):
    """The first requests of ten walks through pages; what is replayed is every page of them."""
    made = []
    for k in range(10):
        parameters, box, start, end = draw.parameter() | {"limit": 10}, None, None, None
        if k % 3 == 1:
            _, box = draw.region(40, 90)
            parameters["bbox"] = joined(box)
        if k % 3 == 2:
            start, end = draw.window(draw.image(), 1500, 3000)
            parameters["datetime"] = interval(start, end)
        where = Where(draw.collection(), ring=corners(box) if box else None, start=start, end=end)
        made.append(get("/search", Expected("items", where, 10), **parameters))
    return made


def search_all_10(draw):
    expected = Expected("items", limit=10)
    return [get("/search", expected, limit=10), post("/search", {"limit": 10}, expected)]


def mlm_search(draw):
    oracle, made = draw.oracle, []
    if not oracle.models:
        return []
    tasks = sorted({task for model in oracle.models for task in model["tasks"]})
    frameworks = sorted({model["framework"] for model in oracle.models}) + ["xgboost"] * 4
    for k in range(draw.variants):
        task = draw.random.choice(tasks) if k % 3 != 1 else None
        framework = draw.random.choice(frameworks) if k % 3 != 0 else None
        parts = []
        if task:
            parts.append({"op": "a_contains", "args": [{"property": "mlm:tasks"}, [task]]})
        if framework:
            parts.append({"op": "=", "args": [{"property": "mlm:framework"}, framework]})
        where = Where(oracle.collections.index(MODELS), task=task, framework=framework)
        made.append(post("/search", {
            "collections": [MODELS], "limit": 10, "filter-lang": "cql2-json",
            "filter": parts[0] if len(parts) == 1 else {"op": "and", "args": parts}}, Expected("items", where, 10)))
    return made


WORKLOADS = {workload.name: workload for workload in (
    Workload("landing", "the landing page", landing, data=False),
    Workload("conformance", "the conformance classes", conformance, data=False),
    Workload("collections", "all collections", collections),
    Workload("collection", "one collection", collection, data=False),
    Workload("item", "one item by collection and id", item),
    Workload("search_bbox_dt_10", "GET /search: box and time, 10 items", place_and_time),
    Workload("items_bbox_dt_10", "GET /collections/…/items: box and time, 10 items", items_of_collection),
    Workload("intersects_10", "a polygon of 1-10 degrees, 10 items", intersects_10),
    Workload("intersects_100", "a polygon of 5-40 degrees, 100 items", intersects_100),
    Workload("fields_250", "box and time, 250 items with fields included or excluded", fields_250),
    Workload("cql2_json_sorted", "CQL2 JSON: cloud cover, place, time; newest first", cql2_json_sorted),
    Workload("cql2_text", "CQL2 text: cloud cover, place, time", cql2_text),
    Workload("sort_cloud_region", "least clouds first in box and time", sort_cloud_region),
    Workload("sort_cloud_all", "least or most clouds first in time, everywhere", sort_cloud_all),
    Workload("ids_10", "ten items by id", ids_10),
    Workload("walk", f"pages 1 to {WALK_PAGES} of ten searches", walk, walks=True),
    Workload("search_all_10", "the newest 10 items of all", search_all_10),
    Workload("mlm_search", "models by task and framework", mlm_search),
    Workload("queryables", "what can be searched by", queryables, data=False),
    Workload("sort_any_region", "by sun elevation or vegetation in box and time", sort_any_region, extra=True),
    Workload("limit_1000", "box and time, 1000 items", limit_1000, extra=True),
    Workload("exact_count", "box and time, 10 items, Prefer: count=exact", exact_count, peer=False, extra=True),
)}


def chosen(only=None, skip=None, extra=False, peer=False):
    """The workloads to run, in their order; `only` and `skip` are lists of names."""
    unknown = set(only or ()) | set(skip or ())
    if unknown := unknown - set(WORKLOADS):
        raise SystemExit(f"no such workload: {', '.join(sorted(unknown))}; `python -m gnomon_bench list` shows them")
    return [w for w in WORKLOADS.values() if (w.name in only if only else extra or not w.extra)
            and w.name not in (skip or ()) and (w.peer or not peer)]
