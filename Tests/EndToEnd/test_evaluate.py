"""`gnomon evaluate` against Python's XGBoost and against the numbers that other releases and LightGBM gave."""

import csv
import io
import pathlib
import subprocess

import numpy
import pytest
import xgboost

import gnomon_server

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
MODELS = REPOSITORY / "fixtures" / "models"
FEATURES = MODELS / "features_500x14.csv"
GOLDEN = REPOSITORY / "fixtures" / "catalog" / "models"


def evaluate(*arguments, text=None):
    return subprocess.run([gnomon_server.BINARY, "evaluate", *map(str, arguments)], capture_output=True, text=True,
                          input=text, timeout=120)


def table(answer):
    assert answer.returncode == 0, answer.stderr
    return numpy.array([[float(cell) for cell in row] for row in csv.reader(io.StringIO(answer.stdout))])


def expected(name):
    return numpy.loadtxt(MODELS / name, delimiter=",", ndmin=2)


def instruction_sets():
    flags = next((line for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("flags")), "").split()
    sets = ["portable"] + (["avx2"] if {"avx2", "bmi2"} <= set(flags) else [])
    return sets + (["avx512"] if {"avx512f", "avx512bw", "avx512vl", "avx512dq"} <= set(flags) else [])


@pytest.mark.parametrize("instruction_set", instruction_sets())
@pytest.mark.parametrize("model", ["lulc20_xgb3.2.0.ubj", "binlog_xgb3.1.3.json", "multiout_xgb3.2.0.ubj"])
def test_margins_are_those_of_python_bit_for_bit(model, instruction_set):
    booster = xgboost.Booster(model_file=MODELS / model)
    rows = xgboost.DMatrix(numpy.loadtxt(FEATURES, delimiter=",", dtype=numpy.float32), feature_names=booster.feature_names)
    margins = table(evaluate(MODELS / model, FEATURES, "--output", "margins", "--instruction-set", instruction_set))
    wanted = booster.predict(rows, output_margin=True).reshape(500, -1)
    assert (margins.astype(numpy.float32) == wanted).all()
    outputs = table(evaluate(MODELS / model, FEATURES, "--instruction-set", instruction_set))
    predicted = booster.predict(rows).reshape(500, -1)
    assert numpy.abs(outputs - predicted).max() <= 1e-6
    classes = table(evaluate(MODELS / model, FEATURES, "--output", "classes"))[:, 0]
    winners = predicted.argmax(1) if predicted.shape[1] > 1 else predicted[:, 0] > 0.5
    assert (classes == winners).all()


def test_a_text_of_lightgbm_gives_lightgbms_numbers():
    margins = table(evaluate(MODELS / "lgbm4.7_multiclass.txt", FEATURES, "--output", "margins"))
    assert (margins == expected("lgbm4.7_multiclass.margin.csv")).all()
    outputs = table(evaluate(MODELS / "lgbm4.7_multiclass.txt", FEATURES))
    assert numpy.abs(outputs - expected("lgbm4.7_multiclass.expected.csv")).max() <= 1e-6


def test_libxgboost_is_a_second_opinion():
    own = table(evaluate(MODELS / "softprob_xgb3.2.0.ubj", "-", text=FEATURES.read_text()))
    other = table(evaluate(MODELS / "softprob_xgb3.2.0.ubj", FEATURES, "--engine", "libxgboost"))
    assert numpy.abs(own - other).max() <= 1e-6
    answer = evaluate(MODELS / "multiout_xgb3.2.0.ubj", FEATURES, "--engine", "libxgboost")
    assert answer.returncode != 0 and "vector leaves" in answer.stderr


def test_a_golden_vector_is_met_or_the_row_is_named(tmp_path):
    golden = GOLDEN / "sinop-crops.test-vector.csv"
    answer = evaluate(GOLDEN / "sinop-crops.ubj", golden, "--quiet")
    assert answer.returncode == 0 and answer.stdout == "" and "50 rows are as expected" in answer.stderr
    changed = tmp_path / "changed.csv"
    changed.write_text(golden.read_text().replace("0.0114044379", "0.5114044379", 1))
    answer = evaluate(GOLDEN / "sinop-crops.ubj", changed, "--quiet")
    assert answer.returncode != 0 and "Row 1 of the test vector expects 0.5114" in answer.stderr


@pytest.mark.parametrize("arguments, words", [
    (["nowhere.ubj", FEATURES], "nowhere.ubj cannot be read"),
    ([MODELS / "README.md", FEATURES], "neither JSON nor UBJSON"),
    ([MODELS / "lulc20_xgb3.2.0.ubj", MODELS / "reg_xgb3.2.0.margin.csv"], "has 1 features and the model 14"),
    ([MODELS / "reg_xgb3.2.0.ubj", FEATURES, "--output", "classes"], "tells no classes apart"),
])
def test_what_cannot_be_evaluated_is_refused_in_one_sentence(arguments, words):
    answer = evaluate(*arguments)
    assert answer.returncode == 1 and answer.stdout == ""
    assert words in answer.stderr and "Fatal" not in answer.stderr
