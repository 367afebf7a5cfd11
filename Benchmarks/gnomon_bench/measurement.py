"""Checks, then measures workloads on one server or on several in turn."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from . import checks, load, single
from .workloads import WALK_PAGES


def say(text=""):
    print(text, flush=True)


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True)
        return (done.stdout + done.stderr).strip().splitlines()[0]
    except (OSError, IndexError):
        return "unknown"


def machine():
    """The machine and the versions of what is measured with."""
    processor = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                      if line.startswith("model name")), platform.machine())
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    return {"processor": processor, "cores": os.cpu_count(), "memory_gib": round(memory, 1),
            "kernel": platform.release(), "system": platform.freedesktop_os_release().get("PRETTY_NAME", "unknown"),
            "python": platform.python_version(), "wrk": " ".join(first_line("wrk", "--version").split()[:2]),
            "load_before": round(os.getloadavg()[0], 2),
            "when": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")}


def write_json(path, result):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n")
    say(f"written: {path}")


def prepare(server, workload, oracle, options):
    """(the requests to replay, the outcome of the checks); no requests where none can be sent."""
    requests = workload.requests(oracle, options.seed, options.variants)
    if not requests:
        return [], {"checked": 0, "failed": 0, "problems": []}
    try:
        if workload.walks:
            return checks.walks(server.url, requests, WALK_PAGES, oracle)
        return requests, checks.sample(server.url, requests, oracle, options.samples)
    except (OSError, TimeoutError, ValueError) as error:
        return [], {"checked": 1, "failed": 1, "problems": [f"{type(error).__name__}: {error}"]}


def median(cells, name):
    values = [cell[name] for cell in cells if cell[name] is not None]
    return round(statistics.median(values), 4) if values else None


def combined(cells):
    """Rounds of one cell as one: medians, errors added."""
    return {name: sum(cell[name] for cell in cells) if name in ("errors", "requests") else median(cells, name)
            for name in cells[0]}


def measure_all(servers, workloads, oracle, options):
    """{workload: {"about", "data", "servers": {name: {"checks", "cells": {connections: cell}}}}}, servers by turns."""
    result = {}
    say(HEADING)
    for workload in workloads:
        prepared = {server.name: prepare(server, workload, oracle, options) for server in servers}
        entry = {"about": workload.about, "data": workload.data, "extra": workload.extra, "servers": {
            name: {"checks": outcome, "cells": {}} for name, (_, outcome) in prepared.items()}}
        for connections in options.connections:
            cells = {server.name: [] for server in servers if prepared[server.name][0]}
            for turn in range(options.rounds):
                for server in servers:
                    if server.name in cells:
                        cells[server.name].append(load.measure(
                            server, prepared[server.name][0], connections, options.seconds, warm=int(turn == 0)))
            for name, rounds in cells.items():
                cell = entry["servers"][name]["cells"][str(connections)] = combined(rounds)
                say(line(workload.name, name, connections, cell, prepared[name][1]))
        for server in servers:
            requests = prepared[server.name][0]
            if requests and options.each:
                entry["servers"][server.name]["least"] = single.least(server.url, requests, options.each)
        for name, (requests, outcome) in prepared.items():
            if not requests and outcome["failed"]:
                say(f"{workload.name:<18} {name:<8} not measured: {outcome['problems'][0]}")
        result[workload.name] = entry
    return result


HEADING = (f"{'workload':<18} {'server':<8}{'c':>3}{'req/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'kB':>8}{'API s/k':>9}"
           f"{'DB s/k':>9}{'other':>7}{'errors':>7}  checks")


def line(workload, server, connections, cell, outcome):
    text = (f"{workload:<18} {server:<8}{connections:>3}{cell['rps']:>10}{cell['p50_ms']:>9}{cell['p99_ms']:>9}"
            f"{cell['bytes_per_request'] / 1000:>8.1f}{cell['api_cpu'] or 0:>9.3f}{cell['database_cpu'] or 0:>9.3f}"
            f"{cell['other_cpu_share']:>7.2f}{cell['errors']:>7}  {outcome['checked'] - outcome['failed']}"
            f"/{outcome['checked']}")
    return text + (f"  {outcome['problems'][0]}" if outcome["problems"] else "")


def memory_under_load(server, requests, connections, seconds):
    """Memory in MiB at rest, the highest under load, and after it."""
    file = load.request_file(server.url, requests)
    at_rest, peak = server.api.memory(), {"rss_mib": 0, "pss_mib": 0}
    process = subprocess.Popen(["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
                                "--timeout", "60s", "--script", str(load.SCRIPT), server.url, "--", file],
                               stdout=subprocess.DEVNULL, stderr=sys.stderr)
    while process.poll() is None:
        peak = max(peak, server.api.memory(), key=lambda memory: memory["pss_mib"])
        time.sleep(0.1)
    os.unlink(file)
    load.settle(server)
    return {"connections": connections, "at_rest": at_rest, "peak": peak, "after": server.api.memory()}
