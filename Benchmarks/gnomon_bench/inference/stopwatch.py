"""Wall seconds and CPU seconds (of all threads of this process) of named stages."""

import time
from contextlib import contextmanager


class Stopwatch:
    def __init__(self):
        self.begin, self.stages = time.perf_counter(), {}

    @contextmanager
    def stage(self, name):
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            entry = self.stages.setdefault(name, {"wall": 0.0, "cpu": 0.0})
            entry["wall"] += time.perf_counter() - wall
            entry["cpu"] += time.process_time() - cpu

    def result(self):
        rounded = {name: {key: round(value, 3) for key, value in entry.items()} for name, entry in self.stages.items()}
        return {
            "stages": rounded,
            "wall": round(time.perf_counter() - self.begin, 3),
            "cpu": round(time.process_time(), 3),
        }
