-- What a model's files tell against it is kept with it, whether it has a golden vector or not, and what keeps it from being run is
-- part of what servers keep of models in memory.

ALTER TABLE gnomon.model_proofs DROP CONSTRAINT model_proofs_state_check;
ALTER TABLE gnomon.model_proofs
  -- `faulty` where a file is known to be wrong, whatever the vector says.
  ADD CONSTRAINT model_proofs_state_check CHECK (state IN ('met', 'missed', 'faulty', 'unread', 'none')),
  -- All that was found in the files, as JSON; NULL in rows of before, which say nothing of most files.
  ADD COLUMN findings text,
  -- The first of it that keeps the model from being run; NULL where nothing does.
  ADD COLUMN obstacle text,
  -- The files of the machine that looked, with their sizes and times, as it writes them.
  ADD COLUMN files text,
  -- When the files are looked at again though nothing has changed that could be seen: those of other machines.
  ADD COLUMN recheck_at timestamptz;

CREATE FUNCTION gnomon.note_model_proof() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE gnomon.model_changes SET xact = pg_current_xact_id() WHERE collection_key = NEW.collection_key AND id = NEW.id;
  RETURN NULL;
END
$$;

-- A proof that finds what was known changes nothing.
CREATE TRIGGER model_proofs_note_insert AFTER INSERT ON gnomon.model_proofs FOR EACH ROW
WHEN (NEW.obstacle IS NOT NULL) EXECUTE FUNCTION gnomon.note_model_proof();
CREATE TRIGGER model_proofs_note_update AFTER UPDATE ON gnomon.model_proofs FOR EACH ROW
WHEN (
  NEW.obstacle IS DISTINCT FROM OLD.obstacle
  OR NEW.obstacle IS NOT NULL AND NEW.item_updated_at IS DISTINCT FROM OLD.item_updated_at
)
EXECUTE FUNCTION gnomon.note_model_proof();
