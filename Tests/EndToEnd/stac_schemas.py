"""Validation of STAC documents without a network: every schema is found on this disk or the validation fails."""

import functools
import importlib.resources
import json
import re
from pathlib import Path

import pyproj.datadir
import pystac.validation
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource
from referencing.jsonschema import DRAFT7

FOLDER = Path(__file__).parent / "schemas"
CORE = "https://schemas.stacspec.org/v1.1.0/"
EXTENSION = re.compile(r"https://stac-extensions\.github\.io/([a-z-]+)/(v[0-9.]+)/schema\.json")


def schema_path(address):
    """The file that holds the schema of an address, or None."""
    core = importlib.resources.files("pystac.validation.jsonschemas")
    if address.startswith(CORE):
        return Path(str(core / "stac-spec" / "v1.1.0" / address.rsplit("/", 1)[1]))
    if address.startswith("https://geojson.org/schema/"):
        return Path(str(core / "geojson" / address.rsplit("/", 1)[1]))
    if address.startswith("https://proj.org/schemas/"):
        return Path(pyproj.datadir.get_data_dir()) / "projjson.schema.json"
    found = EXTENSION.fullmatch(address)
    return FOLDER / f"{found[1]}-{found[2]}.json" if found else None


def read_schema(address):
    path = schema_path(address.rstrip("#"))
    if path is None or not path.exists():
        raise NoSuchResource(ref=address)
    return json.loads(path.read_text())


@functools.cache
def validator(address):
    registry = Registry(retrieve=lambda uri: Resource.from_contents(read_schema(uri), default_specification=DRAFT7))
    return Draft7Validator({"$ref": address}, registry=registry)


def faults(document):
    """Every fault of a STAC 1.1.0 item or collection against the core and each declared extension, as sentences."""
    kind = {"Feature": "item", "Collection": "collection", "Catalog": "catalog"}[document["type"]]
    addresses = [f"{CORE}{kind}-spec/json-schema/{kind}.json", *document.get("stac_extensions", [])]
    return [
        f"{address}: /{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for address in addresses for error in validator(address).iter_errors(document)
    ]


def schema_map(document):
    """Address to file, of every schema that validating the document may ask for, as stac-validator wants it."""
    addresses = [f"{CORE}{kind}-spec/json-schema/{kind}.json" for kind in ("item", "collection", "catalog")]
    addresses += [f"{CORE}item-spec/json-schema/{path.name}"
                  for path in schema_path(f"{CORE}item-spec/json-schema/item.json").parent.glob("*.json")]
    addresses += [f"https://geojson.org/schema/{name}.json" for name in ("Feature", "Geometry")]
    addresses += [f"https://stac-extensions.github.io/{path.stem.rsplit('-', 1)[0]}/{path.stem.rsplit('-', 1)[1]}/schema.json"
                  for path in FOLDER.glob("*-v*.json")]
    addresses.append("https://proj.org/schemas/v0.7/projjson.schema.json")
    known = {address: str(schema_path(address)) for address in addresses}
    unknown = [address for address in document.get("stac_extensions", []) if address not in known]
    assert not unknown, f"no local schema for {unknown}"
    return known
