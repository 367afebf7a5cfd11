"""Random tree ensembles by `gnomon evaluate`, against the libraries that trained them: the same bits."""

import re

import lightgbm
import numpy as np
import pytest
import xgboost

import ensemble_cases as cases
import random_ensembles
from gnomon_server import run, succeed

PROBABILITY = 1e-6


@pytest.fixture(scope="module")
def instruction_sets():
    """Those of this machine, the portable one among them."""
    with open("/proc/cpuinfo") as lines:
        flags = set(next((line for line in lines if line.startswith("flags")), "").split())
    wide = {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= flags
    return [*(["avx512"] if wide else []), *(["avx2"] if "avx2" in flags else []), "portable"]


def evaluate(file, features, shape, *options):
    """The numbers that gnomon prints for rows in a CSV file."""
    printed = succeed("evaluate", file, features, *options).stdout
    return np.array([line.split(",") for line in printed.splitlines()], float).reshape(shape)


def written(rows, path):
    """A CSV file of float32 rows, each number so that it is read back exactly."""
    path.write_text("".join(",".join(f"{value:.9g}" for value in row) + "\n" for row in rows))
    return path


def assert_same(ensemble, folder, instruction_sets, precision):
    """Margins the same in every bit, outputs within a millionth, from each file and with each instruction set."""
    features, shape = written(ensemble.rows, folder / "features.csv"), ensemble.margins.shape
    for place, file in enumerate(ensemble.files):
        for name in instruction_sets if place == 0 else instruction_sets[:1]:
            margins = evaluate(file, features, shape, "--output", "margins", "--instruction-set", name)
            wrong = margins.astype(precision) != ensemble.margins.astype(precision)
            first = tuple(np.argwhere(wrong)[0]) if wrong.any() else None
            assert first is None, (
                f"{file.name}, {name}: {wrong.sum()} of {wrong.size} margins differ, first that of "
                f"{ensemble.rows[first[0]]}: {margins[first]!r}, not {ensemble.margins[first]!r}"
            )
        outputs = evaluate(file, features, shape)
        apart = np.abs(outputs - ensemble.outputs) / np.maximum(1, np.abs(ensemble.outputs))
        assert apart.max() <= PROBABILITY, f"{file.name}: outputs differ by {apart.max()}"


@pytest.mark.parametrize("name", cases.XGBOOST)
def test_xgboosts_ensembles_give_the_same_bits(name, tmp_path, instruction_sets):
    ensemble = cases.xgboost_ensemble(name, tmp_path)
    assert_same(ensemble, tmp_path, instruction_sets, np.float32)
    # libxgboost gets the file so that it reads it right, or does not get it at all.
    options = ("--engine", "libxgboost", "--output", "margins")
    if cases.XGBOOST[name].get("multi_strategy") == "multi_output_tree":
        assert "vector leaves" in refused(ensemble.files[0], tmp_path / "features.csv", *options)
    else:
        margins = evaluate(ensemble.files[0], tmp_path / "features.csv", ensemble.margins.shape, *options)
        assert (margins.astype(np.float32) == ensemble.margins).all()


def test_no_objective_of_xgboost_is_unknown():
    """The library names its objectives where it is asked for one that it does not have."""
    with pytest.raises(xgboost.core.XGBoostError) as told:
        xgboost.train({"objective": "none:such"}, xgboost.DMatrix(np.zeros((1, 1)), label=[0]), 1)
    known = set(re.findall("Objective candidate: ([a-z:]+)", str(told.value)))
    assert len(known) >= 19 and known <= {case["objective"] for case in cases.XGBOOST.values()}


@pytest.mark.parametrize("name", cases.LIGHTGBM)
def test_lightgbms_ensembles_give_the_same_bits(name, tmp_path, instruction_sets):
    assert_same(cases.lightgbm_ensemble(name, tmp_path), tmp_path, instruction_sets, np.float64)


@pytest.mark.parametrize("count", [1, 15, 16, 17, 33, 64, 65, 513])
def test_any_number_of_rows_gives_what_the_same_rows_give_among_others(count, tmp_path, instruction_sets):
    ensemble = cases.xgboost_ensemble("softprob categorical 0", tmp_path)
    features = written(ensemble.rows[:count], tmp_path / "features.csv")
    for name in instruction_sets:
        margins = evaluate(ensemble.files[0], features, (count, 4), "--output", "margins", "--instruction-set", name)
        assert (margins.astype(np.float32) == ensemble.margins[:count]).all(), name


def test_the_winning_class_is_the_first_of_the_most_probable(tmp_path):
    ensemble = cases.xgboost_ensemble("softprob 1", tmp_path)
    features = written(ensemble.rows, tmp_path / "features.csv")
    classes = evaluate(ensemble.files[0], features, (len(ensemble.rows),), "--output", "classes")
    assert (classes == ensemble.margins.argmax(axis=1)).all()


def refused(file, features, *options):
    done = run("evaluate", file, features, *options)
    assert done.returncode != 0 and not done.stdout
    return done.stderr


def test_what_would_be_misread_is_refused(tmp_path):
    draw = random_ensembles.draws("refused")
    values, number, _ = random_ensembles.training_data(draw, categorical=False)
    features = written(values[:3], tmp_path / "features.csv")
    strange = tmp_path / "strange.json"
    booster = xgboost.train({"objective": "reg:squarederror"}, xgboost.DMatrix(values, number), 2)
    strange.write_bytes(booster.save_raw("json").replace(b'"reg:squarederror"', b'"reg:somethingelse"'))
    assert "reg:somethingelse" in refused(strange, features)
    settings = {"objective": "regression", "verbosity": -1}
    text = lightgbm.train(settings, lightgbm.Dataset(values.astype(float), number), 2).model_to_string()
    other = tmp_path / "other.txt"
    other.write_text(text.replace("objective=regression", "objective=somethingelse"))
    assert "somethingelse" in refused(other, features)
