-- What gnomon load remembers: how far it has come in each source, so that it goes on where it stopped, and what it has
-- refused. It is written in the transaction of the items themselves.

CREATE TABLE gnomon.loads (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The source by name, and what it looked like when the load began.
  source text NOT NULL,
  fingerprint text NOT NULL,
  -- The process that loads it; one that has been replaced writes nothing any more.
  run uuid NOT NULL DEFAULT gen_random_uuid(),
  -- Batches are numbered; all up to this one are in, and reading goes on at the position behind it.
  step bigint NOT NULL DEFAULT 0,
  position text,
  -- Batches that are in although one before them is not yet: their notes by number.
  ahead jsonb NOT NULL DEFAULT '{}',
  collections bigint NOT NULL DEFAULT 0,
  items bigint NOT NULL DEFAULT 0,
  skipped bigint NOT NULL DEFAULT 0,
  refused bigint NOT NULL DEFAULT 0,
  begun_at timestamptz NOT NULL DEFAULT now(),
  noted_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);

-- A list of many paths is longer than what an index takes.
CREATE UNIQUE INDEX loads_source ON gnomon.loads (md5(source));

CREATE TABLE gnomon.load_refusals (
  load bigint NOT NULL REFERENCES gnomon.loads (key) ON DELETE CASCADE,
  step bigint NOT NULL,
  place text NOT NULL,
  collection text,
  id text,
  pointer text NOT NULL,
  message text NOT NULL
);

CREATE INDEX load_refusals_step ON gnomon.load_refusals (load, step);

-- Begins the load of a source, or goes on with one that was interrupted; says how many batches are in and from where to
-- read. Whoever loaded it before writes nothing from here on.
CREATE FUNCTION gnomon.begin_load(source text, fingerprint text, anew boolean)
RETURNS TABLE (key bigint, run uuid, step bigint, place text, collections bigint, items bigint, skipped bigint,
  refused bigint, is_changed boolean)
LANGUAGE plpgsql AS $function$
#variable_conflict use_column
DECLARE
  found gnomon.loads;
  changed boolean := false;
BEGIN
  INSERT INTO gnomon.loads AS l (source, fingerprint) VALUES (begin_load.source, begin_load.fingerprint)
  ON CONFLICT (md5(source)) DO UPDATE SET run = gen_random_uuid(), ahead = '{}'
  RETURNING l.* INTO found;
  changed := found.fingerprint <> begin_load.fingerprint AND found.finished_at IS NULL AND found.step > 0;
  IF anew OR changed OR found.finished_at IS NOT NULL THEN
    DELETE FROM gnomon.load_refusals r WHERE r.load = found.key;
    UPDATE gnomon.loads l SET fingerprint = begin_load.fingerprint, step = 0, position = NULL, collections = 0, items = 0,
      skipped = 0, refused = 0, begun_at = now(), noted_at = now(), finished_at = NULL
    WHERE l.key = found.key RETURNING l.* INTO found;
  ELSE
    -- Batches that were ahead are read again.
    DELETE FROM gnomon.load_refusals r WHERE r.load = found.key AND r.step > found.step;
    UPDATE gnomon.loads l SET fingerprint = begin_load.fingerprint WHERE l.key = found.key;
  END IF;
  RETURN QUERY SELECT found.key, found.run, found.step, found.position, found.collections, found.items, found.skipped,
    found.refused, changed;
END
$function$;

-- Notes that a batch is in, in the transaction that brings it in. A note that is there already stays as it is, so that a
-- batch whose answer was lost can be sent again.
CREATE FUNCTION gnomon.note_load(load bigint, run uuid, number bigint, note jsonb) RETURNS void
LANGUAGE plpgsql AS $function$
DECLARE
  state gnomon.loads;
  next jsonb;
BEGIN
  SELECT * INTO state FROM gnomon.loads l WHERE l.key = note_load.load FOR UPDATE;
  IF state.run IS DISTINCT FROM note_load.run THEN
    RAISE EXCEPTION 'another process has begun to load the same source' USING ERRCODE = 'object_in_use';
  END IF;
  IF number <= state.step OR state.ahead ? number::text THEN RETURN; END IF;
  INSERT INTO gnomon.load_refusals (load, step, place, collection, id, pointer, message)
  SELECT note_load.load, number, r.place, r.collection, r.id, r.pointer, r.message
  FROM jsonb_to_recordset(note -> 'refusals') AS r (place text, collection text, id text, pointer text, message text);
  state.ahead := state.ahead || jsonb_build_object(number::text, note - 'refusals');
  WHILE state.ahead ? (state.step + 1)::text LOOP
    state.step := state.step + 1;
    next := state.ahead -> state.step::text;
    state.ahead := state.ahead - state.step::text;
    state.position := next ->> 'position';
    state.collections := state.collections + (next ->> 'collections')::bigint;
    state.items := state.items + (next ->> 'items')::bigint;
    state.skipped := state.skipped + (next ->> 'skipped')::bigint;
    state.refused := state.refused + (next ->> 'refused')::bigint;
  END LOOP;
  UPDATE gnomon.loads l SET step = state.step, position = state.position, ahead = state.ahead,
    collections = state.collections, items = state.items, skipped = state.skipped, refused = state.refused,
    noted_at = now()
  WHERE l.key = note_load.load;
END
$function$;
