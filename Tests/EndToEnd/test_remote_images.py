"""Images on the web and in storage of the S3 kind: read by ranges, as the same file here would be."""

import json
import math
import subprocess
import uuid

import numpy as np
import pytest
import rasterio
import rasterio.warp
import rasterio.windows

import gnomon_server
import stac_documents as documents
from object_storage import ACCESS_KEY, SECRET_KEY, ObjectStorage
from range_server import RangeServer

AMAZON = "amazon-land-cover"
# What the command finds in its environment.
SETTINGS = {}
# Most rows of the demo scene.
SIDE = 400


@pytest.fixture(scope="module")
def scene(asset_root):
    """The demo scene five times in each direction, in blocks, not compressed: some 35 MB."""
    with rasterio.open(documents.CATALOG / "sentinel-2-amazon" / "s2_amazon_12band.tif") as demo:
        pixels, profile, names = demo.read(), demo.profile, demo.descriptions
    pixels = np.tile(pixels, (1, 5, 5))
    profile.update(driver="GTiff", width=pixels.shape[2], height=pixels.shape[1], tiled=True, blockxsize=256,
                   blockysize=256, compress=None)
    path = asset_root / "remote-scene.tif"
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(pixels)
        dataset.descriptions = names
    yield path
    path.unlink()


@pytest.fixture
def web(scene, asset_root):
    server = RangeServer(asset_root)
    yield server
    server.close()


@pytest.fixture
def item(server):
    """Makes items whose image is at an address."""
    made = []

    def make(href):
        document = documents.image_item(f"remote-{uuid.uuid4().hex[:8]}", href)
        server.create("/collections/sentinel-2-amazon/items", document)
        made.append(document["id"])
        return f"sentinel-2-amazon/{document['id']}"

    yield make
    for name in made:
        server.delete(f"/collections/sentinel-2-amazon/items/{name}")


@pytest.fixture
def area(scene):
    """Degrees around 300 x 300 pixels in the middle of the scene, within 2 x 2 of its blocks."""
    with rasterio.open(scene) as dataset:
        window = rasterio.windows.Window(540, 540, 300, 300)
        box = rasterio.warp.transform_bounds(dataset.crs, "OGC:CRS84", *rasterio.windows.bounds(window, dataset.transform))
    return "--bbox=" + ",".join(map(str, box))


def predict(server, item, folder, *options):
    command = [gnomon_server.BINARY, "predict", "--model", f"models/{AMAZON}", "--item", item, "--confidence", "--json",
               "--out", folder, "--data-dir", server.data_directory, *options]
    return subprocess.run(list(map(str, command)), env={**gnomon_server.environment(), **SETTINGS}, timeout=180,
                          capture_output=True, text=True)


def succeed(server, item, folder, *options):
    done = predict(server, item, folder, *options)
    assert done.returncode == 0, done.stderr
    content = {name: (folder / name).read_bytes() for name in ("class.tif", "confidence.tif", "polygons.geojson")}
    return content, json.loads(done.stdout)["remote_images"]


@pytest.fixture
def allowed(web, monkeypatch):
    monkeypatch.setitem(SETTINGS, "GNOMON_ALLOW_PRIVATE_HOST", web.host)
    return web


def test_an_area_is_read_by_ranges_and_mapped_as_from_a_local_file(server, item, scene, allowed, area, tmp_path, measured):
    local, images = succeed(server, item(scene), tmp_path / "local", area)
    assert images == []
    remote, (image,) = succeed(server, item(f"http://{allowed.host}/{scene.name}"), tmp_path / "remote", area)
    assert remote == local
    size = scene.stat().st_size
    assert image["size"] == size and image["fetched_bytes"] == allowed.sent and image["requests"] == allowed.requests
    measured(f"{allowed.sent} of {size} bytes in {allowed.requests} requests")
    # 300 x 300 pixels lie in 2 x 2 blocks of 256 x 256, of 25.
    assert allowed.sent < size / 4 and allowed.requests < 12
    assert not list((server.data_directory / "cache").glob("*/*"))


def test_a_whole_image_is_fetched_once(server, item, scene, allowed, tmp_path):
    local, _ = succeed(server, item(scene), tmp_path / "local")
    remote, (image,) = succeed(server, item(f"http://{allowed.host}/{scene.name}"), tmp_path / "remote")
    assert remote == local
    assert allowed.sent <= scene.stat().st_size


def _stored(scene, name, mask=None, **profile):
    """The scene in a file stored otherwise, with a mask where one is given."""
    with rasterio.open(scene) as dataset:
        pixels, members, names = dataset.read(), dataset.profile, dataset.descriptions
    path = scene.with_name(name)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        with rasterio.open(path, "w", **{**members, "nodata": None, **profile}) as dataset:
            dataset.write(pixels)
            if mask is not None:
                dataset.write_mask(mask)
            dataset.descriptions = names
    return path


def _both(server, item, path, web, area, folder):
    """The image of the map from a local file and from the web, which must be the same map; the latter's traffic."""
    local, _ = succeed(server, item(path), folder / "local", *area)
    remote, (image,) = succeed(server, item(f"http://{web.host}/{path.name}"), folder / "remote", *area)
    assert remote == local
    assert image["fetched_bytes"] == web.sent and image["requests"] == web.requests
    return image


