-- What MLflow was told of a version in production is taken back as it was told, whatever its item says by now: when the
-- item goes, is no model any more, or names another registered version.

-- Wants the aliases removed that a promotion has set, unless that is wanted already.
CREATE FUNCTION gnomon.withdraw_aliases(setting bigint, reason bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO gnomon.alias_writes (promotion, tracking_uri, registered_model, model_version, alias, is_removal)
  SELECT reason, w.tracking_uri, w.registered_model, w.model_version, w.alias, true
  FROM gnomon.alias_writes w
  WHERE w.promotion = setting AND NOT w.is_removal AND NOT EXISTS (
    SELECT FROM gnomon.alias_writes r
    WHERE r.promotion = setting AND r.is_removal AND r.number > w.number AND r.alias = w.alias
      AND r.registered_model = w.registered_model AND r.model_version = w.model_version
      AND r.tracking_uri IS NOT DISTINCT FROM w.tracking_uri
  )
$$;

CREATE FUNCTION gnomon.withdraw_aliases_of_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM gnomon.withdraw_aliases(OLD.promotion, OLD.promotion);
  RETURN NULL;
END
$$;

CREATE TRIGGER model_states_withdraw AFTER DELETE ON gnomon.model_states FOR EACH ROW
WHEN (OLD.state = 'production') EXECUTE FUNCTION gnomon.withdraw_aliases_of_state();

CREATE FUNCTION gnomon.withdraw_aliases_of_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM gnomon.withdraw_aliases(s.promotion, s.promotion) FROM gnomon.model_states s
  WHERE s.collection_key = NEW.collection_key AND s.id = NEW.id AND s.state = 'production';
  RETURN NULL;
END
$$;

CREATE TRIGGER items_withdraw_aliases AFTER UPDATE ON gnomon.items FOR EACH ROW
WHEN (
  OLD.is_model AND NEW.is_model AND (
    OLD.properties -> 'mlflow:version' IS DISTINCT FROM NEW.properties -> 'mlflow:version'
    OR OLD.properties -> 'mlflow:registered_model' IS DISTINCT FROM NEW.properties -> 'mlflow:registered_model'
    OR OLD.properties -> 'mlflow:tracking_uri' IS DISTINCT FROM NEW.properties -> 'mlflow:tracking_uri'
  )
)
EXECUTE FUNCTION gnomon.withdraw_aliases_of_item();

-- What a program has read out of models to match them by, so that its next start need not read them all again. A row counts
-- for the program that wrote it, while the model has not changed since.
CREATE TABLE gnomon.model_digests (
  collection_key integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  -- The model's number in model_changes when it was read.
  xact xid8 NOT NULL,
  -- SHA-256 of the program: another one may read something else out of the same document.
  program bytea NOT NULL,
  -- As the program writes it.
  content text NOT NULL,
  PRIMARY KEY (collection_key, id),
  FOREIGN KEY (collection_key, id) REFERENCES gnomon.model_changes ON DELETE CASCADE
);
