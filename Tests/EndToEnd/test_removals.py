"""Models that are removed: their histories tell by whom and why, and what was approved only approvers end."""

import json
import subprocess
import threading

import pytest
import requests

import stac_documents as documents
from gnomon_server import Server, succeed, wait_until
from pg_cluster import BINARIES
from test_keys import client
from test_promotions import (COLLECTION, STATES, WAITING, Holder, crash, promote, promotions, version,
                             wait_until_idle)

PLACE = f"{COLLECTION}/items"


@pytest.fixture(scope="module")
def keyed(tmp_path_factory):
    """A server with the demo catalog, and headers with the keys of some roles."""
    with Server(tmp_path_factory.mktemp("removals") / "data", "--asset-root", documents.CATALOG) as server:
        server.load(documents.CATALOG)
        headers = {}
        for name, role, *options in [("ci", "registrar", "--service"), ("eve", "analyst"), ("ana", "approver"),
                                     ("root", "admin"), ("robot", "approver", "--service")]:
            token = succeed("keys", "create", name, "--role", role, *options, "--data-dir", server.data_directory)
            headers[name] = {"Authorization": f"Bearer {token.stdout.strip()}"}
        wait_until(lambda: server.delete("/collections/absent").status_code == 401, 10, "the server knows of the keys")
        yield server, headers


def token(headers):
    return headers["Authorization"].split()[1]


def decided(server, headers, number, *states, collection=None):
    """A version of the model that went through some states."""
    document = version(number)
    place = PLACE
    if collection:
        document["collection"] = collection
        place = f"/collections/{collection}/items"
    answer = server.post(place, document, headers=headers["ci"])
    assert answer.status_code == 201, answer.text
    for state in states:
        answer = server.post(f"{place}/{document['id']}/promotions", {"to": state}, headers=headers["ana"])
        assert answer.status_code == 201, answer.text
    return document


def test_the_history_of_a_removed_model_tells_by_whom_when_and_why(keyed):
    server, headers = keyed
    model = decided(server, headers, "1.0.0", "proposed")["id"]
    before = promotions(server, model).json()
    answer = server.delete(f"{PLACE}/{model}", headers=headers["ci"], params={"comment": "a mistake"})
    assert answer.status_code == 204
    history = promotions(server, model).json()
    assert history["removed"] and history["state"] is None and not history["approved"]
    assert history["promotions"][:-1] == before["promotions"]
    last = history["promotions"][-1]
    assert (last["from"], last["to"], last["comment"]) == ("proposed", "removed", "a mistake")
    assert last["by"] == {"name": "ci", "role": "registrar", "person": False} and last["at"] > before["promotions"][-1]["at"]
    assert last["evidence"] == {"removed": "item", "document_unchanged": True}
    assert (last["document_sha256"], last["version"]) == (before["document_sha256"], "1.0.0")
    shown = succeed("promotions", f"models/{model}", "--data-dir", server.data_directory).stdout
    assert shown.startswith(f"models/{model}: removed") and shown.rstrip().endswith("a mistake")
    # Nothing was decided about it: there is nothing to tell.
    model = decided(server, headers, "1.0.1")["id"]
    assert server.delete(f"{PLACE}/{model}", headers=headers["ci"]).status_code == 204
    assert promotions(server, model).status_code == 404
    for query in ("comment=" + "x" * 4001, "why=x", "comment=a&comment=b"):
        assert server.delete(f"{PLACE}/{model}?{query}", headers=headers["ci"]).json()["code"] == "invalid-parameter"


@pytest.mark.parametrize("states", [STATES[:3], STATES])
def test_only_approvers_remove_what_was_approved(keyed, states):
    server, headers = keyed
    document = decided(server, headers, f"2.0.{len(states)}", *states)
    model, place = document["id"], f"{PLACE}/{document['id']}"
    plain = documents.item(model, "models")
    for name in ("ci", "eve"):
        for answer in (server.delete(place, headers=headers[name]), server.put(place, plain, headers=headers[name]),
                       server.patch(place, {"stac_extensions": []}, headers=headers[name]),
                       server.delete(COLLECTION, headers=headers[name])):
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), answer.text
            assert f"is {states[-1]}" in answer.json()["description"] and "approver" in answer.json()["description"]
    assert server.get(place).status_code == 200 and promotions(server, model).json()["state"] == states[-1]
    # Its words may be changed: then it is approved no longer, and still no registrar removes it.
    assert server.patch(place, {"properties": {"title": "Other"}}, headers=headers["ci"]).status_code == 200
    assert server.delete(place, headers=headers["ci"]).status_code == 403
    assert server.delete(place, headers=headers["robot"], params={"comment": "no use"}).status_code == 204
    last = promotions(server, model).json()["promotions"][-1]
    assert (last["from"], last["to"], last["by"]["name"]) == (states[-1], "removed", "robot")
    assert last["evidence"] == {"removed": "item", "document_unchanged": False}


