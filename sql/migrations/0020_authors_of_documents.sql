-- Whoever puts the same document again has not written it: where four eyes are asked for, the author stays its author.
CREATE OR REPLACE FUNCTION gnomon.note_registration() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  actor text := coalesce(nullif(current_setting('gnomon.actor', true), ''), session_user);
BEGIN
  IF TG_OP = 'DELETE' OR NOT NEW.is_model THEN
    DELETE FROM gnomon.model_registrations WHERE collection_key = OLD.collection_key AND id = OLD.id;
    RETURN NULL;
  END IF;
  INSERT INTO gnomon.model_registrations AS r (collection_key, id, registered_by, changed_by)
  VALUES (NEW.collection_key, NEW.id, actor, actor)
  ON CONFLICT (collection_key, id) DO UPDATE SET changed_by = excluded.changed_by, changed_at = excluded.changed_at
  -- Equal documents are packed equally as long as the dictionary is the same.
  WHERE TG_OP = 'INSERT' OR NEW.packed IS DISTINCT FROM OLD.packed
    OR NEW.dictionary_key IS DISTINCT FROM OLD.dictionary_key OR NEW.document IS DISTINCT FROM OLD.document
    OR NEW.links_position IS DISTINCT FROM OLD.links_position;
  RETURN NULL;
END
$$;
