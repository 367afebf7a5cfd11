"""Drives a server with wrk and measures speed, times and CPU."""

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from .processes import Tree, machine_cpu_seconds, own_cpu_seconds

SCRIPT = Path(__file__).with_name("replay.lua")
LONG = 20  # seconds of a second try where a cell gave too few answers to count


@dataclass(frozen=True)
class Server:
    """A server under test: its address, and the process trees that answer for it and keep its data."""
    name: str
    url: str
    api: Tree = Tree(())
    database: Tree = Tree(())

    def cpu_seconds(self):
        return self.api.cpu_seconds(), self.database.cpu_seconds()


def request_file(url, requests):
    """A file of rendered requests as replay.lua reads them; the caller removes it."""
    with tempfile.NamedTemporaryFile("wb", prefix="gnomon-bench-", suffix=".requests", delete=False) as out:
        for request in requests:
            rendered = request.rendered(url)
            out.write(b"%d\n%s" % (len(rendered), rendered))
    return out.name


def wrk(url, file, connections, seconds, skip=0):
    command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--timeout",
               "60s", "--script", str(SCRIPT), url, "--", file, str(skip)]
    done = subprocess.run(command, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("measured "):
            return json.loads(line.removeprefix("measured "))
    raise SystemExit(f"wrk failed: {done.stdout[-400:]}{done.stderr[-400:]}")


def measure(server, requests, connections, seconds, warm=1):
    """One cell: the requests over so many connections for so long. Times in ms, CPU in seconds per 1000 requests."""
    file = request_file(server.url, requests)
    try:
        if warm:
            wrk(server.url, file, connections, warm, skip=17)
        cell = counted(server, file, connections, seconds)
        if cell["requests"] < 6 * connections and seconds < LONG:
            cell = counted(server, file, connections, LONG)
        return cell
    finally:
        os.unlink(file)


def counted(server, file, connections, seconds):
    api, database = server.cpu_seconds()
    machine, own, begin = machine_cpu_seconds(), own_cpu_seconds(), time.monotonic()
    got = wrk(server.url, file, connections, seconds)
    idle = settle(server)
    api, database = (after - before for after, before in zip(server.cpu_seconds(), (api, database)))
    machine, own = machine_cpu_seconds() - machine, own_cpu_seconds() - own
    # What was in flight when wrk stopped was still worked on; it counts where that took noticeably long.
    answered = max(1, got["requests"] + (connections if idle > 0.5 else 0))
    elapsed = time.monotonic() - begin
    return {
        "rps": round(got["requests"] / got["microseconds"] * 1e6, 2), "requests": got["requests"],
        **{f"{name}_ms": round(got[name] / 1e3, 3) for name in ("p50", "p90", "p99", "max")},
        "errors": got["errors"] + got["refused"], "bytes_per_request": round(got["bytes"] / max(1, got["requests"])),
        "api_cpu": round(api / answered * 1e3, 4) if server.api.roots else None,
        "database_cpu": round(database / answered * 1e3, 4) if server.database.roots else None,
        "other_cpu_share": round(max(0, machine - api - database - own) / elapsed / os.cpu_count(), 3)}


def settle(server, quiet=0.2):
    """Waits until the server has used (almost) no CPU for so many seconds; the seconds that took."""
    begin, last = time.monotonic(), sum(server.cpu_seconds())
    rested = begin
    while (now := time.monotonic()) - begin < 30 and now - rested < quiet:
        time.sleep(0.2)
        used = sum(server.cpu_seconds())
        if used - last >= 0.04:
            rested = time.monotonic()
        last = used
    return time.monotonic() - begin


def cpu_per_1000(cell):
    """CPU seconds of API and database per 1000 requests, None where neither is known."""
    known = [cell[name] for name in ("api_cpu", "database_cpu") if cell[name] is not None]
    return sum(known) if known else None
