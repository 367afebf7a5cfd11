"""What the extensions promise and none of the clients here asks for: free text, aggregations, children, languages."""

import json
import random
import threading

import pytest
import requests

import stac_documents as documents
import survey

SEED = 20210301
EVERYTHING = survey.items()


def both(server, path, body, **parameters):
    """The same request by GET and POST; both answers must say the same."""
    found = [server.get(path, params=parameters), server.post(path, json=body)]
    for answer in found:
        assert answer.status_code == 200, f"{answer.request.url} {answer.text}"
    return [answer.json() for answer in found]


def numbers(page):
    return sorted((item["collection"], item["id"]) for item in page["features"])


def described(*parts):
    """The keys of the items whose description holds one of the parts."""
    return sorted((item["collection"], item["id"]) for item in EVERYTHING
                  if any(part in item["properties"]["description"] for part in parts))


WORDS = [
    ("harbour", ["harbour"]), ("HARBOUR", ["harbour"]), ("harbour,forest", ["harbour", "forest"]), ("volcano", []),
    ("harbour OR forest", ["harbour", "forest"]), ("sky AND forest", ["forest"]), ("sky AND harbour", []),
    ('"Clear sky"', ["Clear sky"]), ('"sky clear"', []), ("(cloud OR snow) AND (river OR ice)", ["cloud", "Snow"]),
    ("+sky -forest", []), ("+forest +clear", ["forest"]), ("snow AND ice AND mountain", ["Snow"]),
    ('"dense cloud" OR "at night"', ["Dense", "night"]),
]


@pytest.mark.parametrize("words, parts", WORDS, ids=lambda value: str(value)[:50])
def test_free_text_finds_items(server, words, parts):
    collections = list(survey.COLLECTIONS)
    pages = both(server, "/search", {"q": words, "collections": collections, "limit": 100},
                 q=words, collections=",".join(collections), limit=100)
    if not set('"+(') & set(words) and not {"AND", "OR"} & set(words.split()):  # a list holds words alone
        body = {"q": words.split(","), "collections": collections, "limit": 100}
        pages.append(server.post("/search", json=body).json())
    assert [numbers(page) for page in pages] == [described(*parts)] * len(pages)
    alone = server.get("/collections/survey/items", params={"q": words, "limit": 100}).json()
    assert numbers(alone) == [key for key in described(*parts) if key[0] == "survey"]


def test_free_text_follows_what_is_written(server):
    address = "/collections/survey/items/scene-03"
    before = server.get(address).json()
    try:
        changed = {**before, "links": [], "properties": {**before["properties"], "description": "A quetzal"}}
        assert server.put(address, json=changed).status_code in (200, 204)
        assert numbers(server.get("/search?q=quetzal").json()) == [("survey", "scene-03")]
    finally:
        server.put(address, json={**before, "links": []})
    assert server.get("/search?q=quetzal").json()["features"] == []


def in_query(value):
    if isinstance(value, list):
        return ",".join(value)
    return value if isinstance(value, str) else json.dumps(value)


def aggregated(server, names, path="/aggregate", **search):
    """The aggregations by name, the same by GET and POST."""
    search = {"collections": list(survey.COLLECTIONS), **search} if path == "/aggregate" else search
    parameters = {name: in_query(value) for name, value in search.items()}
    answers = [server.get(path, params={"aggregations": ",".join(names), **parameters})]
    if path == "/aggregate":
        answers.append(server.post(path, json={"aggregations": names, **search}))
    for answer in answers:
        assert answer.status_code == 200, f"{answer.request.url} {answer.text}"
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.json()["type"] == "AggregationCollection"
    assert all(answer.json()["aggregations"] == answers[0].json()["aggregations"] for answer in answers)
    return {one["name"]: one for one in answers[0].json()["aggregations"]}


def frequencies(one):
    return {bucket["key"]: bucket["frequency"] for bucket in one["buckets"] if bucket["frequency"]}


def count(condition):
    return sum(condition(item["properties"]) for item in EVERYTHING)


