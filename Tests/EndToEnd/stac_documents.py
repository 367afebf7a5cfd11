"""Small STAC documents for the tests."""

import copy
import json

from gnomon_server import REPOSITORY

CATALOG = REPOSITORY / "fixtures" / "catalog"


def demo(path):
    """A document of the demo catalog with absolute asset hrefs and without links."""
    file = CATALOG / path
    document = json.loads(file.read_text())
    for asset in document.get("assets", {}).values():
        if asset["href"].startswith("./"):
            asset["href"] = (file.parent / asset["href"]).resolve().as_uri()
    document["links"] = []
    return document


def collection(identifier):
    return {
        "type": "Collection", "stac_version": "1.1.0", "id": identifier, "description": "For a test.",
        "license": "CC0-1.0", "links": [],
        "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [[None, None]]}},
    }


def item(identifier, collection_id, datetime="2020-01-01T00:00:00Z", point=(10.0, 50.0), **properties):
    return {
        "type": "Feature", "stac_version": "1.1.0", "id": identifier, "collection": collection_id,
        "geometry": {"type": "Point", "coordinates": list(point)}, "bbox": [*point, *point],
        "properties": {"datetime": datetime, **properties}, "links": [], "assets": {},
    }


def item_collection(items):
    return {"type": "FeatureCollection", "features": items}


def image_item(identifier, path, like="sentinel-2-amazon/s2-amazon.json", **asset_members):
    """An item like one of the demo catalog whose one image is another file (a Path) or href (a string).

    Nothing in it claims to know the file's bytes or grid.
    """
    document = demo(like)
    document["id"] = identifier
    asset = next(iter(document["assets"].values()))
    for member in [name for name in asset if name.startswith(("file:", "proj:"))]:
        del asset[member]
    asset["href"] = path if isinstance(path, str) else path.resolve().as_uri()
    asset.update(asset_members)
    document["stac_extensions"] = [
        name for name in document["stac_extensions"] if "/file/" not in name and "/projection/" not in name]
    return document


def model_item(identifier, path, like="models/amazon-land-cover.json", vector=None):
    """A model like one of the demo catalog whose file is another; it has a golden vector only if one is given."""
    document = copy.deepcopy(demo(like))
    document["id"] = identifier
    model = document["assets"]["model"]
    for member in [name for name in model if name.startswith("file:")]:
        del model[member]
    model["href"] = path.resolve().as_uri()
    del document["assets"]["test-vector"]
    if vector:
        document["assets"]["test-vector"] = {
            "href": vector.resolve().as_uri(), "type": "text/csv", "roles": ["test-vector"]}
    return document
