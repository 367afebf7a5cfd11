"""`gnomon predict` that is starved or stopped: one clear error, soon, and nothing left beside the result's place."""

import contextlib
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
import uuid
from pathlib import Path

import pytest

import predictions
import stac_documents as documents
from gnomon_server import BINARY, environment, postmaster, run, succeed, wait_until

AMAZON = "amazon-land-cover"


def command(server, item, folder, *options):
    return of_data_directory(server.data_directory, item, folder, *options)


def of_data_directory(data_directory, item, folder, *options):
    return ["predict", "--model", f"models/{AMAZON}", "--item", item, "--out", folder, "--data-dir", data_directory,
            *options]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_prediction_ends_soon_and_leaves_nothing(server, large_scene, tmp_path, measured, number):
    folder = tmp_path / "map"
    process = subprocess.Popen([BINARY, *map(str, command(server, large_scene, folder))], env=environment(),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: list(tmp_path.glob(".map.*.partial")), 60, "the work has begun")
        started = time.monotonic()
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    measured(f"interrupted by {number.name}: ended after {time.monotonic() - started:.2f} s")
    assert process.returncode == 128 + number
    assert "The prediction was cancelled" in errors
    assert list(tmp_path.iterdir()) == []


EVERYTHING = ("--confidence", "--format", "flatgeobuf", "--format", "geopackage", "--sieve", "2", "--simplify", "5",
              "--post-processing", '{"fill_holes": 200}')


def written(folder, name):
    """Whether a file of the result that is not there yet has begun, under whatever name."""
    return [path for path in folder.glob(f".map.*.partial/*{name}*") if size(path) > 0]


