"""Clients that others wrote, unmodified: rustac reads the catalog, odc-stac reads the pixels."""

import asyncio
from urllib.parse import quote

import numpy
import odc.stac
import pystac
import pystac_client
import pytest
import rasterio
import rustac
import rustac.store

import survey

SCENES = [item["id"] for item in survey.items()[:survey.COUNT]]


@pytest.fixture(scope="module")
def rust(server):
    return rustac.ApiClient(server.url)


def identifiers(found):
    return [item["id"] for item in found]


def test_rustac_searches(rust):
    assert sorted(identifiers(rust.search_sync(collections="survey", limit=10))) == SCENES
    assert identifiers(rust.search_sync(collections=["survey", "archive"], ids=["scene-01"])) == ["scene-01"] * 2
    assert identifiers(rust.search_sync(collections="survey", bbox=[20.2, 20.2, 20.3, 20.3])) == ["scene-00"]
    assert len(rust.search_sync(collections="survey", intersects=survey.square(24.75))) == 4
    assert len(rust.search_sync(collections="survey", datetime="2021-03-05T00:00:00Z/2021-03-07T12:00:00Z")) == 3
    assert len(rust.search_sync(collections="survey", max_items=5, limit=2)) == 5


def test_rustac_filters_sorts_and_chooses_fields(rust):
    assert len(rust.search_sync(collections="survey", filter="gsd = 30")) == 8
    assert len(rust.search_sync(collections="survey", filter={"op": "=", "args": [{"property": "gsd"}, 30]})) == 8
    assert len(rust.search_sync(collections="survey", query={"platform": {"startsWith": "sentinel"}})) == 16
    assert identifiers(rust.search_sync(collections="survey", sortby="-datetime", max_items=2)) == SCENES[:-3:-1]
    (item,) = rust.search_sync(collections="survey", ids=["scene-01"], include=["id", "properties.grade"])
    assert item["properties"] == {"grade": "b"}


def test_rustac_pages_as_it_goes(rust):
    async def gather():
        found = []
        async for item in await rust.iter_search(collections="survey", limit=5):
            if item is None:  # how rustac 0.9.18 says that this was all; it never ends by itself
                return found
            found.append(item["id"])
    assert sorted(asyncio.run(gather())) == SCENES


def test_rustac_reads_collections_and_walks_to_every_item(server, rust):
    store = rustac.store.HTTPStore(server.url, client_options={"allow_http": True})

    async def walk():
        root = await rustac.read("", store=store)
        return [item async for _, _, items in rustac.walk(root, store=store) for item in items]

    assert names(asyncio.run(walk())) == names(rust.search_sync(limit=100))
    assert rust.get_collection_sync("survey")["title"] == "Survey flights"
    listed = identifiers(server.get("/collections?limit=100").json()["collections"])
    assert identifiers(rust.get_collections_sync()) == listed


def test_pystac_browses_to_every_item_without_the_api(server, rust):
    browsed = [item.to_dict() for item in pystac.Catalog.from_file(server.url).get_items(recursive=True)]
    assert names(browsed) == names(rust.search_sync(limit=100))


def names(items):
    return sorted((item["collection"], item["id"]) for item in items)


@pytest.fixture(scope="module")
def maps(server):
    """Two items of the demo catalog as pystac-client gives them, and how to ask the server for the files of each."""
    client = pystac_client.Client.open(server.url)
    items = list(client.search(
        collections=["modis-sinop"], ids=["MOD13Q1_2013-09-14", "MOD13Q1_2014-08-29"]).items())
    assert len(items) == 2
    served = {asset.href: f"{server.url}/collections/{item.collection_id}/items/{quote(item.id)}/assets/{quote(name)}"
              for item in items for name, asset in item.assets.items()}
    return items, served


def test_odc_stac_reads_the_grid_of_the_demo_items_from_their_metadata(maps):
    parsed = list(odc.stac.parse_items(maps[0]))
    assert {item.collection.name for item in parsed} == {"modis-sinop"}
    for item, read in zip(maps[0], parsed):
        boxes = read.geoboxes(["ndvi"])
        assert [tuple(box.shape) for box in boxes] == [tuple(item.assets["ndvi"].extra_fields["proj:shape"])]


@pytest.mark.parametrize("over_http", [False, True], ids=["from the hrefs", "from the server's asset addresses"])
def test_odc_stac_loads_the_pixels_of_the_demo_items(maps, over_http):
    items, served = maps
    cube = odc.stac.load(items, bands=["ndvi"], patch_url=served.get if over_http else None)
    assert cube.sizes["time"] == 2
    for item in items:
        with rasterio.open(item.assets["ndvi"].href) as source:
            wanted = source.read(1)
        layer = cube["ndvi"].sel(time=item.datetime.replace(tzinfo=None)).values
        assert layer.shape == wanted.shape
        assert numpy.array_equal(layer, wanted)


def test_pystac_makes_an_object_of_every_document(server):
    client = pystac_client.Client.open(server.url)
    for item in client.search(limit=100).items():
        assert pystac.Item.from_dict(item.to_dict()).id == item.id
    for collection in client.get_collections():
        assert pystac.Collection.from_dict(collection.to_dict()).id == collection.id
