"""Measures what a user waits for: start, search, prediction, memory. Prints a table; run it with `make bench`.

A server of its own is started on a temporary data directory with the demo catalog, so nothing of yours is touched.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "fixtures" / "catalog"
RUNS = 5


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as response:
        return response.read()


def is_ready(url):
    try:
        answer(url + "/readyz")
        return True
    except OSError:
        return False


def started(gnomon, folder, port):
    """The server's process, and the seconds until it was ready."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [gnomon, "serve", "--data-dir", folder, "--port", str(port), "--asset-root", str(CATALOG)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not is_ready(f"http://127.0.0.1:{port}"):
        if process.poll() is not None:
            raise SystemExit("gnomon serve ended before it was ready")
        time.sleep(0.005)
    return process, time.monotonic() - begin


def median_seconds(action):
    times = []
    for _ in range(RUNS):
        begin = time.monotonic()
        action()
        times.append(time.monotonic() - begin)
    return statistics.median(times)


def resident_megabytes(process):
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def prediction(model, collection, ids):
    inputs = {"items": [{"collection": collection, "id": name} for name in ids], "confidence": True}
    return f"/processes/models:{model}/execution", {"inputs": inputs}


def rows(gnomon, folder):
    subprocess.run([gnomon, "load", "--data-dir", folder, CATALOG], check=True, stderr=subprocess.DEVNULL)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process, seconds = started(gnomon, folder, port)
    try:
        yield "start on an existing data directory", seconds, "s"
        yield "memory at rest", resident_megabytes(process), "MB"
        yield "search, one page", median_seconds(lambda: answer(url + "/search?limit=10")) * 1e3, "ms"
        months = [json.loads(path.read_text())["id"] for path in sorted((CATALOG / "modis-sinop").glob("MOD*.json"))]
        for name, job in {
            "land cover, 247 x 237 pixels": prediction("amazon-land-cover", "sentinel-2-amazon", ["s2-amazon"]),
            "crops, 255 x 147 pixels, 12 dates": prediction("sinop-crops", "modis-sinop", months),
        }.items():
            yield name, median_seconds(lambda: answer(url + job[0], job[1])), "s"
        yield "memory after the predictions", resident_megabytes(process), "MB"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gnomon", default=ROOT / ".build/release/gnomon")
    gnomon = str(parser.parse_args().gnomon)
    folder = tempfile.mkdtemp(prefix="gnomon-bench-")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, medians of {RUNS} runs")
    try:
        for name, value, unit in rows(gnomon, folder):
            print(f"  {name:40} {value:10.3f} {unit}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
