"""gnomon load: what it reads, what it refuses and how it says so."""

import gzip
import json
import os

import pytest

import load_data as data
import stac_documents as documents
from gnomon_server import run, succeed

AWKWARD = ('{"stac_version":"1.1.0","type":"Feature","id":"awkward","zzz":{"b":1.0,"a":[1e2,-0.0,1.50,12345678901234567890]},'
           '"geometry":{"type":"Point","coordinates":[10.0,50.000]},"bbox":[10.0,50.000,10.0,50.000],'
           '"collection":"many","properties":{"z":null,"datetime":"2020-01-01T00:00:00.000Z","a":0.10,"text":"\u00e9\u4e16"},'
           '"assets":{"b":{"href":"https://example.com/b.tif"},"a":{"href":"s3://bucket/a"}},'
           '"links":[{"rel":"license","href":"https://example.com/l"}]}')


@pytest.fixture
def count(cluster, database):
    return lambda: cluster.number(database, "SELECT count(*) FROM gnomon.items")


def test_documents_stay_as_they_are_written(load, catalog_server, tmp_path):
    file = data.write(tmp_path / "all.ndjson", [json.dumps(documents.collection("many")), AWKWARD])
    done = load(file)
    assert done.returncode == 0, done.stderr
    text = catalog_server().get("/collections/many/items/awkward").text
    assert data.exactly(text) == data.exactly(AWKWARD)
    assert [link["rel"] for link in json.loads(text)["links"]].count("license") == 1


@pytest.mark.parametrize("form", ["ndjson", "gz", "members", "json-lines", "list", "features", "stdin", "stdin-gz"])
def test_every_form_of_file(load, count, tmp_path, form):
    texts = [json.dumps(documents.collection("many")), *data.lines(1200)]
    plain = "".join(text + "\n" for text in texts).encode()
    items = [json.loads(text) for text in texts[1:]]
    data.write(tmp_path / "collection.json", texts[:1])
    if form.startswith("stdin"):
        done = load("-", text=gzip.compress(plain) if form == "stdin-gz" else plain)
        assert done.returncode == 0, done.stderr
        assert count() == 1200
        return
    files = {
        "ndjson": lambda: data.write(tmp_path / "a.ndjson", texts),
        "gz": lambda: data.write_gzip(tmp_path / "a.ndjson.gz", texts),
        "members": lambda: data.write(tmp_path / "x", []) and members(tmp_path / "a.jsonl.gz", plain),
        "json-lines": lambda: data.write(tmp_path / "a.json", texts),
        "list": lambda: data.write(tmp_path / "a.json", [json.dumps(items, indent=2)]),
        "features": lambda: data.write(tmp_path / "a.json", [json.dumps(documents.item_collection(items))]),
    }
    done = load(files[form](), tmp_path / "collection.json")
    assert done.returncode == 0, done.stderr
    assert count() == 1200
    assert "1,200 items" in done.stderr


def members(path, plain):
    """A gzip of several members, as pigz and cat make them."""
    half = len(plain) // 2
    path.write_bytes(gzip.compress(plain[:half]) + gzip.compress(plain[half:]))
    return path


def test_refusals_are_reported_with_place_and_pointer_and_stop_nothing(load, count, tmp_path):
    faulty = json.loads(next(data.lines(1, start=7000)))
    faulty["geometry"] = {"type": "Point", "coordinates": [500, 0]}
    del faulty["properties"]["datetime"]
    texts = [json.dumps(documents.collection("many")), *data.lines(700), "{\"type\": \"Feature\"", json.dumps(faulty),
             next(data.lines(1, "nowhere")), "{\"hello\": 1}", *data.lines(300, start=700)]
    file = data.write(tmp_path / "all.ndjson", texts)
    done = load(file, "--report", tmp_path / "report.ndjson", "--batch-size", "100")
    assert done.returncode == 1
    assert count() == 1000
    assert "Refused 3 documents" in done.stderr and "Skipped 1 texts" in done.stderr, done.stderr
    report = [json.loads(line) for line in (tmp_path / "report.ndjson").read_text().splitlines()]
    assert {(entry["place"], entry["pointer"]) for entry in report} >= {
        (f"{file}:702", ""), (f"{file}:703", "/properties/datetime"), (f"{file}:704", "/collection")}
    assert {entry["id"] for entry in report if entry["place"] == f"{file}:703"} == {faulty["id"]}
    assert "there is no collection 'nowhere'" in done.stderr
    assert all(entry["message"] for entry in report)


