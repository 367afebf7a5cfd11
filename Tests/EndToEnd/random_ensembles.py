"""Random small tree ensembles, trained here by XGBoost and LightGBM, with rows that lie on their own thresholds.

Every ensemble is drawn from a seed made of its name. What it must predict is what the library that trained it predicts.
"""

import json
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import lightgbm
import numpy as np
import xgboost

ROWS, TRAINING_ROWS = 701, 900
LARGEST = np.finfo(np.float32).max
KINDS = ["q", "q", "int", "c", "q", "c", "q", "q"]  # of the features; `c` is a category, `int` a small whole number
CATEGORIES = {3: 6, 5: 40}  # of the features that are categories


@dataclass(frozen=True)
class Ensemble:
    """Model files of one booster, rows in float32, and what the library gives for them."""

    files: list
    rows: np.ndarray
    margins: np.ndarray
    outputs: np.ndarray = field(default=None)


def draws(name):
    return np.random.default_rng(zlib.crc32(name.encode()))


def training_data(draw, categorical):
    """(features with missing values, a number to predict, a class out of four)."""
    values = draw.normal(size=(TRAINING_ROWS, len(KINDS)))
    values[:, 1] = np.exp(12 * values[:, 1])  # from 1e-16 to 1e16
    values[:, 2] = draw.integers(-3, 4, TRAINING_ROWS)
    values[:, 6] = np.round(values[:, 6], 1)
    for place, count in CATEGORIES.items():
        values[:, place] = draw.integers(0, count, TRAINING_ROWS)
    weights = draw.normal(size=50)
    number = values[:, 0] * values[:, 2] + np.log(values[:, 1]) / 6 + weights[values[:, 5].astype(int)]
    number += (values[:, 3] % 3 == 1) + 0.3 * draw.normal(size=TRAINING_ROWS)
    classes = np.digitize(number, np.quantile(number, [0.2, 0.5, 0.7]))
    if not categorical:
        values[:, list(CATEGORIES)] += draw.normal(size=(TRAINING_ROWS, len(CATEGORIES)))
    values[draw.random(values.shape) < 0.08] = np.nan
    values[:, 7] = 0 if draw.random() < 0.2 else values[:, 7]
    return values.astype(np.float32), number, classes


def rows_at(thresholds, training, draw, categorical):
    """Rows of which each value lies on a threshold, beside one, or anywhere, or is missing or infinite."""
    rows = training[draw.integers(0, len(training), ROWS)].copy()
    for place in range(rows.shape[1]):
        own = np.array(sorted(value for value in thresholds.get(place, ()) if abs(value) <= LARGEST), np.float32)
        if categorical and place in CATEGORIES:
            odd = np.array([CATEGORIES[place], CATEGORIES[place] + 30, 1e6], np.float32)
            chosen = draw.random(ROWS) < 0.1
            rows[chosen, place] = draw.choice(odd, chosen.sum())
            continue
        if len(own):
            near = np.concatenate([own, np.nextafter(own, np.float32(-np.inf)), np.nextafter(own, np.float32(np.inf))])
            chosen = draw.random(ROWS) < 0.7
            rows[chosen, place] = draw.choice(near, chosen.sum())
        special = np.array([0.0, -0.0, np.inf, -np.inf, 1e-45, -1e-45, 3.4028235e38, -3.4028235e38], np.float32)
        chosen = draw.random(ROWS) < 0.05
        rows[chosen, place] = draw.choice(special, chosen.sum())
    rows[draw.random(rows.shape) < 0.05] = np.nan
    rows[0] = np.nan
    return rows


# XGBoost


def settings_of_trees(draw, categorical=False):
    chosen = {
        "max_depth": int(draw.integers(1, 13)),
        "eta": float(draw.uniform(0.05, 0.9)),
        "subsample": float(draw.uniform(0.5, 1)),
        "reg_lambda": float(draw.choice([0, 1])),
        "tree_method": str(draw.choice(["hist", "approx"] if categorical else ["hist", "approx", "exact"])),
        "max_bin": int(draw.choice([16, 256, 2048])),
        "seed": int(draw.integers(1000)),
        "nthread": 1,
    }
    if draw.random() < 0.3:
        chosen["num_parallel_tree"] = 3
    if chosen["tree_method"] == "hist" and draw.random() < 0.3:
        chosen |= {"grow_policy": "lossguide", "max_leaves": int(draw.integers(2, 90)), "max_depth": 0}
    if categorical:
        chosen["max_cat_to_onehot"] = int(draw.choice([1, 10]))
    return chosen


def matrix(values, categorical, **more):
    types = [("c" if kind == "c" and categorical else "q") for kind in KINDS]
    return xgboost.DMatrix(values, feature_types=types, enable_categorical=categorical, **more)


