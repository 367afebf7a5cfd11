"""Which ensembles are drawn: every objective and booster, and what is particular about some."""

import numpy as np

import random_ensembles as ensembles

SCALAR = [
    "reg:squarederror",
    "reg:squaredlogerror",
    "reg:pseudohubererror",
    "reg:absoluteerror",
    "reg:gamma",
    "reg:tweedie",
    "reg:logistic",
    "count:poisson",
    "binary:logistic",
    "binary:logitraw",
    "binary:hinge",
    "reg:linear",
    "rank:ndcg",
    "rank:pairwise",
    "rank:map",
    "survival:cox",
    "survival:aft",
]
CLASSES = {"objective": "multi:softprob", "num_class": 4}


def targets(number, classes):
    """Three numbers to predict at once."""
    return np.column_stack([number, number * classes, -number])


def positive_targets(number, classes):
    """Three numbers above 0."""
    return np.exp(targets(number, classes) / 9)


def labels(number, classes):
    """Three labels that do not exclude each other."""
    return np.column_stack([classes >= 2, number > 0, classes % 2])


def one_sided_labels(number, classes):
    """Three labels of which one is that of no row and another that of all."""
    return np.column_stack([classes >= 2, 0 * classes, 0 * classes + 1])


DROPPING = {"booster": "dart", "rate_drop": 0.4, "rounds": 6}
ONE_TREE = {"multi_strategy": "multi_output_tree", "tree_method": "hist"}

XGBOOST = {
    **{objective: {"objective": objective} for objective in SCALAR},
    **{
        f"dart {objective}": {
            "objective": objective,
            "booster": "dart",
            "rate_drop": 0.4,
            "skip_drop": 0.2,
            "rounds": 7,
        }
        for objective in ("reg:squarederror", "binary:logistic", "binary:hinge", "count:poisson")
    },
    **{
        f"linear {objective}": {"objective": objective, "booster": "gblinear", "rounds": 4}
        for objective in ("reg:squarederror", "binary:logistic", "binary:hinge", "reg:gamma")
    },
    **{
        f"categorical {number}": {"objective": objective, "categorical": True}
        for number, objective in enumerate(("reg:squarederror", "binary:logistic", "rank:ndcg", "reg:tweedie"))
    },
    **{f"softprob {number}": CLASSES for number in range(6)},
    **{f"softprob categorical {number}": {**CLASSES, "categorical": True} for number in range(3)},
    "softmax": {"objective": "multi:softmax", "num_class": 4},
    "softprob dart": {**CLASSES, "booster": "dart", "rate_drop": 0.5, "rounds": 6},
    "softprob linear": {**CLASSES, "booster": "gblinear", "rounds": 3},
    "softprob base scores": {**CLASSES, "base_score": [0.1, 0.2, 0.3, 0.4]},
    "logistic base score": {"objective": "binary:logistic", "base_score": 0.03},
    "regression base score": {"objective": "reg:squarederror", "base_score": -7.25},
    "vector leaves, classes": {**CLASSES, "multi_strategy": "multi_output_tree", "tree_method": "hist"},
    "vector leaves, numbers": {
        "objective": "reg:squarederror",
        "multi_strategy": "multi_output_tree",
        "tree_method": "hist",
        "labels": targets,
    },
    "trees for three numbers": {"objective": "reg:squarederror", "labels": targets},
    **{
        f"labels {objective} {number}": {"objective": objective, "labels": labels, **settings}
        for objective in ("binary:logistic", "binary:logitraw", "binary:hinge")
        for number, settings in enumerate(({}, {"booster": "gblinear", "rounds": 3}, DROPPING, ONE_TREE))
    },
    **{
        f"numbers {objective} {number}": {"objective": objective, "labels": positive_targets, **settings}
        for objective in ("reg:gamma", "reg:tweedie", "count:poisson", "reg:squaredlogerror")
        for number, settings in enumerate(({}, ONE_TREE))
    },
    "a label that all rows have": {"objective": "binary:logistic", "labels": one_sided_labels},
    "categorical labels": {"objective": "binary:logistic", "labels": labels, "categorical": True},
    "one class": {"objective": "multi:softprob", "num_class": 1, "labels": lambda number, classes: 0 * classes},
    "one quantile": {"objective": "reg:quantileerror", "quantile_alpha": 0.3},
    "quantiles of one tree": {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9], **ONE_TREE},
    "quantiles": {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9]},
    "exact cuts": {
        "objective": "reg:squarederror",
        "tree_method": "exact",
        "max_depth": 12,
        "rounds": 8,
        "grow_policy": "depthwise",
        "max_leaves": 0,
        "subsample": 1.0,
    },
    "approximate cuts": {
        **CLASSES,
        "tree_method": "approx",
        "max_bin": 4096,
        "max_depth": 10,
        "rounds": 6,
        "grow_policy": "depthwise",
        "max_leaves": 0,
    },
    **{
        f"depth {depth}": {
            **CLASSES,
            "tree_method": "hist",
            "max_depth": depth,
            "max_leaves": 0,
            "grow_policy": "depthwise",
        }
        for depth in (1, 2, 3, 5, 6, 7, 8, 9)
    },
    "no splits": {"objective": "binary:logistic", "gamma": 1e9},
    "forest": {"objective": "reg:squarederror", "num_parallel_tree": 25, "rounds": 1, "subsample": 0.5},
}

LINEAR = {"linear_tree": True, "linear_lambda": 0.01, "zero_as_missing": False}

LIGHTGBM = {
    **{
        objective: {}
        for objective in (
            "regression",
            "regression_l1",
            "huber",
            "fair",
            "quantile",
            "mape",
            "poisson",
            "gamma",
            "tweedie",
            "binary",
            "cross_entropy",
            "lambdarank",
        )
    },
    "multiclass": {"num_class": 4},
    "multiclassova": {"num_class": 4},
    "binary sigmoid": {"objective": "binary", "sigmoid": 0.7},
    "regression dart": {"objective": "regression", "boosting": "dart", "drop_rate": 0.5},
    "multiclass dart": {"objective": "multiclass", "num_class": 4, "boosting": "dart", "drop_rate": 0.5},
    "regression forest": {"objective": "regression", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6},
    "binary forest": {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6},
    "numbers alone": {"objective": "regression", "categorical": False},
    "zero as missing": {"objective": "regression", "zero_as_missing": True},
    "nothing missing": {"objective": "binary", "use_missing": False},
    "root of squares": {"objective": "regression", "reg_sqrt": True},
    "roots and absolute errors": {"objective": "regression_l1", "reg_sqrt": True},
    "roots and quantiles": {"objective": "quantile", "reg_sqrt": True},
    **{
        f"{objective} linear leaves {number}": {"objective": objective, "categorical": number == 1, **settings, **LINEAR}
        for objective in ("regression", "binary", "poisson")
        for number, settings in enumerate(({}, {}, {"boosting": "dart"}))
    },
    "multiclass linear leaves": {"objective": "multiclass", "num_class": 4, **LINEAR},
    "many cuts": {"objective": "multiclass", "num_class": 4, "max_bin": 4095, "num_leaves": 200, "min_data_in_leaf": 1},
}


def xgboost_ensemble(name, folder):
    return ensembles.by_xgboost(name, folder, **XGBOOST[name])


def lightgbm_ensemble(name, folder):
    return ensembles.by_lightgbm(name, folder, **{"objective": name.split()[0], **LIGHTGBM[name]})
