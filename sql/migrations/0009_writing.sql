-- Whoever writes many items at once knows what their properties are called, and registers the names itself: taking every
-- item's properties apart again costs as much as half of writing it. A transaction says so by the setting
-- gnomon.registers_names = 'yes', and registers them behind its items, so that no rebuild of the statistics comes between.

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
    INSERT INTO gnomon.collection_properties
    SELECT n.collection_key, n.name, n.type
    FROM (
      SELECT DISTINCT a.collection_key, p.key AS name, jsonb_typeof(p.value) AS type
      FROM added a, LATERAL jsonb_each(CASE jsonb_typeof(a.properties) WHEN 'object' THEN a.properties END) p
      WHERE octet_length(p.key) <= 1000
    ) n
    WHERE (
      SELECT true FROM gnomon.collection_properties k
      WHERE k.collection_key = n.collection_key AND k.name = n.name AND k.type = n.type LIMIT 1
    ) IS NULL;
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
    INSERT INTO gnomon.collection_properties
    SELECT n.collection_key, n.name, n.type
    FROM (
      SELECT DISTINCT a.collection_key, p.key AS name, jsonb_typeof(p.value) AS type
      FROM added a, LATERAL jsonb_each(CASE jsonb_typeof(a.properties) WHEN 'object' THEN a.properties END) p
      WHERE octet_length(p.key) <= 1000
    ) n
    WHERE (
      SELECT true FROM gnomon.collection_properties k
      WHERE k.collection_key = n.collection_key AND k.name = n.name AND k.type = n.type LIMIT 1
    ) IS NULL;
  END IF;
  IF random() < 1 / 32.0 THEN
    PERFORM gnomon.merge_changes(x.collection_key, least(3200 * x.items / (1 - random()), 1e15)::bigint)
    FROM (SELECT collection_key, count(*) AS items FROM removed GROUP BY collection_key) x;
  END IF;
  RETURN NULL;
END
$$;
