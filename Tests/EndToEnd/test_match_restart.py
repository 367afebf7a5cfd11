"""What matching needs of many models is kept for the next start, and read anew where it has changed."""

import copy
import subprocess

import stac_documents as documents
from gnomon_server import succeed, wait_until
from pg_cluster import BINARIES

COUNT = 120


def models():
    template = documents.demo("models/amazon-land-cover.json")
    template["links"] = []
    for number in range(COUNT):
        made = copy.deepcopy(template)
        made.update(id=f"k{number:03}", collection="kept")
        made["properties"].update({"mlm:name": f"Kept {number}", "platform": "landsat-8" if number % 2 else "sentinel-2a"})
        yield made


def matched(server):
    """(how many can be fed, which are refused for their platform)."""
    answer = server.get("/models/match", params={"collection": "sentinel-2-amazon", "item": "s2-amazon", "limit": 1000,
                                                 "refused": 1000}).json()
    refused = {entry["id"] for entry in answer["refused"] if [reason["code"] for reason in entry["reasons"]] == ["platform"]}
    return {entry["id"] for entry in answer["models"]}, refused


def kept(server):
    """Which transaction has written what is kept of each model."""
    address = succeed("doctor", "--print-database-url", "--data-dir", server.data_directory).stdout.strip()
    done = subprocess.run([BINARIES / "psql", address, "-XAtq", "-F", "\t", "-c", "SELECT id, xmin FROM gnomon.model_digests"],
                          check=True, capture_output=True, text=True)
    return dict(line.split("\t") for line in done.stdout.splitlines())


def test_a_restarted_server_matches_as_before_and_sees_what_changed_meanwhile(own_server):
    server = own_server("data").start()
    server.load(documents.CATALOG)
    server.create("/collections", documents.collection("kept"))
    made = list(models())
    answer = server.post("/collections/kept/items", json={"type": "FeatureCollection", "features": made})
    assert answer.status_code == 201, answer.text[:500]
    server.stop()
    server.start()  # it reads all of them, and keeps what it has read
    before = matched(server)
    assert len(before[0] & {f"kept:{model['id']}" for model in made}) == len(before[1]) == COUNT // 2
    written = wait_until(lambda: len(found := kept(server)) > COUNT and found, 20, "what was read is kept")
    changed = copy.deepcopy(made[0])
    changed["properties"]["platform"] = "landsat-8"
    assert server.put("/collections/kept/items/k000", json=changed).status_code in (200, 204)
    assert server.delete("/collections/kept/items/k002").status_code in (200, 204)
    server.stop()
    server.start()  # it reads what was kept, but for what has changed
    assert matched(server) == (before[0] - {"kept:k000", "kept:k002"}, before[1] | {"kept:k000"})
    again = wait_until(lambda: (found := kept(server)).get("k000") != written["k000"] and found, 20, "what changed is kept")
    assert "k002" not in again or again["k002"] == written["k002"], "its note goes when the model's number does"
    assert {name: again[name] for name in again if name not in ("k000", "k002")} == {
        name: written[name] for name in written if name not in ("k000", "k002")}, "what was kept is not read again"
