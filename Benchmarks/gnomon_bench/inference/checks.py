"""Whether both sides made the same map, and whether the polygons are what a map's polygons must be."""

import json

import numpy as np

SQUARE = 100.0  # square metres of a pixel
COVERED = 1e-3  # of the area: what simplified polygons may cover more or less, as the outer border moves


def classes(path):
    import rasterio

    with rasterio.open(path) as dataset:
        return dataset.read(1)


def differing(ours, theirs):
    """How many pixels differ, and the first of them."""
    if ours.shape != theirs.shape:
        return {"pixels": int(ours.size), "differing": int(ours.size), "first": f"{ours.shape} against {theirs.shape}"}
    different = np.flatnonzero(ours.ravel() != theirs.ravel())
    found = {"pixels": int(ours.size), "differing": len(different)}
    if len(different):
        row, column = divmod(int(different[0]), ours.shape[1])
        found["first"] = f"row {row}, column {column}: {int(ours[row, column])} against {int(theirs[row, column])}"
    return found


def regions(codes):
    """How many 4-connected regions of one class a map has."""
    import cc3d

    return int(cc3d.connected_components(codes, connectivity=4, out_dtype=np.uint32, return_N=True)[1])


def polygons(path, crs, codes):
    """What the polygons of a GeoJSON are, against the class map they come from."""
    import pyogrio
    import pyproj
    import shapely

    shapes = shapely.from_wkb(pyogrio.raw.read(path)[2])
    unsound = int((~shapely.is_valid(shapes)).sum())
    shift = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform
    shapes = shapely.transform(shapes, lambda points: np.column_stack(shift(points[:, 0], points[:, 1])))
    pixels = int(np.count_nonzero(codes))
    covered = float(shapely.area(shapes).sum())
    return {
        "polygons": len(shapes),
        "regions": regions(codes),
        "invalid": unsound,
        "vertices": int(shapely.get_num_coordinates(shapes).sum()),
        "area_ratio": round(covered / (pixels * SQUARE), 7),
    }


def problems(checks):
    """What is wrong, in words."""
    found = []
    for name in ("raw", "sieved"):
        if differs := checks.get(name, {}).get("differing"):
            found.append(f"{name} class map: {differs} pixels differ ({checks[name]['first']})")
    ours = checks.get("polygons", {}).get("gnomon")
    if ours:
        if ours["polygons"] != ours["regions"]:
            found.append(f"{ours['polygons']} polygons of {ours['regions']} regions")
        if ours["invalid"]:
            found.append(f"{ours['invalid']} invalid polygons")
        if abs(ours["area_ratio"] - 1) > COVERED:
            found.append(f"the polygons cover {ours['area_ratio']} of the pixels")
    return found


def last_json(output):
    """The object that the last line which is one holds; empty where no line is."""
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    return {}
