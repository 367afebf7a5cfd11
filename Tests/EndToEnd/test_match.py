"""Which models can read what: over HTTP, in searches and on the command line."""

import copy
import json
import time
from urllib.parse import quote

import pytest

import stac_documents as documents
from gnomon_server import Server, run, wait_until

AMAZON, SINOP = "models:amazon-land-cover", "models:sinop-crops"
SCENE = {"collection": "sentinel-2-amazon", "item": "s2-amazon"}


def match(server, status=200, **query):
    answer = server.get("/models/match", params=query)
    assert answer.status_code == status, answer.text[:500]
    return answer.json()


def post(server, status=200, **body):
    answer = server.post("/models/match", json=body)
    assert answer.status_code == status, answer.text[:500]
    return answer.json()


def ids(models):
    return [model["id"] for model in models]


def codes(answer, model):
    return [reason["code"] for entry in answer["refused"] if entry["id"] == model for reason in entry["reasons"]]


def series(server):
    items = server.get("/collections/modis-sinop/items?limit=100").json()["features"]
    return [{"collection": "modis-sinop", "id": item["id"]} for item in items]


def test_a_scene_finds_its_model_and_why_no_other(server):
    answer = match(server, **SCENE)
    assert ids(answer["models"]) == [AMAZON]
    model = answer["models"][0]
    assert model["score"] == pytest.approx(sum((part["value"] if part["value"] is not None else 0.5) * part["weight"]
                                               for part in model["parts"].values()), abs=2e-4)
    assert sum(part["weight"] for part in model["parts"].values()) == pytest.approx(1)
    assert model["parts"]["bands"]["value"] == 1 and model["parts"]["region"]["value"] == 1
    assert model["parts"]["season"]["value"] is None
    assert answer["numberMatched"] == 1 and answer["numberRefused"] >= 1
    assert codes(answer, SINOP) == ["missing-band", "time-steps", "region"]
    assert answer["refusedBy"]["missing-band"] >= 1
    refused = next(entry for entry in answer["refused"] if entry["id"] == SINOP)
    assert refused["reasons"][0]["bands"] == ["NDVI"] and "B8A" in refused["reasons"][0]["message"]
    for link in model["links"]:
        if link["rel"] in ("item", "sources"):
            assert server.http.get(link["href"], timeout=60).status_code == 200, link


def test_what_matches_runs_and_what_is_refused_does_not(server):
    """The judgement of every model on every source, against the run itself."""
    sources = [[{"collection": "sentinel-2-amazon", "id": "s2-amazon"}], series(server), series(server)[:11],
               series(server)[:1]]
    for items in sources:
        answer = post(server, items=items, refused=100)
        for model in (AMAZON, SINOP):
            done = server.post(f"/processes/{model}/execution", json={"inputs": {"items": items}})
            assert (done.status_code == 200) == (model in ids(answer["models"])), (model, items, done.text[:300])
            if done.status_code == 200:
                prediction = done.json()
                server.delete(f"/collections/predictions/items/{prediction['id']}")


def test_a_collection_is_matched_by_place_and_time(server):
    whole = match(server, collection="modis-sinop")
    assert ids(whole["models"]) == [SINOP]
    assert len(whole["models"][0]["items"]) == 12 and whole["models"][0]["time_steps"] == 12
    part = match(server, collection="modis-sinop", datetime="2014-01-01T00:00:00Z/..")
    assert codes(part, SINOP) == ["time-steps"]
    elsewhere = match(server, collection="modis-sinop", bbox="10,40,11,41")
    assert codes(elsewhere, SINOP) == ["no-items"] and elsewhere["refusedBy"] == {
        "no-items": elsewhere["numberRefused"]}


def test_bands_are_matched_by_what_is_said_of_them(server):
    names = ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B9", "B11", "B12"]
    assert ids(match(server, bands=",".join(names))["models"]) == [AMAZON]
    assert codes(match(server, bands=",".join(names[1:]), refused=100), AMAZON) == ["missing-band"]
    assert codes(match(server, bands=",".join(names), bbox="10,40,11,41", refused=100), AMAZON) == ["region"]
    other = [{"name": name, "eo:center_wavelength": 0.4} for name in names]
    assert codes(post(server, bands=other, refused=100), AMAZON) == ["other-band"]
    assert ids(match(server, bands="NDVI", gsd=250, platform="terra")["models"]) == [SINOP]


