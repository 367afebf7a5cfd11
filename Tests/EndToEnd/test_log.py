"""What the server says in its log: a line for each request, and which statements and requests were slow."""

import math
import re

import pytest

import stac_documents as documents
from gnomon_server import wait_until


def lines(server, *words):
    """The lines of the log that hold every one of the words."""
    text = server.log_file.read_text(errors="replace")
    return [line for line in text.splitlines() if all(word in line for word in words)]


def test_slow_statements_and_requests_name_the_request(own_server):
    server = own_server("slow", "--slow-query-log", "1ms").start()
    server.load(documents.CATALOG)
    identifiers = []

    ring = [[10 * math.cos(step / 1000), 10 * math.sin(step / 1000)] for step in range(6283)]
    circle = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}

    def slow():
        answer = server.post("/search", json={"intersects": circle}, headers={"Prefer": "count=exact"})
        assert answer.status_code == 200
        identifiers.append(answer.headers["X-Request-Id"])
        return [line for identifier in identifiers for line in lines(server, "slow statement", f"id={identifier}")]

    for line in wait_until(slow, 60, "a statement took more than a millisecond"):
        assert " warning " in line and re.search(r"milliseconds=\d+", line) and "statement=" in line
        assert "method=POST" in line and "target=/search" in line
    assert lines(server, "slow request", "route=/search", "target=/search", f"id={identifiers[-1]}")


def test_each_request_has_one_line(own_server):
    server = own_server("usual").start()
    answer = server.get("/search?limit=7")
    identifier = answer.headers["X-Request-Id"]
    wait_until(lambda: lines(server, f"id={identifier}"), 10, "the request is in the log")
    (line,) = lines(server, f"id={identifier}")
    for word in ("method=GET", "route=/search", "status=200", f"bytes={len(answer.content)}", "milliseconds="):
        assert word in line, line
    server.stop()
    assert not lines(server, "postgresql://")


def test_nothing_is_slow_when_nobody_asks(own_server):
    server = own_server("never", "--slow-query-log", "0", "--log-level", "warning").start()
    assert server.get("/search").status_code == 200
    server.stop()
    assert not lines(server, "slow") and not lines(server, " request")


@pytest.mark.parametrize("text", ["1", "-1s", "fast", "1h"])
def test_what_is_no_duration_is_refused(own_server, text):
    server = own_server("wrong", f"--slow-query-log={text}")
    with pytest.raises(AssertionError):
        server.start()
    assert "slow-query-log" in server.log()
