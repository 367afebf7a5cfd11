"""Keys with roles, as operators make them and clients show them."""

import os
import re
import subprocess
import time

import pytest

import stac_documents as documents
from gnomon_server import BINARY, REPOSITORY, environment, run, succeed, wait_until

TOKEN = re.compile(r"gnomon_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")
COLLECTION = documents.collection("keys")


@pytest.fixture
def keyed(own_server):
    """A server, and what makes keys on its data directory."""
    server = own_server().start()

    def make(name, role, *options):
        done = succeed("keys", "create", name, "--role", role, *options, "--data-dir", server.data_directory)
        assert TOKEN.fullmatch(done.stdout.strip()), done.stdout
        return done.stdout.strip()
    return server, make


def headers(token):
    return {"Authorization": f"Bearer {token}"}


def keys(server, *arguments):
    return succeed("keys", *arguments, "--data-dir", server.data_directory).stdout


def test_a_server_learns_of_keys_within_seconds_and_forgets_them_as_soon(keyed):
    server, make = keyed
    assert server.post("/collections", COLLECTION).status_code == 201
    token = make("ana", "registrar")
    wait_until(lambda: server.delete("/collections/absent").status_code == 401, 5, "the server knows of the key")
    assert server.delete("/collections/keys", headers=headers(token)).status_code == 204
    second = make("bob", "admin")
    wait_until(lambda: server.get("/", headers=headers(second)).status_code == 200, 5, "the second key works")
    assert "Revoked" in keys(server, "revoke", "ana")
    revoked = time.monotonic()
    wait_until(lambda: server.get("/", headers=headers(token)).status_code == 401, 5, "the key is refused")
    # The document says a second and one query.
    assert time.monotonic() - revoked < 3
    assert server.post("/collections", COLLECTION, headers=headers(second)).status_code == 201
    keys(server, "revoke", "bob")
    wait_until(lambda: server.delete("/collections/keys").status_code == 204, 5, "it is as without a key")


def test_a_list_shows_keys_and_no_secret(keyed):
    server, make = keyed
    token = make("ana maria", "approver", "--expires", "90d")
    make("ci", "registrar", "--service")
    keys(server, "revoke", "ci")
    rows = keys(server, "list").splitlines()
    assert rows[0].split() == ["KEY", "NAME", "ROLE", "FOR", "A", "MADE", "EXPIRES", "USED", "STATE"]
    assert re.search(r"ana maria +approver +person +\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d +never +valid$", rows[1])
    assert re.search(r"ci +registrar +service +\S+ +never +never +revoked \S+$", rows[2])
    assert rows[1].startswith(token.split("_")[1]) and token.split("_", 2)[2] not in "\n".join(rows)


@pytest.mark.parametrize("arguments, sentence", [
    (["ana", "--role", "king"], "--role is one of reader, registrar, analyst, approver, admin, not 'king'"),
    *[(["ana", "--role", "reader", f"--expires={text}"], f"such as 90d; '{text}' is not. Leave it out")
      for text in ("soon", "0d", "1", "1.5h", "-1h", "1y", "1 d", "1D", "90days", "36501d", "9999999999999999999w")],
    (["", "--role", "reader"], "a name is 1 to 200 bytes of printable text"),
    (["a\nb", "--role", "reader"], "a name is 1 to 200 bytes of printable text"),
])
def test_what_makes_no_key_is_told_in_one_line(tmp_path, arguments, sentence):
    done = run("keys", "create", *arguments, "--data-dir", tmp_path / "data")
    assert done.returncode != 0 and sentence in done.stderr, done.stderr
    assert not (tmp_path / "data").exists()