def test_what_took_an_image_is_enough_to_ask(server, models_of_the_test):
    landsat = models_of_the_test(platform="landsat-8", gsd=30)

    def refusals(**query):
        answer = match(server, **query)
        numbers = {name: float(value) if name == "gsd" else value for name, value in query.items()}
        posted = post(server, **numbers)
        assert (posted["models"], posted["refusedBy"]) == (answer["models"], answer["refusedBy"])
        assert answer["source"] == {"kind": "description", "bands": []} and "missing-band" not in answer["refusedBy"]
        return codes(answer, landsat) if landsat not in ids(answer["models"]) else None
    assert refusals(platform="landsat-8") is None and refusals(gsd="30", platform="landsat-8") is None
    assert refusals(platform="sentinel-2a") == ["platform"]
    assert refusals(gsd="0.3") == ["resolution"]


def test_what_one_answer_reads_is_bounded(server, models_of_the_test):
    """Items of 4 MB each: 26 are more than is read for an answer."""
    models_of_the_test()
    scene = documents.demo("sentinel-2-amazon/s2-amazon.json") | {"collection": "match-models", "links": []}
    scene["properties"]["padding"] = "x" * (4 << 20)
    for number in range(26):
        server.create("/collections/match-models/items", scene | {"id": f"large-{number}"})
    items = [{"collection": "match-models", "id": f"large-{number}"} for number in range(26)]
    refused = post(server, 400, items=items)
    assert refused["code"] == "invalid-parameter" and "96 MB" in refused["description"]
    assert AMAZON in ids(post(server, items=items[:1])["models"])
    # Of a collection the newest are looked at, and that there are more is told.
    source = match(server, collection="match-models", bbox="-180,-90,180,90")["source"]
    assert source["items_read"] == 23 and source["items_left"]


def test_an_item_in_no_catalog_is_matched(server):
    item = documents.demo("sentinel-2-amazon/s2-amazon.json")
    item["id"] = "nowhere"
    assert ids(post(server, item=item)["models"]) == [AMAZON]
    del item["assets"]["data"]["bands"][3]
    answer = post(server, item=item, model=AMAZON)
    assert answer["refused"][0]["reasons"][0] == {
        "code": "missing-band", "bands": ["B4"], "message": answer["refused"][0]["reasons"][0]["message"]}
    assert answer["numberRefused"] == 1
    item["assets"]["again"] = copy.deepcopy(item["assets"]["data"])
    assert "ambiguous-band" in codes(post(server, item=item, model=AMAZON), AMAZON)


@pytest.mark.parametrize("query, status, word", [
    ({}, 400, "bands"), ({"item": "s2-amazon"}, 400, "collection"), ({"collection": "none"}, 404, "none"),
    ({"collection": "sentinel-2-amazon", "item": "none"}, 404, "none"), ({**SCENE, "gsd": "10"}, 400, "gsd"),
    ({**SCENE, "datetime": "2020-01-01T00:00:00Z"}, 400, "datetime"), ({"bands": "B1", "gsd": "-1"}, 400, "gsd"),
    ({"bands": ""}, 400, "bands"), ({"bands": "B1", "limit": "0"}, 400, "limit"), ({"bands": "B1", "x": "1"}, 400, "x"),
    ({"bands": "B1", "gsd": "0x10"}, 400, "gsd"), ({"gsd": "nan"}, 400, "gsd"), ({"bands": "", "gsd": "10"}, 400, "bands"),
    ({"bands": "B1", "offset": "-1"}, 400, "offset"), ({"bands": "B1", "runnable": "maybe"}, 400, "runnable"),
    ({"bands": "B1", "bbox": "1,2"}, 400, "bbox"), ({"bands": "B1", "model": "nothing"}, 400, "model"),
    ({"bands": "B1", "model": "models:none"}, 404, "none"), ({**SCENE, "bbox": "10,40,11,41"}, 400, "bbox"),
    ({"collection": "models", "item": "amazon-land-cover"}, 400, "model"),
])
def test_what_is_not_understood_is_refused(server, query, status, word):
    answer = match(server, status, **query)
    assert word in answer["description"], answer


@pytest.mark.parametrize("body", [
    {"items": []}, {"items": [{"collection": "a"}]}, {"items": "a"}, {"item": {"type": "Feature"}}, {"bands": [1]},
    {"bands": [{"gsd": 1}]}, {"bands": ["a"], "gsd": "10"}, {"bands": ["a"], "limit": "1"}, {"bands": ["a"], "bbox": "1"},
    {"bands": ["a"], "platform": [1]}, {"item": 1, "collection": "a"},
    {"items": [{"collection": "a", "id": "b"}] * 2},
])
def test_a_body_that_is_not_understood_is_refused(server, body):
    assert post(server, 400, **body)["code"] == "invalid-parameter"


