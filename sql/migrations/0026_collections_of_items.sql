-- Items keep to collections that are there without a foreign key, which looks at the collection once for each item: a tenth
-- of what an item costs to load. Whoever adds items looks once for each collection of a statement; only statements that
-- note their changes themselves have looked already (migration 0011).
ALTER TABLE gnomon.items DROP CONSTRAINT items_collection_key_fkey;

CREATE OR REPLACE FUNCTION gnomon.note_insert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  noted bigint;
  unknown integer;
BEGIN
  WITH n AS (
    INSERT INTO gnomon.collection_changes
    SELECT
      a.collection_key, count(*), false, min(ST_XMin(a.box)), min(ST_YMin(a.box)), max(ST_XMax(a.box)),
      max(ST_YMax(a.box)), min(gnomon.eastern_west(a.geometry, a.box)),
      max(gnomon.western_east(a.geometry, a.box)), min(a.start_datetime), max(a.end_datetime)
    FROM (
      SELECT collection_key, geometry, geometry::box3d AS box, start_datetime, end_datetime FROM added OFFSET 0
    ) a
    GROUP BY a.collection_key
    RETURNING collection_key
  ), c AS (
    -- It cannot be deleted before this transaction ends.
    SELECT n.collection_key, (
      SELECT true FROM gnomon.collections k WHERE k.key = n.collection_key FOR KEY SHARE
    ) AS is_there
    FROM n
  )
  SELECT count(*), min(c.collection_key) FILTER (WHERE c.is_there IS NULL) INTO noted, unknown FROM c;
  IF noted = 0 THEN RETURN NULL; END IF;
  IF unknown IS NOT NULL THEN
    RAISE EXCEPTION 'there is no collection of key %', unknown USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF current_setting('gnomon.registers_names', true) IS DISTINCT FROM 'yes' THEN
    PERFORM gnomon.register_properties(array_agg(n.collection_key), array_agg(n.property))
    FROM (
      SELECT a.collection_key, jsonb_typeof(p.value) || ' ' || p.key AS property
      FROM added a, LATERAL jsonb_each(CASE jsonb_typeof(a.properties) WHEN 'object' THEN a.properties END) p
      WHERE octet_length(p.key) <= 1000
    ) n;
  END IF;
  -- A collection that is written to one item at a time has about as many rows as this is rare.
  IF random() < 1 / 64.0 THEN
    PERFORM gnomon.merge_changes(x.collection_key, 1000) FROM (SELECT DISTINCT collection_key FROM added) x;
  END IF;
  RETURN NULL;
END
$$;

-- The items of a collection go with it.
CREATE OR REPLACE FUNCTION gnomon.note_collection_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  gone integer;
BEGIN
  FOR gone IN SELECT key FROM removed LOOP
    DELETE FROM gnomon.items WHERE collection_key = gone;
    DELETE FROM gnomon.collection_changes WHERE collection_key = gone;
    DELETE FROM gnomon.collection_property_sets WHERE collection_key = gone;
  END LOOP;
  RETURN NULL;
END
$$;

CREATE FUNCTION gnomon.check_collection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM gnomon.collections WHERE key = NEW.collection_key FOR KEY SHARE;
  IF FOUND THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'there is no collection of key %', NEW.collection_key USING ERRCODE = 'foreign_key_violation';
END
$$;
CREATE TRIGGER items_other_collection BEFORE UPDATE OF collection_key ON gnomon.items FOR EACH ROW
WHEN (OLD.collection_key <> NEW.collection_key) EXECUTE FUNCTION gnomon.check_collection();

CREATE FUNCTION gnomon.truncate_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE gnomon.items;
  RETURN NULL;
END
$$;
CREATE TRIGGER collections_truncate BEFORE TRUNCATE ON gnomon.collections
FOR EACH STATEMENT EXECUTE FUNCTION gnomon.truncate_items();