def size(path):
    """The bytes of a file that may be renamed or gone by now."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


BEGINNINGS = {
    "the folder": lambda folder: list(folder.glob(".map.*.partial")),
    "class.tif": lambda folder: written(folder, "class.tif"), "confidence.tif": lambda folder: written(folder, "confidence"),
    "GeoJSON": lambda folder: written(folder, "polygons.geojson"), "FlatGeobuf": lambda folder: written(folder, ".fgb"),
    # The features that GDAL wrote stand beside the file that they are sorted into.
    "FlatGeobuf's index": lambda folder: len(list(folder.glob(".map.*.partial/*.fgb*"))) > 1,
    "GeoPackage": lambda folder: written(folder, ".gpkg"), "the item": lambda folder: written(folder, "item.json"),
}


@pytest.mark.parametrize("stage", BEGINNINGS)
def test_every_stage_can_be_interrupted(server, noisy_scene, tmp_path, measured, stage):
    """What was interrupted leaves nothing; where the end came first, the result is whole."""
    for delay in (0, 0.1, 0.4):
        folder = tmp_path / "map"
        process = subprocess.Popen([BINARY, *map(str, command(server, noisy_scene, folder, *EVERYTHING))],
                                   env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            wait_until(lambda: BEGINNINGS[stage](tmp_path) or process.poll() is not None, 120, stage)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=delay)
            started = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
        if process.returncode == 0:
            assert {"class.tif", "polygons.fgb", "polygons.gpkg", "item.json"} <= {path.name for path in folder.iterdir()}
            assert [path.name for path in tmp_path.iterdir()] == ["map"]
            return
        measured(f"interrupted {delay} s after {stage} had begun: ended after {time.monotonic() - started:.2f} s")
        assert process.returncode == 130 and errors.count("Error: ") == 1 and "cancelled" in errors, errors
        assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_at_any_stage_is_one_error(server, noisy_scene, tmp_path):
    """On disks of every size up to one that suffices: one error and an empty disk, or a whole result."""
    probe = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", tmp_path], capture_output=True, check=False)
    if probe.returncode != 0:
        pytest.skip("no mounts here")
    disk = tmp_path / "disk"
    disk.mkdir()
    script = 'mount -t tmpfs -o size="$1" none "$2" && shift && cd "$1" && shift && "$@"; code=$?; ls -A; exit $code'
    outcomes = []
    for size in ("8k", "100k", "300k", "600k", "1m", "2m", "4m", "7m", "10m", "14m", "20m", "28m", "40m", "55m", "75m", "200m"):
        arguments = command(server, noisy_scene, disk / "map", *EVERYTHING)
        done = subprocess.run(["unshare", "-m", "bash", "-c", script, "bash", size, disk, BINARY, *map(str, arguments)],
                              env=environment(), capture_output=True, text=True, timeout=120)
        outcomes.append(done.returncode)
        if done.returncode == 0:
            assert done.stdout.split() == ["map"]
            break
        assert done.returncode == 1 and done.stderr.count("Error: ") == 1, done.stderr
        assert ("disk" in done.stderr or "No space" in done.stderr) and "ERROR" not in done.stderr, done.stderr
        assert done.stdout.split() == []
    assert outcomes[0] == 1 and outcomes[-1] == 0 and len(outcomes) > 5


@pytest.fixture
def silent_host():
    """A host that takes connections and never answers; the addresses that have connected."""
    connections = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def accept():
            with contextlib.suppress(OSError):
                while True:
                    connections.append(listener.accept())

        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", connections
        listener.shutdown(socket.SHUT_RDWR)
    for connection, _ in connections:
        connection.close()


def test_a_fetch_that_gets_no_answer_is_given_up_where_the_prediction_is_interrupted(server, silent_host, tmp_path):
    host, connections = silent_host
    model = server.get(f"/collections/models/items/{AMAZON}").json()
    model["id"] = f"silent-{uuid.uuid4().hex[:8]}"
    model["properties"]["mlm:name"] = model["id"]
    asset = next(asset for asset in model["assets"].values() if "mlm:model" in asset["roles"])
    asset["href"] = f"http://{host}/model.ubj"
    server.create("/collections/models/items", model)
    arguments = ["predict", "--model", f"models/{model['id']}", "--item", predictions.references(AMAZON)[0], "--out",
                 tmp_path / "map", "--data-dir", server.data_directory]
    process = subprocess.Popen([BINARY, *map(str, arguments)],
                               env={**environment(), "GNOMON_ALLOW_PRIVATE_HOST": host}, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: connections, 60, "the model's file is asked for")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    finally:
        process.kill()
        server.delete(f"/collections/models/items/{model['id']}")
    assert process.returncode == 130
    assert "cancelled" in errors
    assert list(tmp_path.iterdir()) == []


def test_the_private_database_stops_while_the_work_goes_on(large_item, tmp_path):
    data_directory, document = tmp_path / "data", tmp_path / "item.json"
    document.write_text(json.dumps({**large_item, "collection": "sentinel-2-amazon"}))
    predictions.load_demo(data_directory)
    succeed("load", document, "--data-dir", data_directory)
    arguments = of_data_directory(data_directory, f"sentinel-2-amazon/{large_item['id']}", tmp_path / "map")
    process = subprocess.Popen([BINARY, *map(str, arguments)], env=environment(), stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: list(tmp_path.glob(".map.*.partial")), 60, "the work has begun")
        wait_until(lambda: postmaster(data_directory) is None, 60, "PostgreSQL has stopped")
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "The prediction was cancelled" in errors
    assert not (tmp_path / "map").exists()


def test_a_full_disk_is_one_error_and_leaves_nothing(server, tmp_path):
    """The limit of a file's size stands for the disk: what is written beyond it fails in the same places."""
    folder = tmp_path / "map"

    def starved():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    done = subprocess.run([BINARY, *map(str, command(server, predictions.references(AMAZON)[0], folder))],
                          env=environment(), capture_output=True, text=True, timeout=120, preexec_fn=starved)
    assert done.returncode == 1
    assert "could not be written" in done.stderr or "cannot be written" in done.stderr, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_scratch_file_that_finds_no_room_is_told_before_the_work(server, large_scene, tmp_path):
    def starved():
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000_000, 50_000_000))

    done = subprocess.run([BINARY, *map(str, command(server, large_scene, tmp_path / "map"))], env=environment(),
                          capture_output=True, text=True, timeout=120, preexec_fn=starved)
    assert done.returncode == 1
    assert "The result could not be written" in done.stderr, done.stderr
    assert list(tmp_path.iterdir()) == []


def limited(server, item, folder, megabytes):
    """A run that may map so many megabytes."""
    def starved():
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    return subprocess.run([BINARY, *map(str, command(server, item, folder))], env=environment(), capture_output=True,
                          text=True, timeout=120, preexec_fn=starved)


@pytest.mark.parametrize("megabytes", [320, 400, 500, 600, 700, 800])
def test_memory_that_does_not_suffice_is_one_error_or_enough(server, large_scene, tmp_path, megabytes):
    """Whatever the limit is: a map, or one sentence; never a signal, a hang or a half result."""
    for item in (predictions.references(AMAZON)[0], large_scene):
        folder = tmp_path / item.split("/")[1]
        done = limited(server, item, folder, megabytes)
        assert done.returncode in (0, 1), done.stderr
        if done.returncode == 1:
            told = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
            assert len(told) == 1 and ("ulimit -v" in told[0] or "memory" in told[0]), done.stderr
            assert not folder.exists()
    assert not list(tmp_path.glob(".*"))


