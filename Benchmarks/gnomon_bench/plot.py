"""Plots as SVG, readable on light and on dark pages: bars of ratios, and lines over the size of the catalog."""

import math
from html import escape

STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #24292f } .small { font-size: 11px }
.title { font-weight: 600; font-size: 15px }
.bar { fill: #1a7f64 } .other { fill: #8250df } .grid { stroke: #d0d7de; stroke-width: 1 }
.mark { stroke: #cf222e; stroke-width: 1.5 }
.line { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .bar { fill: #3fb68b }
.other { fill: #a98bf0 } .grid { stroke: #3d444d } .mark { stroke: #ff7b72 } }
</style>"""
COLOURS = (
    "#1a7f64",
    "#8250df",
    "#bf8700",
    "#0969da",
    "#cf222e",
    "#57606a",
    "#bc4c00",
    "#2da44e",
    "#bf3989",
    "#6e7781",
)
WIDTH = 860


def svg(height, title, parts):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title, True)}">{STYLE}\n<text class="title" x="10" y="22">{escape(title)}</text>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def ticks(low, high):
    """1, 2 and 5 of every power of ten between two numbers."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [
        step * 10.0**power for power in powers for step in (1, 2, 5) if low <= step * 10.0**power <= high * 1.0001
    ]


def short(number):
    for limit, letter in ((1e6, "M"), (1e3, "k")):
        if number >= limit:
            return f"{number / limit:g}{letter}"
    return f"{number:g}"


def text(x, y, words, kind="", anchor="start"):
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def segment(x1, y1, x2, y2, kind):
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def bars(title, rows, marks=()):
    """Horizontal bars on a logarithmic axis from 1. rows: (label, value); marks: (value, label) as vertical lines."""
    left, top, step = 190, 44, 24
    values = [value for _, value in rows] + [value for value, _ in marks]
    low, high = min(1, *values), max(2, *values) * 1.15
    height = top + step * len(rows) + 40

    def x(value):
        return left + (WIDTH - left - 60) * math.log(value / low) / math.log(high / low)

    bottom, parts = top + step * len(rows), []
    for tick in ticks(low, high):
        parts += [
            segment(x(tick), top - 6, x(tick), bottom, "grid"),
            text(x(tick), bottom + 16, short(tick), "small", "middle"),
        ]
    for number, (label, value) in enumerate(rows):
        y = top + step * number
        start, end = sorted((x(1), x(value)))
        parts += [
            text(left - 8, y + 14, label, anchor="end"),
            f'<rect class="bar" x="{start:.1f}" y="{y + 3}" width="{max(1, end - start):.1f}" height="{step - 8}"/>',
            text(end + 5, y + 14, f"{value:.1f}", "small"),
        ]
    for value, label in marks:
        parts += [
            segment(x(value), top - 6, x(value), bottom, "mark"),
            text(x(value), bottom + 30, label, "small", "middle"),
        ]
    return svg(height, title, parts)


def lines(title, series, unit):
    """Lines on logarithmic axes. series: {name: [(x, y)]}."""
    left, top, right, height = 70, 44, 190, 420
    points = [point for line in series.values() for point in line]
    x_low, x_high = min(p[0] for p in points), max(p[0] for p in points)
    x_low, x_high = (x_low / 2, x_high * 2) if x_low == x_high else (x_low, x_high)
    y_low, y_high = min(p[1] for p in points) / 1.5, max(p[1] for p in points) * 1.5
    bottom = height - 44

    def x(value):
        return left + (WIDTH - left - right) * math.log(value / x_low) / math.log(x_high / x_low)

    def y(value):
        return bottom - (bottom - top) * math.log(value / y_low) / math.log(y_high / y_low)

    parts = [text(left, height - 8, "items in the catalog", "small"), text(10, top - 8, unit, "small")]
    for tick in ticks(y_low, y_high):
        parts += [
            segment(left, y(tick), WIDTH - right, y(tick), "grid"),
            text(left - 8, y(tick) + 4, short(tick), "small", "end"),
        ]
    for value in sorted({p[0] for p in points}):
        parts += [
            segment(x(value), top, x(value), bottom, "grid"),
            text(x(value), bottom + 16, short(value), "small", "middle"),
        ]
    labels = iter(spread(sorted((y(line[-1][1]), name) for name, line in series.items()), 14))
    places = {name: place for place, name in labels}
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in line)
        parts.append(f'<polyline class="line" style="stroke:{colour}" points="{path}"/>')
        parts += [f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="3" fill="{colour}"/>' for a, b in line]
        parts.append(
            f'<text class="small" x="{WIDTH - right + 8}" y="{places[name] + 4:.1f}" style="fill:{colour}">'
            f"{escape(name)}</text>"
        )
    return svg(height, title, parts)


def spread(labels, distance):
    """(place, name) with places at least so far apart."""
    placed, last = [], -math.inf
    for place, name in labels:
        last = max(place, last + distance)
        placed.append((last, name))
    return placed