def test_aggregations_agree_with_the_items(server):
    found = aggregated(server, [
        "total_count", "datetime_min", "datetime_max", "collection_frequency", "platform_frequency", "gsd_min",
        "eo:cloud_cover_max"])
    assert (found["total_count"]["value"], found["total_count"]["data_type"]) == (27, "integer")
    assert found["datetime_min"]["value"].startswith("2010-01-01T00:00:00")
    assert found["datetime_max"]["value"].startswith("2021-03-24T10:00:00")
    assert frequencies(found["collection_frequency"]) == {"survey": 24, "archive": 3}
    assert frequencies(found["platform_frequency"]) == {
        name: count(lambda properties: properties["platform"] == name) for name in survey.PLATFORMS}
    assert (found["gsd_min"]["value"], found["eo:cloud_cover_max"]["value"]) == (10, 45)


def test_aggregations_follow_the_search(server):
    def total(**search):
        return aggregated(server, ["total_count"], **search)["total_count"]["value"]

    assert total(**{"filter": "gsd = 30", "filter-lang": "cql2-text"}) == count(lambda item: item["gsd"] == 30)
    assert total(query={"grade": {"eq": "a"}}) == count(lambda item: item["grade"] == "a")
    assert total(ids=["scene-01"]) == 2
    assert total(datetime="2011-06-01T00:00:00Z/..") == 26
    none = aggregated(server, ["total_count", "datetime_min", "collection_frequency"], ids=["absent"])
    assert (none["total_count"]["value"], none["datetime_min"]["value"]) == (0, None)
    assert frequencies(none["collection_frequency"]) == {}


def test_ranges_and_times_fall_into_buckets_that_hold_every_item(server):
    found = aggregated(server, ["cloud_cover_frequency", "datetime_frequency"])
    clouds = count(lambda item: "eo:cloud_cover" in item)
    for name, total in (("cloud_cover_frequency", clouds), ("datetime_frequency", 27)):
        assert sum(frequencies(found[name]).values()) + found[name].get("overflow", 0) == total


def test_a_collection_has_its_own_aggregations(server):
    listed = server.get("/collections/survey/aggregations").json()
    names = {one["name"] for one in listed["aggregations"]}
    assert {"total_count", "datetime_min", "datetime_max"} <= names
    found = aggregated(server, ["total_count", "datetime_min"], path="/collections/survey/aggregate")
    assert (found["total_count"]["value"], found["datetime_min"]["value"][:10]) == (24, "2021-03-01")
    assert server.get("/collections/survey/aggregate", params={"aggregations": "no_such_frequency"}).status_code == 400
    for name in sorted(names):
        answer = server.get("/collections/survey/aggregate", params={"aggregations": name})
        assert answer.status_code == 200, f"{name}: {answer.text}"


def test_children_are_what_the_child_links_lead_to(server):
    def whole(href):
        return server.http.get(href, timeout=60).json()

    visited = [server.get("/").json()]
    for document in visited:
        children = [link["href"] for link in document["links"] if link["rel"] == "child"]
        if not children:
            continue
        (listing,) = [link["href"] for link in document["links"] if link["rel"] == "children"]
        page = whole(listing)
        assert {"self", "root", "parent"} <= {link["rel"] for link in page["links"]}
        found = page["children"]
        while following := next((link["href"] for link in page["links"] if link["rel"] == "next"), None):
            page = whole(following)
            found += page["children"]
        behind = [whole(href) for href in children]
        assert sorted(map(essence, found)) == sorted(map(essence, behind))
        if len(visited) < 20:
            visited += behind
    assert len(visited) > 5


def essence(document):
    """What a list of children tells of one; its own document may tell more."""
    (own,) = [link["href"] for link in document["links"] if link["rel"] == "self"]
    return [document["type"], document["id"], document["title"], document["description"], own]


@pytest.mark.parametrize("kind", ["Catalog", "Collection"])
def test_children_can_be_of_one_type(server, kind):
    chosen = server.get("/children", params={"type": kind}).json()["children"]
    assert chosen == [child for child in server.get("/children").json()["children"] if child["type"] == kind]