def test_sources_of_a_model(server):
    found = server.get(f"/models/{AMAZON}/sources").json()
    assert [entry["collection"] for entry in found["collections"]] == ["sentinel-2-amazon"]
    assert found["collections"][0]["items"] == [{"collection": "sentinel-2-amazon", "id": "s2-amazon"}]
    refused = {entry["collection"]: [reason["code"] for reason in entry["reasons"]] for entry in found["refused"]}
    assert refused["modis-sinop"] == ["no-items"] and "models" not in refused
    items = server.get(f"/models/{SINOP}/sources?collection=modis-sinop&limit=100").json()
    assert len(items["items"]) == 12 and items["refused"] == []
    none = server.get(f"/models/{SINOP}/sources?collection=sentinel-2-amazon").json()
    assert none["items"] == []
    assert server.get("/models/models:none/sources").status_code == 404
    assert server.get(f"/models/{AMAZON}/sources?collection=none").status_code == 404
    assert server.get(f"/models/{AMAZON}/sources?limit=x").status_code == 400


def test_sources_that_reach_into_the_months_of_a_model_are_found(server, models_of_the_test):
    months = dict(datetime=None, start_datetime="2021-08-01T00:00:00Z", end_datetime="2021-08-31T00:00:00Z")
    model = models_of_the_test(identifier="august", **months)
    server.create("/collections", documents.collection("long-scenes"))
    spans = {"reaches": ("2022-07-20", "2022-08-02"), "whole-year": ("2020-03-01", "2021-03-30"),
             "before": ("2022-06-01", "2022-07-31"), "within": ("2022-08-03", "2022-08-04")}
    for name, (start, end) in spans.items():
        scene = documents.demo("sentinel-2-amazon/s2-amazon.json")
        scene.update(id=name, collection="long-scenes")
        scene["properties"].update(datetime=None, start_datetime=f"{start}T00:00:00Z", end_datetime=f"{end}T00:00:00Z")
        server.create("/collections/long-scenes/items", scene)
    try:
        found = server.get(f"/models/{model}/sources?collection=long-scenes").json()
        assert {item["id"] for item in found["items"]} == {"reaches", "whole-year", "within"}, found
        assert {item["id"]: [reason["code"] for reason in item["reasons"]] for item in found["refused"]} == {
            "before": ["season"]}
    finally:
        server.delete("/collections/long-scenes")


def test_collections_of_sources_are_paged(server):
    url, seen = f"/models/{AMAZON}/sources?limit=1", []
    while url:
        page = server.get(url).json()
        seen += [entry["collection"] for entry in page["collections"] + page["refused"]]
        url = next((link["href"].removeprefix(server.url) for link in page["links"] if link["rel"] == "next"), None)
    whole = server.get(f"/models/{AMAZON}/sources").json()
    assert sorted(seen) == sorted(entry["collection"] for entry in whole["collections"] + whole["refused"])


@pytest.fixture
def models_of_the_test(server):
    """A collection of models of the test's own, gone when it ends."""
    server.create("/collections", documents.collection("match-models"))
    yield lambda **members: made_model(server, **members)
    server.delete("/collections/match-models")


def made_model(server, identifier="m", **properties):
    model = documents.demo("models/amazon-land-cover.json")
    model.update(id=identifier, collection="match-models")
    model["properties"].update(properties)
    answer = server.post("/collections/match-models/items", json=model)
    assert answer.status_code == 201, answer.text[:500]
    return f"match-models:{identifier}"


def test_pages_hold_every_match_once_in_order(server, models_of_the_test):
    for number in range(7):
        models_of_the_test(identifier=f"m{number}", deprecated=number == 3)
    first = match(server, **SCENE, limit=3)
    pages, seen = [first], ids(first["models"])
    while next_link := next((link for link in pages[-1]["links"] if link["rel"] == "next"), None):
        pages.append(server.http.get(next_link["href"], timeout=60).json())
        seen += ids(pages[-1]["models"])
    assert len(seen) == first["numberMatched"] == 8 and len(set(seen)) == 8
    scores = [model["score"] for page in pages for model in page["models"]]
    assert scores == sorted(scores, reverse=True)
    assert seen[-1] == "match-models:m3"
    body = {**SCENE, "limit": 5}
    page = post(server, **body)
    link = next(link for link in page["links"] if link["rel"] == "next")
    again = post(server, **link["body"])
    assert ids(page["models"]) + ids(again["models"]) == seen


