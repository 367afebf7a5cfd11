"""Pages forward and back while others write: no item that stays is lost or seen twice, and no token can be forged."""

import random
import string
import threading
import time

import pytest
import requests

import stac_documents as documents

SEED = 20210301
COLLECTIONS = ("walk-a", "walk-b")
STABLE, VOLATILE = 70, 50
STEPS, SECONDS, FEWEST = 150, 15, 40
"""Steps of one walk, the time it may take, and how many of them it must have made by then."""
ALPHABET = string.ascii_letters + string.digits + "-_"


MIXED = [
    1, "1", "", True, False, None, 10 ** 30, -0.0, 1e-300, -1e300, "\U0001f600", "a" * 3000, "2022-01-01T00:00:00Z"]
"""Values of one property that have nothing in common, as careless catalogs have them."""


def item(chance, identifier, collection):
    """An item among many ties: few datetimes, a third of them intervals, few ranks, a third without one."""
    moment = f"2022-01-{chance.randint(1, 9):02}T00:00:00Z"
    document = documents.item(identifier, collection, moment, (chance.randint(-9, 9), chance.randint(-9, 9)))
    if chance.random() < 0.33:
        document["properties"] |= {"datetime": None, "start_datetime": moment, "end_datetime": "2022-02-01T00:00:00Z"}
    if chance.random() < 0.66:
        document["properties"]["rank"] = chance.choice([-1, 0, 2.5, 1e9])
        document["properties"]["label"] = chance.choice(["a", "B", "é", ""])
        document["properties"]["mixed"] = chance.choice(MIXED)
    return document


def key(document):
    return document["collection"], document["id"]


def is_stable(document):
    return document["id"].startswith("stable-")


@pytest.fixture(scope="module")
def walked(server):
    """Two collections with the same ids in both: items that stay, and items that writers may touch."""
    chance = random.Random(SEED)
    for name in COLLECTIONS:
        server.create("/collections", documents.collection(name))
        items = [item(chance, f"stable-{number:02}", name) for number in range(STABLE)]
        items += [item(chance, f"volatile-{number:02}", name) for number in range(VOLATILE)]
        server.create(f"/collections/{name}/items", documents.item_collection(items))
    yield server
    for name in COLLECTIONS:
        server.delete(f"/collections/{name}")


class Writers:
    """Threads that insert, replace and delete volatile items until they are stopped; an answer of 5xx is a failure."""

    def __init__(self, server, count=2):
        self.server, self.stopping, self.writes, self.faults = server, threading.Event(), 0, []
        self.threads = [threading.Thread(target=self.write, args=(random.Random(SEED + n),)) for n in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def write(self, chance):
        with requests.Session() as session:
            session.trust_env = False
            while not self.stopping.is_set():
                self.disturb(session, chance)

    def disturb(self, session, chance, name=None):
        """Writes to one volatile item, given or any."""
        collection, identifier = name or (chance.choice(COLLECTIONS), f"volatile-{chance.randrange(VOLATILE):02}")
        address = f"{self.server.url}/collections/{collection}/items"
        document = item(chance, identifier, collection)
        method, address, body = chance.choice([
            ("DELETE", f"{address}/{identifier}", None), ("POST", address, document),
            ("PUT", f"{address}/{identifier}", document)])
        answer = session.request(method, address, json=body, timeout=60)
        self.writes += 1
        if answer.status_code not in (200, 201, 204, 404, 409):
            self.faults.append(f"{method} {address}: {answer.status_code} {answer.text[:300]}")


class Walker:
    """One reader's way through the pages of a search, which knows between which stable items it stands."""

    def __init__(self, server, chance, start, **search):
        self.server, self.chance, self.start, self.search = server, chance, start, search
        self.stable = [key(found) for found in self.listing()["features"] if is_stable(found)]
        assert len(self.stable) == len(set(self.stable)) and self.stable
        self.before = self.after = 0
        self.page = None

    def listing(self):
        return self.answer(self.start(self.server, limit=10_000, **self.search))

    def answer(self, response):
        assert response.status_code == 200, f"{response.request.url} {response.text[:500]}"
        return response.json()

    def open(self, limit=None):
        limit = limit or self.chance.choice([1, 3, 7, 20])
        self.page = self.answer(self.start(self.server, limit=limit, **self.search))
        self.before, self.after = 0, 0
        self.check_forward()

    def step(self, rel):
        """Follows a link; False where there is none."""
        link = next((link for link in self.page["links"] if link["rel"] == rel), None)
        if link is None:
            return False
        self.page = self.answer(follow(self.server, link, self.page))
        self.check_forward() if rel == "next" else self.check_backward()
        return True

    def run(self):
        """The stable items of the page, in its order; no item of any kind stands there twice."""
        names = [key(found) for found in self.page["features"]]
        assert len(names) == len(set(names))
        return [key(found) for found in self.page["features"] if is_stable(found)]

    def check_forward(self):
        run = self.run()
        self.before, self.after = self.after, self.after + len(run)
        assert run == self.stable[self.before:self.after]

    def check_backward(self):
        run = self.run()
        self.before, self.after = self.before - len(run), self.before
        assert self.before >= 0 and run == self.stable[self.before:self.after]

    def at_random(self):
        """One step of a walk that drifts forward; at an end it turns, or starts anew."""
        if self.chance.random() < 0.65:
            if not self.step("next"):
                assert self.after == len(self.stable), "the pages end before the items do"
                assert self.step("prev") or self.before == 0
        elif not self.step("prev"):
            assert self.before == 0, "the pages begin after the items do"
            self.open()

    def whole(self, rel):
        """Every item from here to the end in one direction, in the order of the pages."""
        pages = [self.page["features"]]
        while self.step(rel):
            pages.append(self.page["features"])
        return [key(found) for page in (pages if rel == "next" else reversed(pages)) for found in page]


def follow(server, link, page):
    if link.get("method", "GET") == "GET":
        return server.http.get(link["href"], timeout=60)
    return server.http.post(link["href"], json=link["body"], timeout=60)


def by_get(server, **search):
    return server.get("/search", params=search | {"collections": ",".join(COLLECTIONS)})


def by_post(server, **search):
    if "sortby" in search:
        search["sortby"] = [
            {"field": name.lstrip("+-"), "direction": "desc" if name[0] == "-" else "asc"}
            for name in search["sortby"].split(",")]
    return server.post("/search", json=search | {"collections": list(COLLECTIONS)})


def in_collection(server, **search):
    return server.get("/collections/walk-a/items", params=search)


ORDERS = [
    {}, {"sortby": "properties.mixed"}, {"sortby": "-mixed,-collection"}, {"sortby": "properties.rank"},
    {"sortby": "-properties.rank,-id"}, {"sortby": "properties.label,datetime"}, {"sortby": "id"},
    {"sortby": "-datetime", "filter": "rank IS NULL OR rank < 10"},
]
STARTS = pytest.mark.parametrize("start", [by_get, by_post, in_collection], ids=lambda start: start.__name__)


def search_of(order, start):
    return order | ({"filter-lang": "cql2-text"} if "filter" in order and start is by_post else {})


@STARTS
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: str(order) if order else "default order")
def test_pages_stay_whole_while_others_write(walked, measured, start, order):
    chance = random.Random(f"{SEED} {start.__name__} {order}")
    walker = Walker(walked, chance, start, **search_of(order, start))
    steps, deadline = 0, time.monotonic() + SECONDS
    with Writers(walked) as writers:
        walker.open()
        while steps < STEPS and time.monotonic() < deadline:
            end = walker.page["features"][-1:] if chance.random() < 0.5 else walker.page["features"][:1]
            if end and not is_stable(end[0]):  # the very item that the page's token stands on
                writers.disturb(walked.http, chance, key(end[0]))
            walker.at_random()
            steps += 1
    assert writers.faults == []
    assert steps >= FEWEST
    walker.open()
    everything = [key(found) for found in walker.listing()["features"]]
    assert walker.whole("next") == everything
    assert walker.whole("prev") == everything
    measured(f"random walk, {start.__name__}, {order or 'default order'}: {steps} steps among {writers.writes} writes")