def test_the_language_that_is_asked_for_is_spoken(server):
    plain = server.get("/")
    assert plain.headers["Content-Language"] == "en" and "Accept-Language" in plain.headers["Vary"]
    for tag in ("pt", "es", "fr"):
        spoken = server.get("/", headers={"Accept-Language": f"xx, {tag}-BR;q=0.9, {tag};q=0.8, en;q=0.1"})
        assert spoken.headers["Content-Language"] == tag
        assert spoken.json()["description"] != plain.json()["description"]
        assert server.get("/", params={"language": tag}).json()["description"] == spoken.json()["description"]
    for nonsense in ("xx", "*;q=0", "e n", ",,,", "é", "en;q=2"):
        assert server.get("/", headers={"Accept-Language": nonsense.encode()}).status_code in (200, 406)
        assert server.get("/", params={"language": nonsense}).status_code in (200, 400, 406)


def test_collections_can_be_searched_by_post(server):
    links = [link for link in server.get("/").json()["links"] if link["rel"] == "data" and link.get("method") == "POST"]
    for link in links:
        tree = {"op": "=", "args": [{"property": "id"}, "survey"]}
        body = {"q": ["aerial"], "filter": tree, "fields": {"include": ["id"]}}
        answer = server.http.post(link["href"], json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        assert [collection["id"] for collection in answer.json()["collections"]] == ["survey"]


@pytest.fixture
def shared(server):
    """A collection with one item that several write to."""
    server.create("/collections", documents.collection("shared"))
    server.create("/collections/shared/items", documents.item("one", "shared"))
    yield "/collections/shared"
    server.delete("/collections/shared")


@pytest.mark.parametrize("path", ["", "/items/one"], ids=["of a collection", "of an item"])
def test_patches_at_the_same_time_are_kept_or_refused(server, shared, path):
    """Each writer adds members of its own; what was acknowledged is there in the end."""
    acknowledged, others = [], []

    def write(writer):
        with requests.Session() as session:
            session.trust_env = False
            for number in range(20):
                member = f"test:{writer}_{number}"
                body = {"properties": {member: number}} if path else {member: number}
                answer = session.patch(server.url + shared + path, json=body, timeout=60)
                (acknowledged if answer.status_code in (200, 204) else others).append((answer.status_code, member))

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    document = server.get(shared + path).json()
    members = document["properties"] if path else document
    assert {member for _, member in acknowledged} == {name for name in members if name.startswith("test:")}
    assert {status for status, _ in others} <= {409} and len(acknowledged) >= 40


def titled(name, chance):
    return documents.collection(name) | {"title": chance.choice(["A", "b", "Ç"])}


@pytest.mark.parametrize("sortby", ["id", "-title", "title,-id"])
def test_pages_of_collections_stay_whole_while_others_write(server, sortby):
    chance = random.Random(SEED)
    names = [f"walked-{number:02}" for number in range(30)]
    for name in names:
        server.create("/collections", titled(name, chance))
    try:
        search = {"filter": "id LIKE 'walked-%'", "sortby": sortby}
        listed = server.get("/collections", params=search | {"limit": 1000}).json()
        stable = [one["id"] for one in listed["collections"] if int(one["id"][-2:]) % 3]
        page, seen = server.get("/collections", params=search | {"limit": 4}).json(), []
        while True:
            seen += [one["id"] for one in page["collections"]]
            assert page["numberReturned"] == len(page["collections"])
            moving = f"walked-{chance.randrange(0, 30, 3):02}"
            last = page["collections"][-1]["id"]
            for name in {moving, last if int(last[-2:]) % 3 == 0 else moving}:
                server.delete(f"/collections/{name}")
                if chance.random() < 0.5:
                    server.create("/collections", titled(name, chance))
            link = next((link for link in page["links"] if link["rel"] == "next"), None)
            if link is None:
                break
            page = server.http.get(link["href"], timeout=60).json()
        assert [name for name in seen if name in stable] == stable
        assert listed["numberMatched"] == 30
    finally:
        for name in names:
            server.delete(f"/collections/{name}")
