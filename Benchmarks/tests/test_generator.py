"""The generator: items of the shapes and sizes that archives have, the same at every run, and an oracle that agrees."""

import io
import json

import numpy as np
import pytest
from conftest import SMALL
from gnomon_bench import checks, generate, grids, imagery, landsat, models, sentinel
from gnomon_bench.generate import Dataset
from gnomon_bench.oracle import Oracle
from shapely.geometry import shape


def items(folder):
    return [json.loads(line) for file in generate.item_files(folder) for line in file.read_bytes().splitlines()]


def test_same_arguments_give_the_same_bytes_however_many_processes_write_them():
    written = []
    for processes in (1, 2):
        out = io.BytesIO()
        generate.stream(Dataset(4500, 100, 10), out, processes=processes)
        written.append(out.getvalue())
    assert written[0] == written[1]
    assert len(written[0].splitlines()) == 4610 + 3


def test_another_seed_gives_other_items():
    def first(seed):
        out = io.BytesIO()
        generate.stream(Dataset(10, seed=seed), out, processes=1)
        return out.getvalue().splitlines()[1]

    assert first(1) != first(2)


def test_the_oracle_knows_every_item_in_the_order_of_the_files(folder, oracle):
    documents = items(folder)
    assert len(documents) == oracle.count == SMALL.items
    for row, document in enumerate(documents):
        assert (oracle.collection_of(row), oracle.identifier(row)) == (document["collection"], document["id"])
        checks.check_ring(document, row, oracle)
        checks.check_values(document["properties"], row, oracle)
        assert np.allclose(document["bbox"], oracle.box[row])


def test_identifiers_are_unique_within_a_collection(folder):
    names = [(document["collection"], document["id"]) for document in items(folder)]
    assert len(set(names)) == len(names)


def test_items_repeat_on_a_day_under_another_sequence_number():
    plan = imagery.plan_sentinel(7, 200_000)
    day = imagery.days_of(plan.time).astype(int)
    keys = np.stack([day, plan.tile, plan.unit, plan.sequence], 1)
    assert len(np.unique(keys, axis=0)) == len(plan)
    assert plan.sequence.max() > 0 and (plan.sequence[0], plan.sequence.min()) == (0, 0)


def test_footprints_are_valid_polygons_inside_the_world(folder):
    for document in items(folder)[::7]:
        polygon = shape(document["geometry"])
        assert polygon.is_valid and polygon.area > 0
        west, south, east, north = document["bbox"]
        assert -180 <= west < east <= 180 and -90 <= south < north <= 90
        assert polygon.bounds == pytest.approx((west, south, east, north))


def test_imagery_comes_in_order_of_time_and_models_with_intervals(folder):
    documents = items(folder)
    for collection in (sentinel.COLLECTION, landsat.COLLECTION):
        times = [d["properties"]["datetime"] for d in documents if d["collection"] == collection]
        assert times == sorted(times)
    described = [d["properties"] for d in documents if d["collection"] == models.COLLECTION]
    assert all(p["start_datetime"] < p["end_datetime"] for p in described)
    assert {p["datetime"] is None for p in described} == {True, False}


def test_items_have_the_sizes_and_assets_of_the_archives_that_they_are_shaped_after(folder):
    expected = {sentinel.COLLECTION: (10_860, 15), landsat.COLLECTION: (8_840, 10), models.COLLECTION: (3_890, 2)}
    for file in generate.item_files(folder):
        lines = file.read_bytes().splitlines()
        size, assets = expected[file.stem]
        assert sum(map(len, lines)) / len(lines) == pytest.approx(size, rel=0.02)
        assert all(len(json.loads(line)["assets"]) == assets for line in lines[::50])


def test_items_can_be_dealt_out_to_many_collections():
    out, dataset = io.BytesIO(), Dataset(2000, sentinel_collections=400)
    generate.stream(dataset, out, processes=1)
    documents = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [d["type"] for d in documents[:400]] == ["Collection"] * 400
    count = {}
    for document in documents[400:]:
        count[document["collection"]] = count.get(document["collection"], 0) + 1
    assert count == {d["id"]: 5 for d in documents[:400]}


def test_tiles_lie_where_utm_says():
    tiles = grids.tiles(7)
    at = list(tiles.name).index("31TCJ")  # Toulouse: its upper left corner is 300 km east, 4,900 km north
    assert tiles.upper_left[at].tolist() == [299_960, 4_900_040]
    assert tiles.ring[at][0].tolist() == pytest.approx([0.495, 44.226], abs=0.001)
    assert len(set(tiles.name)) == len(tiles.name) > 10_000


def test_a_data_set_is_made_once(folder):
    before = (folder / "manifest.json").stat().st_mtime_ns
    assert generate.ensure(SMALL, folder) == folder
    assert (folder / "manifest.json").stat().st_mtime_ns == before


def test_the_oracle_is_written_beside_a_stream_too(tmp_path):
    generate.stream(Dataset(500), io.BytesIO(), tmp_path, processes=1)
    assert Oracle(tmp_path).count == 500