@pytest.fixture
def control_group():
    """Runs a command in a memory control group of so many bytes; skips where this process may make none."""
    folders = []

    def enter(limit):
        folder = Path("/sys/fs/cgroup/memory") / f"gnomon-{uuid.uuid4().hex[:8]}"
        try:
            folder.mkdir()
            folders.append(folder)
            (folder / "memory.limit_in_bytes").write_text(str(limit))
        except OSError as error:
            pytest.skip(f"no control groups here: {error}")
        return lambda: (folder / "cgroup.procs").write_text(str(os.getpid()))

    yield enter
    for folder in folders:
        folder.rmdir()


def test_a_control_group_bounds_the_plan(server, tmp_path, control_group):
    item = predictions.references(AMAZON)[0]
    enter = control_group(400 << 20)
    plan = subprocess.run([BINARY, *map(str, command(server, item, tmp_path / "map", "--explain", "--json"))],
                          env=environment(), capture_output=True, text=True, timeout=120, preexec_fn=enter)
    assert plan.returncode == 0, plan.stderr
    work = json.loads(plan.stdout)["work"]
    assert work["allowed_by"] == "control-group" and work["needed_bytes"] < work["allowed_bytes"] < 400 << 20
    small = subprocess.run([BINARY, *map(str, command(server, item, tmp_path / "map"))], env=environment(),
                           capture_output=True, text=True, timeout=120, preexec_fn=control_group(100 << 20))
    assert small.returncode == 1 and "the control group leaves" in small.stderr, small.stderr
    assert list(tmp_path.iterdir()) == []


def test_explain_shows_the_plan_and_writes_nothing(server, large_scene, tmp_path):
    plain = run(*[part for part in command(server, large_scene, "x", "--explain") if part not in ("--out", "x")])
    assert plain.returncode == 0, plain.stderr
    for words in ("B8A: ", "x 0.0001 + 0.0 (stac), nodata 0, direct", "NDVI, = (B8 - B4) / (B8 + B4)", "9880 x 9480 pixels",
                  "threads"):
        assert words in plain.stdout, plain.stdout
    plan = json.loads(run(*command(server, large_scene, tmp_path / "map", "--explain", "--json")).stdout)
    assert plan["grid"]["shape"] == [9480, 9880] and plan["grid"]["reference_system"] == "EPSG:4326"
    assert plan["work"]["scratch_file_bytes"] > 200_000_000
    assert [band["name"] for band in plan["bands"]][:2] == ["B1", "B2"]
    assert plan["model"]["instruction_set"] in ("avx512", "avx2", "portable")
    assert list(tmp_path.iterdir()) == []


def test_explain_counts_the_map_of_dissolved_classes(server, large_scene):
    def work(*options):
        done = run(*command(server, large_scene, "x", "--explain", "--json", *options))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["work"]

    plain, dissolved = work(), work("--post-processing", '{"dissolve": [{"classes": [1, 2]}]}')
    for key in ("scratch_file_bytes", "map_bytes"):
        assert dissolved[key] - plain[key] == 9480 * 9880, key


def test_json_tells_what_a_run_took(server, tmp_path):
    done = run(*command(server, predictions.references(AMAZON)[0], tmp_path / "map", "--json"))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["pixels"] == 247 * 237 and told["scratch_file_bytes"] == 0
    assert [stage["name"] for stage in told["stages"]] == [
        "model", "open", "classify", "sieve", "rasters", "vectors", "publish"]
    assert {file["name"] for file in told["files"]} >= {"class.tif", "polygons.geojson"}
    lines = [(int(percent), stage) for percent, stage in re.findall(r"^Predicting: (\d+) % (\w+): ", done.stderr, re.MULTILINE)]
    assert lines == sorted(lines) and (80, "vectors") in lines and lines[-1] == (100, "publish"), done.stderr


def test_other_formats_hold_the_polygons_of_the_geojson(server, tmp_path):
    options = ("--format", "flatgeobuf", "--format", "geopackage")
    folder = tmp_path / "map"
    done = run(*command(server, predictions.references(AMAZON)[0], folder, *options))
    assert done.returncode == 0, done.stderr
    features = json.loads((folder / "polygons.geojson").read_text())["features"]
    item = json.loads((folder / "item.json").read_text())
    for name, key in (("polygons.fgb", "flatgeobuf"), ("polygons.gpkg", "geopackage")):
        told = subprocess.run(["ogrinfo", "-ro", "-al", "-so", str(folder / name)], check=True, capture_output=True,
                              text=True).stdout
        assert f"Feature Count: {len(features)}" in told, told
        for field in ("class", "name", "area_m2", "pixels", "mean_confidence"):
            assert f"\n{field}:" in told, told
        assert item["assets"][key]["href"] == f"./{name}"
    refused = run(*command(server, predictions.references(AMAZON)[0], tmp_path / "other", "--format", "shapefile"))
    assert refused.returncode == 1 and "flatgeobuf" in refused.stderr
    assert not (tmp_path / "other").exists()


