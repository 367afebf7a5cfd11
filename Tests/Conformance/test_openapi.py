"""schemathesis holds every answer of the server to the document at /api, with a fixed seed, on a database to throw away."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import jsonschema_rs
import pytest

from gnomon_server import environment

COMMAND = Path(sys.executable).parent / "schemathesis"
SEED = 21065
EXAMPLES = {"3.0": 40, "3.1": 15}
"""Generated requests for each operation, besides the systematic ones."""
CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "missing_required_header", "unsupported_method",
    "allow_header_conformance",
]
WORDS = {
    "path.collectionId": ["modis-sinop", "models", "sentinel-2-amazon", "predictions", "absent", "é/%41"],
    "path.itemId": ["s2-amazon", "sinop-crops", "MOD13Q1_2013-09-14", "absent", ".."],
    "path.processId": ["models:amazon-land-cover", "models:sinop-crops", "models:absent"],
    "path.key": ["ndvi", "model", "image", "absent"],
    "query.bbox": ["-180,-90,180,90", "170,-12,-170,-11", "1,2,3"],
    "query.datetime": ["2013-09-14T00:00:00Z/..", "../2014-01-01T00:00:00Z", "2014-01-01T00:00:00Z", "../.."],
    "query.sortby": ["-datetime", "properties.gsd,-id", "+id", "nothing", "geometry"],
    "query.fields": ["", "id,geometry", "-assets", "properties.gsd,-properties"],
    "query.q": ["ndvi", "\"land cover\" AND (amazon OR sinop)", "a,b", "+a -b", "((", "\""],
    "query.filter": [
        "gsd > 100", "id LIKE 'MOD%'", "S_INTERSECTS(geometry, POINT(-55.5 -11.6))", "datetime IS NULL OR gsd / 0 = 1",
        "T_DURING(datetime, INTERVAL('2013-01-01', '..'))", "{\"op\":\"=\",\"args\":[{\"property\":\"id\"},1]}",
        "((", "1"],
    "query.filter-lang": ["cql2-text", "cql2-json"],
    "query.query": ["{\"gsd\":{\"lt\":300}}", "{\"gsd\":{\"in\":[1,\"a\"]}}", "{\"id\":{\"startsWith\":\"%\"}}"],
    "query.aggregations": ["total_count", "datetime_min,collection_frequency", "absent"],
    "query.intersects": ["{\"type\":\"Point\",\"coordinates\":[-55.5,-11.6]}", "{\"type\":\"Point\"}"],
    "query.collections": ["modis-sinop", "models,absent"],
}
"""Words that reach further into the server than random text does; a third of the values come from here."""


def configuration():
    """The words as schemathesis reads them."""
    lines = []
    for number, (name, words) in enumerate(WORDS.items()):
        lines += [f"[dictionaries.words-{number}]", f"values = {json.dumps(words, ensure_ascii=False)}"]
    lines.append("[parameters]")
    lines += [
        f'"{name}" = {{ dictionary = "words-{number}", probability = 0.35 }}' for number, name in enumerate(WORDS)]
    return "\n".join(lines) + "\n"


def description(server, version):
    """The document of a version as the landing page leads to it, and its media type."""
    links = [link for link in server.get("/").json()["links"] if link["rel"] == "service-desc"]
    answers = [server.http.get(link["href"], headers={"Accept": f"application/vnd.oai.openapi+json;version={version}"},
                               timeout=60) for link in links]
    found = [answer for answer in answers if answer.json().get("openapi", "").startswith(version)]
    assert found, f"no description in OpenAPI {version} among {[link['href'] for link in links]}"
    return found[0].json(), found[0].headers["Content-Type"]


def without_limit_maximum(document):
    """The document as requests are held to it.

    OGC API - Features, requirement 22: a limit above the maximum that is described is taken as the maximum, not refused.
    """
    if isinstance(document, list):
        return [without_limit_maximum(member) for member in document]
    if not isinstance(document, dict):
        return document
    changed = {name: without_limit_maximum(member) for name, member in document.items()}
    if changed.get("name") == "limit" and "schema" in changed:
        changed["schema"].pop("maximum", None)
    if isinstance(limit := changed.get("limit"), dict):
        limit.pop("maximum", None)
    return changed


@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_every_answer_is_as_described(own_server, tmp_path, measured, version):
    document, _ = description(own_server, version)
    (tmp_path / "api.json").write_text(json.dumps(without_limit_maximum(copy.deepcopy(document))))
    (tmp_path / "words.toml").write_text(configuration())
    done = subprocess.run(
        [COMMAND, "--config-file", "words.toml", "--no-color", "run", "api.json", "--url", own_server.url,
         "--checks", ",".join(CHECKS), "--seed", str(SEED), "--max-examples", str(EXAMPLES[version]),
         "--continue-on-failure", "--no-shrink", "--generation-database", "none", "--suppress-health-check", "all",
         "--phases", "examples,coverage,fuzzing,stateful", "--report", "json", "--report-json-path", "report.json"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=300)
    assert (tmp_path / "report.json").exists(), done.stdout[-5000:] + done.stderr[-5000:]
    report = json.loads((tmp_path / "report.json").read_text())
    found = "\n".join(f"{failure['title']}: {failure['count']}, {failure['operations']}" for failure in report["failures"])
    assert not report["failures"] and not report["errors"], f"{found}\n{report['errors']}\n{done.stdout[:12000]}"
    assert report["operations"]["tested"] == report["operations"]["total"] >= 20
    reached = report["valid_rates"].values()
    accepted = sum(phase["accepted"] for operation in reached for phase in operation.values())
    assert accepted > 100, "most requests were refused before they were tried"
    measured(f"schemathesis, OpenAPI {version}: {report['test_cases']['generated']} requests to "
             f"{report['operations']['tested']} operations, {accepted} accepted, {report['running_time']:.0f} s")
    assert own_server.get("/healthz").status_code == 200


def test_both_versions_describe_the_same(server):
    (old, old_type), (new, new_type) = description(server, "3.0"), description(server, "3.1")
    assert re.fullmatch(r"application/vnd\.oai\.openapi\+json; ?version=3\.0", old_type)
    assert re.fullmatch(r"application/vnd\.oai\.openapi\+json; ?version=3\.1", new_type)
    operations = [{(path, method) for path, operations in document["paths"].items() for method in operations}
                  for document in (old, new)]
    assert operations[0] == operations[1]
    jsonschema_rs.validate(meta_schema(), new["components"]["schemas"])


def meta_schema():
    """What OpenAPI 3.1 says of a schema: it is one of JSON Schema 2020-12."""
    return {"type": "object", "additionalProperties": {"$ref": "https://json-schema.org/draft/2020-12/schema"}}


ACCEPTED = [
    ("GET", "/", 200), ("HEAD", "/", 200), ("OPTIONS", "/", 204), ("GET", "/api", 200), ("GET", "/api.html", 200),
    ("GET", "/conformance", 200), ("GET", "/collections", 200), ("HEAD", "/collections/models", 200),
    ("GET", "/collections/models/items", 200), ("GET", "/queryables", 200), ("GET", "/sortables", 200),
    ("GET", "/functions", 200), ("GET", "/children", 200), ("GET", "/aggregations", 200), ("GET", "/aggregate", 200),
]


@pytest.mark.parametrize("method, path, status", ACCEPTED)
def test_what_is_served_is_described(server, method, path, status):
    answer = server.http.request(method, server.url + path, timeout=60)
    assert answer.status_code in (status, 200), answer.text
    described = description(server, "3.0")[0]["paths"]
    template = re.sub(r"^/collections/models", "/collections/{collectionId}", path)
    assert template in described


def resolved(document, node):
    while isinstance(node, dict) and "$ref" in node:
        path, node = node["$ref"].removeprefix("#/").split("/"), document
        for part in path:
            node = node[part]
    return node


def parameters(document, operation):
    return [resolved(document, parameter) for parameter in operation.get("parameters", [])]


def bodies(document, operation):
    """The example of each media type that an operation takes."""
    content = resolved(document, operation.get("requestBody", {})).get("content", {})
    return [(media, described["example"]) for media, described in content.items()]


def in_example(document, path, operation):
    """The path with the examples of its parameters."""
    for parameter in parameters(document, operation):
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", quote(str(parameter["example"]), safe=""))
    return path


def written(value):
    """A parameter as a query string has it: lists with commas, objects as JSON."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return json.dumps(value) if isinstance(value, dict) else str(value)


