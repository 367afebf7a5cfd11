"""Random models, scenes, states and questions over HTTP, against a plain statement of the rules (matching_oracle)."""

import json
import random

import pytest

import matching_oracle as oracle
import stac_documents as documents
from gnomon_server import Server, succeed

MODELS, SCENES = 70, 60
ALL = ["not-runnable", "not-approved", "retired", "no-items", "missing-band", "ambiguous-band", "other-band", "scaling",
       "resolution", "platform", "region", "season", "time-steps"]
PLATFORMS = [None, "sentinel-2a", "sentinel-2b", "landsat-8"]
WAY = ["proposed", "validated", "approved", "production"]


def placed(draw, item, size):
    west, south = draw.uniform(0, 10), draw.uniform(0, 10)
    box = [west, south, west + size, south + size]
    ring = [[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]], [box[0], box[1]]]
    item.update(bbox=box, geometry={"type": "Polygon", "coordinates": [ring]})


def timed(draw, properties, longest):
    """An instant, or some months that may reach into the next year."""
    for name in ("start_datetime", "end_datetime"):
        properties.pop(name, None)
    first, day = draw.randrange(12), draw.randrange(1, 4)
    if draw.random() < 0.6:
        properties["datetime"] = f"2020-{first + 1:02}-{day:02}T00:00:00Z"
        return
    last = first + draw.randrange(longest)
    properties.update(datetime=None, start_datetime=f"2020-{first + 1:02}-{day:02}T00:00:00Z",
                      end_datetime=f"{2020 + last // 12}-{last % 12 + 1:02}-20T00:00:00Z")


def model(draw, number):
    """A model's item, and whether its files keep it from being run."""
    name = draw.choice(["amazon-land-cover", "amazon-land-cover", "sinop-crops"])
    made = documents.demo(f"models/{name}.json")
    written = json.loads((documents.CATALOG / "models" / f"{name}.json").read_text())
    made.update(id=f"m{number:02}", collection="random-models",
                links=[link for link in written["links"] if link["href"].startswith("http")])
    properties = made["properties"]
    properties.update({"mlm:name": f"Random {number}", "version": "1.0.0"})
    placed(draw, made, draw.choice([6, 12]))
    timed(draw, properties, 8)
    for member, choices in {"gsd": [None, None, 10, 20], "platform": PLATFORMS}.items():
        if value := draw.choice(choices):
            properties[member] = value
    if draw.random() < 0.1:
        properties["mlm:input"][0]["pre_processing_function"] = {"format": "python", "expression": "a.b:c"}
    faulty = draw.random() < 0.15
    if faulty:
        made["assets"]["model"]["file:checksum"] = "1220" + "ab" * 32
    return oracle.Model(made, faulty)


def scene(draw, number):
    made = documents.demo("sentinel-2-amazon/s2-amazon.json")
    made.update(id=f"s{number:02}", collection="random-scenes", links=[])
    properties, asset = made["properties"], made["assets"]["data"]
    for member in ("instruments", "gsd", "platform", "start_datetime", "end_datetime"):
        properties.pop(member, None)
    asset.pop("gsd", None)
    placed(draw, made, 3)
    timed(draw, properties, 3)
    if platform := draw.choice(PLATFORMS):
        properties["platform"] = platform
    for holder in (properties, asset):
        if draw.random() < 0.5:
            holder["gsd"] = draw.choice([10, 10, 14, 15, 16, 30])
    if draw.random() < 0.4:
        asset["bands"] = [{"name": "NDVI"}]
    else:
        asset["bands"].append({"name": "NDVI"})
    for _ in range(draw.choice([0, 0, 1, 2, 6])):
        changed(draw, asset["bands"])
    return made


def changed(draw, bands):
    """One band goes, gets another name, comes twice, sees other light, or has a scale that is none."""
    # The first ones are drawn more often, so that much is wrong with one band.
    at = min(draw.randrange(len(bands)), draw.randrange(len(bands)))
    band, kind = bands[at], draw.randrange(7)
    if kind == 0:
        del bands[at]
        bands or bands.append({"name": "other"})
    elif kind == 1:
        band.update({"eo:common_name": band["name"], "name": "renamed"})
    elif kind == 2:
        bands.append(dict(band))
    elif kind == 3 and "eo:center_wavelength" in band:
        band["eo:center_wavelength"] += draw.choice([0.01, 0.5])
        if draw.random() < 0.4:
            band["raster:scale"] = "x"
    elif kind == 4 and "eo:center_wavelength" in band:
        del band["eo:center_wavelength"]
        band["eo:common_name"] = draw.choice([band["eo:common_name"], "pan"])
    elif kind == 5:
        band["raster:scale"] = draw.choice([0, "x", 0.5])
    else:
        band["gsd"] = draw.choice([10, 20, 40])


