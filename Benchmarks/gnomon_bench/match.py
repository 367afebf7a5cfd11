"""Matching one scene against many models over HTTP: how long an answer takes, and what keeping the models in memory costs.

The models are like the demo model (runnable, twelve bands and five expressions), with bands, places, months, pixel sizes and
platforms of their own; the scenes are like its scene. Half of the places are boxes, the others shapes of up to 64 corners, as are half
of the footprints. What must match is told by a plain statement of the rules, so that a
quick answer that is wrong is found out.
"""

import copy
import http.client
import json
import math
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from . import measurement
from .cluster import free_port
from .gnomon_server import end, environment, wait_for
from .measurement import say
from .processes import Tree

CATALOG = Path(__file__).resolve().parents[2] / "fixtures" / "catalog"
COLLECTION, SCENES = "bench-models", "bench-scenes"
PLATFORMS = ("sentinel-2a", "sentinel-2b", "landsat-8", None)
OTHER_NAMES = {name: f"B0{name[1:]}" if len(name) == 2 else name for name in ("B1", "B2", "B3", "B4", "B8")}
TARGET_MS = 50


def collection(identifier):
    return {"type": "Collection", "stac_version": "1.1.0", "id": identifier, "description": "For a benchmark.",
            "license": "CC0-1.0", "links": [],
            "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [[None, None]]}}}


def box(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north]]


def shape(draw, west, south, east, north):
    """A ring with bays and headlands within a box."""
    corners = draw.randrange(6, 65)
    ring = []
    for corner in range(corners):
        turn, reach = 2 * math.pi * (corner + draw.uniform(0, 0.9)) / corners, draw.uniform(0.4, 1)
        ring.append([(west + east) / 2 + reach * (east - west) / 2 * math.cos(turn),
                     (south + north) / 2 + reach * (north - south) / 2 * math.sin(turn)])
    return ring


def footprint(draw, west, south):
    """A square degree as a satellite sees it, from an orbit that is not due north."""
    lean = draw.uniform(0.05, 0.3)
    return [[west + lean, south], [west + 1, south + lean], [west + 1 - lean, south + 1], [west, south + 1 - lean]]


def bounds(ring):
    return (min(x for x, _ in ring), min(y for _, y in ring), max(x for x, _ in ring), max(y for _, y in ring))


def placed(ring):
    """The members of an item that say where it is."""
    return {"bbox": list(bounds(ring)), "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}}


def side(start, end, point):
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])


def sides(ring):
    return zip(ring, [*ring[1:], ring[0]])