@pytest.mark.parametrize("states", [STATES[:3], STATES])
@pytest.mark.parametrize("change", [{"mlm:name": "Renamed land cover"}, {"version": "2.9.9"}, {"version": None}])
def test_only_approvers_make_what_was_approved_another_version(keyed, states, change):
    server, headers = keyed
    model = decided(server, headers, "2.1.0", *states)["id"]
    place = f"{PLACE}/{model}"
    whole = server.get(place).json()
    renamed = whole | {"properties": whole["properties"] | {key: value for key, value in change.items() if value}}
    for key in [key for key, value in change.items() if value is None]:
        del renamed["properties"][key]
    for name in ("ci", "eve"):
        for answer in (server.patch(place, {"properties": change}, headers=headers[name]),
                       server.put(place, renamed, headers=headers[name])):
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), answer.text
    refused = server.patch(place, {"properties": change}, headers=headers["ci"]).json()["description"]
    assert f"is {states[-1]}" in refused and "another name or version" in refused
    assert server.get(place).json() == whole
    kept = promotions(server, model).json()
    assert kept["approved"] and kept["state"] == states[-1] == kept["promotions"][-1]["to"]
    assert server.patch(place, {"properties": change}, headers=headers["ana"]).status_code == 200
    ended = promotions(server, model).json()
    last = ended["promotions"][-1]
    assert ended["state"] is None and not ended["approved"] and not ended["removed"] and ended["production"] is None
    assert (last["from"], last["to"], last["by"]["name"], last["version"]) == (states[-1], "removed", "ana", "2.1.0")
    assert last["evidence"] == {"removed": "version", "document_unchanged": True} and last["model"] == kept["model"]
    # It can go its way anew, under its new name.
    assert promote(server, model, "proposed", token=token(headers["ci"])).status_code == 201
    # What nobody has approved is renamed by whoever may write.
    assert server.patch(place, {"properties": {"version": "2.1.7"}}, headers=headers["ci"]).status_code == 200
    assert promotions(server, model).json()["state"] == "proposed"
    assert server.delete(place, headers=headers["ci"]).status_code == 204


def test_a_collection_goes_with_an_entry_in_each_history(keyed):
    server, headers = keyed
    assert server.post("/collections", documents.collection("more"), headers=headers["ci"]).status_code == 201
    models = [decided(server, headers, f"3.0.{count}", *STATES[:count], collection="more")["id"] for count in range(5)]
    refused = server.delete("/collections/more", headers=headers["ci"])
    assert refused.status_code == 403 and "in collection 'more' is" in refused.json()["description"]
    assert server.get("/collections/more/items").json()["numberMatched"] == 5
    assert server.delete("/collections/more", headers=headers["root"], params={"comment": "all of it"}).status_code == 204
    for count, model in enumerate(models):
        answer = server.get(f"/collections/more/items/{model}/promotions")
        assert answer.status_code == (200 if count else 404)
        if count:
            last = answer.json()["promotions"][-1]
            assert (last["from"], last["to"], last["comment"]) == (STATES[count - 1], "removed", "all of it")
            assert last["by"]["name"] == "root" and last["evidence"]["removed"] == "collection"


def test_a_removal_by_sql_is_in_the_history_too(keyed):
    server, headers = keyed
    model = decided(server, headers, "4.0.0", *STATES)["id"]
    address = succeed("doctor", "--print-database-url", "--data-dir", server.data_directory).stdout.strip()
    subprocess.run([BINARIES / "psql", address, "-XAtqv", "ON_ERROR_STOP=1", "-c",
                    f"DELETE FROM gnomon.items WHERE id = '{model}'"], check=True, timeout=60)
    last = promotions(server, model).json()["promotions"][-1]
    assert (last["from"], last["to"], last["by"]["role"]) == ("production", "removed", "database") and last["by"]["name"]


def test_a_load_does_not_end_what_was_approved_unless_by_the_user_of_the_machine(keyed, tmp_path):
    server, headers = keyed
    model = decided(server, headers, "5.0.0", *STATES[:3])["id"]
    file = tmp_path / "plain.json"
    file.write_text(json.dumps(documents.item(model, "models")))
    refused = client("load", file, "--url", server.url, key=token(headers["ci"]))
    assert "is approved" in refused.stdout + refused.stderr, (refused.stdout, refused.stderr)
    assert promotions(server, model).json()["state"] == "approved"
    succeed("load", file, "--data-dir", server.data_directory)
    last = promotions(server, model).json()["promotions"][-1]
    assert (last["to"], last["by"]["role"], last["evidence"]["removed"]) == ("removed", "admin", "model")
    server.delete(f"{PLACE}/{model}", headers=headers["ci"])


