"""The demo catalog is what its script makes, and every document in it is valid."""

import json
import subprocess
import sys

import numpy as np
import pytest
import xgboost

import crops
import land_cover
import stac_documents as documents
import stac_schemas
from gnomon_server import REPOSITORY

DOCUMENTS = sorted(documents.CATALOG.rglob("*.json"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(documents.CATALOG)))
def test_document_is_valid(path):
    assert stac_schemas.faults(json.loads(path.read_text())) == []


def test_the_validator_finds_faults():
    model = json.loads((documents.CATALOG / "models" / "sinop-crops.json").read_text())
    del model["assets"]["model"]["mlm:artifact_type"]
    model["properties"]["mlm:framework_version"] = "3.2"
    assert len(stac_schemas.faults(model)) == 2


def test_the_script_makes_the_catalog_again(tmp_path, measured):
    made = tmp_path / "catalog"
    done = subprocess.run([sys.executable, REPOSITORY / "fixtures" / "make_fixtures.py", "--out", made],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        measured(line)
    names = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
    assert names == {path.relative_to(documents.CATALOG) for path in documents.CATALOG.rglob("*") if path.is_file()}
    for name in names:
        if name.parts[0] != "models":  # the last bits of a trained model may depend on the processor
            assert (made / name).read_bytes() == (documents.CATALOG / name).read_bytes(), name
    for name, model in (("amazon-land-cover", land_cover), ("sinop-crops", crops)):
        values = model.features().reshape(-1, len(model.FEATURES))
        matrix = xgboost.DMatrix(values, feature_names=model.FEATURES)
        again, kept = (xgboost.Booster(model_file=folder / "models" / f"{name}.ubj").predict(matrix)
                       for folder in (made, documents.CATALOG))
        assert np.abs(again - kept).max() < 1e-4
