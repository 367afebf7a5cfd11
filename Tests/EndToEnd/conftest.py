"""Fixtures of the end-to-end tests."""

import subprocess
import sys
import uuid
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.windows import Window

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fixtures"))

import stac_documents as documents  # noqa: E402
from gnomon_server import BINARY, REPOSITORY, Server, environment  # noqa: E402
from mlflow_server import MLflow  # noqa: E402
from pg_cluster import Cluster  # noqa: E402
from stac_documents import CATALOG  # noqa: E402


@pytest.fixture(scope="session")
def asset_root(tmp_path_factory):
    """A folder whose files the shared server may read."""
    return tmp_path_factory.mktemp("assets")


@pytest.fixture(scope="session")
def server(tmp_path_factory, asset_root):
    """One server with the demo catalog, shared by all tests that leave it as they found it."""
    data_directory = tmp_path_factory.mktemp("shared") / "data"
    with Server(data_directory, "--asset-root", CATALOG, "--asset-root", asset_root) as running:
        running.load(CATALOG)
        yield running


@pytest.fixture
def own_server(tmp_path):
    """Makes servers of the test's own, on data directories below its folder; they are gone when it ends."""
    servers = []

    def make(name="data", *options):
        servers.append(Server(tmp_path / name, *options, log=tmp_path / f"{len(servers)}.log"))
        return servers[-1]

    yield make
    for made in servers:
        made.close()


@pytest.fixture(scope="module")
def large_item(asset_root):
    """The item of a scene of 94 million pixels of which the file holds a corner; the other blocks are not there: nodata."""
    with rasterio.open(documents.CATALOG / "sentinel-2-amazon" / "s2_amazon_12band.tif") as demo:
        pixels, profile, names = demo.read(), demo.profile, demo.descriptions
    corner = np.tile(pixels, (1, 5, 5))[:, :1024, :1024]
    profile.update(driver="GTiff", width=9880, height=9480, tiled=True, blockxsize=256, blockysize=256, compress=None,
                   nodata=0, sparse_ok=True, bigtiff="yes")
    path = asset_root / "large-scene.tif"
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(corner, window=Window(0, 0, 1024, 1024))
        dataset.descriptions = names
    yield documents.image_item(f"large-{uuid.uuid4().hex[:8]}", path)
    path.unlink()


@pytest.fixture(scope="module")
def large_scene(server, large_item):
    server.create("/collections/sentinel-2-amazon/items", large_item)
    yield f"sentinel-2-amazon/{large_item['id']}"
    server.delete(f"/collections/sentinel-2-amazon/items/{large_item['id']}")


@pytest.fixture(scope="module")
def noisy_scene(server, asset_root):
    """The pixels of the demo scene in any order: a map of many small areas, whose stages all take a while."""
    with rasterio.open(documents.CATALOG / "sentinel-2-amazon" / "s2_amazon_12band.tif") as demo:
        pixels, profile, names = demo.read().reshape(12, -1), demo.profile, demo.descriptions
    side = 500
    chosen = np.random.default_rng(6).integers(0, pixels.shape[1], side * side)
    path = asset_root / "noisy-scene.tif"
    with rasterio.open(path, "w", **profile | {"width": side, "height": side}) as dataset:
        dataset.write(pixels[:, chosen].reshape(12, side, side))
        dataset.descriptions = names
    item = documents.image_item(f"noisy-{uuid.uuid4().hex[:8]}", path)
    server.create("/collections/sentinel-2-amazon/items", item)
    yield f"sentinel-2-amazon/{item['id']}"
    server.delete(f"/collections/sentinel-2-amazon/items/{item['id']}")
    path.unlink()


@pytest.fixture(scope="module")
def mlflow(tmp_path_factory):
    started = MLflow(tmp_path_factory.mktemp("mlflow"))
    try:
        yield started.start()
    finally:
        started.stop()


@pytest.fixture(scope="module")
def catalog(tmp_path_factory, asset_root, mlflow):
    """A server with the demo catalog that asks MLflow for whatever is older than a second."""
    folder = tmp_path_factory.mktemp("gnomon") / "data"
    with Server(folder, "--asset-root", CATALOG, "--asset-root", asset_root, "--mlflow-tracking-uri", mlflow.url,
                "--mlflow-refresh", "1s") as running:
        running.load(CATALOG)
        yield running


@pytest.fixture(scope="module")
def cluster():
    """A PostgreSQL of the module's own."""
    made = Cluster()
    yield made
    made.close()


@pytest.fixture
def database(cluster, request):
    """A database of the test's own."""
    name = request.node.name.replace("[", "_").replace("]", "")[:60]
    cluster.create(name)
    return name


@pytest.fixture
def load(cluster, database):
    """Runs gnomon load into the database."""
    def load(*arguments, text=None):
        return subprocess.run([BINARY, "load", *map(str, arguments), "--database-url", cluster.url(database)],
                              env=environment(), cwd=REPOSITORY, timeout=180, capture_output=True, text=text is None,
                              input=text)
    return load


@pytest.fixture
def catalog_server(cluster, database, tmp_path):
    """Serves what was loaded."""
    servers = []

    def serve():
        servers.append(Server(tmp_path / "served", "--database-url", cluster.url(database)).start())
        return servers[-1]
    yield serve
    for server in servers:
        server.close()


@pytest.fixture
def image(server, asset_root, request):
    """Puts an image of the test's own into the catalog and gives its reference."""
    made = []

    def make(name, content=None, **asset_members):
        path = asset_root / f"{request.node.name.replace('/', '_')[:60]}-{name}"
        if content is not None:
            path.write_bytes(content)
        item = documents.image_item(f"image-{len(made)}-{uuid.uuid4().hex[:8]}", path, **asset_members)
        server.create("/collections/sentinel-2-amazon/items", item)
        made.append(item["id"])
        return path, f"sentinel-2-amazon/{item['id']}"

    yield make
    for identifier in made:
        server.delete(f"/collections/sentinel-2-amazon/items/{identifier}")
