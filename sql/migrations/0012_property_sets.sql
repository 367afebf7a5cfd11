-- What is kept of the properties of a collection's items is one row, as a rule: a reference to a set of names with their
-- types, which collections whose items are alike share.

-- Sets of properties, each as its JSON type (jsonb_typeof), a space and its name, in ascending order. A set is never
-- changed. Writers that need one for the first time at the same time all make it, so that none waits for another.
CREATE TABLE gnomon.property_sets (
  key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  properties text[] COLLATE "C" NOT NULL
);

CREATE INDEX property_sets_properties ON gnomon.property_sets USING hash (properties);

-- The sets whose properties items of a collection have or had. What a later item brings is a further set of what was not
-- there yet. As with collection_changes there is no foreign key.
CREATE TABLE gnomon.collection_property_sets (
  collection_key integer NOT NULL,
  set_key integer NOT NULL
);

-- Who has written items has registered their names, or will: from here on nobody has.
LOCK TABLE gnomon.items IN SHARE ROW EXCLUSIVE MODE;

WITH collections AS (
  SELECT collection_key, array_agg(DISTINCT type || ' ' || name ORDER BY type || ' ' || name) AS properties
  FROM gnomon.collection_properties GROUP BY collection_key
), sets AS (
  INSERT INTO gnomon.property_sets (properties) SELECT DISTINCT properties FROM collections RETURNING key, properties
)
INSERT INTO gnomon.collection_property_sets
SELECT c.collection_key, s.key FROM collections c JOIN sets s ON s.properties = c.properties;

CREATE INDEX collection_property_sets_collection ON gnomon.collection_property_sets (collection_key, set_key);
CREATE INDEX collection_property_sets_set ON gnomon.collection_property_sets (set_key);

DROP TABLE gnomon.collection_properties;

-- The names of the properties that items have or had, with their types. A name of more than 1000 bytes is not registered.
CREATE VIEW gnomon.collection_properties AS
SELECT
  c.collection_key, substr(p.property, strpos(p.property, ' ') + 1) AS name, split_part(p.property, ' ', 1) AS type
FROM gnomon.collection_property_sets c
JOIN gnomon.property_sets s ON s.key = c.set_key
CROSS JOIN LATERAL unnest(s.properties) AS p (property);

