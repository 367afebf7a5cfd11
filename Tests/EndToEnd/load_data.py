"""Documents for the tests of gnomon load."""

import gzip
import json

import stac_documents as documents


def lines(count, collection="many", start=0):
    """Items as lines of NDJSON, with members and numbers that a careless reader would change."""
    for number in range(start, start + count):
        item = documents.item(f"item-{number:06}", collection, datetime=f"20{number % 24:02}-01-01T00:00:00Z",
                              point=(number % 360 - 180.0, number % 180 - 90.0), number=number, padding="x" * 200)
        yield json.dumps(item)


def write(path, texts):
    path.write_text("".join(text + "\n" for text in texts))
    return path


def write_gzip(path, texts):
    path.write_bytes(gzip.compress("".join(text + "\n" for text in texts).encode()))
    return path


def catalog(path, count, collection="many"):
    """A file with a collection and its items."""
    return write(path, [json.dumps(documents.collection(collection)), *lines(count, collection)])


def exactly(text):
    """A document with the text of its numbers and the order of its members, without links."""
    def without_links(pairs):
        return [(name, value) for name, value in pairs if name != "links"]
    return json.loads(text, object_pairs_hook=without_links, parse_float=lambda number: ("number", number),
                      parse_int=lambda number: ("number", number))


def without_links(document):
    return {name: value for name, value in document.items() if name != "links"}


def everything(server, collection):
    """Every item of a collection by its identifier; none twice."""
    found, address = {}, f"{server.url}/collections/{collection}/items?limit=500"
    while address:
        page = server.http.get(address, timeout=60).json()
        for feature in page["features"]:
            assert feature["id"] not in found
            found[feature["id"]] = feature
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    return found
