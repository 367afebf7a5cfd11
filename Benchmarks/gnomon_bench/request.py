"""A request and what its answer must be."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import quote, urlsplit

from .oracle import Where

SECOND = 1_000_000


@dataclass(frozen=True)
class Expected:
    """What an answer is checked against. `kind` is the kind of document; for items, `where` and `limit` give how many
    and which, `order` is (column of the oracle, property, +1 or -1), `fields` what was included or excluded."""
    kind: str
    where: Where = field(default_factory=Where)
    limit: int = 10
    order: tuple | None = None
    fields: dict | None = None
    counted: bool = False
    row: int | None = None
    name: str | None = None


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    expected: Expected
    body: bytes | None = None
    headers: tuple = ()

    def rendered(self, url):
        """The bytes of the request as HTTP/1.1, to a server's address."""
        parts = urlsplit(url)
        lines = [f"{self.method} {parts.path.rstrip('/')}{self.path} HTTP/1.1", f"Host: {parts.netloc}", "Accept: */*",
                 *(f"{name}: {value}" for name, value in self.headers)]
        if self.body is not None:
            if not any(name == "Content-Type" for name, _ in self.headers):
                lines.append("Content-Type: application/json")
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + (self.body or b"")


def get(path, expected, headers=(), **parameters):
    query = "&".join(f"{name.replace('_', '-')}={quote(str(value), safe=',:/')}" for name, value in parameters.items())
    return Request("GET", path + ("?" + query if query else ""), expected, headers=headers)


def post(path, body, expected):
    return Request("POST", path, expected, json.dumps(body, separators=(",", ":")).encode())


def instant(time):
    """RFC 3339 in UTC of whole seconds, of microseconds since 1970."""
    return datetime.fromtimestamp(time // SECOND, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def interval(start, end):
    return f"{'..' if start is None else instant(start)}/{'..' if end is None else instant(end)}"


def corners(box):
    west, south, east, north = box
    return ((west, south), (east, south), (east, north), (west, north))


def polygon(ring):
    return {"type": "Polygon", "coordinates": [[*map(list, ring), list(ring[0])]]}
