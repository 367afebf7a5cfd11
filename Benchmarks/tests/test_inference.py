"""The benchmark of whole maps: the scene is always the same, and what differs or is wrong is said."""

import json
import sys
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from gnomon_bench import report
from gnomon_bench.inference import area, catalog, checks, maps, parts, pixels, run, scene, section, stage_plot, watched


@pytest.fixture(scope="module")
def made():
    return scene.Scene(1100)


def test_the_scene_is_the_same_each_time_and_whatever_strip_is_asked_for_first(made):
    again = scene.Scene(1100, made=made.patches)
    later = again.strip(scene.STRIP)
    strips = dict(made.strips())
    assert list(strips) == [0, 512, 1024] and strips[1024].shape == (10, 76, 1100)
    assert np.array_equal(strips[scene.STRIP], later)
    assert not np.array_equal(scene.Scene(1100, seed=8, made=made.patches).strip(0), strips[0])


def test_the_scene_has_real_spectra_and_an_edge_without_data(made):
    block = made.strip(0)
    empty = (block == 0).all(axis=0)
    assert ((block == 0).any(axis=0) == empty).all() and 0.02 < empty.mean() < 0.05
    spectra = pixels.labelled()[0]
    for band in range(10):
        known = block[band][~empty]
        assert spectra[:, band].min() * 0.5 < np.median(known) < spectra[:, band].max()
    assert np.corrcoef(block[2][~empty], block[6][~empty])[0, 1] < 0.9, "bands of one grey image"


def test_patches_go_on_at_their_borders(made):
    width = made.patches[0].shape[2]
    block = made.laid_out(np.arange(4))
    assert np.array_equal(block[:, :, width - 1], block[:, :, width])


def test_features_are_what_the_expressions_of_the_model_say():
    block = np.array([[700, 0], [0, 0], [300, 0], [1, 1], [1, 1], [1, 1], [2100, 0], [0, 1], [5, 0], [0, 9]], np.uint16)
    found = pixels.features(block)
    assert found.dtype == np.float32 and found.shape == (14, 2)
    ndvi = np.float32(1800) / (np.float32(2400) + np.float32(1e-6))
    assert found[10, 0] == ndvi and found[10, 1] == 0
    assert pixels.expression(*pixels.INDICES["NDVI"]) == "(B08 - B04) / (B08 + B04 + 0.000001)"


def test_the_documents_name_bands_features_and_the_area_in_the_middle(tmp_path):
    file = tmp_path / "model.ubj"
    file.write_bytes(b"{}")
    documents = list(catalog.documents({4096: tmp_path / "scene.tif"}, {200: file}))
    assert [document["id"] for document in documents] == ["bench-scenes", "bench-models", "scene-4096", "lulc-200"]
    names = [band["name"] for band in documents[3]["properties"]["mlm:input"][0]["bands"]]
    assert tuple(names) == pixels.FEATURES
    geometry, rows = area.square(4096)
    (west, south), (east, north) = (
        np.min(geometry["coordinates"][0], axis=0),
        np.max(geometry["coordinates"][0], axis=0),
    )
    left, bottom, right, top = documents[2]["bbox"]
    assert left < west < east < right and bottom < south < north < top and (rows.start, rows.stop) == (1792, 2304)


def test_maps_that_differ_are_found_out():
    ours = np.array([[1, 2], [3, 0]], np.uint8)
    assert checks.differing(ours, ours.copy()) == {"pixels": 4, "differing": 0}
    differs = checks.differing(ours, np.array([[1, 2], [4, 1]], np.uint8))
    assert differs == {"pixels": 4, "differing": 2, "first": "row 1, column 0: 3 against 4"}
    assert checks.differing(ours, ours[:1])["differing"] == 4
    sound = {"polygons": 3, "regions": 3, "invalid": 0, "area_ratio": 1.0002}
    assert checks.problems({"raw": differs, "polygons": {"gnomon": sound}}) == [
        "raw class map: 2 pixels differ (row 1, column 0: 3 against 4)"
    ]
    assert (
        len(checks.problems({"polygons": {"gnomon": {"polygons": 2, "regions": 3, "invalid": 1, "area_ratio": 1.1}}}))
        == 3
    )


def test_a_watched_command_tells_its_seconds_memory_and_files(tmp_path):
    work = (
        "import os, tempfile, time; held = bytearray(60 << 20); file = tempfile.TemporaryFile(); "
        "file.write(os.urandom(5 << 20)); file.flush(); time.sleep(0.7); print('{\"pixels\": 7}')"
    )
    cost = watched.run([sys.executable, "-c", work], tmp_path / "temporary", tmp_path / "log")
    assert 0.7 <= cost.wall < 30 and 60 < cost.rss_mib < 400 and 5 << 20 <= cost.scratch_bytes < 8 << 20
    assert checks.last_json(f"progress\n{cost.output}done\n") == {"pixels": 7}
    with pytest.raises(SystemExit, match="ended with 3"):
        watched.run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "temporary", tmp_path / "log")


