"""The models: 200 trees as the fixtures hold them, 2,000 trees trained here on the same labelled pixels."""

import shutil
from pathlib import Path

from .pixels import CLASSES, FEATURES, FIXTURES, features, labelled

ROUNDS = {200: 20, 2000: 200}  # ten trees a round: one a class
SETTINGS = {
    "objective": "multi:softprob",
    "num_class": len(CLASSES),
    "max_depth": 6,
    "eta": 0.1,
    "subsample": 0.8,
    "colsample_bytree": 0.8,
    "tree_method": "hist",
    "nthread": 2,
    "seed": 42,
}


def ensure(folder, trees):
    """The model's file, as XGBoost 3.2.0 saves it."""
    path = Path(folder) / f"lulc-{trees}.ubj"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        if trees == 200:
            shutil.copyfile(FIXTURES / "models" / "lulc20_xgb3.2.0.ubj", path)
        else:
            train(ROUNDS[trees]).save_model(path)
    return path


def train(rounds):
    import xgboost

    spectra, numbers = labelled()
    matrix = xgboost.DMatrix(features(spectra.T).T, numbers, feature_names=list(FEATURES))
    return xgboost.train(SETTINGS, matrix, rounds)
