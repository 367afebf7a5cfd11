"""The peer's polygons: labelled once, simplified one by one, in degrees, with class, area and mean confidence."""

import geopandas
import numpy as np
import pyogrio  # noqa: F401  (its import counts with the others, before the clock of GeoJSON runs)
import pyproj
import shapely
from rasterio.features import shapes

from .pixels import CLASSES


def write(path, codes, percent, reader, tolerance, watch):
    """Writes the GeoJSON and tells how much it holds."""
    import cc3d

    with watch.stage("label"):
        labels, count = cc3d.connected_components(codes, connectivity=4, out_dtype=np.uint32, return_N=True)
        labels = labels.view(np.int32)
    with watch.stage("polygonise"):
        polygons, numbers = traced(labels, reader.transform)
    vertices = int(shapely.get_num_coordinates(polygons).sum())
    with watch.stage("statistics"):
        values, area, certain = statistics(labels, codes, percent, numbers, count, reader.transform)
    with watch.stage("simplify"):
        polygons = shapely.simplify(polygons, tolerance, preserve_topology=True)
    with watch.stage("reproject"):
        shift = pyproj.Transformer.from_crs(reader.crs, 4326, always_xy=True).transform
        polygons = shapely.transform(polygons, lambda points: np.column_stack(shift(points[:, 0], points[:, 1])))
    with watch.stage("GeoJSON"):
        columns = {
            "class": values,
            "label": np.array(["", *CLASSES])[values],
            "area_ha": np.round(area / 1e4, 4),
            "confidence": np.round(certain, 3),
        }
        frame = geopandas.GeoDataFrame(columns, geometry=polygons, crs=4326)
        path.unlink(missing_ok=True)
        pyogrio.write_dataframe(frame, path, driver="GeoJSON", RFC7946="YES", COORDINATE_PRECISION=7)
    left = int(shapely.get_num_coordinates(polygons).sum())
    return {
        "polygons": int(count),
        "vertices": vertices,
        "vertices_simplified": left,
        "geojson_bytes": path.stat().st_size,
    }


def traced(labels, transform):
    """The polygons of a label image, and each one's label."""
    points, rings, polygons, numbers = [], [0], [0], []
    for shape, number in shapes(labels, mask=labels != 0, connectivity=4, transform=transform):
        for ring in shape["coordinates"]:
            points.extend(ring)
            rings.append(len(points))
        polygons.append(len(rings) - 1)
        numbers.append(int(number))
    offsets = np.array(rings), np.array(polygons)
    return shapely.from_ragged_array(shapely.GeometryType.POLYGON, np.array(points, float), offsets), np.array(numbers)


def statistics(labels, codes, percent, numbers, count, transform):
    """(class, area, mean confidence) of each polygon."""
    flat = labels.ravel()
    pixels = np.bincount(flat, minlength=count + 1)
    class_of = np.zeros(count + 1, np.uint8)
    class_of[flat] = codes.ravel()
    certain = np.bincount(flat, weights=percent.ravel(), minlength=count + 1)
    area = pixels[numbers] * abs(transform.a * transform.e)
    return class_of[numbers], area, certain[numbers] / pixels[numbers] / 100