def test_a_result_in_a_folder_that_is_there_stands_alone(server, tmp_path):
    """Files of the earlier result go, others stay; what stands in the way is told, and nothing is changed."""
    folder = tmp_path / "map"
    item = "sentinel-2-amazon/s2-amazon"
    succeed(*command(server, item, folder, "--confidence", "--format", "geopackage"))
    earlier = {path.name for path in folder.iterdir()}
    assert {"confidence.tif", "polygons.gpkg", "item.json", "sources"} <= earlier
    (folder / "notes.txt").write_text("mine")
    succeed(*command(server, item, folder))
    assert {path.name for path in folder.iterdir()} == earlier - {"confidence.tif", "polygons.gpkg"} | {"notes.txt"}
    (folder / "polygons.geojson").unlink()
    (folder / "polygons.geojson").mkdir()
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    failed = run(*command(server, item, folder))
    assert failed.returncode == 1 and "'polygons.geojson' in the folder of the result is a folder" in failed.stderr
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"map"}


def test_what_a_killed_run_has_left_goes_with_the_next(server, tmp_path):
    folder = tmp_path / "map"
    left = tmp_path / f".map.{uuid.uuid4()}.partial"
    young = tmp_path / f".map.{uuid.uuid4()}.partial"
    for partial in (left, young):
        partial.mkdir()
    os.utime(left, (0, 0))
    succeed(*command(server, "sentinel-2-amazon/s2-amazon", folder))
    assert {path.name for path in tmp_path.iterdir()} == {"map", young.name}


COMMANDS = {
    "predict": (("--model", f"models/{AMAZON}", "--item", "sentinel-2-amazon/s2-amazon", "--out", "map"), "was cancelled"),
    "load": ((str(documents.CATALOG),), "The load was interrupted; the same command again goes on where it stopped."),
    "serve": (("--port", "0"), "The server was stopped before it was ready."),
}