def by_xgboost(name, folder, objective, categorical=False, rounds=None, labels=None, **settings):
    draw = draws(name)
    values, number, classes = training_data(draw, categorical)
    chosen = {"objective": objective, **settings_of_trees(draw, categorical), **settings}
    booster = xgboost.train(
        chosen, labelled(objective, values, number, classes, categorical, labels), rounds or int(draw.integers(1, 9))
    )
    rows = rows_at(xgboost_thresholds(booster), values, draw, categorical)
    if chosen.get("booster") == "gblinear":
        rows = np.where(np.abs(rows) < 1e20, rows, np.float32(np.nan))
    # A matrix takes no infinity: the largest numbers lie on the same side of every threshold.
    data = matrix(np.clip(rows, -LARGEST, LARGEST), categorical)
    margins, outputs = (booster.predict(data, output_margin=raw) for raw in (True, False))
    return Ensemble(saved(booster, folder, name), rows, two(margins), expected(objective, two(margins), two(outputs)))


def labelled(objective, values, number, classes, categorical, labels):
    """A matrix whose labels suit the objective."""
    family, _, kind = objective.partition(":")
    if labels is not None:
        return matrix(values, categorical, label=labels(number, classes))
    if family == "multi":
        return matrix(values, categorical, label=classes)
    if family == "rank":
        return matrix(values, categorical, label=classes // 2, group=[30] * (TRAINING_ROWS // 30))
    if family == "binary" or kind == "logistic":
        return matrix(values, categorical, label=classes >= 2)
    if kind == "aft":
        lower = np.exp(number / 4)
        return matrix(values, categorical, label_lower_bound=lower, label_upper_bound=lower * 2)
    positive = family in ("count", "survival") or kind in ("gamma", "tweedie", "squaredlogerror")
    return matrix(values, categorical, label=np.exp(number / 4) if positive else number)


def xgboost_thresholds(booster):
    """{feature: thresholds}; empty for a linear model."""
    found = {}
    document = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]
    for tree in document.get("gbtree", document).get("model", {}).get("trees", ()):
        for place, value, left in zip(tree["split_indices"], tree["split_conditions"], tree["left_children"]):
            if left >= 0:
                found.setdefault(place, set()).add(value)
    return found


def saved(booster, folder, name):
    files = [Path(folder) / f"{re.sub('[^a-z0-9]+', '-', name)}.{ending}" for ending in ("ubj", "json")]
    for file in files:
        booster.save_model(file)
    return files


def two(values):
    """Rows and outputs, also of a model with one output."""
    return values.reshape(len(values), -1)


def expected(objective, margins, outputs):
    """What gnomon gives: the library's outputs, but probabilities where that gives classes or margins."""
    if objective == "multi:softmax":
        powers = np.exp(margins.astype(float) - margins.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)
    if objective == "binary:logitraw":
        return 1 / (1 + np.exp(-margins.astype(float)))
    return outputs


# LightGBM


def by_lightgbm(name, folder, objective, categorical=True, **settings):
    draw = draws(name)
    values, number, classes = training_data(draw, categorical)
    if "linear_tree" in settings:
        values[:, 1] = np.log(values[:, 1])
    chosen = {
        "objective": objective,
        "num_leaves": int(draw.integers(2, 100)),
        "learning_rate": float(draw.uniform(0.05, 0.9)),
        "min_data_in_leaf": int(draw.integers(1, 20)),
        "max_bin": int(draw.choice([15, 255, 1023])),
        "max_cat_to_onehot": int(draw.choice([1, 60])),
        "min_data_per_group": 5,
        "zero_as_missing": bool(draw.random() < 0.25),
        "use_missing": bool(draw.random() < 0.8),
        "boost_from_average": bool(draw.random() < 0.5),
        "seed": int(draw.integers(1000)),
        "num_threads": 1,
        "verbosity": -1,
        **settings,
    }
    data = lightgbm.Dataset(
        values.astype(float),
        **lightgbm_labels(objective, number, classes),
        params=settings,
        categorical_feature=list(CATEGORIES) if categorical else [],
    )
    booster = lightgbm.train(chosen, data, int(draw.integers(1, 9)))
    rows = rows_at(lightgbm_thresholds(booster), values, draw, categorical)
    if "linear_tree" in settings:
        rows = np.where(np.abs(rows) < 1e2, rows, np.float32(np.nan))
    file = Path(folder) / f"{re.sub('[^a-z0-9]+', '-', name)}.txt"
    booster.save_model(file)
    margins, outputs = (two(booster.predict(rows.astype(float), raw_score=raw)) for raw in (True, False))
    return Ensemble([file], rows, margins, outputs)


def lightgbm_labels(objective, number, classes):
    if objective.startswith("multiclass"):
        return {"label": classes}
    if objective in ("binary", "cross_entropy"):
        return {"label": classes >= 2}
    if objective in ("lambdarank", "rank_xendcg"):
        return {"label": classes, "group": [30] * (TRAINING_ROWS // 30)}
    if objective in ("poisson", "gamma", "tweedie"):
        return {"label": np.exp(number / 4)}
    return {"label": number}


def lightgbm_thresholds(booster):
    found = {}

    def visit(node):
        if "split_feature" in node:
            if node["decision_type"] == "<=":
                found.setdefault(node["split_feature"], set()).add(node["threshold"])
            visit(node["left_child"])
            visit(node["right_child"])

    for tree in booster.dump_model()["tree_info"]:
        visit(tree["tree_structure"])
    return found
