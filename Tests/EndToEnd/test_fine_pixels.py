"""Imagery of drones: pixels of a centimetre, whose polygons need more decimals than seven."""

import json
import uuid

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.features import shapes
from shapely.geometry import shape

import predictions
import stac_documents as documents
from gnomon_server import succeed

AMAZON = "amazon-land-cover"


@pytest.fixture(scope="module", params=[0.01, 0.03, 0.1], ids=["1 cm", "3 cm", "10 cm"])
def fine_scene(server, asset_root, request):
    """The demo scene as if a drone had seen it: the same numbers, some of them other pixels', and small ones."""
    with rasterio.open(documents.CATALOG / "sentinel-2-amazon" / "s2_amazon_12band.tif") as demo:
        pixels, profile, names = demo.read(), demo.profile, demo.descriptions
    # Pixels in a random order leave areas of a few.
    order = np.random.default_rng(5).permutation(pixels[0].size)
    mixed = pixels.reshape(len(pixels), -1)[:, order].reshape(pixels.shape)
    mixed[:, ::2] = pixels[:, ::2]
    turned = rasterio.Affine.rotation(30) @ rasterio.Affine.scale(request.param, -request.param)
    profile.update(driver="GTiff", crs="EPSG:32721",
                   transform=rasterio.Affine.translation(570_000.123, 9_838_000.456) @ turned)
    path = asset_root / f"fine-{request.param}.tif"
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(mixed)
        dataset.descriptions = names
    item = documents.image_item(f"fine-{uuid.uuid4().hex[:8]}", path)
    server.create("/collections/sentinel-2-amazon/items", item)
    yield f"sentinel-2-amazon/{item['id']}"
    server.delete(f"/collections/sentinel-2-amazon/items/{item['id']}")
    path.unlink()


@pytest.mark.parametrize("simplify", [0, 1.5], ids=["as traced", "simplified"])
def test_every_area_of_tiny_pixels_has_its_polygon(server, fine_scene, tmp_path, measured, simplify):
    pixel = _pixel(server, fine_scene)
    folder = tmp_path / "map"
    done = succeed("predict", "--model", f"models/{AMAZON}", "--item", fine_scene, "--confidence", "--out", folder,
                   "--data-dir", server.data_directory, "--json", "--simplify", simplify * pixel)
    result = predictions.Prediction(folder)
    with rasterio.open(folder / "class.tif") as dataset:
        codes, nodata = dataset.read(1), dataset.nodata
    regions = sum(1 for _ in shapes(codes, mask=codes != nodata, connectivity=4))
    told = json.loads(done.stdout)
    properties = result.item["properties"]
    measured(f"pixels of {pixel} m, {'simplified' if simplify else 'as traced'}: {regions} regions,"
             f" {len(result.polygons)} polygons")
    assert regions > 4000
    assert len(result.polygons) == regions == told["polygons"] == properties["gnomon:polygons"]
    assert f"{regions} polygons in" in done.stderr and "arning" not in done.stderr and "gnomon:warnings" not in properties
    for name in ("polygons_collapsed", "polygons_unsettled"):
        assert told[name] == properties[f"gnomon:{name}"] == 0
    geometries = [shape(feature["geometry"]) for feature in result.polygons]
    assert shapely.is_valid(geometries).all()
    # Neighbours share every position and none overlap; none leave a gap, for together they have no hole.
    assert shapely.coverage_is_valid(geometries)
    assert (codes != nodata).all()
    whole = shapely.coverage_union_all(geometries)
    assert whole.geom_type == "Polygon" and not whole.interiors
    assert sum(feature["properties"]["pixels"] for feature in result.polygons) == (codes != nodata).sum()
    total = sum(feature["properties"]["area_m2"] for feature in result.polygons)
    classes = sum(entry["area_m2"] for entry in properties["gnomon:classes"])
    # The scale of UTM there, squared, is within a thousandth of one.
    assert total / ((codes != nodata).sum() * pixel ** 2) == pytest.approx(1, abs=1e-3)
    assert classes == pytest.approx(total, rel=1e-3)


def _pixel(server, reference):
    collection, identifier = reference.split("/")
    item = server.get(f"/collections/{collection}/items/{identifier}").json()
    href = next(iter(item["assets"].values()))["href"]
    return float(href.rsplit("fine-", 1)[1].removesuffix(".tif"))
