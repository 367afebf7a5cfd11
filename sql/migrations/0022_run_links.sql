-- What MLflow said of a run stays with an item that is edited and names the same run as before.

-- SHA-256 of what the item said of its run when MLflow was asked: the properties mlflow:* and the links with rel mlflow:run;
-- NULL where that was nothing, or before this migration.
ALTER TABLE gnomon.mlflow_runs ADD COLUMN link bytea;
