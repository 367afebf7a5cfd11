-- Who put models into the catalog, and whether they predict their golden vectors.

-- By whom each model came, and by whom its present document. Written with the item, by triggers, so that no way into the
-- catalog misses it; models that came before have no row.
CREATE TABLE gnomon.model_registrations (
  collection_key integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  registered_by text NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT now(),
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (collection_key, id)
);

-- The program says who writes; of a writer that does not, the user of the database is noted.
CREATE FUNCTION gnomon.note_registration() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  actor text := coalesce(nullif(current_setting('gnomon.actor', true), ''), session_user);
BEGIN
  IF TG_OP = 'DELETE' OR NOT NEW.is_model THEN
    DELETE FROM gnomon.model_registrations WHERE collection_key = OLD.collection_key AND id = OLD.id;
    RETURN NULL;
  END IF;
  INSERT INTO gnomon.model_registrations AS r (collection_key, id, registered_by, changed_by)
  VALUES (NEW.collection_key, NEW.id, actor, actor)
  ON CONFLICT (collection_key, id) DO UPDATE SET changed_by = excluded.changed_by, changed_at = excluded.changed_at;
  RETURN NULL;
END
$$;

CREATE TRIGGER items_note_registration_insert AFTER INSERT ON gnomon.items FOR EACH ROW
WHEN (NEW.is_model) EXECUTE FUNCTION gnomon.note_registration();
CREATE TRIGGER items_note_registration_update AFTER UPDATE ON gnomon.items FOR EACH ROW
WHEN (OLD.is_model AND NOT NEW.is_model OR NEW.is_model AND OLD.updated_at IS DISTINCT FROM NEW.updated_at)
EXECUTE FUNCTION gnomon.note_registration();
CREATE TRIGGER items_note_registration_delete AFTER DELETE ON gnomon.items FOR EACH ROW
WHEN (OLD.is_model) EXECUTE FUNCTION gnomon.note_registration();

-- How each model met its golden vector, by the software that predicted it. A row is of the present document only while its
-- item_updated_at is the item's updated_at.
CREATE TABLE gnomon.model_proofs (
  collection_key integer NOT NULL REFERENCES gnomon.collections (key) ON DELETE CASCADE,
  id text COLLATE "C" NOT NULL,
  -- The program and the instructions of the processor, with their versions.
  runtime text NOT NULL,
  item_updated_at timestamptz NOT NULL,
  -- `none` where there is nothing to prove, `unread` where a file could not be read.
  state text NOT NULL CHECK (state IN ('met', 'missed', 'unread', 'none')),
  -- SHA-256 of the model file and of the vector.
  model_digest text,
  vector_digest text,
  reason text,
  proved_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (collection_key, id, runtime)
);