def cost(wall, **stages):
    return {
        "wall": wall,
        "cpu": 2 * wall,
        "rss_mib": 100 * wall,
        "scratch_bytes": 1 << 20,
        "instruction_set": "avx2",
        "stages": {name: {"wall": seconds, "cpu": None} for name, seconds in stages.items()},
    }


def result():
    rounds = {
        "peer": [cost(80, read=20, predict=50), cost(60, read=10, predict=50), cost(90, read=30, predict=50)],
        "avx2": [cost(8, classify=7)],
    }
    medians = {side: maps.median(costs) for side, costs in rounds.items()}
    machine = {
        "when": "today",
        "cores": 2,
        "processor": "a",
        "memory_gib": 8,
        "system": "b",
        "kernel": "c",
        "python": "d",
        "load_before": 0.1,
    }
    same, whole = {"pixels": 100, "differing": 0}, {"polygons": 3, "regions": 3, "invalid": 0, "area_ratio": 1.0}
    return {
        "kind": section.MAPS,
        "size": 4096,
        "trees": 200,
        "items": 1,
        "machine": machine,
        "versions": {"gnomon": "0"},
        "rounds": rounds,
        "medians": medians,
        "ratios": maps.ratios(medians),
        "checks": {"raw": same, "sieved": same, "polygons": {"gnomon": whole, "peer": whole}},
    }


def test_medians_and_ratios_are_of_the_rounds():
    found = result()
    assert found["medians"]["peer"]["wall"] == 80 and found["medians"]["peer"]["stages"]["read"]["wall"] == 20
    assert found["ratios"] == {"avx2": {"wall": 10, "cpu": 10, "rss_mib": 10}}
    assert maps.ratios({"avx2": cost(8)}) == {}


def test_the_report_shows_rows_with_their_instruction_set_and_a_plot_of_the_stages(tmp_path):
    document, results = tmp_path / "docs.md", tmp_path / "results"
    document.write_text("".join(f"\n<!-- begin {name} -->\nold\n<!-- end {name} -->\n" for name in report.SECTIONS))
    results.mkdir()
    (results / "inference-4096-200.json").write_text(json.dumps(result()))
    report.run(SimpleNamespace(work=tmp_path, document=document))
    text = document.read_text()
    assert "| 4,096² | 200 | gnomon, avx2 | 8 | 16 | 800 | 1 |" in text and "100 of 100 pixels as the peer's" in text
    picture = tmp_path / "plots" / "inference-4096-200.svg"
    assert f"plots/{picture.name}" in text and ElementTree.parse(picture)


def test_the_parts_are_shown_beside_what_they_are_measured_against(tmp_path):
    part = parts.entry("decoding", ("gnomon", 1.25), ("libdeflate", 1.0), "CPU s", 1.25, "<= 1.3")
    text = section.parts_section([{**result(), "parts": [part]}], tmp_path)
    assert "| decoding | gnomon | 1.25 | libdeflate | 1 | CPU s | 1.25 | <= 1.3 |" in text


def test_a_stage_plot_is_well_formed_and_names_what_is_wide_enough():
    picture = stage_plot.stages("Title <&>", [("peer", 80.0, [("predict", 50.0), ("a & b", 0.1)]), ("gnomon", 8.0, [])])
    ElementTree.fromstring(picture)
    assert ">predict</text>" in picture and "<title>a &amp; b: 0.10 s</title>" in picture and ">8.0 s</text>" in picture


def test_the_instruction_sets_of_this_machine_end_with_the_portable_one():
    assert run.available()[-1] == "portable" and set(run.available()) <= set(run.SETS)


def test_stages_that_run_at_once_stand_one_above_the_other():
    ours = [("classify", 2.0), ("sieve", 0.5), ("rasters", 1.0), ("vectors", 3.0), ("publish", 0.5)]
    assert list(stage_plot.lanes(ours)) == [
        ("classify", 2.0, 0.0, 0, 1), ("sieve", 0.5, 2.0, 0.5, 1), ("rasters", 1.0, 2.0, 0, 0.5),
        ("vectors", 3.0, 2.5, 0.5, 1), ("publish", 0.5, 5.5, 0, 1)]
    theirs = [("read", 1.0), ("sieve", 2.0), ("else", 1.0)]
    assert [begin for _, _, begin, _, _ in stage_plot.lanes(theirs)] == [0, 1, 3]
