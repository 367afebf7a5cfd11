"""Each request by itself, the least of several times: what the machine does meanwhile shows in hardly any of them."""

import socket
import time
from urllib.parse import urlsplit


def least(url, requests, times):
    """Times in ms over the requests, each the least that it took over one connection that stays open."""
    parts, rendered = urlsplit(url), [request.rendered(url) for request in requests]
    best = [float("inf")] * len(rendered)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(times):
            for number, data in enumerate(rendered):
                begin = time.perf_counter()
                connection.sendall(data)
                read_answer(connection)
                best[number] = min(best[number], (time.perf_counter() - begin) * 1e3)
    ordered = sorted(best)
    return {"requests": len(ordered), "p50_ms": round(ordered[len(ordered) // 2], 4),
            "p99_ms": round(ordered[int(len(ordered) * 0.99)], 4), "max_ms": round(ordered[-1], 4)}


def read_answer(connection):
    """Reads an answer to its end, which its Content-Length tells."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += received(connection)
    head, _, body = head.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    missing = int(fields[b"content-length"]) - len(body)
    while missing > 0:
        missing -= len(received(connection))


def received(connection):
    data = connection.recv(1 << 20)
    if not data:
        raise ConnectionError("the server ended the connection")
    return data