def test_identifiers_beyond_ascii_are_matched_each_by_itself(server, models_of_the_test):
    # The Unicode forms of one name: two models.
    names = ["e\u0301", "\u00e9", "50 %"]
    for name in names:
        models_of_the_test(identifier=name)
    listed = {quote(f"match-models:{name}", safe=":") for name in names}
    assert listed <= set(ids(match(server, **SCENE, limit=100)["models"]))
    for name in names:
        body = {**SCENE, "model": f"match-models:{name.replace('%', '%25')}"}
        assert ids(post(server, **body)["models"]) == [quote(f"match-models:{name}", safe=":")]
    found = server.get("/search", params={"filter": f"gnomon:reads = '{READS}'", "limit": 100}).json()["features"]
    assert {item["id"] for item in found} >= set(names)


def test_months_pixels_and_platforms_are_compared(server, models_of_the_test):
    scene = documents.demo("sentinel-2-amazon/s2-amazon.json")
    scene["properties"].update(datetime="2023-07-15T00:00:00Z")
    for name in ("start_datetime", "end_datetime"):
        del scene["properties"][name]
    season = dict(datetime=None, start_datetime="2020-06-01T00:00:00Z", end_datetime="2020-08-31T00:00:00Z")
    cases = {"summer": (season, []), "pixels": ({"gsd": 30}, ["resolution"]), "near": ({"gsd": 12}, []),
             "platform": ({"platform": "landsat-8"}, ["platform"]), "family": ({"platform": "sentinel-2b"}, []),
             "winter": (dict(season, end_datetime="2020-06-30T00:00:00Z"), ["season"])}
    for name, (properties, _) in cases.items():
        models_of_the_test(identifier=name, **properties)
    answer = post(server, item=scene, limit=100, refused=100)
    for name, (_, reasons) in cases.items():
        assert codes(answer, f"match-models:{name}") == reasons, name
        assert (f"match-models:{name}" in ids(answer["models"])) == (not reasons), name


def test_a_model_that_cannot_run_is_refused_or_listed_with_its_obstacle(server, models_of_the_test):
    model = documents.demo("models/amazon-land-cover.json")
    inputs = copy.deepcopy(model["properties"]["mlm:input"])
    inputs[0]["pre_processing_function"] = {"format": "python", "expression": "a.b:c"}
    barred = models_of_the_test(identifier="barred", **{"mlm:input": inputs})
    answer = match(server, **SCENE, model=barred)
    assert codes(answer, barred) == ["not-runnable"]
    listed = match(server, **SCENE, model=barred, runnable="false")["models"][0]
    assert listed["obstacle"] and all("execute" not in link["rel"] for link in listed["links"])


def test_writes_are_seen_at_once_by_their_server_and_soon_by_others(cluster, database, tmp_path):
    with Server(tmp_path / "one", "--database-url", cluster.url(database)) as one, \
            Server(tmp_path / "two", "--database-url", cluster.url(database)) as two:
        one.create("/collections", documents.collection("match-models"))
        for server in (one, two):
            assert match(server, bands="NDVI")["numberRefused"] == 0
        for number in range(20):
            made_model(one, identifier=f"m{number}")
            assert match(one, bands="NDVI")["numberRefused"] == number + 1
        started = time.monotonic()
        wait_until(lambda: match(two, bands="NDVI")["numberRefused"] == 20, 5, "the other server sees the models")
        assert time.monotonic() - started < 2.5
        changed = one.get("/collections/match-models/items/m3").json()
        changed["properties"]["title"] = "Another"
        assert one.put("/collections/match-models/items/m3", json=changed).status_code == 200
        assert match(one, bands="NDVI", model="match-models:m3")["refused"][0]["title"] == "Another"
        one.delete("/collections/match-models/items/m4")
        assert match(one, bands="NDVI", refused=100)["numberRefused"] == 19
        plain = documents.item("m5", "match-models")
        assert one.put("/collections/match-models/items/m5", json=plain).status_code == 200
        assert match(one, bands="NDVI")["numberRefused"] == 18
        one.delete("/collections/match-models")
        assert match(one, bands="NDVI")["numberRefused"] == 0
        wait_until(lambda: match(two, bands="NDVI")["numberRefused"] == 0, 5, "the other server sees that they went")


