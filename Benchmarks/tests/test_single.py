"""Each request by itself: answers are read to their end, and the least time counts."""

import socket
import threading

import pytest

from gnomon_bench import single
from gnomon_bench.request import Expected, get


def answering(bodies):
    """A server that sends its answers in two pieces; its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listener.accept()
        with connection:
            for body in bodies:
                while not connection.recv(1 << 16).endswith(b"\r\n\r\n"):
                    pass
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:3])
                connection.sendall(body[3:])

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_every_request_is_sent_so_many_times_and_read_whole():
    requests = [get("/a", Expected("page")), get("/b", Expected("page"))]
    found = single.least(answering([b"x" * 10, b"y" * 100_000] * 3), requests, 3)
    assert found["requests"] == 2
    assert 0 < found["p50_ms"] <= found["p99_ms"] <= found["max_ms"]


def test_an_answer_that_ends_early_is_an_error():
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc")
        with pytest.raises(ConnectionError):
            single.read_answer(ours)
