"""Whether answers are right: by the oracle, and by what STAC says of them."""

import json
import random
from datetime import datetime, timezone
from urllib.parse import urlsplit

import numpy as np

from . import client, landsat, models, sentinel
from .oracle import intersect
from .request import SECOND, Expected, Request

ASSET_COUNTS = {landsat.COLLECTION: landsat.ASSET_COUNT, models.COLLECTION: 2}
TOP_LEVEL = {"id", "type", "collection", "geometry", "bbox", "properties", "assets", "links", "stac_version",
             "stac_extensions"}


class Wrong(Exception):
    """An answer is not what it must be."""


def demand(condition, message):
    if not condition:
        raise Wrong(message)


def microseconds(text):
    moment = datetime.fromisoformat(text.replace("Z", "+00:00")) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (moment.days * 86_400 + moment.seconds) * SECOND + moment.microseconds


def problem(request, answer, oracle):
    """What is wrong with an answer (status, body), None where it is right."""
    status, body = answer
    try:
        demand(status == 200, f"status {status}: {body[:160].decode(errors='replace')}")
        CHECKS[request.expected.kind](json.loads(body), request.expected, oracle)
    except Wrong as wrong:
        return str(wrong)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        return f"not the document expected: {type(error).__name__} {error}"
    return None


def check_landing(document, expected, oracle):
    demand(document.get("type") == "Catalog" and document.get("conformsTo") and document.get("links"),
           "not a landing page")


def check_conformance(document, expected, oracle):
    demand(len(document["conformsTo"]) >= 3, "no conformance classes")


def check_collections(document, expected, oracle):
    names = {collection["id"] for collection in document["collections"]}
    paged = any(link["rel"] == "next" for link in document.get("links", []))
    demand(names and (paged or set(oracle.collections) <= names), "collections missing")


def check_collection(document, expected, oracle):
    demand((document.get("type"), document.get("id")) == ("Collection", expected.name), "wrong collection")


def check_queryables(document, expected, oracle):
    demand(document.get("properties"), "no properties")


def check_item(document, expected, oracle):
    row, properties = expected.row, document["properties"]
    name = oracle.collection_of(row)
    demand((document["collection"], document["id"]) == (name, oracle.identifier(row)), "wrong item")
    demand(len(document["assets"]) >= ASSET_COUNTS.get(name, sentinel.ASSET_COUNT), "assets missing")
    demand(document.get("links"), "no links")
    check_values(properties, row, oracle)
    check_ring(document, row, oracle)


def check_values(properties, row, oracle):
    if not np.isnan(oracle.cloud[row]):
        demand(properties["eo:cloud_cover"] == oracle.cloud[row], "cloud cover differs from what was loaded")
    moment = properties.get("datetime") or properties["start_datetime"]
    demand(microseconds(moment) == oracle.start[row], "datetime differs from what was loaded")


def check_ring(document, row, oracle):
    ring = np.array(document["geometry"]["coordinates"][0][:-1])
    known = oracle.ring[row][:len(ring)]
    demand(ring.shape == known.shape and np.allclose(ring, known, atol=1e-9), "geometry differs from what was loaded")


def check_items(document, expected, oracle):
    features = document["features"]
    demand(document["type"] == "FeatureCollection", "not a FeatureCollection")
    rows = oracle.matches(expected.where)
    demand(len(features) == min(expected.limit, len(rows)),
           f"{len(features)} features, expected {min(expected.limit, len(rows))} of {len(rows)} that match")
    demand(len({(f["collection"], f["id"]) for f in features}) == len(features), "duplicates")
    for feature in features:
        check_feature(feature, expected, oracle)
    if expected.counted:
        demand(document.get("numberMatched") == len(rows),
               f"numberMatched {document.get('numberMatched')}, expected {len(rows)}")
    if expected.order:
        check_order(features, rows, expected.order, oracle)


