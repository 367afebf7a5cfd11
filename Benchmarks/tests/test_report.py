"""Tables and plots: between the markers and nowhere else, and well formed."""

import json
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from gnomon_bench import compare, plot, report

DOCUMENT = "# Title\n\nProse.\n" + "".join(
    f"\n<!-- begin {name} -->\nold\n<!-- end {name} -->\n" for name in report.SECTIONS)


def cell(rps, **changed):
    return {"rps": rps, "requests": 10, "p50_ms": 1000 / rps, "p90_ms": 2000 / rps, "p99_ms": 5000 / rps, "max_ms": 9,
            "errors": 0, "bytes_per_request": 1000, "api_cpu": 100 / rps, "database_cpu": 100 / rps,
            "other_cpu_share": 0, **changed}


def side(rps, failed=0, **changed):
    return {"checks": {"checked": 12, "failed": failed, "problems": []}, "cells": {"16": cell(rps, **changed)}}


def entry(ours, theirs, data=True):
    return {"about": "", "data": data, "extra": False, "servers": {"gnomon": ours, "peer": theirs}}


MEASURED = {"item": entry(side(2000), side(100)), "walk": entry(side(500), side(100)),
            "ids_10": entry(side(500), side(100, failed=1)), "cql2_text": entry(side(500, errors=3), side(100)),
            "landing": entry(side(100), side(100), data=False)}


def test_ratios_say_how_many_times_better_and_leave_out_what_was_wrong():
    assert compare.ratios(MEASURED["item"], 16) == pytest.approx({"rps": 20, "p50": 20, "p99": 20, "cpu": 20})
    assert compare.ratios(MEASURED["ids_10"], 16) is None
    assert compare.ratios(MEASURED["cql2_text"], 16) is None


def test_the_geometric_mean_is_over_the_data_workloads_that_both_answered_right():
    total = compare.summary(MEASURED, 16)
    assert total["workloads"] == 2 and total["left_out"] == ["cql2_text", "ids_10"]
    assert total["mean"]["rps"] == pytest.approx(10)
    assert total["least"] == (5, "walk")


def test_a_report_fills_its_own_parts_of_the_document_and_leaves_the_rest(tmp_path):
    document, results = tmp_path / "docs.md", tmp_path / "results"
    document.write_text(DOCUMENT)
    results.mkdir()
    machine = {"when": "today", "cores": 2, "processor": "a", "memory_gib": 8, "system": "b", "kernel": "c", "wrk": "d",
               "load_before": 0.1}
    memory = {"gnomon": {"pss_mib": 30}, "peer": {"pss_mib": 100}}
    (results / "compare-1k.json").write_text(json.dumps({
        "kind": "compare", "size": "1k", "items": 1400, "machine": machine, "servers": {}, "workloads": MEASURED,
        "memory_at_rest": memory, "memory_after": memory, "summary": {"16": compare.summary(MEASURED, 16)}}))
    report.run(SimpleNamespace(work=tmp_path, document=document))
    text = document.read_text()
    assert text.startswith("# Title\n\nProse.\n") and text.count("old") == len(report.SECTIONS) - 1
    assert "| item | 2,000 | 100 |" in text and "10.0 times the requests per second" in text
    picture = tmp_path / "plots" / "compare-1k-c16.svg"
    assert f"plots/{picture.name}" in text and ElementTree.parse(picture)


def test_plots_are_well_formed_and_show_every_name():
    lines = plot.lines("Growth <&>", {"item": [(1e5, 1.0), (1e6, 1.2)], "walk": [(1e5, 1.0), (1e6, 3)]}, "ms")
    bars = plot.bars("Ratios", [("item", 20.0), ("slower", 0.5)], [(10, "mean")])
    for picture in (lines, bars):
        ElementTree.fromstring(picture)
    assert all(name in lines for name in ("item", "walk", "1M", "100k")) and "slower" in bars
