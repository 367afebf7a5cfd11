"""Golden vectors: how each model met its own is known, and found out again after an upgrade."""

import subprocess

import stac_documents as documents
from gnomon_server import run, succeed, wait_until
from pg_cluster import BINARIES

PLACE = "/collections/models/items/proved"


def sql(server, statement):
    address = succeed("doctor", "--print-database-url", "--data-dir", server.data_directory).stdout.strip()
    subprocess.run([BINARIES / "psql", address, "-XAtqv", "ON_ERROR_STOP=1", "-c", statement], check=True, timeout=60)


def upgraded(server):
    """As if what was proved had been proved by an earlier version of the program, and this one had come with a restart."""
    sql(server, "UPDATE gnomon.model_proofs SET runtime = 'gnomon 0.0.1, libxgboost 1.6.0, x86_64'")
    server.stop()
    server.start()


def known(server):
    return server.get(PLACE + "/validation").json()["golden_vector"]


def until(server, state, proofs):
    return wait_until(lambda: (seen := known(server))["state"] == state and len(seen["proofs"]) == proofs and seen, 40,
                      f"the golden vector is {state}, by {proofs} proofs")


def test_models_are_proved_when_they_come_and_again_after_an_upgrade(own_server, asset_root):
    vector = asset_root / "proved.csv"
    vector.write_bytes((documents.CATALOG / "models" / "amazon-land-cover.test-vector.csv").read_bytes())
    server = own_server("data", "--asset-root", documents.CATALOG, "--asset-root", asset_root).start()
    server.load(documents.CATALOG)
    model = documents.model_item("proved", documents.CATALOG / "models" / "amazon-land-cover.ubj", vector=vector)
    server.create("/collections/models/items", model)
    first = until(server, "met", 1)
    (proof,) = first["proofs"]
    assert proof["runtime"] == first["runtime"] and proof["runtime"].startswith("gnomon ") and proof["present"]
    assert len(proof["model_sha256"]) == len(proof["vector_sha256"]) == 64

    upgraded(server)
    again = until(server, "met", 2)
    assert again["proofs"][0]["at"] > again["proofs"][1]["at"] == proof["at"]
    assert again["proofs"][1]["runtime"].startswith("gnomon 0.0.1")

    # The vector says another thing now, which only a new proof finds out.
    lines = vector.read_text().splitlines()
    cells = lines[1].split(",")
    cells[-1] = "0.987654321"
    vector.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n")
    sql(server, "DELETE FROM gnomon.model_proofs WHERE runtime LIKE 'gnomon 0.0.1%'")
    upgraded(server)
    missed = until(server, "missed", 2)
    assert missed["proofs"][0]["reason"] and missed["proofs"][0]["vector_sha256"] != proof["vector_sha256"]
    report = server.get(PLACE + "/validation").json()
    assert not report["runnable"] and "golden-vector-met" in [finding["rule"] for finding in report["warnings"]]
    assert "misses its golden vector" in server.log()
    doctor = run("doctor", "--data-dir", server.data_directory)
    assert "models/proved misses its golden vector with " + missed["runtime"] in doctor.stdout, doctor.stdout

    # A model that changes is proved anew; what is left of one that goes is nothing.
    del model["assets"]["test-vector"]
    assert server.put(PLACE, model).status_code == 200
    wait_until(lambda: known(server)["state"] == "none", 40, "there is nothing to prove")
    assert server.delete(PLACE).status_code == 204
    assert server.get(PLACE + "/validation").status_code == 404