-- Registers properties of collections, one of each list at a time, that are not registered yet.
--
-- The first sets of a collection are read whole. One that has many of them names its properties after something: from
-- there on each is a set of its own, which is found by its index.
CREATE FUNCTION gnomon.register_properties(collections integer[], properties text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  new_collections integer[];
  new_properties text[];
BEGIN
  SELECT array_agg(n.collection_key), array_agg(n.property) INTO new_collections, new_properties
  FROM (
    SELECT w.collection_key, w.property COLLATE "C" AS property
    FROM unnest(collections, properties) AS w (collection_key, property)
    EXCEPT
    SELECT c.key, p.property
    FROM (SELECT DISTINCT unnest(collections) AS key) c
    CROSS JOIN LATERAL (
      SELECT set_key FROM gnomon.collection_property_sets WHERE collection_key = c.key ORDER BY set_key LIMIT 64
    ) k
    CROSS JOIN LATERAL (
      SELECT unnest(s.properties) AS property FROM gnomon.property_sets s WHERE s.key = k.set_key OFFSET 0
    ) p
  ) n;
  -- As a rule there is nothing new.
  IF new_collections IS NULL THEN RETURN; END IF;
  WITH wanted AS (
    SELECT w.collection_key, w.property COLLATE "C" AS property
    FROM unnest(new_collections, new_properties) AS w (collection_key, property)
  ), missing AS (
    SELECT w.collection_key, array_agg(w.property ORDER BY w.property) AS properties
    FROM wanted w
    WHERE (
      SELECT true FROM gnomon.property_sets s JOIN gnomon.collection_property_sets k ON k.set_key = s.key
      WHERE s.properties = ARRAY[w.property] AND k.collection_key = w.collection_key LIMIT 1
    ) IS NULL
    GROUP BY w.collection_key, CASE WHEN (
      SELECT true FROM gnomon.collection_property_sets k WHERE k.collection_key = w.collection_key OFFSET 63 LIMIT 1
    ) THEN w.property END
  ), known AS (
    SELECT m.properties, (SELECT min(s.key) FROM gnomon.property_sets s WHERE s.properties = m.properties) AS key
    FROM (SELECT DISTINCT missing.properties FROM missing) m
  ), made AS (
    INSERT INTO gnomon.property_sets (properties) SELECT k.properties FROM known k WHERE k.key IS NULL
    RETURNING property_sets.key, property_sets.properties
  )
  INSERT INTO gnomon.collection_property_sets
  SELECT m.collection_key, s.key
  FROM missing m
  JOIN (
    SELECT k.key, k.properties FROM known k WHERE k.key IS NOT NULL
    UNION ALL
    SELECT made.key, made.properties FROM made
  ) s ON s.properties = m.properties;
END
$$;

CREATE OR REPLACE FUNCTION gnomon.note_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO gnomon.collection_changes
  SELECT
    a.collection_key, count(*), false, min(ST_XMin(a.box)), min(ST_YMin(a.box)), max(ST_XMax(a.box)),
    max(ST_YMax(a.box)), min(gnomon.eastern_west(a.geometry, a.box)),
    max(gnomon.western_east(a.geometry, a.box)), min(a.start_datetime), max(a.end_datetime)
  FROM (
    SELECT collection_key, geometry, geometry::box3d AS box, start_datetime, end_datetime FROM added OFFSET 0
  ) a
  GROUP BY a.collection_key;
  IF NOT FOUND THEN RETURN NULL; END IF;
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

CREATE OR REPLACE FUNCTION gnomon.note_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM added) THEN RETURN NULL; END IF;
  -- What stays where it was, in space and time, changes no number.
  INSERT INTO gnomon.collection_changes
  SELECT
    m.collection_key, sum(m.items), m.items < 0, min(ST_XMin(m.box)), min(ST_YMin(m.box)), max(ST_XMax(m.box)),
    max(ST_YMax(m.box)), min(gnomon.eastern_west(m.geometry, m.box)),
    max(gnomon.western_east(m.geometry, m.box)), min(m.start_datetime), max(m.end_datetime)
  FROM (
    SELECT collection_key, geometry, geometry::box3d AS box, start_datetime, end_datetime, sum(items) AS items
    FROM (
      SELECT collection_key, geometry, start_datetime, end_datetime, 1 AS items FROM added
      UNION ALL
      SELECT collection_key, geometry, start_datetime, end_datetime, -1 FROM removed
    ) AS changes
    GROUP BY collection_key, geometry, start_datetime, end_datetime
    HAVING sum(items) <> 0
  ) m
  GROUP BY m.collection_key, m.items < 0;
  IF current_setting('gnomon.registers_names', true) IS DISTINCT FROM 'yes' THEN
    PERFORM gnomon.register_properties(array_agg(n.collection_key), array_agg(n.property))
    FROM (
      SELECT a.collection_key, jsonb_typeof(p.value) || ' ' || p.key AS property
      FROM added a, LATERAL jsonb_each(CASE jsonb_typeof(a.properties) WHEN 'object' THEN a.properties END) p
      WHERE octet_length(p.key) <= 1000
    ) n;
  END IF;
  IF random() < 1 / 32.0 THEN
    PERFORM gnomon.merge_changes(x.collection_key, least(3200 * x.items / (1 - random()), 1e15)::bigint)
    FROM (SELECT collection_key, count(*) AS items FROM removed GROUP BY collection_key) x;
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION gnomon.note_collection_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM gnomon.collection_changes WHERE collection_key IN (SELECT key FROM removed);
  DELETE FROM gnomon.collection_property_sets WHERE collection_key IN (SELECT key FROM removed);
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION gnomon.note_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM gnomon.collection_changes;
  DELETE FROM gnomon.collection_property_sets;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION gnomon.rebuild_statistics() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE gnomon.items, gnomon.collection_changes IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM gnomon.collection_changes;
  DELETE FROM gnomon.collection_property_sets;
  DELETE FROM gnomon.property_sets;
  INSERT INTO gnomon.collection_changes
  SELECT
    i.collection_key, count(*), false, min(ST_XMin(i.box)), min(ST_YMin(i.box)), max(ST_XMax(i.box)),
    max(ST_YMax(i.box)), min(gnomon.eastern_west(i.geometry, i.box)),
    max(gnomon.western_east(i.geometry, i.box)), min(i.start_datetime), max(i.end_datetime)
  FROM (
    SELECT collection_key, geometry, geometry::box3d AS box, start_datetime, end_datetime FROM gnomon.items OFFSET 0
  ) i
  GROUP BY i.collection_key;
  PERFORM gnomon.register_properties(array_agg(n.collection_key), array_agg(n.property))
  FROM (
    SELECT DISTINCT i.collection_key, jsonb_typeof(p.value) || ' ' || p.key AS property
    FROM gnomon.items i, LATERAL jsonb_each(CASE jsonb_typeof(i.properties) WHEN 'object' THEN i.properties END) p
    WHERE octet_length(p.key) <= 1000
  ) n;
END
$$;
