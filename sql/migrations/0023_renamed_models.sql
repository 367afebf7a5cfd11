-- Another name or version ends what was decided about a model as its removal does: whoever asked for the version in production
-- would be led to none, and the history and MLflow would not tell of it.
CREATE OR REPLACE FUNCTION gnomon.forget_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gone gnomon.model_states;
  place text;
  role text := nullif(current_setting('gnomon.actor_role', true), '');
  cause text := 'item';
  is_renamed boolean := false;
  entry bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    is_renamed := NEW.is_model;
    cause := CASE WHEN is_renamed THEN 'version' ELSE 'model' END;
  END IF;
  -- What nobody has approved is still to be decided upon, under whatever name.
  DELETE FROM gnomon.model_states WHERE collection_key = OLD.collection_key AND id = OLD.id
    AND (NOT is_renamed OR state IN ('approved', 'production')) RETURNING * INTO gone;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  -- The collection may have gone already.
  SELECT p.collection INTO STRICT place FROM gnomon.promotions p WHERE p.number = gone.promotion;
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM gnomon.collections WHERE key = OLD.collection_key) THEN
    cause := 'collection';
  END IF;
  -- What an approver has decided another one ends. Here it cannot miss a decision that is taken meanwhile.
  IF gone.state IN ('approved', 'production') AND role IS NOT NULL AND role NOT IN ('approver', 'admin') THEN
    RAISE EXCEPTION '''%'' in collection ''%'' is %', OLD.id, place, gone.state USING ERRCODE = 'GN403';
  END IF;
  INSERT INTO gnomon.promotions (collection, item, model, version, from_state, to_state, actor, role, is_person, comment,
    evidence, document_digest)
  VALUES (place, OLD.id, coalesce(OLD.properties ->> 'mlm:name', OLD.id),
    CASE WHEN jsonb_typeof(OLD.properties -> 'version') IN ('string', 'number') THEN OLD.properties ->> 'version' END,
    gone.state, 'removed', coalesce(nullif(current_setting('gnomon.actor', true), ''), session_user),
    coalesce(role, 'database'), coalesce(nullif(current_setting('gnomon.actor_is_person', true), ''), 'false')::boolean,
    coalesce(current_setting('gnomon.comment', true), ''),
    json_build_object('removed', cause, 'document_unchanged', gone.is_current)::text, gone.document_digest)
  RETURNING number INTO entry;
  IF gone.state = 'production' THEN
    PERFORM gnomon.withdraw_aliases(gone.promotion, entry);
  END IF;
  RETURN NULL;
END
$$;

-- Its name comes before items_doubt_state: triggers run in that order, and the entry tells whether the document that goes was
-- the one that was decided upon.
CREATE TRIGGER items_another_version AFTER UPDATE ON gnomon.items FOR EACH ROW
WHEN (
  OLD.is_model AND NEW.is_model AND (
    OLD.properties -> 'mlm:name' IS DISTINCT FROM NEW.properties -> 'mlm:name'
    OR OLD.properties -> 'version' IS DISTINCT FROM NEW.properties -> 'version'
  )
)
EXECUTE FUNCTION gnomon.forget_state();
