"""Sends rendered requests once each over a few connections that stay open, and keeps times and answers.

For checking answers and for writing, where each request counts; reading under load is wrk's part (load.py).
"""

import selectors
import socket
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Outcome:
    """What came back; `statuses` and `answers` by the request's number, times in seconds."""
    seconds: float = 0
    statuses: dict = field(default_factory=dict)
    times: list = field(default_factory=list)
    answers: dict = field(default_factory=dict)
    failures: list = field(default_factory=list)

    def percentile(self, share):
        times = sorted(self.times)
        return times[min(len(times) - 1, int(len(times) * share))] if times else None

    def accepted(self):
        return [number for number, status in self.statuses.items() if status < 300]


class Connection:
    def __init__(self, address, selector):
        self.address, self.selector, self.socket, self.number = address, selector, None, None

    def open(self):
        self.socket = socket.create_connection(self.address, timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(self.socket, selectors.EVENT_READ, self)

    def close(self):
        if self.socket:
            self.selector.unregister(self.socket)
            self.socket.close()
            self.socket = None

    def send(self, number, request):
        self.number, self.request, self.received, self.needed = number, request, bytearray(), None
        self.begin = time.perf_counter()
        if not self.socket:
            self.open()
        try:
            self.socket.sendall(request)
        except ConnectionError:  # closed by the server while it was idle
            self.close()
            self.open()
            self.socket.sendall(request)

    def receive(self):
        """Takes what has come; whether the answer is whole. Raises ConnectionError where the server closed first."""
        data = self.socket.recv(1 << 20)
        if not data:
            raise ConnectionError("closed by the server before the answer was whole")
        self.received += data
        if self.needed is None:
            self.needed = length(self.received)
        if self.needed is None:
            return False
        if self.needed < 0:
            return self.received.endswith(b"0\r\n\r\n")
        return len(self.received) >= self.needed


def length(received):
    """How many bytes the answer has in all, -1 where it comes in chunks, None where the head is not whole yet."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(received[:end]).lower()
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return end + 4 + int(value)
        if name == b"transfer-encoding" and b"chunked" in value:
            return -1
    return end + 4


def send(url, requests, connections=1, keep=False, seconds=None):
    """Sends the requests in order, one in flight on each connection, until all are sent or the seconds are over."""
    parts = urlsplit(url)
    outcome, numbered = Outcome(), iter(enumerate(requests))
    selector, begin, busy = selectors.DefaultSelector(), time.perf_counter(), 0

    def next_request(connection):
        if seconds is not None and time.perf_counter() - begin > seconds:
            return False
        number, request = next(numbered, (None, None))
        if request is None:
            return False
        connection.send(number, request)
        return True

    pool = [Connection((parts.hostname, parts.port or 80), selector) for _ in range(connections)]
    busy = sum(next_request(connection) for connection in pool)
    while busy:
        ready = selector.select(120)
        if not ready:
            raise TimeoutError(f"no answer from {url} for 120 s")
        for key, _ in ready:
            connection = key.data
            try:
                if not connection.receive():
                    continue
                finish(outcome, connection, keep)
            except ConnectionError as error:
                outcome.statuses[connection.number] = 599
                outcome.failures.append(str(error))
                connection.close()
            if not next_request(connection):
                connection.close()
                busy -= 1
    outcome.seconds = time.perf_counter() - begin
    return outcome


def finish(outcome, connection, keep):
    answer = bytes(connection.received)
    status = int(answer[9:12])
    outcome.times.append(time.perf_counter() - connection.begin)
    outcome.statuses[connection.number] = status
    if status >= 400:
        body = answer.partition(b"\r\n\r\n")[2]
        outcome.failures.append(f"{status} {body[:300].decode(errors='replace')}")
    if keep:
        outcome.answers[connection.number] = answer
    if b"connection: close" in answer[:1000].lower():
        connection.close()


def split(answer):
    """(status, body) of an answer's bytes, chunks joined."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        whole, position = [], 0
        while (end := body.index(b"\r\n", position)) and (size := int(body[position:end].split(b";")[0], 16)):
            whole.append(body[end + 2:end + 2 + size])
            position = end + 4 + size
        body = b"".join(whole)
    return int(head[9:12]), body


def answers(url, requests):
    """(status, body) of each request, one after another."""
    kept = send(url, requests, keep=True).answers
    return [split(kept[number]) if number in kept else (599, b"connection closed") for number in range(len(requests))]
