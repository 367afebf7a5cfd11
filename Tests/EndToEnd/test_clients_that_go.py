"""Clients that hang up: a prediction that nobody waits for ends, everything else goes on."""

import json
import random
import socket
import struct
import threading
import time
import uuid
from pathlib import Path

import pytest

import predictions
import stac_documents as documents
from gnomon_server import wait_until

AMAZON = "amazon-land-cover"
PATIENCE = 60


def execution(server, scene, version="HTTP/1.1", **inputs):
    """The bytes of a request that runs the demo model on a scene."""
    body = json.dumps(predictions.execution_body([scene], **inputs))
    return (f"POST /processes/models:{AMAZON}/execution {version}\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()


def connection(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)


def partial_results(server):
    return list((server.data_directory / "assets" / "predictions").glob(".*.partial"))


def results(server):
    folder = server.data_directory / "assets" / "predictions"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def stored(server):
    """The predictions that the catalog has."""
    answer = server.http.get(f"{server.url}/collections/predictions/items?limit=1000", timeout=PATIENCE)
    return {item["id"] for item in answer.json()["features"]} if answer.status_code == 200 else set()


def processor_seconds(server):
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def is_at_work(server):
    """Whether the server has spent a fifth of a processor in the last tenth of a second."""
    before = processor_seconds(server)
    time.sleep(0.1)
    return processor_seconds(server) - before >= 0.02


def assert_it_ends(server, measured, what):
    """Nothing of the result is left and the processors rest, within a second."""
    started = time.monotonic()
    wait_until(lambda: not partial_results(server), 10, "the files are gone")
    seconds = time.monotonic() - started
    measured(f"{what}: the files were gone after {seconds:.2f} s")
    assert seconds < 2, "a second, and one for a machine that does other things too"
    wait_until(lambda: not is_at_work(server), 10, "the processors rest")
    # Every folder of a result belongs to an item.
    assert results(server) == stored(server)


def read_to_end(client):
    received = b""
    while data := client.recv(65536):
        received += data
    return received


WAYS = {
    "closing": lambda client: client.close(),
    "a reset": lambda client: (client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)),
                               client.close()),
    "ending its side, and going later": lambda client: (client.shutdown(socket.SHUT_WR), client.recv(1), client.close()),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_prediction_ends_with_its_client(server, large_scene, measured, way):
    client = connection(server)
    client.sendall(execution(server, large_scene))
    wait_until(lambda: partial_results(server), PATIENCE, "the work has begun")
    WAYS[way](client)
    assert_it_ends(server, measured, way)
    # Its place is free for the next.
    assert predictions.execute(server, AMAZON).status_code == 200


def test_a_prediction_of_an_old_client_ends_with_its_side(server, large_scene, measured):
    """HTTP/1.0 has no word that could be sent to find out whether anybody reads."""
    with connection(server) as client:
        client.sendall(execution(server, large_scene, version="HTTP/1.0"))
        wait_until(lambda: partial_results(server), PATIENCE, "the work has begun")
        client.shutdown(socket.SHUT_WR)
        assert_it_ends(server, measured, "HTTP/1.0")
        assert read_to_end(client) == b""


def test_a_client_that_has_sent_more_than_is_read_is_missed_too(server, large_scene, measured):
    client = connection(server)
    client.sendall(execution(server, large_scene) + b"GET /conformance HTTP/1.1\r\nHost: a\r\n\r\n" * 200)
    wait_until(lambda: partial_results(server), PATIENCE, "the work has begun")
    client.close()
    assert_it_ends(server, measured, "with requests behind")


def test_a_client_that_only_ends_its_side_gets_its_map(server, noisy_scene):
    """As `nc` does; what it is sent meanwhile is an interim answer, which HTTP lets it overlook."""
    with connection(server) as client:
        client.sendall(execution(server, noisy_scene))
        client.shutdown(socket.SHUT_WR)
        received = read_to_end(client)
    while received.startswith(b"HTTP/1.1 100 Continue\r\n\r\n"):
        received = received.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 "), head
    item = json.loads(body)
    assert item["type"] == "Feature" and item["id"] in stored(server)


