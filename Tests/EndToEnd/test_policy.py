"""Who may write and run, and what the server reads and fetches."""

import http.server
import os
import threading

import pytest

import stac_documents as documents
import predictions
from gnomon_server import REPOSITORY

COLLECTION = documents.collection("policy")
FOREIGN = [
    {"X-Forwarded-For": "203.0.113.7"},
    {"X-Forwarded-Host": "example.org"},
    {"X-Forwarded-Proto": "https"},
    {"X-Real-IP": "203.0.113.7"},
    {"Forwarded": "for=203.0.113.7"},
    {"Via": "1.1 proxy"},
    {"Origin": "https://example.org"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1.example.org"},
    {"Origin": "http://localhost:1"},
    {"Host": "example.org"},
    {"Host": "127.0.0.1.example.org"},
    {"Host": "203.0.113.7:8080"},
]
WRITES = [
    ("POST", "/collections", COLLECTION),
    ("POST", "/collections/modis-sinop/items", documents.item("policy", "modis-sinop")),
    ("PUT", "/collections/modis-sinop", documents.collection("modis-sinop")),
    ("PUT", "/collections/modis-sinop/items/MOD13Q1_2013-09-14", documents.item("MOD13Q1_2013-09-14", "modis-sinop")),
    ("DELETE", "/collections/modis-sinop/items/MOD13Q1_2013-09-14", None),
    ("DELETE", "/collections/modis-sinop", None),
    ("POST", "/processes/models:amazon-land-cover/execution",
     predictions.execution_body(["sentinel-2-amazon/s2-amazon"])),
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("method, path, body", WRITES, ids=[f"{method} {path}" for method, path, _ in WRITES])
def test_foreign_requests_may_not_write_or_run(server, headers, method, path, body):
    answer = server.http.request(method, server.url + path, json=body, headers=headers, timeout=60)
    assert answer.status_code in (401, 403, 421), f"{answer.status_code} {answer.text}"
    assert set(answer.json()) >= {"code", "description"}


@pytest.mark.parametrize("headers", [headers for headers in FOREIGN if "Host" not in headers], ids=str)
def test_foreign_requests_may_read(server, headers):
    answer = server.get("/collections/modis-sinop/items/MOD13Q1_2013-09-14", headers=headers)
    assert answer.status_code == 200 and answer.json()["id"] == "MOD13Q1_2013-09-14"
    assert server.post("/search", json={"ids": ["s2-amazon"]}, headers=headers).json()["numberMatched"] == 1


@pytest.mark.parametrize("headers", [{}, {"Host": "localhost"}, {"Origin": "{url}"}], ids=str)
def test_requests_of_this_machine_may_write(server, headers):
    headers = {name: value.format(url=server.url) for name, value in headers.items()}
    assert server.post("/collections", json=COLLECTION, headers=headers).status_code == 201
    assert server.delete("/collections/policy", headers=headers).status_code in (200, 204)


def test_auth_open_lets_everybody_write(own_server):
    server = own_server("data", "--auth", "open").start()
    for headers in FOREIGN:
        answer = server.post("/collections", json=COLLECTION, headers=headers)
        assert answer.status_code == 201, f"{headers} {answer.text}"
        assert server.delete("/collections/policy", headers=headers).status_code in (200, 204)


def test_links_follow_only_a_trusted_proxy(server, own_server):
    forwarded = {"X-Forwarded-Host": "maps.example.org", "X-Forwarded-Proto": "https"}
    assert "maps.example.org" not in server.get("/", headers=forwarded).text
    behind = own_server("behind", "--trusted-proxy", "127.0.0.1").start()
    links = {link["rel"]: link["href"] for link in behind.get("/", headers=forwarded).json()["links"]}
    assert links["search"].startswith("https://maps.example.org/")
    behind.close()
    public = own_server("public", "--public-url", "https://stac.example.org/api/v1").start()
    assert all(link["href"].startswith("https://stac.example.org/api/v1")
               for link in public.get("/").json()["links"] if link["rel"] in ("self", "search", "data"))


def refused_image(server, href):
    """The answer to a prediction over an image whose href the policy must refuse."""
    item = documents.image_item("forbidden", href)
    server.create("/collections/sentinel-2-amazon/items", item)
    try:
        answer = predictions.execute(server, "amazon-land-cover", ["sentinel-2-amazon/forbidden"])
        served = server.get("/collections/sentinel-2-amazon/items/forbidden/assets/data", allow_redirects=False)
        assert served.status_code in (301, 302, 307, 308, 403, 404), served.status_code
    finally:
        server.delete("/collections/sentinel-2-amazon/items/forbidden")
    return answer


SCENE = REPOSITORY / "fixtures" / "source" / "s2_amazon_12band.tif"


@pytest.mark.parametrize("href", [
    SCENE.as_uri(),
    "file:///etc/passwd",
    f"file://{documents.CATALOG}/../source/s2_amazon_12band.tif",
    documents.CATALOG.as_uri() + "/%2E%2E/source/s2_amazon_12band.tif",
    "file://elsewhere" + (documents.CATALOG / "sentinel-2-amazon/s2_amazon_12band.tif").as_posix(),
    "/vsicurl/http://127.0.0.1:1/a.tif", "/vsizip//etc/a.zip/a.tif", "/vsimem/a.tif", "/vsistdin/",
    "s3://bucket/a.tif", "ftp://127.0.0.1/a.tif", "gopher://127.0.0.1/a", "data:image/tiff;base64,SUkqAA==",
    "http://example.org/a.tif", "https://example.org/a.tif", "HTTP://example.org/a.tif",
    "http://169.254.169.254/latest/meta-data", "http://[::1]/a.tif", "http://localhost/a.tif", "http://2130706433/a.tif",
    "http://0x7f.1/a.tif", "http://user@127.0.0.1/a.tif", "http://10.0.0.1/a.tif",
    "MEM:::DATAPOINTER=1,PIXELS=1,LINES=1", "WMS:http://127.0.0.1/",
])
def test_images_outside_the_policy_are_refused(server, href):
    answer = refused_image(server, href)
    assert 400 <= answer.status_code < 500, f"{answer.status_code} {answer.text}"
    assert set(answer.json()) >= {"code", "description"}
    assert "root:" not in answer.text and "/etc/passwd" not in answer.json()["description"]


def test_links_out_of_an_asset_root_are_refused(server, asset_root):
    link = asset_root / "link.tif"
    os.symlink(SCENE, link)
    answer = refused_image(server, link.as_uri())
    assert 400 <= answer.status_code < 500, f"{answer.status_code} {answer.text}"


class Redirecting(http.server.BaseHTTPRequestHandler):
    """Counts requests, and sends every one of them on."""

    def do_GET(self):
        self.server.asked += 1
        self.send_response(302)
        self.send_header("Location", "http://169.254.169.254/latest/meta-data")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


def test_private_hosts_are_not_asked_even_if_allowed(own_server):
    private = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redirecting)
    private.asked = 0
    threading.Thread(target=private.serve_forever, daemon=True).start()
    try:
        server = own_server("data", "--allow-host", "127.0.0.1", "--allow-host", "localhost", "--asset-root",
                            documents.CATALOG).start()
        server.load(documents.CATALOG)
        for host in ("127.0.0.1", "localhost"):
            answer = refused_image(server, f"http://{host}:{private.server_port}/a.tif")
            assert 400 <= answer.status_code < 500, f"{answer.status_code} {answer.text}"
        assert private.asked == 0
    finally:
        private.shutdown()