def test_a_decision_and_a_removal_at_once_are_one_after_the_other(keyed):
    server, headers = keyed
    for number in range(10):
        document = decided(server, headers, f"6.0.{number}", *STATES[:2])
        model, start, answers = document["id"], threading.Barrier(2), {}

        def approve():
            start.wait()
            answers["approved"] = promote(server, model, "approved", token=token(headers["ana"])).status_code

        def remove():
            start.wait()
            answers["removed"] = server.delete(f"{PLACE}/{model}", headers=headers["ci"]).status_code

        threads = [threading.Thread(target=job) for job in (approve, remove)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        outcome = [entry["to"] for entry in promotions(server, model).json()["promotions"]][-1]
        assert answers in ({"approved": 201, "removed": 403}, {"approved": 404, "removed": 204},
                           {"approved": 409, "removed": 204}), answers
        assert outcome == ("approved" if answers["approved"] == 201 else "removed")
        server.delete(f"{PLACE}/{model}", headers=headers["ana"])


def test_a_history_is_read_in_parts(keyed):
    server, headers = keyed
    model = decided(server, headers, "7.0.0", *["proposed", "retired"] * 3)["id"]
    whole = promotions(server, model).json()
    assert len(whole["promotions"]) == 6 and "links" not in whole
    found, page = [], promotions(server, model, params={"limit": 4}).json()
    while True:
        found = page["promotions"] + found
        following = [link["href"] for link in page.get("links", []) if link["rel"] == "next"]
        if not following:
            break
        page = server.http.get(following[0], timeout=60).json()
    assert found == whole["promotions"]
    for query in ("limit=0", "limit=x", "before=0", "after=1"):
        assert server.get(f"{PLACE}/{model}/promotions?{query}").json()["code"] == "invalid-parameter"


@pytest.mark.parametrize("victim", ["server", "postgresql"])
@pytest.mark.parametrize("what", ["registration", "removal"])
def test_a_crash_leaves_all_or_nothing(cluster, database, tmp_path, victim, what):
    address = cluster.url(database)
    options = ["--database-url", address, "--asset-root", documents.CATALOG]
    server = Server(tmp_path / "served", *options).start()
    holder = None
    try:
        succeed("load", documents.CATALOG, "--database-url", address)
        document = version("1.0.0")
        if what == "removal":
            server.create(PLACE, document)
            for state in STATES:
                assert promote(server, document["id"], state).status_code == 201
        tables = ("items", "model_registrations", "model_states", "promotions", "model_changes")
        counts = [cluster.number(database, f"SELECT count(*) FROM gnomon.{table}") for table in tables]
        # What waits has written the item, or removed it, and not what is kept beside it.
        holder = Holder(cluster, database, "model_registrations" if what == "registration" else "promotions")
        done = []
        request = threading.Thread(target=lambda: done.append(attempt(server, document, what)))
        request.start()
        wait_until(lambda: cluster.number(database, WAITING) == 1, 30, "it waits in the middle of its transaction")
        crash(victim, server, cluster, database, holder)
        request.join(60)
        assert done and done[0] not in (200, 201, 204)
        wait_until_idle(cluster, database)
        found = [cluster.number(database, f"SELECT count(*) FROM gnomon.{table}") for table in tables]
        # A statement that is a transaction of its own goes on to its end when only its client has gone.
        is_whole = what == "removal" and found == [count + more for count, more in zip(counts, (-1, -1, -1, 1, 0))]
        assert found == counts or is_whole, (counts, found)
        server = Server(tmp_path / "served", *options).start()
        assert attempt(server, document, what) == (201 if what == "registration" else 404 if is_whole else 204)
        if what == "removal":
            assert [entry["to"] for entry in promotions(server, document["id"]).json()["promotions"]] == STATES + ["removed"]
    finally:
        if holder:
            holder.end()
        server.close()


def attempt(server, document, what):
    """The status of a registration or a removal; none where the server is gone."""
    try:
        if what == "registration":
            return requests.post(f"{server.url}/models/register", json=document, timeout=60).status_code
        return requests.delete(f"{server.url}{PLACE}/{document['id']}", timeout=60).status_code
    except requests.RequestException:
        return None
