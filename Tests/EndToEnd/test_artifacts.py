"""Model files from wherever they are: storage of the S3 kind, the web, with a cache by content."""

import contextlib
import fcntl
import hashlib
import http.server
import json
import threading

import pytest

import predictions
from gnomon_server import wait_until
from object_storage import ACCESS_KEY, SECRET_KEY, ObjectStorage
from stac_documents import CATALOG

MODEL = "amazon-land-cover"
FILE = (CATALOG / "models" / f"{MODEL}.ubj").read_bytes()
KEY = "models/land cover/v1+ü.ubj"


@pytest.fixture(scope="module")
def storage(tmp_path_factory):
    with ObjectStorage(tmp_path_factory.mktemp("swift")) as running:
        running.put("models-bucket", KEY, FILE)
        yield running


@pytest.fixture
def catalog(own_server, storage, monkeypatch):
    """A server that may ask the storage, with the demo catalog."""
    def make(*options, secret=SECRET_KEY, allowed=True):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
        hosts = ["--allow-host", storage.host] if allowed else []
        running = own_server("data", "--asset-root", CATALOG, "--s3-endpoint", storage.endpoint, *hosts, *options).start()
        running.load(CATALOG)
        return running
    return make


def register(server, href, **members):
    """A copy of the demo model whose file is elsewhere; gives the warnings."""
    model = server.get(f"/collections/models/items/{MODEL}").json()
    model["id"] = "remote"
    model["assets"]["model"].update(href=href, **members)
    answer = server.put("/collections/models/items/remote", json=model)
    if answer.status_code == 404:
        answer = server.create("/collections/models/items", model)
    assert answer.status_code in (200, 201, 204), answer.text
    report = server.post("/models/validate", json=model).json()
    return [finding["message"] for finding in report["warnings"] if finding["pointer"].startswith("/assets/model")]


def test_a_model_in_a_bucket_is_verified_run_and_kept(catalog, storage):
    server = catalog()
    assert register(server, f"s3://models-bucket/{KEY}") == []
    answer = predictions.execute(server, "remote", predictions.references(MODEL))
    assert answer.status_code == 200, answer.text
    kept = sorted(file.name for file in (server.data_directory / "cache" / "artifacts").iterdir())
    # The file, and that it was found at this address.
    digest = hashlib.sha256(FILE).hexdigest()
    assert len(kept) == 2 and kept[0] == digest and kept[1].startswith(f"{digest}-at-")
    # It is fetched once: without the object the model still runs.
    storage.delete("models-bucket", KEY)
    try:
        answer = predictions.execute(server, "remote", predictions.references(MODEL), sieve=4)
        assert answer.status_code == 200, answer.text
    finally:
        storage.put("models-bucket", KEY, FILE)
    assert [file.name for file in (server.data_directory / "cache").iterdir()] == ["artifacts"]


def test_what_cannot_be_had_from_a_bucket_is_told(catalog, storage):
    storage.put("models-bucket", "other", b"{}")
    server = catalog("--artifact-cache", 0)
    assert any("no such object" in text for text in register(server, "s3://models-bucket/none"))
    assert any("not the file that file:checksum names" in text for text in register(server, "s3://models-bucket/other"))
    assert any("no name of an S3 bucket" in text for text in register(server, "s3://x/y"))
    assert any("names no object" in text for text in register(server, "s3://models-bucket/../../etc"))
    assert register(server, f"s3://models-bucket/{KEY}") == []
    assert not (server.data_directory / "cache" / "artifacts").exists()


def test_a_wrong_secret_and_a_host_that_is_not_allowed_are_told(catalog):
    server = catalog(secret="wrong")
    (text,) = register(server, f"s3://models-bucket/{KEY}")
    assert "refuses (403)" in text and "credentials" in text and "Signature" not in text


def test_only_buckets_that_are_named_are_read(catalog):
    server = catalog("--allow-bucket", "models-bucket/elsewhere", "--allow-bucket", "others")
    (text,) = register(server, f"s3://models-bucket/{KEY}")
    assert "'models-bucket'" in text and "--allow-bucket" in text
    server.stop()
    server = catalog("--allow-bucket", "models-bucket/models")
    assert register(server, f"s3://models-bucket/{KEY}") == []


def test_what_a_killed_server_has_left_is_removed_by_the_next(own_server):
    server = own_server("data")
    cache = server.data_directory / "cache"
    left = cache / "6F9619FF-8B86-D011-B42D-00C04FC964FF"
    left.mkdir(parents=True)
    (left / "lock").touch()
    (left / "0").write_bytes(b"half a file")
    held = cache / "7F9619FF-8B86-D011-B42D-00C04FC964FF"
    held.mkdir()
    with open(held / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server.start()
        wait_until(lambda: not left.exists(), 20, "the leftovers are gone")
        assert held.exists()


def test_the_endpoint_must_be_allowed(catalog, storage):
    server = catalog(allowed=False)
    (text,) = register(server, f"s3://models-bucket/{KEY}")
    assert f"fetching from {storage.host} is not allowed" in text


@pytest.fixture
def web(tmp_path):
    """A web server on this machine with the model's file."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "model.ubj").write_bytes(FILE)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, directory=tmp_path / "web", **options)

        def do_GET(self):
            if self.path != "/endless":
                return super().do_GET()
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):
                while True:
                    self.wfile.write(bytes(1 << 20))

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_private_host_is_fetched_from_where_it_is_named_as_one(own_server, web):
    open_server = own_server("open", "--asset-root", CATALOG, "--allow-private-host", web).start()
    open_server.load(CATALOG)
    assert register(open_server, f"http://{web}/model.ubj") == []
    closed = own_server("closed", "--asset-root", CATALOG, "--allow-host", web).start()
    closed.load(CATALOG)
    (text,) = register(closed, f"http://{web}/model.ubj")
    assert "not public" in text


def test_a_file_without_end_is_cut_where_files_of_models_end(own_server, web):
    server = own_server("open", "--asset-root", CATALOG, "--allow-private-host", web).start()
    server.load(CATALOG)
    model = server.get(f"/collections/models/items/{MODEL}").json()
    vector = next(asset for asset in model["assets"].values() if "test-vector" in asset["roles"])
    vector["href"] = f"http://{web}/endless"
    vector.pop("file:checksum", None)
    report = server.post("/models/validate", json=model).json()
    assert any("more than 16 MB" in finding["message"] for finding in report["warnings"]), report["warnings"]


@pytest.mark.parametrize("option, value", [("--allow-bucket", "a b"), ("--s3-endpoint", "ftp://x"), ("--s3-endpoint", "https://u:p@x"),
                                           ("--s3-region", "a b"), ("--artifact-cache", "-1")])
def test_settings_that_cannot_be_understood_are_told(option, value):
    import gnomon_server
    refused = gnomon_server.run("serve", f"{option}={value}")
    assert refused.returncode != 0 and option in refused.stderr, refused.stderr