def test_a_gzip_that_ends_too_early_is_reported_and_the_rest_is_loaded(load, count, tmp_path):
    whole = data.write_gzip(tmp_path / "a.ndjson.gz", [json.dumps(documents.collection("many")), *data.lines(3000)])
    whole.write_bytes(whole.read_bytes()[:-5000])
    data.write(tmp_path / "b.ndjson", data.lines(10, start=9000))
    done = load(tmp_path)
    assert done.returncode == 1
    assert "ends too early" in done.stderr
    assert 10 < count() < 3010


def test_a_gzip_bomb_is_refused(load, tmp_path):
    with gzip.open(tmp_path / "bomb.ndjson.gz", "wb") as file:
        for _ in range(300):
            file.write(b" " * (1 << 20))
    done = load(tmp_path / "bomb.ndjson.gz")
    assert done.returncode == 1
    assert "unpack" in done.stderr


def test_a_line_without_end_is_refused_and_passed_over(load, count, tmp_path):
    texts = [json.dumps(documents.collection("many")), "x" * (70 << 20), *data.lines(5)]
    done = load(data.write(tmp_path / "long.ndjson", texts))
    assert done.returncode == 1
    assert "longer than 64 MiB" in done.stderr and count() == 5


def test_the_later_of_two_items_stays_whatever_the_number_of_jobs(load, cluster, database, tmp_path):
    texts = [json.dumps(documents.collection("many"))]
    for turn in range(40):
        for number in range(25):
            texts.append(json.dumps(documents.item(f"same-{number}", "many", turn=turn)))
    done = load(data.write(tmp_path / "twice.ndjson", texts), "--batch-size", "10", "--jobs", "8")
    assert done.returncode == 0, done.stderr
    rows = cluster.query(database, "SELECT count(*), min(properties->>'turn'), max(properties->>'turn') FROM gnomon.items")
    assert rows == [["25", "39", "39"]]


def test_a_large_load_tells_the_planner_what_has_come(load, cluster, database, tmp_path):
    file = data.catalog(tmp_path / "all.ndjson", 10_000)
    done = load(file)
    assert done.returncode == 0, done.stderr
    # Of the server's own rounds the statistics say last_autoanalyze.
    assert cluster.query(database, "SELECT s.last_analyze IS NOT NULL, c.reltuples FROM pg_stat_user_tables s "
                                   "JOIN pg_class c ON c.oid = s.relid WHERE s.relname = 'items'") == [["t", "10000"]]


def test_models_are_refused_by_their_schema_alone(load, count, tmp_path):
    model = tmp_path / "model.pt"
    model.write_bytes(b"nothing")
    kept = documents.model_item("kept", model)
    broken = documents.model_item("broken", model)
    del broken["properties"]["mlm:name"]
    strange = documents.model_item("strange", model)
    strange["stac_extensions"] = ["https://stac-extensions.github.io/mlm/v9.9.9/schema.json"]
    collection = documents.collection(kept["collection"])
    done = load(data.write(tmp_path / "models.ndjson", map(json.dumps, [collection, kept, broken, strange])))
    assert done.returncode == 1
    assert count() == 1
    assert "this version of the MLM extension is not known" in done.stderr
    assert "warning  kept" in done.stderr and "refused" in done.stderr and "mlm:name" in done.stderr, done.stderr


def test_a_pipe_is_no_file(load, count, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    data.write(folder / "all.ndjson", [json.dumps(documents.collection("many")), *data.lines(3)])
    # Nobody writes into it: to open it would be to wait for ever.
    os.mkfifo(folder / "pipe.ndjson")
    done = load(folder / "pipe.ndjson")
    assert done.returncode != 0
    assert "neither a file nor a folder" in done.stderr and "standard input (-)" in done.stderr, done.stderr
    done = load("/dev/stdin", text=(folder / "all.ndjson").read_bytes())
    assert done.returncode != 0, done.stderr
    done = load(folder)
    assert done.returncode == 0 and count() == 3, done.stderr


def test_mistakes_on_the_command_line_say_what_to_do(tmp_path):
    def refused(*arguments):
        done = run("load", *arguments)
        assert done.returncode != 0
        return done.stderr
    assert "Say what to load" in refused()
    assert "no such file" in refused(tmp_path / "absent.json")
    assert "alone" in refused("-", tmp_path)
    assert "--from-pgstac" in refused("postgresql://localhost/x")
    assert "--batch-size" in refused(tmp_path, "--batch-size", "0")
    assert "cannot be written" in refused(tmp_path, "--report", tmp_path / "none" / "report")
    text = succeed("load", "--help").stdout
    for word in ["NDJSON", "static catalog", "PgSTAC", "standard input", "--restart", "--report", "goes on where"]:
        assert word.lower() in text.lower(), word
