#!/usr/bin/env python3
"""Draws docs/plots/post-processing.svg: polygons of the demo land cover without and with post-processing.

Usage: scripts/draw_post_processing.py GNOMON DATA_DIRECTORY   (a data directory with the demo catalog)
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

STEPS = {
    "threshold": 0.55, "unknown_class": {"value": 250, "name": "unknown", "color_hint": "B0B0B0"},
    "sieve": 8, "fill_holes": 2000, "simplify": 15, "smooth": {"iterations": 2, "distance": 8},
}
BOX = [-56.3735, -1.4663, -56.3665, -1.4618]
SIZE = (420, 270)


def polygons(gnomon, data_directory, steps):
    """The features of a run, and the colours of its classes."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [gnomon, "predict", "--model", "models/amazon-land-cover", "--item", "sentinel-2-amazon/s2-amazon",
             "--data-dir", data_directory, "--bbox=" + ",".join(map(str, BOX)), "--out", folder,
             "--post-processing", json.dumps(steps)], check=True, capture_output=True)
        features = json.loads((Path(folder) / "polygons.geojson").read_text())["features"]
        item = json.loads((Path(folder) / "item.json").read_text())
    classes = item["assets"]["class"]["classification:classes"]
    return features, {entry["value"]: "#" + entry.get("color_hint", "FFFFFF") for entry in classes}


def path(feature):
    """All rings of a feature in the picture's coordinates."""
    west, south, east, north = BOX
    parts = feature["geometry"]["coordinates"]
    rings = [ring for part in parts for ring in part] if feature["geometry"]["type"] == "MultiPolygon" else parts
    drawn = []
    for ring in rings:
        points = [f"{(x - west) / (east - west) * SIZE[0]:.1f} {(north - y) / (north - south) * SIZE[1]:.1f}"
                  for x, y in ring[:-1]]
        drawn.append("M" + "L".join(points) + "Z")
    return "".join(drawn)


def panel(title, features, colors, left):
    shapes = "".join(f'<path fill="{colors[feature["properties"]["class"]]}" d="{path(feature)}"/>\n'
                     for feature in features)
    return (f'<g transform="translate({left} 24)"><text y="-8">{title}: {len(features)} polygons</text>'
            f'<svg width="{SIZE[0]}" height="{SIZE[1]}" fill-rule="evenodd" stroke="#333" stroke-width="0.4">\n'
            f'{shapes}</svg></g>\n')


def main():
    gnomon, data_directory = sys.argv[1:3]
    before = polygons(gnomon, data_directory, {})
    after = polygons(gnomon, data_directory, STEPS)
    width, height = 2 * SIZE[0] + 20, SIZE[1] + 28
    picture = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
               'font-family="sans-serif" font-size="13">\n'
               + panel("As classified", *before, 0) + panel("Post-processed", *after, SIZE[0] + 20) + "</svg>\n")
    target = Path(__file__).resolve().parents[1] / "docs/plots/post-processing.svg"
    target.write_text(picture)


if __name__ == "__main__":
    main()