def test_blocks_larger_than_a_tile_are_fetched_once_and_together(server, item, scene, allowed, area, tmp_path, measured):
    path = _stored(scene, "one-strip.tif", tiled=False, blockysize=SIDE * 5, interleave="band")
    with rasterio.open(path) as dataset:
        assert dataset.block_shapes[0][0] == dataset.height, "one strip for each band"
    image = _both(server, item, path, allowed, [area], tmp_path)
    path.unlink()
    measured(f"one strip a band: {image['fetched_bytes']} of {image['size']} bytes in {image['requests']} requests")
    # All of the file, for each strip holds some of the area; no byte twice, in ranges of up to 4 MiB.
    assert image["fetched_bytes"] <= image["size"]
    assert image["requests"] <= 2 * math.ceil(image["size"] / (4 << 20)) + 3


def test_the_blocks_of_a_mask_are_fetched_together(server, item, scene, allowed, area, tmp_path, measured):
    with rasterio.open(scene) as dataset:
        # Noise, so that its blocks are as large as such blocks can be.
        valid = np.random.default_rng(2).integers(0, 2, dataset.shape).astype(np.uint8) * 255
    traffic = {}
    for name, mask in (("plain", None), ("masked", valid)):
        path = _stored(scene, f"{name}.tif", mask, interleave="band")
        allowed.sent = allowed.requests = 0
        traffic[name] = _both(server, item, path, allowed, [area], tmp_path / name)
        path.unlink()
    plain, masked = traffic.values()
    more = masked["fetched_bytes"] - plain["fetched_bytes"]
    measured(f"a mask: {more} bytes more, in {masked['requests']} requests; {plain['requests']} without it")
    # 2 x 2 blocks of a bit for a pixel, which lie within 64 KiB or next to one another; and the directory of the mask.
    assert 4 * 256 * 256 / 8 <= more <= 4 * (64 << 10)
    assert plain["requests"] < masked["requests"] <= plain["requests"] + 2


def test_a_server_without_ranges_is_asked_for_the_whole(server, item, scene, allowed, area, tmp_path):
    allowed.mode = "whole"
    local, _ = succeed(server, item(scene), tmp_path / "local", area)
    name = item(f"http://{allowed.host}/{scene.name}")
    remote, images = succeed(server, name, tmp_path / "remote", area)
    assert remote == local
    size = scene.stat().st_size
    assert images == [{"asset": "data", "size": size, "fetched_bytes": size, "fetched": "whole",
                       "whole_because": "no-ranges"}]
    plan = predict(server, name, tmp_path / "none", "--explain")
    assert plan.returncode == 0, plan.stderr
    assert json.loads(plan.stdout)["remote_images"] == images


def test_a_jpeg_2000_image_is_fetched_whole_and_says_so(server, item, scene, allowed, area, tmp_path, measured):
    path = scene.with_name("remote-scene.jp2")
    with rasterio.open(scene) as dataset:
        pixels, members = dataset.read(), dataset.profile
    with rasterio.open(path, "w", driver="JP2OpenJPEG", width=members["width"], height=members["height"],
                       count=len(pixels), dtype=pixels.dtype, crs=members["crs"], transform=members["transform"],
                       quality="100", reversible="yes", blockxsize=256, blockysize=256) as dataset:
        dataset.write(pixels)
    local, _ = succeed(server, item(path), tmp_path / "local", area)
    remote, (image,) = succeed(server, item(f"http://{allowed.host}/{path.name}"), tmp_path / "remote", area)
    size = path.stat().st_size
    path.unlink()
    assert remote == local
    assert image == {"asset": "data", "size": size, "fetched_bytes": size, "fetched": "whole", "whole_because": "jpeg2000"}
    measured(f"JPEG 2000: {allowed.sent} bytes sent of a file of {size}")
    # The first 64 KiB, which tell that it is one, and then all of it.
    assert allowed.sent == size + (64 << 10)


@pytest.mark.parametrize("mode, words", [("changed", "The image was changed while it was read"),
                                         ("cut", "the file ended before its announced length")])
def test_a_server_that_misbehaves_is_one_error(server, item, scene, allowed, area, tmp_path, mode, words):
    allowed.mode = mode
    refused = predict(server, item(f"http://{allowed.host}/{scene.name}"), tmp_path / "map", area)
    assert refused.returncode == 1 and words in refused.stderr, refused.stderr
    assert not (tmp_path / "map").exists() and not list(tmp_path.glob(".map.*"))


def test_a_host_that_is_not_allowed_is_not_asked(server, item, scene, web, area, tmp_path):
    refused = predict(server, item(f"http://{web.host}/{scene.name}"), tmp_path / "map", area)
    assert refused.returncode == 1 and "is not allowed" in refused.stderr, refused.stderr
    assert web.requests == 0


def test_an_image_in_a_bucket_is_read_by_ranges(server, item, scene, area, tmp_path, tmp_path_factory, monkeypatch):
    with ObjectStorage(tmp_path_factory.mktemp("swift")) as storage:
        storage.put("images", "a scene.tif", scene.read_bytes())
        for name, value in {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
                            "GNOMON_S3_ENDPOINT": storage.endpoint}.items():
            monkeypatch.setitem(SETTINGS, name, value)
        local, _ = succeed(server, item(scene), tmp_path / "local", area)
        remote, (image,) = succeed(server, item("s3://images/a scene.tif"), tmp_path / "remote", area,
                                   "--allow-host", storage.host)
        assert remote == local
        assert image["fetched_bytes"] < image["size"] / 4