def test_every_request_sent_ahead_is_answered_though_the_client_ends_its_side(server):
    paths = ["/conformance", "/absent", "/collections/models", "/healthz", "/collections"] * 4
    with connection(server) as client:
        client.sendall("".join(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n" for path in paths).encode())
        client.shutdown(socket.SHUT_WR)
        received = read_to_end(client)
    assert received.count(b"HTTP/1.1 200 ") == 16 and received.count(b"HTTP/1.1 404 ") == 4


def test_the_rest_of_a_request_that_does_not_come_is_refused_behind_the_answers(server):
    with connection(server) as client:
        client.sendall(b"GET /conformance HTTP/1.1\r\nHost: a\r\n\r\n"
                       b"POST /search HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{")
        client.shutdown(socket.SHUT_WR)
        started = time.monotonic()
        received = read_to_end(client)
    assert received.count(b"HTTP/1.1 200 ") == 1 and received.count(b"HTTP/1.1 400 ") == 1, received[-500:]
    assert time.monotonic() - started < 5


def test_others_are_served_while_clients_go(server, large_scene):
    """A prediction of somebody who waits is not touched by those who go."""
    expected = predictions.item_of(server, predictions.execute(server, AMAZON, confidence=True))["assets"]
    answers = []

    def ask():
        while len(answers) < 4:
            answer = predictions.execute(server, AMAZON, confidence=True)
            # Two run at once, and those who go leave their place a moment later.
            if answer.status_code != 503 or answer.json()["code"] != "busy":
                answers.append(answer)

    waiting = threading.Thread(target=ask)
    waiting.start()
    while waiting.is_alive():
        with connection(server) as client:
            client.sendall(execution(server, large_scene))
            waiting.join(timeout=0.2)
    for answer in answers:
        found = predictions.item_of(server, answer)["assets"]
        assert {key: asset["file:checksum"] for key, asset in found.items()} == {
            key: asset["file:checksum"] for key, asset in expected.items()}
    wait_until(lambda: not partial_results(server), 10, "the files are gone")


def test_a_server_that_stops_ends_its_predictions(own_server, asset_root, large_item, measured):
    with own_server("data", "--asset-root", documents.CATALOG, "--asset-root", asset_root) as server:
        server.load(documents.CATALOG)
        server.create("/collections/sentinel-2-amazon/items", large_item)
        with connection(server) as client:
            client.sendall(execution(server, f"sentinel-2-amazon/{large_item['id']}"))
            wait_until(lambda: partial_results(server), PATIENCE, "the work has begun")
            started = time.monotonic()
            assert server.stop() == 0
            measured(f"stopped while a model runs: ended after {time.monotonic() - started:.2f} s")
            assert read_to_end(client).startswith(b"HTTP/1.1 503 ")
        assert results(server) == set()


def test_an_item_whose_client_goes_is_whole_or_not_there(server):
    collection = f"gone-{uuid.uuid4().hex[:8]}"
    server.create("/collections", documents.collection(collection))
    chance = random.Random(7)
    sent = {}
    for number in range(200):
        item = documents.item(f"item-{number}", collection, point=(number % 90, 0.0), text="whole" * 500)
        body = json.dumps(item).encode()
        head = (f"POST /collections/{collection}/items HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode()
        client = connection(server)
        whole = chance.random() < 0.8
        client.sendall(head + (body if whole else body[:chance.randrange(len(body))]))
        if whole:
            sent[item["id"]] = item
        time.sleep(chance.random() * 0.004)
        client.close()

    def found():
        answer = server.get(f"/collections/{collection}/items?limit=1000").json()
        return {item["id"]: item for item in answer["features"]}

    # What was sent whole is committed, as ever.
    wait_until(lambda: found().keys() == sent.keys(), 30, "what was sent whole is there")
    for identifier, item in found().items():
        assert item["properties"] == sent[identifier]["properties"]
    server.delete(f"/collections/{collection}")
