"""Runs a command to its end and tells what it cost: time until the process has gone, CPU, memory, scratch files."""

import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from ..gnomon_server import environment

MEMORY_EVERY, FILES_EVERY = 0.02, 0.2  # seconds


@dataclass(frozen=True)
class Cost:
    """Seconds, mebibytes of the process itself (not of what it started), bytes of its temporary files at most."""

    wall: float
    cpu: float
    rss_mib: float
    scratch_bytes: int
    output: str

    def facts(self):
        return {
            "wall": round(self.wall, 3),
            "cpu": round(self.cpu, 3),
            "rss_mib": round(self.rss_mib, 1),
            "scratch_bytes": self.scratch_bytes,
        }


class Watcher(threading.Thread):
    """Looks at a process while it runs: the high-water mark of its memory, and its temporary files."""

    def __init__(self, process, folder):
        super().__init__(daemon=True)
        self.process, self.folder, self.ended = process, str(folder), threading.Event()
        self.kibibytes, self.scratch = 0, 0

    def run(self):
        next_files = 0.0
        while not self.ended.wait(MEMORY_EVERY):
            self.kibibytes = max(self.kibibytes, high_water(self.process))
            if time.monotonic() >= next_files:
                self.scratch = max(self.scratch, nameless(self.process) + temporary(self.folder))
                next_files = time.monotonic() + FILES_EVERY


def high_water(process):
    """The most memory a process has had, in KiB; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def nameless(process):
    """Bytes on disk of files that a process has open and that are deleted already."""
    total = 0
    try:
        for entry in os.scandir(f"/proc/{process}/fd"):
            if os.readlink(entry.path).endswith(" (deleted)"):
                total += os.stat(entry.path).st_blocks * 512
    except OSError:
        return total
    return total


def temporary(folder):
    """Bytes on disk of files below a folder that was empty before."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_blocks * 512
            except OSError:
                continue
    return total


def run(command, temporary_folder, log):
    """The Cost of a command, whose temporary files go into a folder of their own; ends the program where it fails."""
    temporary_folder.mkdir(parents=True, exist_ok=True)
    settings = {**environment(), "TMPDIR": str(temporary_folder), "OMP_WAIT_POLICY": "PASSIVE"}
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with open(log, "ab") as errors:
        process = subprocess.Popen(
            [*map(str, command)],
            stdout=subprocess.PIPE,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            env=settings,
            text=True,
        )
        watcher = Watcher(process.pid, temporary_folder)
        watcher.start()
        output, _ = process.communicate()
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    watcher.ended.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}; see {log}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, watcher.kibibytes / 1024, watcher.scratch, output)
