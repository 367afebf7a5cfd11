-- A decision is about a document: whether the one that is there is still the one that was decided upon.
--
-- Documents are packed, so that only the program can compare them. What is written is taken for another document here, and
-- the program that wrote it says in the same transaction where it is the same; no way into the catalog misses it.
ALTER TABLE gnomon.model_states ADD COLUMN is_current boolean NOT NULL DEFAULT true;

-- Whoever decided saw that document then. A step that takes a version out of production for another looks at none.
UPDATE gnomon.model_states s SET is_current = false
FROM gnomon.items i JOIN gnomon.collections c ON c.key = i.collection_key
WHERE i.collection_key = s.collection_key AND i.id = s.id AND i.updated_at > (
  SELECT max(p.promoted_at) FROM gnomon.promotions p
  WHERE p.collection = c.id AND p.item = s.id AND p.document_digest = s.document_digest
    AND NOT (p.from_state IS NOT DISTINCT FROM 'production' AND p.to_state = 'approved')
);

CREATE FUNCTION gnomon.doubt_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE gnomon.model_states SET is_current = false
  WHERE collection_key = NEW.collection_key AND id = NEW.id AND is_current;
  RETURN NULL;
END
$$;

CREATE TRIGGER items_doubt_state AFTER UPDATE ON gnomon.items FOR EACH ROW
WHEN (
  OLD.is_model AND NEW.is_model AND (
    OLD.packed IS DISTINCT FROM NEW.packed OR OLD.dictionary_key IS DISTINCT FROM NEW.dictionary_key
    OR OLD.document IS DISTINCT FROM NEW.document
  )
)
EXECUTE FUNCTION gnomon.doubt_state();