def takes_interrupts(process):
    """Whether a process does something of its own about SIGINT, or has ended."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return process.poll() is not None or bool(int(caught[1], 16) & 1 << signal.SIGINT - 1)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_interrupted_as_it_starts_says_so(tmp_path, measured, name):
    """From the moment the program itself runs; before that the system loads its libraries."""
    options, words = COMMANDS[name]
    data_directory = tmp_path / "data"
    predictions.load_demo(data_directory)
    slowest, told = 0.0, 0
    for number in range(12):
        process = subprocess.Popen([BINARY, name, *options, "--data-dir", data_directory], env=environment(), cwd=tmp_path,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            wait_until(lambda: takes_interrupts(process), 60, "the program runs")
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=number * 0.02)
            started = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
        slowest = max(slowest, time.monotonic() - started)
        assert process.returncode in (0, 130), (process.returncode, errors)
        if process.returncode == 130:
            assert words in errors and errors.count("Error: ") == 1, errors
            told += 1
        assert not list(tmp_path.glob(".map.*")) and (process.returncode == 0 or not (tmp_path / "map").exists())
        if (tmp_path / "map").exists():
            shutil.rmtree(tmp_path / "map")
    assert told > 0
    measured(f"{name}: {told} of 12 interrupted as they started, the slowest ended after {slowest:.2f} s")


def test_results_of_one_place_follow_one_another(server, tmp_path):
    """Whoever comes last has the folder, whole: its files are those that its item describes."""
    folder = tmp_path / "map"
    many = [subprocess.Popen([BINARY, *map(str, command(server, "sentinel-2-amazon/s2-amazon", folder, *options))],
                             env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            for options in ((), ("--confidence",), ("--sieve", "9"), ("--format", "geopackage"))]
    for process in many:
        _, errors = process.communicate(timeout=180)
        assert process.returncode == 0, errors
    assert [path.name for path in tmp_path.iterdir()] == ["map"]
    item = json.loads((folder / "item.json").read_text())
    files = {asset["href"].removeprefix("./"): asset for asset in item["assets"].values()}
    for name, asset in files.items():
        assert "1220" + hashlib.sha256((folder / name).read_bytes()).hexdigest() == asset["file:checksum"], name
    assert {path.name for path in folder.iterdir()} == {*files, "item.json", "sources", "class.tif.aux.xml"}


def test_a_result_takes_no_place_of_what_it_is_made_from(server, asset_root, tmp_path):
    folder = asset_root / f"scene-{uuid.uuid4().hex[:8]}"
    folder.mkdir()
    image = folder / "class.tif"
    shutil.copy(documents.CATALOG / "sentinel-2-amazon" / "s2_amazon_12band.tif", image)
    item = documents.image_item(f"own-{uuid.uuid4().hex[:8]}", image)
    server.create("/collections/sentinel-2-amazon/items", item)
    before = image.read_bytes()
    refused = run(*command(server, f"sentinel-2-amazon/{item['id']}", folder))
    assert refused.returncode == 1 and "would replace 'class.tif', from which it is made" in refused.stderr, refused.stderr
    area = folder / "polygons.geojson"
    area.write_text(json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}))
    refused = run(*command(server, "sentinel-2-amazon/s2-amazon", folder, "--aoi", area))
    assert refused.returncode == 1 and "--aoi" in refused.stderr and "would be replaced" in refused.stderr, refused.stderr
    assert image.read_bytes() == before and {path.name for path in folder.iterdir()} == {"class.tif", "polygons.geojson"}
    server.delete(f"/collections/sentinel-2-amazon/items/{item['id']}")


def test_a_place_that_can_be_no_folder_is_told_before_the_work(server, tmp_path):
    (tmp_path / "file").write_text("mine")
    for folder, words in ((tmp_path / "file", "The place of the result is a file"),
                          (tmp_path / "file" / "map", "The folder of the result cannot be created: Not a directory."),
                          ("", "name a folder")):
        refused = run(*command(server, "sentinel-2-amazon/s2-amazon", folder))
        assert refused.returncode == 1 and words in refused.stderr and "Predicting" not in refused.stderr, refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_is_a_disk_of_its_own_takes_a_result(server, tmp_path):
    """As the volume of a container is: nothing can be moved to it from beside it."""
    script = ('mount -t tmpfs none "$1" && mkdir "$1/map" && mount -t tmpfs none "$1/map" && mount -o remount,ro "$1" && '
              'cd "$1/map" && "${@:2}"; code=$?; ls -A .; exit $code')
    probe = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", tmp_path], capture_output=True, check=False)
    if probe.returncode != 0:
        pytest.skip("no mounts here")
    for folder in (tmp_path / "map", "."):
        arguments = command(server, "sentinel-2-amazon/s2-amazon", folder)
        done = subprocess.run(["unshare", "-m", "bash", "-c", script, "bash", tmp_path, BINARY, *map(str, arguments)],
                              env=environment(), capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert set(done.stdout.split()) == {"class.tif", "class.tif.aux.xml", "item.json", "polygons.geojson", "sources",
                                            "thumbnail.png"}


def by_server(server, folder, *options, item="sentinel-2-amazon/s2-amazon"):
    return ["predict", "--model", f"models/{AMAZON}", "--item", item, "--out", folder, "--url", server.url, *options]


def test_a_prediction_by_a_server_tells_faults_by_the_options_that_gave_them(server, tmp_path):
    for options, words in ((("--sieve=-1",), "--sieve: "), (("--format", "shapefile"), "--format: "),
                           (("--post-processing", '{"smooth": {"metres": 1}}'), "--post-processing /smooth"),
                           (("--bbox=1,2,3",), "--bbox: ")):
        refused = run(*by_server(server, tmp_path / "map", *options))
        assert refused.returncode == 1 and words in refused.stderr and "/inputs" not in refused.stderr, refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_prediction_by_a_server_that_is_interrupted_ends_there_too(server, large_scene, tmp_path, measured):
    process = subprocess.Popen([BINARY, *map(str, by_server(server, tmp_path / "map", item=large_scene))],
                               env=environment(), stderr=subprocess.PIPE, text=True)
    partial = server.data_directory / "assets" / "predictions"
    try:
        wait_until(lambda: list(partial.glob(".*.partial")), 60, "the server is at work")
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    measured(f"interrupted here: ended after {time.monotonic() - started:.2f} s")
    assert process.returncode == 130 and "The prediction was cancelled" in errors
    assert list(tmp_path.iterdir()) == []
    wait_until(lambda: not list(partial.glob(".*.partial")), 10, "the server has ended it")
    measured(f"the server's files were gone after {time.monotonic() - started:.2f} s")