def test_a_key_ends_when_it_was_said(keyed):
    server, make = keyed
    make("ana", "admin")
    brief = make("bob", "registrar", "--expires", "2s")
    for life in ("1m", "12h", "90d", "52w", "36500d"):
        make(life, "reader", "--expires", life)
    wait_until(lambda: server.get("/", headers=headers(brief)).status_code == 401, 10, "the key has expired")
    rows = {row.split()[1]: row for row in keys(server, "list").splitlines()[1:]}
    assert rows["bob"].endswith("expired") and all(rows[life].endswith("valid") for life in ("1m", "36500d"))


def test_revoking_what_is_not_there_fails(keyed):
    server, _ = keyed
    done = run("keys", "revoke", "nobody", "--data-dir", server.data_directory)
    assert done.returncode != 0 and "there is no key 'nobody' that is not revoked" in done.stderr


def client(*arguments, key=None):
    """Runs a command with a key in the environment."""
    variables = environment() | ({"GNOMON_API_KEY": key} if key else {})
    return subprocess.run([BINARY, *map(str, arguments)], env=variables, cwd=REPOSITORY, timeout=180,
                          capture_output=True, text=True)


def test_commands_show_the_key_of_their_environment_and_no_log_has_it(keyed, tmp_path):
    server, make = keyed
    low, token = make("eve", "reader"), make("ana", "analyst")
    catalog = documents.CATALOG
    refused = client("load", catalog, "--url", server.url, "--data-dir", tmp_path / "client")
    assert refused.returncode != 0 and "the server answers 401" in refused.stderr, refused.stderr
    refused = client("load", catalog, "--url", server.url, "--data-dir", tmp_path / "client", key=low)
    assert refused.returncode != 0 and "needs a key of the role registrar" in refused.stderr, refused.stderr
    done = client("load", catalog, "--url", server.url, "--data-dir", tmp_path / "client", key=token)
    assert done.returncode == 0, done.stderr
    model = catalog / "models" / "amazon-land-cover.json"
    assert client("register", model, "--url", server.url, key=token).returncode == 0
    done = client("register", model, "--url", server.url, "--api-key", token)
    assert done.returncode == 0, done.stderr
    predict = ["predict", "--model", "models/amazon-land-cover", "--item", "sentinel-2-amazon/s2-amazon", "--out",
               tmp_path / "map", "--url", server.url]
    refused = client(*predict)
    assert refused.returncode != 0 and "401" in refused.stderr
    for secret in (low, token):
        assert secret not in server.log_file.read_text() and secret not in done.stderr + refused.stderr
    assert not any(token.encode() in file.read_bytes() for file in (tmp_path / "client").rglob("*") if file.is_file())


def test_reading_needs_a_key_where_the_operator_says_so(own_server):
    server = own_server("data", "--reads", "key").start()
    assert server.get("/collections").status_code == 200
    token = succeed("keys", "create", "eve", "--role", "reader", "--data-dir", server.data_directory).stdout.strip()
    wait_until(lambda: server.get("/collections").status_code == 401, 5, "reading needs the key")
    assert server.get("/collections", headers=headers(token)).status_code == 200
    assert server.ready()
    for command in (["lineage", "models/none"], ["promotions", "models/none"]):
        assert "answers 401" in run(*command, "--url", server.url).stderr
        assert "answers 404" in run(*command, "--url", server.url, "--api-key", token).stderr
    done = run("serve", "--data-dir", server.data_directory, "--reads", "nobody")
    assert done.returncode != 0 and "--reads is everybody or key, not 'nobody'" in done.stderr


def test_the_database_of_a_reader_or_writer_gives_no_digest_away(cluster, database):
    succeed("migrate", "--database-url", cluster.url(database))
    for role, may in [("gnomon_reader", False), ("gnomon_writer", True)]:
        answer = cluster.query(database, f"SELECT has_table_privilege('{role}', 'gnomon.api_keys', 'SELECT')")
        assert answer == [["t" if may else "f"]]
    for right in ("INSERT", "DELETE"):
        answer = cluster.query(database, f"SELECT has_table_privilege('gnomon_writer', 'gnomon.api_keys', '{right}')")
        assert answer == [["f"]]
