-- What servers that keep every model in memory must read again. A row for each model there is or was: which transaction
-- changed it last. Of a model that went the row stays for some days, so that all servers learn of it.
CREATE TABLE gnomon.model_changes (
  collection_key integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  -- What changed before the oldest transaction that runs is known to whoever has read since; what changed later is read
  -- again, and known by this number.
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  is_model boolean NOT NULL DEFAULT true,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (collection_key, id)
);

CREATE INDEX model_changes_xact ON gnomon.model_changes (xact);

CREATE FUNCTION gnomon.note_model() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' AND NEW.is_model THEN
    INSERT INTO gnomon.model_changes AS m (collection_key, id) VALUES (NEW.collection_key, NEW.id)
    ON CONFLICT (collection_key, id) DO UPDATE
    SET xact = pg_current_xact_id(), is_model = true, changed_at = now();
    RETURN NULL;
  END IF;
  UPDATE gnomon.model_changes
  SET xact = pg_current_xact_id(), is_model = false, changed_at = now()
  WHERE collection_key = OLD.collection_key AND id = OLD.id;
  IF random() < 1 / 256.0 THEN
    DELETE FROM gnomon.model_changes
    WHERE (collection_key, id) IN (
      SELECT collection_key, id FROM gnomon.model_changes
      WHERE NOT is_model AND changed_at < now() - interval '7 days' FOR UPDATE SKIP LOCKED
    );
  END IF;
  RETURN NULL;
END
$$;

-- Of all other items only the flag is looked at.
CREATE TRIGGER items_note_model_insert AFTER INSERT ON gnomon.items FOR EACH ROW
WHEN (NEW.is_model) EXECUTE FUNCTION gnomon.note_model();
CREATE TRIGGER items_note_model_update AFTER UPDATE ON gnomon.items FOR EACH ROW
WHEN (OLD.is_model OR NEW.is_model) EXECUTE FUNCTION gnomon.note_model();
CREATE TRIGGER items_note_model_delete AFTER DELETE ON gnomon.items FOR EACH ROW
WHEN (OLD.is_model) EXECUTE FUNCTION gnomon.note_model();

-- A model's state is part of what is kept of it.
CREATE FUNCTION gnomon.note_model_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE gnomon.model_changes SET xact = pg_current_xact_id()
  WHERE collection_key = coalesce(NEW.collection_key, OLD.collection_key) AND id = coalesce(NEW.id, OLD.id);
  RETURN NULL;
END
$$;

CREATE TRIGGER model_states_note AFTER INSERT OR UPDATE OR DELETE ON gnomon.model_states
FOR EACH ROW EXECUTE FUNCTION gnomon.note_model_state();

INSERT INTO gnomon.model_changes (collection_key, id)
SELECT collection_key, id FROM gnomon.items WHERE is_model;
