"""Where the seconds of a map go, stage by stage: the peer over ours, on one axis."""

from html import escape

from ..plot import COLOURS, WIDTH, segment, svg, text

LEFT, TOP, BAR, STEP = 150, 44, 22, 60
LEAST = 34  # units of width that a name needs under its part

# The same kind of work has the same colour on both sides.
KINDS = {
    "classes": ("read", "features", "predict", "argmax", "classify"),
    "sieve": ("sieve",),
    "rasters": ("class map", "confidence", "rasters"),
    "polygons": ("label", "polygonise", "statistics", "simplify", "reproject", "GeoJSON", "vectors"),
    "else": (),
}
# Stages that run beside others, and so stand in lanes one above the other.
BESIDE = (("rasters",), ("sieve", "vectors"))


def stages(title, rows):
    """Bars of parts one after another. rows: (label, whole seconds, [(stage, seconds)])."""
    longest = max(whole for _, whole, _ in rows)
    scale, parts = (WIDTH - LEFT - 70) / longest, []
    for tick in range(0, int(longest) + 1, step(longest)):
        x = LEFT + tick * scale
        parts += [
            segment(x, TOP - 6, x, TOP + STEP * len(rows), "grid"),
            text(x, TOP + STEP * len(rows) + 16, f"{tick} s", "small", "middle"),
        ]
    for number, (label, whole, found) in enumerate(rows):
        parts += bar(TOP + STEP * number + 6, label, whole, found, scale)
    return svg(TOP + STEP * len(rows) + 52, title, parts + legend(TOP + STEP * len(rows) + 30))


def colour(name):
    kinds = list(KINDS)
    return COLOURS[next((number for number, kind in enumerate(kinds) if name in KINDS[kind]), len(kinds) - 1)]


def legend(y):
    parts, x = [], LEFT
    for number, kind in enumerate(KINDS):
        parts.append(f'<rect x="{x}" y="{y}" width="10" height="10" fill="{COLOURS[number]}"/>')
        parts.append(text(x + 15, y + 9, kind, "small"))
        x += 30 + 7 * len(kind)
    return parts


def lanes(found):
    """The parts of a bar: (stage, seconds, where it begins, upper and lower end of its lane as shares of the height)."""
    ends = [0.0] * len(BESIDE)
    is_split = all(any(name in lane for name, _ in found) for lane in BESIDE)
    for name, seconds in found:
        lane = next((number for number, names in enumerate(BESIDE) if is_split and name in names), None)
        if lane is None:
            begin, upper, lower = max(ends), 0, 1
            ends = [begin + seconds] * len(ends)
        else:
            begin, upper, lower = ends[lane], lane / len(BESIDE), (lane + 1) / len(BESIDE)
            ends[lane] += seconds
        yield name, seconds, begin, upper, lower


def bar(y, label, whole, found, scale):
    parts, end = [text(LEFT - 8, y + 15, label, anchor="end")], 0.0
    for name, seconds, begin, upper, lower in lanes(found):
        width, x = seconds * scale, LEFT + begin * scale
        parts.append(
            f'<rect x="{x:.1f}" y="{y + upper * BAR:.1f}" width="{max(0.5, width):.1f}" '
            f'height="{(lower - upper) * BAR:.1f}" fill="{colour(name)}" stroke="#ffffff" stroke-width="0.5">'
            f"<title>{escape(name)}: {seconds:.2f} s</title></rect>"
        )
        if width >= max(LEAST, 6.5 * len(name)) and lower == 1:
            parts.append(text(x + 3, y + BAR + 13, name, "small"))
        end = max(end, begin + seconds)
    x, last = LEFT + end * scale, LEFT + max(whole, end) * scale
    parts.append(
        f'<rect x="{x:.1f}" y="{y}" width="{last - x:.1f}" height="{BAR}" '
        'fill="#8c959f" fill-opacity="0.4"><title>starting, ending and what no stage counts</title></rect>'
    )
    parts.append(text(last + 5, y + 15, f"{whole:.1f} s", "small"))
    return parts


def step(longest):
    """Seconds between marks, so that there are four to ten."""
    return next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**6) if longest / size <= 10)
