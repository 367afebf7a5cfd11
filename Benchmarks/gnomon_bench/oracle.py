"""What a data set holds, as columns of numbers, and which of its items a search must find.

The oracle knows every item's collection, times, footprint and the values that searches filter and sort by; it is
written beside the items and read through memory maps, so that ten million items are as good as ten thousand.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .footprints import RING_LENGTH

COLUMNS = {"id": ("S64", ()), "collection": (np.int32, ()), "start": (np.int64, ()), "end": (np.int64, ()),
           "cloud": (np.float64, ()), "sun": (np.float64, ()), "vegetation": (np.float64, ()),
           "box": (np.float64, (4,)), "ring": (np.float64, (RING_LENGTH, 2))}


class Writer:
    """Takes the rows of a data set block by block."""

    def __init__(self, folder, dataset):
        self.folder, self.dataset, self.position, self.models = Path(folder), dataset, 0, []
        self.folder.mkdir(parents=True, exist_ok=True)
        self.columns = {
            name: np.lib.format.open_memmap(self.folder / f"{name}.npy", "w+", kind, (dataset.items, *shape))
            for name, (kind, shape) in COLUMNS.items()}

    def add(self, rows, models):
        end = self.position + len(rows["id"])
        ring = np.array(rows["ring"])
        rows = rows | {"ring": ring, "box": np.concatenate([ring.min(1), ring.max(1)], 1)}
        for name, column in self.columns.items():
            column[self.position:end] = rows[name]
        self.position, self.models = end, self.models + models

    def close(self):
        for column in self.columns.values():
            column.flush()
        (self.folder / "oracle.json").write_text(json.dumps({
            "collections": self.dataset.names, "imagery_collections": self.dataset.sentinel_collections,
            "imagery": self.dataset.sentinel, "landsat": self.dataset.landsat, "models": self.models}))


@dataclass(frozen=True)
class Where:
    """What a search asks for. Times are microseconds since 1970 and included; a ring's last corner is not its first."""
    collection: int | None = None
    rows: tuple | None = None
    start: int | None = None
    end: int | None = None
    ring: tuple | None = None
    cloud_below: float | None = None
    task: str | None = None
    framework: str | None = None


class Oracle:
    """A data set's columns. Rows are in the order of the files: Sentinel-2, Landsat, models."""

    def __init__(self, folder):
        folder = Path(folder)
        known = json.loads((folder / "oracle.json").read_text())
        self.collections, self.imagery_collections = known["collections"], known["imagery_collections"]
        self.models = known["models"]
        for name in COLUMNS:
            setattr(self, name, np.load(folder / f"{name}.npy", mmap_mode="r"))
        self.count = len(self.start)
        self.imagery = range(0, known["imagery"])
        self.landsat = range(self.imagery.stop, self.imagery.stop + known["landsat"])
        self.first_model = self.landsat.stop

    def identifier(self, row):
        return bytes(self.id[row]).decode()

    def collection_of(self, row):
        return self.collections[self.collection[row]]

    def model_fits(self, row, where):
        model = self.models[row - self.first_model]
        return where.task in (None, *model["tasks"]) and where.framework in (None, model["framework"])

    def matches(self, where):
        """The rows that a search must find, ascending."""
        found = np.ones(self.count, bool)
        if where.rows is not None:
            found = np.zeros(self.count, bool)
            found[list(where.rows)] = True
        if where.collection is not None:
            found &= self.collection == where.collection
        if where.start is not None:
            found &= self.end >= where.start
        if where.end is not None:
            found &= self.start <= where.end
        if where.cloud_below is not None:
            found &= self.cloud < where.cloud_below
        if where.ring is not None:
            west, south, east, north = box_of(where.ring)
            found &= (self.box[:, 0] <= east) & (self.box[:, 2] >= west)
            found &= (self.box[:, 1] <= north) & (self.box[:, 3] >= south)
        rows = np.flatnonzero(found)
        if where.task is not None or where.framework is not None:
            rows = np.array([row for row in rows if row >= self.first_model and self.model_fits(row, where)], int)
        if where.ring is not None and len(rows):
            rows = rows[intersect(self.ring[rows], np.array(where.ring))]
        return rows


def box_of(ring):
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def contains(rings, x, y):
    """Whether each of n rings (n, corners, 2) holds its point (n)."""
    x1, y1 = rings[..., 0], rings[..., 1]
    x2, y2 = np.roll(x1, -1, -1), np.roll(y1, -1, -1)
    x, y = np.asarray(x)[..., None], np.asarray(y)[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
    return (((y1 > y) != (y2 > y)) & crossing).sum(-1) % 2 == 1


def edges_meet(rings, ring):
    """Whether any edge of each of n rings meets any edge of one ring."""
    a, b = rings[:, :, None, :], np.roll(rings, -1, 1)[:, :, None, :]
    c, d = ring[None, None], np.roll(ring, -1, 0)[None, None]

    def side(p, q, r):
        return (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])

    meet = (side(a, b, c) * side(a, b, d) <= 0) & (side(c, d, a) * side(c, d, b) <= 0)
    real = (a != b).any(-1) & (c != d).any(-1)  # rings are padded with edges of no length
    return (meet & real).any((1, 2))


def intersect(rings, ring):
    """Which of n rings (n, corners, 2), without holes, share a point with one ring (corners, 2)."""
    count, chunk = len(rings), 20_000
    if count > chunk:
        return np.concatenate([intersect(rings[k:k + chunk], ring) for k in range(0, count, chunk)])
    one = np.broadcast_to(ring, (count, *ring.shape))
    first = np.broadcast_to(ring[0], (count, 2))
    return (contains(rings, first[:, 0], first[:, 1]) | contains(one, rings[:, 0, 0], rings[:, 0, 1])
            | edges_meet(rings, ring))