def check_feature(feature, expected, oracle):
    where, properties, name = expected.where, feature.get("properties", {}), feature["id"]
    if where.collection is not None:
        demand(feature["collection"] == oracle.collections[where.collection], f"wrong collection of {name}")
    if where.rows is not None:
        demand(name in {oracle.identifier(row) for row in where.rows}, f"{name} was not asked for")
    if where.ring is not None:
        ring = np.array(feature["geometry"]["coordinates"][0][:-1])[None, :, :2]
        demand(intersect(ring, np.array(where.ring))[0], f"{name} lies outside the place")
    moment = properties.get("datetime")
    start, end = properties.get("start_datetime", moment), properties.get("end_datetime", moment)
    if start and end:
        demand(where.start is None or microseconds(end) >= where.start, f"{name} is before the time")
        demand(where.end is None or microseconds(start) <= where.end, f"{name} is after the time")
    if where.cloud_below is not None:
        demand(properties["eo:cloud_cover"] < where.cloud_below, f"{name} is too cloudy")
    demand(where.task in (None, *properties.get("mlm:tasks", [])), f"{name} is of another task")
    demand(where.framework in (None, properties.get("mlm:framework")), f"{name} is of another framework")
    check_fields(feature, expected.fields)


def check_fields(feature, fields):
    if fields is None:
        demand(feature.get("assets") and feature.get("links"), "a feature is not whole")
    elif "exclude" in fields:
        left = [member for member in fields["exclude"] if member in feature]
        demand(not left, f"excluded members are there: {', '.join(left)}")
    else:
        assets = feature.get("assets", {})
        demand(set(feature) <= TOP_LEVEL and set(feature["properties"]) <= {"datetime", "eo:cloud_cover"}
               and set(assets) <= {"visual"} and set(assets.get("visual", {})) <= {"href"},
               "members that were not included are there")


def check_order(features, rows, order, oracle):
    column, name, sign = order
    values = [feature["properties"][name] for feature in features]
    values = [microseconds(value) if column == "start" else value for value in values]
    demand(all((b - a) * sign >= 0 for a, b in zip(values, values[1:])), f"not sorted by {name}")
    known = np.asarray(getattr(oracle, column)[rows], float)
    first = np.sort(known[~np.isnan(known)])[::sign][:len(values)]
    demand(np.allclose(first, values, atol=SECOND / 1000 if column == "start" else 1e-6, rtol=0),
           f"sorted by {name}, but not the first ones")


CHECKS = {"landing": check_landing, "conformance": check_conformance, "collections": check_collections,
          "collection": check_collection, "queryables": check_queryables, "item": check_item, "items": check_items}


def sample(url, requests, oracle, samples):
    """Sends some of the requests; {"checked", "failed", "problems"}."""
    picked = [requests[k] for k in sorted(random.Random(5).sample(range(len(requests)), min(samples, len(requests))))]
    got = client.answers(url, [request.rendered(url) for request in picked])
    problems = [p for p in (problem(request, answer, oracle) for request, answer in zip(picked, got)) if p]
    return {"checked": len(picked), "failed": len(problems), "problems": list(dict.fromkeys(problems))[:5]}


def next_page(url, request, document):
    """The request that a page's next link stands for, None on the last page."""
    link = next((link for link in document.get("links", []) if link["rel"] == "next"), None)
    if link is None:
        return None
    target, base = urlsplit(link["href"]), urlsplit(url).path.rstrip("/")
    path = target.path.removeprefix(base) + (f"?{target.query}" if target.query else "")
    body = None
    if link.get("method", "GET").upper() == "POST":
        merged = json.loads(request.body or b"{}") if link.get("merge") else {}
        body = json.dumps({**merged, **link.get("body", {})}).encode()
    return Request("GET" if body is None else "POST", path, Expected("items"), body)


def walk(url, first, pages, oracle):
    """Follows next links; (the requests of all pages, what is wrong)."""
    request, requests, seen = first, [], []
    while request is not None and len(requests) < pages:
        status, body = client.answers(url, [request.rendered(url)])[0]
        if status != 200:
            return requests, f"page {len(requests) + 1}: status {status} {body[:120].decode(errors='replace')}"
        requests.append(request)
        document = json.loads(body)
        seen += [(feature["collection"], feature["id"]) for feature in document["features"]]
        request = next_page(url, request, document)
    expected = min(pages * first.expected.limit, len(oracle.matches(first.expected.where)))
    if len(set(seen)) != len(seen):
        return requests, f"{len(seen) - len(set(seen))} items came twice"
    if len(seen) != expected:
        return requests, f"{len(seen)} items on {len(requests)} pages, expected {expected}"
    return requests, None


def walks(url, firsts, pages, oracle):
    """Walks from each first request; (the requests of all pages, {"checked", "failed", "problems"})."""
    walked = [walk(url, first, pages, oracle) for first in firsts]
    problems = [problem for _, problem in walked if problem]
    return ([request for requests, _ in walked for request in requests],
            {"checked": len(firsts), "failed": len(problems), "problems": list(dict.fromkeys(problems))[:5]})
