"""Rings: cutting them where the swath ends, and writing them as JSON."""

import math

RING_LENGTH = 5  # corners that any footprint has at most: four, and one more where a corner is cut off


def cut(ring, angle, share, from_far_side):
    """The part of a convex ring on one side of a line across it; the line's normal points at the angle in radians, and
    the share of the ring's width along it is kept."""
    nx, ny = math.cos(angle), math.sin(angle)
    if from_far_side:
        nx, ny = -nx, -ny
    along = [nx * x + ny * y for x, y in ring]
    bound = min(along) + (max(along) - min(along)) * share
    kept = []
    for k, (x2, y2) in enumerate(ring):
        (x1, y1), a, b = ring[k - 1], along[k - 1] - bound, along[k] - bound
        if (a < 0) != (b < 0):
            t = a / (a - b)
            kept.append((round(x1 + t * (x2 - x1), 6), round(y1 + t * (y2 - y1), 6)))
        if b <= 0:
            kept.append((x2, y2))
    return kept if 3 <= len(kept) <= RING_LENGTH else ring


def bounds(ring):
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return [min(xs), min(ys), max(xs), max(ys)]


def coordinates(ring):
    """A polygon's coordinates as JSON, the ring closed."""
    return "[[" + ",".join(f"[{x},{y}]" for x, y in [*ring, ring[0]]) + "]]"


def padded(ring):
    """The ring with its last corner repeated, so that all rings of a set have the same length."""
    return [*ring, *[ring[-1]] * (RING_LENGTH - len(ring))]
