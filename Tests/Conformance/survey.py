"""Two small collections whose every search result can be worked out by hand.

`survey` holds 24 items, one a day from 2021-03-01, on a diagonal from (20, 20) to (31.5, 31.5); `archive` holds the first
three once more under the same ids, without an instant: they last a year each.
"""

import stac_documents as documents

COUNT = 24
COLLECTIONS = ("survey", "archive")
PLATFORMS = ["sentinel-2a", "sentinel-2b", "landsat-8"]
LOOSE = [10, "10", True, None, "2021-03-01T00:00:00Z", 30.0, "", "2021-03-20T12:00:00+02:00", False, "a", -5]
"""Values of a property that no specification knows and that is of every type."""
EO = "https://stac-extensions.github.io/eo/v2.0.0/schema.json"
ASSET = {
    "href": "https://example.org/band.tif", "type": "image/tiff; application=geotiff", "title": "A band", "roles": ["data"]}


def scene(number):
    """Item `number` of 0..<24; cloud cover runs 0, 5, … 45 and begins anew, every sixth item has none."""
    corner = 20 + number / 2
    document = documents.item(
        f"scene-{number:02}", "survey", f"2021-03-{number + 1:02}T10:00:00Z", (corner, corner),
        platform=PLATFORMS[number % 3], instruments=["msi"] if number % 3 < 2 else ["oli", "tirs"],
        grade="abcd"[number % 4], gsd=10 if number % 3 < 2 else 30, created="2022-01-01T00:00:00Z",
        title=f"Scene {number}", description=DESCRIPTIONS[number % 4], keywords=["survey", "grüße"],
        loose=LOOSE[number % len(LOOSE)])
    if number % 6 != 2:
        document["properties"]["eo:cloud_cover"] = number % 10 * 5
        document["stac_extensions"] = [EO]
    document["geometry"] = square(corner)
    document["bbox"] = [corner, corner, corner + 1, corner + 1]
    document["assets"] = {"band": ASSET}
    return document


DESCRIPTIONS = [
    "Dense cloud above the river", "Clear sky above the forest", "Snow and ice on the mountain", "A harbour at night"]


def square(corner):
    far = corner + 1
    ring = [[corner, corner], [far, corner], [far, far], [corner, far], [corner, corner]]
    return {"type": "Polygon", "coordinates": [ring]}


def record(number):
    """Item `number` of 0..<3 of the archive: same id as in the survey, a year instead of an instant."""
    document = scene(number) | {"collection": "archive"}
    year = 2010 + number
    document["properties"] |= {
        "datetime": None, "start_datetime": f"{year}-01-01T00:00:00Z", "end_datetime": f"{year}-12-31T23:59:59Z"}
    return document


def collection(identifier, title, description, keywords, bbox, interval):
    document = documents.collection(identifier)
    extent = {"spatial": {"bbox": [bbox]}, "temporal": {"interval": [interval]}}
    return document | {"title": title, "description": description, "keywords": keywords, "extent": extent}


SURVEY = collection(
    "survey", "Survey flights", "Aerial photographs of a diagonal strip", ["aerial", "strip"], [20, 20, 32.5, 32.5],
    ["2021-03-01T10:00:00Z", "2021-03-24T10:00:00Z"])
ARCHIVE = collection(
    "archive", "Archive of the survey", "Yearly mosaics", ["mosaic"], [20, 20, 22, 22],
    ["2010-01-01T00:00:00Z", "2012-12-31T23:59:59Z"])


def items():
    """Every item of both collections."""
    return [scene(number) for number in range(COUNT)] + [record(number) for number in range(3)]


def create(server):
    for document in (SURVEY, ARCHIVE):
        server.create("/collections", document)
    server.create("/collections/survey/items", documents.item_collection([scene(n) for n in range(COUNT)]))
    server.create("/collections/archive/items", documents.item_collection([record(n) for n in range(3)]))