ELSEWHERE = ("/processes/{", "/assets/{", "/browse/{", "/models/", "{modelId}")
"""Paths whose examples name a model, a file or a time that the example's collection does not have."""


def test_every_example_is_taken(own_server):
    """The example collection and item are made first, from the document; then each example is sent by itself."""
    document, _ = description(own_server, "3.0")
    paths, sent = document["paths"], 0

    def send(method, path, **options):
        nonlocal sent
        sent += 1
        operation = paths[path][method]
        address = own_server.url + in_example(document, path, operation)
        answer = own_server.http.request(method.upper(), address, timeout=60, **options)
        assert str(answer.status_code) in operation["responses"]
        assert answer.status_code < 400, f"{method} {answer.url} {options}: {answer.text}"

    _, collection = bodies(document, paths["/collections"]["post"])[0]
    _, item = bodies(document, paths["/collections/{collectionId}/items/{itemId}"]["put"])[0]
    own_server.create("/collections", collection)
    own_server.create(f"/collections/{collection['id']}/items", item)
    for path, operations in paths.items():
        if any(part in path for part in ELSEWHERE):
            continue
        for method, operation in operations.items():
            for parameter in parameters(document, operation):
                if method == "get" and parameter["in"] == "query" and "example" in parameter:
                    send(method, path, params={parameter["name"]: written(parameter["example"])})
            for media, example in bodies(document, operation):
                if not (method == "post" and path in ("/collections", "/collections/{collectionId}/items")):
                    send(method, path, data=json.dumps(example), headers={"Content-Type": media})
    send("delete", "/collections/{collectionId}/items/{itemId}")
    for media, example in bodies(document, paths["/collections/{collectionId}/items"]["post"]):
        send("post", "/collections/{collectionId}/items", data=json.dumps(example), headers={"Content-Type": media})
        send("delete", "/collections/{collectionId}/items/{itemId}")
    send("delete", "/collections/{collectionId}")
    assert sent > 100