READS = "sentinel-2-amazon/s2-amazon"


def found(server, path, **query):
    answer = server.get(path, params=query)
    assert answer.status_code == 200, answer.text[:500]
    return sorted(f"{item['collection']}:{item['id']}" for item in answer.json()["features"])


def test_searches_ask_for_what_models_read(server, models_of_the_test):
    models_of_the_test(identifier="m1", platform="landsat-8")
    models_of_the_test(identifier="m2")
    both = ["match-models:m2", AMAZON]
    reads = f"gnomon:reads = '{READS}'"
    assert found(server, "/search", filter=reads) == both
    assert found(server, "/search", filter=f"{reads} AND collection = 'models'") == [AMAZON]
    assert found(server, "/search", filter=f"id = 's2-amazon' OR {reads} AND id <> 'm2'") == [
        AMAZON, "sentinel-2-amazon:s2-amazon"]
    assert found(server, "/search", filter=f"gnomon:reads IN ('{READS}', 'modis-sinop/MOD13Q1_2013-09-14')") == both
    assert found(server, "/search", filter=f"NOT {reads}", collections="match-models") == ["match-models:m1"]
    assert found(server, "/collections/match-models/items", filter=reads) == ["match-models:m2"]
    assert found(server, "/collections/match-models/items", **{"gnomon:reads": READS}) == ["match-models:m2"]
    assert found(server, "/search", filter="gnomon:reads = 'modis-sinop/MOD13Q1_2013-09-14'") == []
    body = server.post("/search", json={"query": {"gnomon:reads": {"eq": READS}}}).json()
    assert sorted(item["id"] for item in body["features"]) == ["amazon-land-cover", "m2"]
    counted = server.get("/aggregate", params={"aggregations": "total_count", "filter": reads}).json()
    assert counted["aggregations"][0]["value"] == 2


@pytest.mark.parametrize("text", [
    "gnomon:reads = 'none/none'", "gnomon:reads = 'none'", "gnomon:reads > 'a/b'", "gnomon:reads LIKE 'a/%'",
    "gnomon:reads = 1", "gnomon:reads = 'models/amazon-land-cover'",
    "gnomon:reads IN (" + ", ".join(f"'a/{number}'" for number in range(17)) + ")",
])
def test_what_cannot_be_asked_of_reading_is_refused(server, text):
    answer = server.get("/search", params={"filter": text})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-parameter"), answer.text[:300]


def test_queryables_list_reading_where_there_are_models(server):
    assert "gnomon:reads" in server.get("/collections/models/queryables").json()["properties"]
    assert "gnomon:reads" in server.get("/queryables").json()["properties"]
    assert "gnomon:reads" not in server.get("/collections/modis-sinop/queryables").json()["properties"]


def command(server, *arguments):
    return run("match", *arguments, "--data-dir", server.data_directory)


def test_the_command_tells_people_and_programs(server, tmp_path):
    shown = command(server, READS)
    assert shown.returncode == 0, shown.stderr
    assert "models/amazon-land-cover" in shown.stdout and "missing-band: The model reads the band 'NDVI'" in shown.stdout
    file = tmp_path / "scene.json"
    file.write_text(json.dumps(documents.demo("sentinel-2-amazon/s2-amazon.json")))
    asked = [READS], [file], ["--collection", "sentinel-2-amazon"]
    for arguments in asked:
        answer = json.loads(command(server, *arguments, "--json").stdout)
        assert ids(answer["models"]) == [AMAZON], arguments
        again = run("match", *arguments, "--json", "--url", server.url)
        assert ids(json.loads(again.stdout)["models"]) == [AMAZON], again.stderr
    assert json.loads(command(server, "--bands", "NDVI", "--platform", "terra", "--json").stdout)["numberMatched"] == 1
    for place in (["--data-dir", server.data_directory], ["--url", server.url]):
        one = run("match", READS, "--model", "models/amazon-land-cover@latest", "--json", *place)
        assert ids(json.loads(one.stdout)["models"]) == [AMAZON], one.stderr
    assert "is collection/id" in command(server, READS, "--model", AMAZON).stderr
    none = command(server, "--bands", "B99")
    assert none.returncode == 3 and "No model of the catalog can read this." in none.stdout
    for wrong in (["none"], [tmp_path / "none.json"], ["none/none"], [], ["--bands", "B1", "--collection", "a"]):
        refused = command(server, *wrong)
        assert refused.returncode not in (0, 3) and refused.stderr, wrong
