"""Where the seconds of a map go, stage by stage: the peer over ours, on one axis."""

from html import escape

from ..plot import COLOURS, WIDTH, segment, svg, text

LEFT, TOP, BAR, STEP = 150, 44, 22, 60
LEAST = 34  # units of width that a name needs inside its part


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
    return svg(TOP + STEP * len(rows) + 30, title, parts)


def bar(y, label, whole, found, scale):
    parts, x = [text(LEFT - 8, y + 15, label, anchor="end")], float(LEFT)
    for number, (name, seconds) in enumerate(found):
        width, colour = seconds * scale, COLOURS[number % len(COLOURS)]
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{max(0.5, width):.1f}" height="{BAR}" fill="{colour}">'
            f"<title>{escape(name)}: {seconds:.2f} s</title></rect>"
        )
        if width >= max(LEAST, 6.5 * len(name)):
            parts.append(text(x + 3, y + BAR + 13, name, "small"))
        x += width
    parts.append(
        f'<rect x="{x:.1f}" y="{y}" width="{max(0.0, LEFT + whole * scale - x):.1f}" height="{BAR}" '
        'fill="#8c959f" fill-opacity="0.4"><title>starting, ending and what no stage counts</title></rect>'
    )
    parts.append(text(LEFT + max(whole * scale, x - LEFT) + 5, y + 15, f"{whole:.1f} s", "small"))
    return parts


def step(longest):
    """Seconds between marks, so that there are four to ten."""
    return next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**6) if longest / size <= 10)
