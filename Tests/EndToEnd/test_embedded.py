"""The private PostgreSQL: odd folders, two servers, kill -9 of the database, starting again, stopping."""

import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest
import requests

import stac_documents as documents
from gnomon_server import Server, alive, postmaster, run, succeed, wait_until


def answers_with_an_item(server):
    """A catalog with one item in it answers a search."""
    server.create("/collections", documents.collection("kept"))
    server.create("/collections/kept/items", documents.item("one", "kept"))
    assert count(server) == 1


def count(server):
    answer = server.get("/collections/kept/items")
    assert answer.status_code == 200, answer.text
    return answer.json()["numberMatched"]


def test_data_directory_with_a_path_of_200_characters(own_server, tmp_path):
    missing = 200 - len(str(tmp_path)) - 1
    name = "/".join(["d" * 60] * (missing // 61) + ["e" * (missing % 61 or 1)])
    server = own_server(name)
    assert len(str(server.data_directory)) >= 199
    answers_with_an_item(server.start())
    assert server.stop() == 0
    answers = succeed("load", documents.CATALOG / "predictions", "--data-dir", server.data_directory)
    assert answers.returncode == 0


def test_data_directory_below_home():
    """For root this is a folder that the `postgres` user may not enter; its rights stay as they are."""
    home = Path.home()
    rights = home.stat().st_mode
    folder = Path(tempfile.mkdtemp(dir=home, prefix=".gnomon-test-"))
    try:
        with Server(folder / "data", log=folder / "log") as server:
            answers_with_an_item(server)
        assert home.stat().st_mode == rights
    finally:
        shutil.rmtree(folder)


def test_data_directory_with_odd_characters(own_server):
    answers_with_an_item(own_server("it's a \"data\" dir, $HOME é %20").start())


def test_second_server_on_one_data_directory_refuses(own_server):
    first = own_server().start()
    answers_with_an_item(first)
    done = run("serve", "--port", "0", "--data-dir", first.data_directory, timeout=60)
    assert done.returncode != 0
    message = (done.stderr + done.stdout).lower()
    assert "already" in message or "another" in message or "in use" in message, message
    assert len(message.strip().splitlines()) <= 5 and "fatal error" not in message
    assert count(first) == 1


def test_commands_work_beside_a_running_server_and_without_one(own_server):
    server = own_server()
    succeed("load", documents.CATALOG / "predictions", "--data-dir", server.data_directory)
    wait_until(lambda: stopped(server), 30, "PostgreSQL stops after the command")
    server.start()
    succeed("load", documents.CATALOG / "modis-sinop", "--data-dir", server.data_directory)
    assert server.get("/collections/modis-sinop/items").json()["numberMatched"] == 12
    url = succeed("doctor", "--print-database-url", "--data-dir", server.data_directory).stdout.strip()
    assert url.startswith("postgres") and "\n" not in url


def stopped(server):
    process_id = postmaster(server.data_directory)
    return process_id is None or not alive(process_id)


def test_recovers_from_kill_9_of_postgresql(own_server, measured):
    server = own_server().start()
    answers_with_an_item(server)
    killed = postmaster(server.data_directory)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not alive(killed), 10, "PostgreSQL is gone")

    def recovered():
        try:
            answer = server.get("/collections/kept/items")
        except requests.RequestException:
            return False
        assert answer.status_code in (200, 503), answer.text
        return answer.status_code == 200 and answer.json()["numberMatched"] == 1

    started = time.monotonic()
    wait_until(recovered, 60, f"the catalog answers again:\n{server.log()}")
    measured(f"kill -9 of PostgreSQL: answers again after {time.monotonic() - started:.2f} s")
    assert postmaster(server.data_directory) != killed
    server.create("/collections/kept/items", documents.item("two", "kept"))
    assert count(server) == 2 and server.ready()


def test_recovers_from_kill_9_of_both(own_server):
    server = own_server().start()
    answers_with_an_item(server)
    killed = postmaster(server.data_directory)
    server.kill()
    if alive(killed):
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: not alive(killed), 10, "PostgreSQL is gone")
    assert count(server.start()) == 1


def test_a_killed_supervisor_leaves_no_postgresql_behind(own_server):
    server = own_server().start()
    database = postmaster(server.data_directory)
    status = Path(f"/proc/{database}/status").read_text()
    os.kill(int(status.split("PPid:")[1].split()[0]), signal.SIGKILL)
    assert server.stop() == 0
    assert not alive(database)


def load_predictions(data_directory):
    return run("load", documents.CATALOG / "predictions", "--data-dir", data_directory, timeout=60)


def test_a_faulty_configuration_fails_at_once_with_the_reason_of_postgresql(tmp_path):
    data = tmp_path / "data"
    assert load_predictions(data).returncode == 0
    with open(data / "postgres/gnomon.conf", "a") as configuration:
        configuration.write("shared_buffers = banana\n")
    started = time.monotonic()
    done = load_predictions(data)
    assert done.returncode != 0
    assert time.monotonic() - started < 10
    assert "shared_buffers" in done.stderr and "fatal error" not in done.stderr.lower(), done.stderr


def test_data_directory_that_is_a_symbolic_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert load_predictions(tmp_path / "link").returncode == 0
    assert (tmp_path / "real/postgres/PG_VERSION").exists()


def test_data_directory_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    done = load_predictions(tmp_path / "file")
    assert done.returncode != 0 and "is a file" in done.stderr, done.stderr


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stops_cleanly_and_starts_again_soon(own_server, measured, how):
    server = own_server().start()
    measured(f"first start on an empty data directory: {server.seconds_to_ready:.2f} s")
    answers_with_an_item(server)
    database = postmaster(server.data_directory)
    assert alive(database)
    assert server.stop(how) == 0, server.log()
    assert not alive(database)
    server.start()
    measured(f"start on an existing data directory: {server.seconds_to_ready:.2f} s")
    assert server.seconds_to_ready < 10
    assert count(server) == 1


def test_a_database_that_cannot_be_reached_is_one_clear_line(tmp_path):
    done = run("migrate", "--database-url", f"postgresql:///none?host={tmp_path}", timeout=60)
    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) <= 3 and "fatal error" not in done.stderr.lower(), done.stderr


def test_doctor_says_that_this_machine_is_well():
    done = run("doctor", timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "postgresql" in done.stdout.lower()


def test_health_and_readiness(server):
    assert server.get("/healthz").status_code == 200
    assert server.get("/readyz").status_code == 200