@STARTS
@pytest.mark.parametrize("order", ORDERS[:4], ids=lambda order: str(order) if order else "default order")
def test_a_token_outlives_its_row(walked, start, order):
    """The item that a page ends with is deleted before the next is asked for, and comes back after it."""
    walker = Walker(walked, random.Random(SEED), start, **search_of(order, start))
    walker.open(limit=7)
    wanted = [key(found) for found in walker.listing()["features"]]
    while walker.page["features"]:
        last = walker.page["features"][-1]
        position = wanted.index(key(last)) + 1
        address = "/collections/{}/items/{}".format(*key(last))
        assert walked.delete(address).status_code in (200, 204)
        try:
            found = walker.step("next")
        finally:
            walked.create(address.rsplit("/", 1)[0], last | {"links": []})
        if not found:
            break
        names = [key(feature) for feature in walker.page["features"]]
        assert names == wanted[position:position + len(names)]


def tokens(server, start, **search):
    """The token of a second page, and a function that asks for a page with another token."""
    page = start(server, limit=5, **search).json()
    (link,) = [link for link in page["links"] if link["rel"] == "next"]
    if link.get("method", "GET") == "POST":
        return link["body"]["token"], lambda token: server.post("/search", json=link["body"] | {"token": token})
    prepared = requests.Request("GET", link["href"]).prepare()
    address, _, query = prepared.url.partition("?")
    pairs = dict(part.split("=", 1) for part in query.split("&"))
    token = requests.utils.unquote(pairs.pop("token"))
    rest = "&".join("=".join(pair) for pair in pairs.items())
    return token, lambda other: server.http.get(
        f"{address}?{rest}&token={requests.utils.quote(other, safe='')}", timeout=60)


@STARTS
@pytest.mark.parametrize("order", ORDERS[:4], ids=lambda order: str(order) if order else "default order")
def test_every_tampered_token_is_refused(walked, start, order):
    token, ask = tokens(walked, start, **order)
    assert ask(token).status_code == 200
    chance = random.Random(SEED)
    forged = {token[:-1], token[1:], token + "A", token + "=", "A" + token, token.swapcase(), token[::-1], token * 2}
    for position, letter in enumerate(token):
        others = [other for other in ALPHABET if other != letter]
        chosen = others if position >= len(token) - 2 else chance.sample(others, 2)
        forged |= {token[:position] + other + token[position + 1:] for other in chosen}
        forged.add(token[:position] + token[position + 1:])
    taken = [other for other in sorted(forged - {token}) if ask(other).status_code != 400]
    assert taken == []


@STARTS
def test_a_token_of_one_order_is_refused_in_another(walked, start):
    token, _ = tokens(walked, start, sortby="properties.rank")
    assert start(walked, limit=5, sortby="-properties.label", token=token).status_code == 400
    assert start(walked, limit=5, token=token).status_code == 400
