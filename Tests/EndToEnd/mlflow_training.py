"""Run by Python of .venv-mlflow: trains a model on three bands, of the names that are asked for, logs it with its signature, and registers it."""

import json
import sys

import mlflow
import mlflow.xgboost
import numpy
import pandas
import xgboost
from mlflow.models import infer_signature

asked = json.loads(sys.argv[1])
BANDS = asked.get("bands", ["B02", "B03", "B04"])
samples = pandas.DataFrame(numpy.random.default_rng(7).random((200, 3), dtype=numpy.float32), columns=BANDS)
labels = (samples[BANDS[2]] > 0.5).astype(int)
parameters = {"objective": "multi:softprob", "num_class": 2, "max_depth": asked.get("max_depth", 3), "eta": 0.3}

mlflow.set_experiment("land cover")
with mlflow.start_run(run_name=asked["name"]) as run:
    booster = xgboost.train(parameters, xgboost.DMatrix(samples, label=labels), 5)
    mlflow.log_params(parameters)
    mlflow.log_metric("accuracy", asked["accuracy"])
    mlflow.log_metric("loss", float("nan"))
    mlflow.set_tags({"team": "fields", "mlm:architecture": "Boosted trees of the fields",
                     "mlm:accelerator_summary": "8", "mlm:accelerator_constrained": "False"})
    signature = infer_signature(samples, booster.predict(xgboost.DMatrix(samples)))
    logged = mlflow.xgboost.log_model(booster, name="model", signature=signature, model_format="ubj",
                                      registered_model_name=asked["name"])
print(json.dumps({"run_id": run.info.run_id, "experiment_id": run.info.experiment_id, "model_id": logged.model_id,
                  "version": str(logged.registered_model_version)}))
