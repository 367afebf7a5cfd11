-- The history of a model tells its end too: a state that goes with its item, with its collection, or because the item is no
-- model any more, leaves an entry. And who has written a document is told from who has put the same one again.
ALTER TABLE gnomon.promotions DROP CONSTRAINT promotions_to_state_check;
ALTER TABLE gnomon.promotions ADD CONSTRAINT promotions_to_state_check
CHECK (to_state IN ('proposed', 'validated', 'approved', 'production', 'retired', 'removed'));

-- The program says who writes, in which role, and why; of a writer that does not, the user of the database is noted.
CREATE OR REPLACE FUNCTION gnomon.forget_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gone gnomon.model_states;
  place text;
  role text := nullif(current_setting('gnomon.actor_role', true), '');
  cause text := 'item';
  entry bigint;
BEGIN
  DELETE FROM gnomon.model_states WHERE collection_key = OLD.collection_key AND id = OLD.id RETURNING * INTO gone;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  -- The collection may have gone already.
  SELECT p.collection INTO STRICT place FROM gnomon.promotions p WHERE p.number = gone.promotion;
  IF TG_OP = 'UPDATE' THEN
    cause := 'model';
  ELSIF NOT EXISTS (SELECT FROM gnomon.collections WHERE key = OLD.collection_key) THEN
    cause := 'collection';
  END IF;
  -- What an approver has decided another one ends. Here it cannot miss a decision that is taken meanwhile.
  IF gone.state IN ('approved', 'production') AND role IS NOT NULL AND role NOT IN ('approver', 'admin') THEN
    RAISE EXCEPTION '''%'' in collection ''%'' is %', OLD.id, place, gone.state USING ERRCODE = 'GN403';
  END IF;
  INSERT INTO gnomon.promotions (collection, item, model, version, from_state, to_state, actor, role, is_person, comment,
    evidence, document_digest)
  VALUES (place, OLD.id, coalesce(OLD.properties ->> 'mlm:name', OLD.id), OLD.properties ->> 'version', gone.state,
    'removed', coalesce(nullif(current_setting('gnomon.actor', true), ''), session_user), coalesce(role, 'database'),
    coalesce(nullif(current_setting('gnomon.actor_is_person', true), ''), 'false')::boolean,
    coalesce(current_setting('gnomon.comment', true), ''),
    json_build_object('removed', cause, 'document_unchanged', gone.is_current)::text, gone.document_digest)
  RETURNING number INTO entry;
  IF gone.state = 'production' THEN
    PERFORM gnomon.withdraw_aliases(gone.promotion, entry);
  END IF;
  RETURN NULL;
END
$$;

-- The entry is what takes the aliases back.
DROP TRIGGER model_states_withdraw ON gnomon.model_states;
DROP FUNCTION gnomon.withdraw_aliases_of_state();

-- SHA-256 of the present document, and who wrote the one before: the program, which alone can compare documents, takes the
-- note back in the same transaction where both are the same.
ALTER TABLE gnomon.model_registrations ADD COLUMN digest bytea CHECK (octet_length(digest) = 32),
  ADD COLUMN former_by text, ADD COLUMN former_at timestamptz, ADD COLUMN former_digest bytea;

CREATE OR REPLACE FUNCTION gnomon.note_registration() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  actor text := coalesce(nullif(current_setting('gnomon.actor', true), ''), session_user);
BEGIN
  IF TG_OP = 'DELETE' OR NOT NEW.is_model THEN
    DELETE FROM gnomon.model_registrations WHERE collection_key = OLD.collection_key AND id = OLD.id;
    DELETE FROM gnomon.model_proofs WHERE collection_key = OLD.collection_key AND id = OLD.id;
    RETURN NULL;
  END IF;
  INSERT INTO gnomon.model_registrations AS r (collection_key, id, registered_by, changed_by)
  VALUES (NEW.collection_key, NEW.id, actor, actor)
  ON CONFLICT (collection_key, id) DO UPDATE SET changed_by = excluded.changed_by, changed_at = excluded.changed_at,
    former_by = r.changed_by, former_at = r.changed_at, former_digest = r.digest, digest = NULL
  -- Equal documents are packed equally as long as the dictionary is the same.
  WHERE TG_OP = 'INSERT' OR NEW.packed IS DISTINCT FROM OLD.packed
    OR NEW.dictionary_key IS DISTINCT FROM OLD.dictionary_key OR NEW.document IS DISTINCT FROM OLD.document
    OR NEW.links_position IS DISTINCT FROM OLD.links_position;
  RETURN NULL;
END
$$;

-- Proofs go with their models from now on.
DELETE FROM gnomon.model_proofs p WHERE NOT EXISTS (
  SELECT FROM gnomon.items i WHERE i.collection_key = p.collection_key AND i.id = p.id AND i.is_model
);
