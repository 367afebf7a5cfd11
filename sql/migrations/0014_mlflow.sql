-- What MLflow says of the runs that made models. Documents stay as they came: what is fetched is kept here, beside them.

-- A row for each model, by the identifier of its item. There is no foreign key to items, which would cost every deletion of
-- imagery the look at this table: whoever reads a row joins it with its item, and the upkeep removes what has none.
CREATE TABLE gnomon.mlflow_runs (
  collection_key integer NOT NULL REFERENCES gnomon.collections (key) ON DELETE CASCADE,
  id text COLLATE "C" NOT NULL,
  -- The item's updated_at when its links and properties were read: another means that they must be read again.
  item_updated_at timestamptz NOT NULL,
  -- What the item declares, with the names of its properties less "mlflow:" and with the origin of the server that is asked;
  -- NULL where it links to no run.
  declared jsonb,
  state text NOT NULL CHECK (state IN ('unlinked', 'waiting', 'ok', 'missing', 'drifted', 'unreachable', 'refused')),
  -- Why the state is what it is: sentences.
  reasons jsonb NOT NULL DEFAULT '[]',
  -- What MLflow answered last, whenever that was.
  run jsonb,
  -- When MLflow last answered, when it was last asked, and when it is to be asked again.
  fetched_at timestamptz,
  checked_at timestamptz,
  due_at timestamptz NOT NULL DEFAULT now(),
  -- How often in a row it could not be asked.
  failures integer NOT NULL DEFAULT 0,
  PRIMARY KEY (collection_key, id)
);

CREATE INDEX mlflow_runs_due ON gnomon.mlflow_runs (due_at) WHERE state <> 'unlinked';

-- The names of derived properties that fetched runs have or had: 'mlflow:metrics.accuracy'. They stay until the collection
-- goes.
CREATE TABLE gnomon.mlflow_names (
  collection_key integer NOT NULL REFERENCES gnomon.collections (key) ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  PRIMARY KEY (collection_key, name)
);
