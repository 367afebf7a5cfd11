-- What is known of each collection's items: how many they are, their extent, the names and types of their properties.
--
-- Every statement that writes items appends what it changed, one row for each collection; nothing is ever updated in
-- place, so that writers never wait for each other, and a snapshot that sees an item sees its row. Now and then a
-- writer merges a collection's rows into one.

-- What statements added to, or took from, collections. There is no foreign key: its check would lock the collection,
-- and whoever deletes items while their collection is deleted would wait in a circle. Triggers keep the two together.
CREATE TABLE gnomon.collection_changes (
  collection_key integer NOT NULL,
  -- How many items more; negative where they became fewer.
  items bigint NOT NULL,
  -- Whether the extent is that of items that went, or moved, and may have held the collection's border.
  is_removal boolean NOT NULL,
  -- The box of the geometries in longitudes from -180 to 180, NULL where there are none.
  west double precision,
  south double precision,
  east double precision,
  north double precision,
  -- The same seen from the antimeridian: the west edge of what lies east of Greenwich, and the east edge of what lies
  -- west of it. A box from the one to the other crosses the antimeridian, and may be the narrower.
  eastern_west double precision,
  western_east double precision,
  start_datetime timestamptz,
  end_datetime timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

CREATE INDEX collection_changes_collection ON gnomon.collection_changes (collection_key);

-- The names of the properties that items have or had, with their JSON types (jsonb_typeof). Writers that see a name for
-- the first time at the same time all register it: readers take each but once. A name of more than 1000 bytes is not
-- registered.
CREATE TABLE gnomon.collection_properties (
  collection_key integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL
);

CREATE INDEX collection_properties_name ON gnomon.collection_properties (collection_key, name, type);

-- The edges of a geometry as collection_changes has them, from the geometry and its box. What leaves the longitudes of
-- the standard, or meets Greenwich in one part, has no edge that the antimeridian would see: 0 stands for none.
CREATE FUNCTION gnomon.eastern_west_of_parts(geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT min(greatest(ST_XMin(part.geom), 0)) FROM ST_Dump($1) part WHERE ST_XMax(part.geom) > 0
$$;

CREATE FUNCTION gnomon.western_east_of_parts(geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT max(least(ST_XMax(part.geom), 0)) FROM ST_Dump($1) part WHERE ST_XMin(part.geom) < 0
$$;

CREATE FUNCTION gnomon.eastern_west(geometry, box3d) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN ST_XMin($2) < -180 OR ST_XMax($2) > 180 THEN 0
    WHEN ST_XMin($2) >= 0 THEN ST_XMin($2)
    WHEN ST_XMax($2) > 0 THEN gnomon.eastern_west_of_parts($1)
  END
$$;

CREATE FUNCTION gnomon.western_east(geometry, box3d) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN ST_XMin($2) < -180 OR ST_XMax($2) > 180 THEN 0
    WHEN ST_XMin($2) >= 0 THEN NULL
    WHEN ST_XMax($2) <= 0 THEN ST_XMax($2)
    ELSE gnomon.western_east_of_parts($1)
  END
$$;

-- The changes of each collection summed up. The extent is that of everything ever added; it is loose where something
-- that touched its border went since the extent was last read from the items.
CREATE VIEW gnomon.collection_sums AS
SELECT
  collection_key, items, west, south, east, north, eastern_west, western_east, start_datetime, end_datetime,
  coalesce(
    removed_west <= west OR removed_south <= south OR removed_east >= east OR removed_north >= north
    OR removed_eastern_west <= eastern_west OR removed_western_east >= western_east
    OR removed_start <= start_datetime OR removed_end >= end_datetime,
    false) AS is_loose,
  removed_west, removed_south, removed_east, removed_north, removed_eastern_west, removed_western_east,
  removed_start, removed_end
FROM (
  SELECT
    collection_key,
    sum(items)::bigint AS items,
    min(west) FILTER (WHERE NOT is_removal) AS west,
    min(south) FILTER (WHERE NOT is_removal) AS south,
    max(east) FILTER (WHERE NOT is_removal) AS east,
    max(north) FILTER (WHERE NOT is_removal) AS north,
    min(eastern_west) FILTER (WHERE NOT is_removal) AS eastern_west,
    max(western_east) FILTER (WHERE NOT is_removal) AS western_east,
    min(start_datetime) FILTER (WHERE NOT is_removal) AS start_datetime,
    max(end_datetime) FILTER (WHERE NOT is_removal) AS end_datetime,
    min(west) FILTER (WHERE is_removal) AS removed_west,
    min(south) FILTER (WHERE is_removal) AS removed_south,
    max(east) FILTER (WHERE is_removal) AS removed_east,
    max(north) FILTER (WHERE is_removal) AS removed_north,
    min(eastern_west) FILTER (WHERE is_removal) AS removed_eastern_west,
    max(western_east) FILTER (WHERE is_removal) AS removed_western_east,
    min(start_datetime) FILTER (WHERE is_removal) AS removed_start,
    max(end_datetime) FILTER (WHERE is_removal) AS removed_end
  FROM gnomon.collection_changes
  GROUP BY collection_key
) AS sums;

-- The sums with an extent that is read from the items where it is loose and they are few enough: not more than
-- item_limit. Beyond that it stays loose, which is to say too large, never too small.
CREATE FUNCTION gnomon.settled_sums(key integer, item_limit bigint) RETURNS TABLE (
  items bigint, west double precision, south double precision, east double precision, north double precision,
  eastern_west double precision, western_east double precision, start_datetime timestamptz, end_datetime timestamptz,
  is_loose boolean
)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT
    s.items,
    CASE WHEN x.is_read THEN r.west ELSE s.west END, CASE WHEN x.is_read THEN r.south ELSE s.south END,
    CASE WHEN x.is_read THEN r.east ELSE s.east END, CASE WHEN x.is_read THEN r.north ELSE s.north END,
    CASE WHEN x.is_read THEN r.eastern_west ELSE s.eastern_west END,
    CASE WHEN x.is_read THEN r.western_east ELSE s.western_east END,
    CASE WHEN x.is_read THEN r.start_datetime ELSE s.start_datetime END,
    CASE WHEN x.is_read THEN r.end_datetime ELSE s.end_datetime END,
    s.is_loose AND NOT x.is_read
  FROM gnomon.collection_sums s
  CROSS JOIN LATERAL (SELECT s.items = 0 OR s.is_loose AND s.items <= $2 AS is_read) AS x
  CROSS JOIN LATERAL (
    SELECT
      min(ST_XMin(i.box)) AS west, min(ST_YMin(i.box)) AS south, max(ST_XMax(i.box)) AS east,
      max(ST_YMax(i.box)) AS north, min(gnomon.eastern_west(i.geometry, i.box)) AS eastern_west,
      max(gnomon.western_east(i.geometry, i.box)) AS western_east,
      min(i.start_datetime) AS start_datetime, max(i.end_datetime) AS end_datetime
    FROM (
      SELECT geometry, geometry::box3d AS box, start_datetime, end_datetime FROM gnomon.items
      WHERE collection_key = s.collection_key OFFSET 0
    ) AS i
    WHERE x.is_read AND s.items > 0
  ) AS r
  WHERE s.collection_key = $1
$$;

-- What is known of each collection that has or had items. The box goes the shorter way round the globe: west > east
-- where it crosses the antimeridian (RFC 7946 section 5.2).
CREATE VIEW gnomon.collection_statistics AS
SELECT
  c.key AS collection_key, s.items,
  CASE WHEN x.crosses THEN s.eastern_west WHEN s.west < -180 THEN -180 ELSE s.west END AS west,
  s.south,
  CASE WHEN x.crosses THEN s.western_east WHEN s.east > 180 THEN 180 ELSE s.east END AS east,
  s.north,
  s.start_datetime, s.end_datetime, s.is_loose
FROM gnomon.collections c
CROSS JOIN LATERAL gnomon.settled_sums(c.key, 10000) s
CROSS JOIN LATERAL (
  SELECT coalesce(s.western_east - s.eastern_west + 360 < s.east - s.west, false) AS crosses
) AS x;

-- Merges the rows of a collection into one, and reads a loose extent from the items where they are not more than
-- item_limit. Where another writer is at it, the collection is being deleted, or the transaction keeps one snapshot,
-- nothing is done: nobody waits.
--
-- Rows are deleted only here, by the one who holds the lock, by statements that see what was committed before: what is
-- deleted is what was summed up.
CREATE FUNCTION gnomon.merge_changes(key integer, item_limit bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed'
    OR NOT pg_try_advisory_xact_lock(hashtext('gnomon.collection_changes'), key)
  THEN
    RETURN false;
  END IF;
  PERFORM FROM gnomon.collections c WHERE c.key = merge_changes.key FOR KEY SHARE SKIP LOCKED;
  IF NOT FOUND THEN RETURN false; END IF;
  WITH merged AS (DELETE FROM gnomon.collection_changes WHERE collection_key = key)
  INSERT INTO gnomon.collection_changes
  SELECT
    key, s.items, false, s.west, s.south, s.east, s.north, s.eastern_west, s.western_east,
    s.start_datetime, s.end_datetime
  FROM gnomon.settled_sums(key, item_limit) s WHERE s.items <> 0
  UNION ALL
  SELECT
    key, 0, true, r.removed_west, r.removed_south, r.removed_east, r.removed_north, r.removed_eastern_west,
    r.removed_western_east, r.removed_start, r.removed_end
  FROM gnomon.collection_sums r CROSS JOIN LATERAL gnomon.settled_sums(key, item_limit) s
  WHERE r.collection_key = key AND s.items <> 0 AND s.is_loose;
  RETURN true;
END
$$;

CREATE FUNCTION gnomon.note_insert() RETURNS trigger LANGUAGE plpgsql AS $$
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
  -- A collection that is written to one item at a time has about as many rows as this is rare.
  IF random() < 1 / 64.0 THEN
    PERFORM gnomon.merge_changes(x.collection_key, 1000) FROM (SELECT DISTINCT collection_key FROM added) x;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION gnomon.note_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A collection that is deleted takes its items along, and is gone before they are.
  INSERT INTO gnomon.collection_changes
  SELECT
    r.collection_key, -count(*), true, min(ST_XMin(r.box)), min(ST_YMin(r.box)), max(ST_XMax(r.box)),
    max(ST_YMax(r.box)), min(gnomon.eastern_west(r.geometry, r.box)),
    max(gnomon.western_east(r.geometry, r.box)), min(r.start_datetime), max(r.end_datetime)
  FROM (
    SELECT collection_key, geometry, geometry::box3d AS box, start_datetime, end_datetime FROM removed OFFSET 0
  ) r
  WHERE EXISTS (SELECT FROM gnomon.collections c WHERE c.key = r.collection_key)
  GROUP BY r.collection_key;
  IF NOT FOUND THEN RETURN NULL; END IF;
  -- The limit grows with what went: in the long run some hundred items are read again for each that is removed.
  IF random() < 1 / 16.0 THEN
    PERFORM gnomon.merge_changes(x.collection_key, least(1600 * x.items / (1 - random()), 1e15)::bigint)
    FROM (SELECT collection_key, count(*) AS items FROM removed GROUP BY collection_key) x;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION gnomon.note_update() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF random() < 1 / 32.0 THEN
    PERFORM gnomon.merge_changes(x.collection_key, least(3200 * x.items / (1 - random()), 1e15)::bigint)
    FROM (SELECT collection_key, count(*) AS items FROM removed GROUP BY collection_key) x;
  END IF;
  RETURN NULL;
END
$$;

-- Runs after the collection's items are gone, whatever order the rows' own triggers have.
CREATE FUNCTION gnomon.note_collection_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM gnomon.collection_changes WHERE collection_key IN (SELECT key FROM removed);
  DELETE FROM gnomon.collection_properties WHERE collection_key IN (SELECT key FROM removed);
  RETURN NULL;
END
$$;

CREATE FUNCTION gnomon.note_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM gnomon.collection_changes;
  DELETE FROM gnomon.collection_properties;
  RETURN NULL;
END
$$;

CREATE TRIGGER items_insert AFTER INSERT ON gnomon.items
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION gnomon.note_insert();
CREATE TRIGGER items_update AFTER UPDATE ON gnomon.items
REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION gnomon.note_update();
CREATE TRIGGER items_delete AFTER DELETE ON gnomon.items
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION gnomon.note_delete();
CREATE TRIGGER items_truncate AFTER TRUNCATE ON gnomon.items
FOR EACH STATEMENT EXECUTE FUNCTION gnomon.note_truncate();
CREATE TRIGGER collections_delete AFTER DELETE ON gnomon.collections
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION gnomon.note_collection_delete();

-- Reads everything anew from the items, while writers wait: for now, and for an operator who has written items with
-- triggers disabled.
CREATE FUNCTION gnomon.rebuild_statistics() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE gnomon.items, gnomon.collection_changes IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM gnomon.collection_changes;
  DELETE FROM gnomon.collection_properties;
  INSERT INTO gnomon.collection_changes
  SELECT
    i.collection_key, count(*), false, min(ST_XMin(i.box)), min(ST_YMin(i.box)), max(ST_XMax(i.box)),
    max(ST_YMax(i.box)), min(gnomon.eastern_west(i.geometry, i.box)),
    max(gnomon.western_east(i.geometry, i.box)), min(i.start_datetime), max(i.end_datetime)
  FROM (
    SELECT collection_key, geometry, geometry::box3d AS box, start_datetime, end_datetime FROM gnomon.items OFFSET 0
  ) i
  GROUP BY i.collection_key;
  INSERT INTO gnomon.collection_properties
  SELECT DISTINCT i.collection_key, p.key, jsonb_typeof(p.value)
  FROM gnomon.items i, LATERAL jsonb_each(CASE jsonb_typeof(i.properties) WHEN 'object' THEN i.properties END) p
  WHERE octet_length(p.key) <= 1000;
END
$$;

SELECT gnomon.rebuild_statistics();