def holds(ring, point):
    """Whether a point lies in a ring: whoever goes east from it leaves the ring an odd number of times."""
    return sum((a[1] > point[1]) != (b[1] > point[1])
               and point[0] < a[0] + (point[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in sides(ring)) % 2 == 1


def meet(first, second):
    """Whether two rings of random corners have an area in common: their sides cross, or one holds the other."""
    (west, south, east, north), (left, bottom, right, top) = bounds(first), bounds(second)
    if not (west < right and left < east and south < top and bottom < north):
        return False
    crossed = any(side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
                  for a, b in sides(first) for c, d in sides(second))
    return crossed or holds(first, second[0]) or holds(second, first[0])


def model(template, draw, number):
    """A model's item, and what decides whether it can be fed."""
    made = copy.deepcopy(template)
    west, south = draw.uniform(-180, 150), draw.uniform(-80, 60)
    place = (west, south, west + draw.uniform(5, 30), south + draw.uniform(5, 20))
    known = {"ring": box(*place) if number % 2 else shape(draw, *place), "gsd": draw.choice((10, 10, 30)),
             "platform": draw.choice(PLATFORMS), "renamed": draw.random() < 0.3}
    first = draw.randrange(1, 13)
    known["months"] = range(first, min(first + draw.randrange(3, 8), 12) + 1)
    if known["renamed"]:
        text = json.dumps(made)
        for name, other in OTHER_NAMES.items():
            text = text.replace(f'"name": "{name}"', f'"name": "{other}"')
        made = json.loads(text)
    made.update(id=f"model-{number:05}", collection=COLLECTION, links=[], **placed(known["ring"]))
    properties = made["properties"]
    properties.update({"mlm:name": f"Model {number}", "title": f"Model {number}", "gsd": known["gsd"], "datetime": None,
                       "start_datetime": f"2020-{known['months'][0]:02}-01T00:00:00Z",
                       "end_datetime": f"2020-{known['months'][-1]:02}-28T00:00:00Z"})
    if known["renamed"]:  # Their expressions would name bands that are not there.
        properties["mlm:input"][0]["bands"] = properties["mlm:input"][0]["bands"][:12]
        properties["mlm:input"][0]["input"]["shape"] = [-1, 12]
    if known["platform"]:
        properties["platform"] = known["platform"]
    return made, known


def scene(template, draw, number):
    made = copy.deepcopy(template)
    west, south, month = draw.uniform(-180, 178), draw.uniform(-80, 78), draw.randrange(1, 13)
    ring = footprint(draw, west, south) if number % 2 else box(west, south, west + 1, south + 1)
    made.update(id=f"scene-{number:03}", collection=SCENES, links=[], **placed(ring))
    made["properties"].update(datetime=f"2023-{month:02}-15T10:00:00Z", platform="sentinel-2a")
    for name in ("start_datetime", "end_datetime"):
        made["properties"].pop(name, None)
    return made, {"ring": ring, "month": month}


def fits(model, scene):
    """The rules of docs/matching.md, as far as they matter here."""
    return (not model["renamed"] and model["gsd"] == 10 and model["platform"] != "landsat-8"
            and scene["month"] in model["months"] and meet(model["ring"], scene["ring"]))


def written(folder, models, scenes):
    """The file to load, and what is known of models and scenes."""
    draw = random.Random(2026)
    like_model = json.loads((CATALOG / "models/amazon-land-cover.json").read_text())
    like_scene = json.loads((CATALOG / "sentinel-2-amazon/s2-amazon.json").read_text())
    path, known = folder / "catalog.ndjson", ([], [])
    with open(path, "w") as out:
        for identifier in (COLLECTION, SCENES):
            out.write(json.dumps(collection(identifier)) + "\n")
        for count, make, like, list_ in ((models, model, like_model, known[0]), (scenes, scene, like_scene, known[1])):
            for number in range(count):
                made, facts = make(like, draw, number)
                list_.append((made["id"], facts))
                out.write(json.dumps(made) + "\n")
    return path, *known


class Client:
    """One connection that is kept."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path):
        """The answer's body and the milliseconds until it was here."""
        begin = time.perf_counter()
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        spent = (time.perf_counter() - begin) * 1000
        if answer.status != 200:
            raise SystemExit(f"{path} answers {answer.status}: {body[:300]}")
        return body, spent


def measured(client, models, scenes, seconds):
    """(milliseconds of each answer, how many were checked, what was wrong)."""
    times, problems, checked = [], [], 0
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for identifier, facts in scenes:
            body, spent = client.get(f"/models/match?collection={SCENES}&item={identifier}")
            times.append(spent)
            if checked >= len(scenes):
                continue
            checked += 1
            answer, wanted = json.loads(body), sum(fits(model, facts) for _, model in models)
            if (answer["numberMatched"], answer["numberMatched"] + answer["numberRefused"]) != (wanted, len(models)):
                problems.append(f"{identifier}: {answer['numberMatched']} of {wanted} models")
    return times, checked, problems


def run(options):
    folder = Path(tempfile.mkdtemp(prefix="gnomon-match-"))
    try:
        result = {"kind": "match", "machine": measurement.machine(), "models": options.models}
        path, models, scenes = written(folder, options.models, options.scenes)
        settings = ["--data-dir", str(folder / "data")]
        begin = time.monotonic()
        subprocess.run([str(options.gnomon), "load", str(path), *settings], check=True, env=environment(),
                       stderr=subprocess.DEVNULL)
        result["load_seconds"] = round(time.monotonic() - begin, 1)
        result |= served(options, settings, folder, models, scenes)
        result["restart_ms"] = served(options, settings, folder, models, scenes, only_first=True)["first_ms"]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(f"{result['models']:,} models: p50 {result['p50_ms']} ms, p95 {result['p95_ms']} ms, p99 {result['p99_ms']} ms of "
        f"{result['answers']} answers; first answer {result['first_ms']} ms after the start, "
        f"{result['restart_ms']} ms after the next one; API "
        f"{result['memory_before_mib']} -> {result['memory_mib']} MiB (PSS); "
        f"{result['checked'] - len(result['problems'])}/{result['checked']} as expected; load {result['machine']['load_before']}")
    measurement.write_json(options.json or options.work / "results" / "match.json", result)
    if result["problems"] or result["p95_ms"] >= TARGET_MS:
        raise SystemExit(f"not as wanted: {result['problems'][:3]}, p95 {result['p95_ms']} ms, wanted below {TARGET_MS}")


def served(options, settings, folder, models, scenes, only_first=False):
    port, log = free_port(), folder / "serve.log"
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [str(options.gnomon), "serve", "--port", str(port), "--log-level", "warning", *settings], stdout=output,
            stderr=output, stdin=subprocess.DEVNULL, env=environment())
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", process, log)
        tree, client = Api(process.pid), Client(port)
        before = tree.memory()["pss_mib"]
        _, first = client.get(f"/models/match?collection={SCENES}&item={scenes[0][0]}")
        if only_first:
            return {"first_ms": round(first)}
        time.sleep(2)  # what reading has left goes back
        rest = tree.memory()["pss_mib"]
        times, checked, problems = measured(client, models, scenes, options.seconds)
        cuts = statistics.quantiles(times, n=100)
        return {"answers": len(times), "first_ms": round(first), "p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1),
                "p99_ms": round(cuts[98], 1), "memory_before_mib": before, "memory_mib": rest, "checked": checked,
                "problems": problems}
    finally:
        end(process)


class Api(Tree):
    """The server's own process, without the PostgreSQL that it has started."""

    def __init__(self, process):
        super().__init__((process,))

    def members(self):
        return {process: facts for process, facts in super().members().items() if process in self.roots}
