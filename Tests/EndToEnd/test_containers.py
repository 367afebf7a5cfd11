"""The container images of models, and what their registries say of them."""

import hashlib
import json

import pytest

from image_registry import INDEX, MANIFEST, Registry, TokenService, WebServer
from stac_documents import CATALOG

MODEL = "amazon-land-cover"
PLACE = "/collections/models/items/contained"


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    with Registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture
def catalog(own_server):
    def make(*hosts):
        options = [text for host in hosts for text in ("--allow-private-host", host)]
        server = own_server("data", "--asset-root", CATALOG, *options).start()
        server.load(CATALOG)
        return server
    return make


def check(server, reference, **members):
    """A copy of the demo model with an image; gives what is told of it after its registry was asked."""
    model = server.get(f"/collections/models/items/{MODEL}").json()
    model["id"] = "contained"
    model["assets"]["mlm:container"] |= {"href": reference, **members}
    if server.put(PLACE, json=model).status_code == 404:
        server.create("/collections/models/items", model)
    before = server.get(PLACE).json()
    answer = server.post(PLACE + "/container")
    assert answer.status_code == 200, answer.text
    (container,) = answer.json()["containers"]
    assert server.get(PLACE + "/container").json()["containers"] == [container]
    assert server.get(PLACE).json() == before
    return container


def test_an_image_is_looked_for_in_its_registry(registry, catalog):
    digest = registry.push("gnomon/crops", "1.0", "first")
    server = catalog(registry.host)
    pinned = check(server, f"{registry.host}/gnomon/crops:1.0@{digest}")
    assert (pinned["registry"], pinned["repository"], pinned["tag"], pinned["digest"], pinned["pinned"]) == (
        registry.host, "gnomon/crops", "1.0", digest, True)
    assert pinned["check"]["state"] == "found" and pinned["check"]["digest"] == digest
    assert pinned["check"]["media_type"] == INDEX and "checked" in pinned["check"]
    by_tag = check(server, f"{registry.host}/gnomon/crops:1.0")
    assert not by_tag["pinned"] and by_tag["check"]["digest"] == digest
    missing = check(server, f"{registry.host}/gnomon/crops@sha256:{'0' * 64}")
    assert missing["check"]["state"] == "missing" and "no manifest" in missing["check"]["reason"]
    # The tag moves on; the image that the item names is still there.
    other = registry.push("gnomon/crops", "1.0", "second")
    moved = check(server, f"{registry.host}/gnomon/crops:1.0@{digest}")
    assert moved["check"]["state"] == "changed" and other in moved["check"]["reason"]


def test_a_server_that_sends_no_manifest_is_no_registry(catalog):
    page, manifest = b"<html>hello</html>", json.dumps({"schemaVersion": 2, "mediaType": MANIFEST}).encode()
    with WebServer("text/html", page) as web, WebServer(MANIFEST, page) as liar, WebServer(MANIFEST, manifest) as plain:
        server = catalog(web.host, liar.host, plain.host)
        for host, reason in ((web.host, "text/html"), (liar.host, "its body is none")):
            for name in ("a:1", f"a@sha256:{'0' * 64}", f"a@sha256:{hashlib.sha256(page).hexdigest()}"):
                told = check(server, f"{host}/{name}")["check"]
                assert told["state"] == "unreachable" and reason in told["reason"] and "digest" not in told, told
        # Without the header the manifest itself says which digest it has.
        for algorithm in ("sha256", "sha512"):
            digest = f"{algorithm}:{hashlib.new(algorithm, manifest).hexdigest()}"
            found = check(server, f"{plain.host}/a@{digest}")
            assert found["pinned"] and (found["check"]["state"], found["check"]["digest"]) == ("found", digest), found
        assert check(server, f"{plain.host}/a@sha256:{'0' * 64}")["check"]["state"] == "changed"


def test_images_are_known_by_role_or_by_media_type(registry, catalog):
    digest = registry.push("gnomon/roles", "1.0", "roles")
    server = catalog(registry.host)
    for members in ({"roles": ["mlm:container"], "type": "application/octet-stream"}, {"roles": ["data"], "type": MANIFEST},
                    {"roles": [], "type": "application/vnd.docker.distribution.manifest.v2+json"}):
        told = check(server, f"{registry.host}/gnomon/roles:1.0", **members)
        assert told["check"]["digest"] == digest, told
        warnings = server.get(PLACE + "/validation").json()["warnings"]
        assert "container-digest" in [finding["rule"] for finding in warnings], warnings
        nodes = server.get(PLACE + "/lineage").json()["nodes"]
        assert [node["kind"] for node in nodes].count("container") == 1, nodes


def test_a_registry_that_wants_a_token_is_given_one(catalog, tmp_path):
    (tmp_path / "registry").mkdir()
    with TokenService(tmp_path) as tokens, Registry(tmp_path / "registry", tokens) as registry:
        digest = registry.push("gnomon/crops", "1.0", "first")
        found = check(catalog(registry.host, tokens.host), f"{registry.host}/gnomon/crops@{digest}")
        assert found["check"]["state"] == "found", found
        assert {"service": ["registry"], "scope": ["repository:gnomon/crops:pull"]} in tokens.asked


def test_the_token_service_must_be_allowed_too(catalog, tmp_path):
    (tmp_path / "registry").mkdir()
    with TokenService(tmp_path) as tokens, Registry(tmp_path / "registry", tokens) as registry:
        refused = check(catalog(registry.host), f"{registry.host}/gnomon/crops:1.0")
        assert refused["check"]["state"] == "refused" and f"{tokens.host} is not allowed" in refused["check"]["reason"]
        assert tokens.asked == []


def test_what_cannot_be_asked_harms_nothing(registry, catalog):
    server = catalog("127.0.0.1:1")
    refused = check(server, f"{registry.host}/gnomon/crops:1.0")
    assert refused["check"]["state"] == "refused" and "not allowed" in refused["check"]["reason"]
    closed = check(server, "127.0.0.1:1/gnomon/crops:1.0")
    assert closed["check"]["state"] == "unreachable"
    strange = check(server, "Not A Reference")
    assert "check" not in strange and "no reference" in strange["problem"]
    assert server.get("/readyz").status_code == 200
    assert server.get("/collections/models/items/none/container").status_code == 404
