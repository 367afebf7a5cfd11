"""The collections' documents, with the item_assets that a store may draw on to keep items small."""

from . import landsat, models, sentinel

ITEM_ASSETS = "https://stac-extensions.github.io/item-assets/v1.0.0/schema.json"


def collection(identifier, title, description, version, licence, provider, since, **members):
    host = provider[1]
    return {
        "type": "Collection", "stac_version": version, "id": identifier, "title": title, "description": description,
        "license": licence, **members,
        "providers": [{"name": provider[0], "roles": ["producer", "licensor"], "url": host}],
        "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [[since, None]]}},
        "links": [
            {"rel": "license", "href": "https://example.com/license", "type": "text/html", "title": "License"},
            {"rel": "about", "href": f"https://example.com/{identifier}", "type": "text/html", "title": title}]}


def sentinel_collection(identifier=sentinel.COLLECTION):
    return collection(
        identifier, "Sentinel-2 Level-2A",
        "Global Sentinel-2 data from the Multispectral Instrument (MSI) onboard Sentinel-2", "1.0.0", "proprietary",
        ("ESA", "https://earth.esa.int/web/guest/home"), "2015-06-27T10:25:31.456Z",
        stac_extensions=[ITEM_ASSETS, sentinel.EXTENSIONS[0]], keywords=["sentinel", "esa", "msi", "cog"],
        summaries={"platform": ["sentinel-2a", "sentinel-2b", "sentinel-2c"], "constellation": ["sentinel-2"],
                   "instruments": ["msi"], "gsd": [10, 20, 60]},
        item_assets={key: members for key, (_, _, members) in sentinel.common_assets().items()})


def landsat_collection():
    return collection(
        landsat.COLLECTION, "Landsat Collection 2 Level-2",
        "Landsat Collection 2 Level-2 Science Products: surface reflectance and surface temperature.", "1.1.0",
        "other", ("USGS", "https://landsat.usgs.gov/"), "1982-08-22T00:00:00Z",
        stac_extensions=landsat.EXTENSIONS[:1], keywords=["landsat", "usgs", "nasa"],
        summaries={"platform": ["landsat-8", "landsat-9"], "instruments": ["oli", "tirs"], "gsd": [30, 100]},
        item_assets={key: members for key, (_, members) in landsat.common_assets().items()})


def models_collection():
    return collection(
        models.COLLECTION, "Machine learning models",
        "Trained models for Earth observation, described with the STAC MLM extension.", "1.1.0", "other",
        ("Example", "https://models.example.com/"), "2015-01-01T00:00:00Z", stac_extensions=models.EXTENSIONS[:1],
        # The schema of the extension takes no list for a summary of its fields, so that there is none.
        keywords=["mlm", "machine learning", "model"],
        item_assets={"weights": {"title": "Model weights", "roles": ["mlm:model"]}})
