"""An acknowledged item is there after kill -9 of the server, whole."""

import threading

import requests

import stac_documents as documents
from gnomon_server import wait_until
from load_data import everything

ITEMS = 1000
WRITERS = 4
KILL_AFTER = 300


def padded_item(number):
    """An item large enough that a torn write would show."""
    text = f"{number:06}-" * 200
    return documents.item(f"item-{number:04}", "durable", point=(number % 360 - 180.0, number % 180 - 90.0),
                          text=text, numbers=list(range(50)), nested={"number": number})


class Writers:
    """Threads that post the items one by one until the server is gone, and note what was acknowledged."""

    def __init__(self, address):
        self.address = address
        self.acknowledged = set()
        self.refused = []
        self.attempted = set()
        self.lock = threading.Lock()
        self.numbers = iter(range(ITEMS))
        self.threads = [threading.Thread(target=self.write) for _ in range(WRITERS)]
        for thread in self.threads:
            thread.start()

    def write(self):
        with requests.Session() as session:
            session.trust_env = False
            while (number := self.next_number()) is not None:
                try:
                    answer = session.post(self.address, json=padded_item(number), timeout=60)
                except requests.RequestException:
                    return
                with self.lock:
                    if answer.status_code == 201:
                        self.acknowledged.add(number)
                    else:
                        self.refused.append((number, answer.status_code, answer.text[:300]))

    def next_number(self):
        with self.lock:
            number = next(self.numbers, None)
            if number is not None:
                self.attempted.add(number)
            return number

    def join(self):
        for thread in self.threads:
            thread.join(timeout=120)
            assert not thread.is_alive()


def test_every_acknowledged_item_survives_kill_9(own_server, measured):
    server = own_server().start()
    server.create("/collections", documents.collection("durable"))
    writers = Writers(f"{server.url}/collections/durable/items")
    wait_until(lambda: len(writers.acknowledged) >= KILL_AFTER or writers.refused, 120, "items are written")
    server.kill()
    writers.join()
    assert writers.refused == []
    assert KILL_AFTER <= len(writers.acknowledged) < ITEMS
    server.start()
    measured(f"kill -9 after {len(writers.acknowledged)} acknowledged items: ready again in "
             f"{server.seconds_to_ready:.2f} s")
    found = everything(server, "durable")
    lost = {padded_item(number)["id"] for number in writers.acknowledged} - set(found)
    assert lost == set()
    assert set(found) <= {padded_item(number)["id"] for number in writers.attempted}
    for identifier, item in found.items():
        assert item | {"links": []} == padded_item(int(identifier.removeprefix("item-")))
    remaining = [number for number in range(ITEMS) if f"item-{number:04}" not in found]
    for number in remaining:
        server.create("/collections/durable/items", padded_item(number))
    assert len(everything(server, "durable")) == ITEMS
