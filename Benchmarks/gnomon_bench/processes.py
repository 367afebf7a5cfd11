"""CPU seconds and memory of process trees, from /proc."""

import os
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def stat(process):
    """(parent, own CPU ticks, CPU ticks of children that ended and were waited for)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1]), int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])


@dataclass(frozen=True)
class Tree:
    """Processes and all that descend from them, as they are when asked."""
    roots: tuple

    @staticmethod
    def parse(text):
        """Of process ids or @FILE that begin with one, with commas between: `12,@/run/server.pid`."""
        return Tree(tuple(int(Path(part[1:]).read_text().split()[0]) if part.startswith("@") else int(part)
                          for part in (text or "").split(",") if part))

    def members(self):
        known = {}
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    known[int(name)] = stat(name)
                except (OSError, ValueError):
                    continue  # it ended meanwhile
        children = {}
        for process, (parent, *_) in known.items():
            children.setdefault(parent, []).append(process)
        found, waiting = {}, [root for root in self.roots if root in known]
        while waiting:
            process = waiting.pop()
            found[process] = known[process]
            waiting += children.get(process, [])
        return found

    def cpu_seconds(self):
        return sum(own + ended for _, own, ended in self.members().values()) / TICKS

    def memory(self):
        """Resident and proportional set size in MiB: the latter counts each shared page once."""
        sizes = {"Rss:": 0, "Pss:": 0}
        for process in self.members():
            try:
                lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            for name, value, *_ in map(str.split, lines[1:]):
                if name in sizes:
                    sizes[name] += int(value)
        return {"rss_mib": round(sizes["Rss:"] / 1024, 1), "pss_mib": round(sizes["Pss:"] / 1024, 1)}


def machine_cpu_seconds():
    """CPU seconds that the whole machine was busy since it started."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return (sum(fields[:8]) - fields[3] - fields[4]) / TICKS


def own_cpu_seconds():
    """CPU seconds of this process and of its children that ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