class Catalog:
    """A server with random models and scenes, and two who ask it: one for whom all models run, one for whom only approved do."""

    def __init__(self, server, draw):
        self.server, self.draw = server, draw
        token = {role: succeed("keys", "create", role, "--role", role, "--data-dir", server.data_directory).stdout.strip()
                 for role in ("admin", "approver", "analyst")}
        self.headers = {role: {"Authorization": f"Bearer {text}"} for role, text in token.items()}
        for identifier in ("random-models", "random-scenes"):
            self.post("/collections", 201, documents.collection(identifier))
        self.models = [model(draw, number) for number in range(MODELS)]
        self.scenes = [scene(draw, number) for number in range(SCENES)]
        for one in self.models:
            self.post("/collections/random-models/items", 201, one.item)
        self.post("/collections/random-scenes/items", 201, {"type": "FeatureCollection", "features": self.scenes})

    def post(self, path, status, body, role="admin"):
        answer = self.server.post(path, body, headers=self.headers[role])
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:800]}"
        return answer.json()

    def decide(self):
        """Some models go some way of the promotion, some are retired, and the documents of some change afterwards."""
        for one in self.models:
            way = WAY[:self.draw.randrange(5)]
            # What is faulty goes no further.
            for state in way[:1] if not one.is_runnable else way:
                self.promote(one, state)
            if self.draw.random() < 0.15:
                self.promote(one, "retired")
            elif one.state and self.draw.random() < 0.2:
                one.item["properties"]["title"] = "Another title"
                answer = self.server.put(f"/collections/random-models/items/{one.item['id']}", one.item,
                                         headers=self.headers["admin"])
                assert answer.status_code == 200, answer.text[:500]
                one.state = None

    def promote(self, one, state):
        self.post(f"/collections/random-models/items/{one.item['id']}/promotions", 201, {"to": state}, "approver")
        one.state = state

    def ask(self, role, **body):
        answer = self.post("/models/match", 200, body | {"limit": 1000, "refused": 1000}, role)
        told = {entry["item"]: {reason["code"] for reason in entry["reasons"]} for entry in answer["refused"]}
        told |= {entry["item"]: set() for entry in answer["models"]}
        assert len(told) == answer["numberMatched"] + answer["numberRefused"] == MODELS
        counts = {}
        for reasons in told.values():
            for code in reasons:
                counts[code] = counts.get(code, 0) + 1
        assert counts == answer["refusedBy"]
        return told


@pytest.fixture(scope="module", params=[2026, 7])
def catalog(tmp_path_factory, request):
    with Server(tmp_path_factory.mktemp("random") / "data", "--asset-root", documents.CATALOG) as server:
        yield Catalog(server, random.Random(request.param))


def test_every_judgement_is_the_rules(catalog):
    met = dict.fromkeys(ALL, 0)

    def compare(told, wanted, what):
        for one in catalog.models:
            known = wanted(one)
            got = told[one.item["id"]]
            assert got in known, (what, one.item["id"], one.state, sorted(got), [sorted(reasons) for reasons in known])
            for code in got:
                met[code] += 1

    for decided in (False, True):
        if decided:
            catalog.decide()
        for role in ("admin", "analyst"):
            together(catalog, role, compare)
            choice(catalog, role, compare)
    assert all(met[code] for code in ALL), met


def together(catalog, role, compare):
    """One scene, some scenes, and a series of as many as the models of series read."""
    for count in [1] * 12 + [2] * 4 + [3, 11, 12, 12, 12, 13]:
        scenes = catalog.draw.sample(catalog.scenes, count)
        if count > 10 and catalog.draw.random() < 0.7:
            scenes = series(catalog, count)
        items = [{"collection": "random-scenes", "id": scene["id"]} for scene in scenes]
        compare(catalog.ask(role, items=items), lambda one: [one.together(scenes, role == "analyst")], items)


def series(catalog, count):
    """Scenes of different times, as a series has to be, most of them."""
    times, found = set(), []
    for scene in catalog.draw.sample(catalog.scenes, SCENES):
        if len(found) < count and oracle.span(scene)[0] not in times:
            times.add(oracle.span(scene)[0])
            found.append(scene)
    return found


def choice(catalog, role, compare):
    for number in range(12):
        box = None
        if number:
            west, south = catalog.draw.uniform(-5, 14), catalog.draw.uniform(-5, 14)
            box = [west, south, west + catalog.draw.choice([1, 4, 9]), south + 4]
        scenes = [scene for scene in catalog.scenes if not box or oracle.meets(scene, box)]
        body = {"collection": "random-scenes"} | ({"bbox": box} if box else {})
        compare(catalog.ask(role, **body), lambda one: one.choice(scenes, role == "analyst", box), body)


def test_searches_find_the_models_that_match(catalog):
    for scene in catalog.scenes[:10]:
        answer = catalog.server.get("/search", params={
            "filter": f"gnomon:reads = 'random-scenes/{scene['id']}' AND collection = 'random-models'", "limit": "1000"},
            headers=catalog.headers["analyst"]).json()
        wanted = {one.item["id"] for one in catalog.models if not one.together([scene])}
        assert {item["id"] for item in answer["features"]} == wanted


def test_what_a_model_could_read_is_judged_alike(catalog):
    for one in catalog.models[:20]:
        answer = catalog.server.get(f"/models/random-models:{one.item['id']}/sources", params={
            "collection": "random-scenes", "limit": "100"}, headers=catalog.headers["admin"]).json()
        told = {entry["id"]: {reason["code"] for reason in entry["reasons"]} for entry in answer["refused"]}
        told |= {entry["id"]: set() for entry in answer["items"]}
        scenes = {scene["id"]: scene for scene in catalog.scenes}
        for identifier, reasons in told.items():
            steps, one.steps = one.steps, None
            assert reasons == one.together([scenes[identifier]]), (one.item["id"], identifier)
            one.steps = steps
        # Nothing that can be read is left out.
        readable = {identifier for identifier, scene in scenes.items()
                    if not (one.place_reasons(scene) | one.band_reasons(oracle.bands(scene)) | one.standing(False))}
        assert readable <= {identifier for identifier, reasons in told.items() if not reasons}, one.item["id"]
