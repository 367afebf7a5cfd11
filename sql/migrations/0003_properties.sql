-- What filters, free text and collection search read: the properties as jsonb, their words, and a collection's extent.

-- The words of an item's or a collection's properties that free text searches; NULL where there are none. Long texts
-- are cut, so that no document outgrows what a tsvector holds.
CREATE FUNCTION gnomon.search_text(properties jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT jsonb_to_tsvector(
    'pg_catalog.simple'::regconfig,
    jsonb_agg(
      CASE
        WHEN jsonb_typeof(value) = 'string' THEN to_jsonb(left(value #>> '{}', 20000))
        WHEN length(value::text) <= 20000 THEN value
      END
      ORDER BY key),
    '["string"]')
  FROM jsonb_each(properties)
  WHERE key IN ('title', 'description', 'keywords', 'mlm:name', 'mlm:architecture', 'mlm:framework', 'mlm:tasks')
$$;

ALTER TABLE gnomon.items
  -- The document's properties, for filters and sorting; the document itself is what is served.
  ADD COLUMN properties jsonb COMPRESSION lz4 NOT NULL DEFAULT '{}',
  ADD COLUMN search_text tsvector;

UPDATE gnomon.items SET properties = document::jsonb -> 'properties';
UPDATE gnomon.items SET search_text = gnomon.search_text(properties)
WHERE gnomon.search_text(properties) IS NOT NULL;

CREATE INDEX items_search_text ON gnomon.items USING gin (search_text) WHERE search_text IS NOT NULL;

ALTER TABLE gnomon.collections
  -- The document without its links, assets and extent.
  ADD COLUMN properties jsonb COMPRESSION lz4 NOT NULL DEFAULT '{}',
  ADD COLUMN search_text tsvector,
  -- The extent that the document declares: its boxes, and the first of its intervals (infinite where it is open).
  ADD COLUMN geometry geometry CHECK (ST_SRID(geometry) = 4326),
  ADD COLUMN start_datetime timestamptz NOT NULL DEFAULT '-infinity',
  ADD COLUMN end_datetime timestamptz NOT NULL DEFAULT 'infinity';

-- A box of four or six numbers as a geometry; one that crosses the antimeridian has two parts.
CREATE FUNCTION gnomon.box_geometry(box jsonb) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN west <= east THEN ST_MakeValid(ST_MakeEnvelope(west, south, east, north, 4326))
    ELSE ST_Union(ST_MakeEnvelope(west, south, 180, north, 4326), ST_MakeEnvelope(-180, south, east, north, 4326))
  END
  FROM (
    SELECT
      (box ->> 0)::float8 AS west, (box ->> 1)::float8 AS south,
      (box ->> (jsonb_array_length(box) / 2))::float8 AS east,
      (box ->> (jsonb_array_length(box) / 2 + 1))::float8 AS north
  ) AS corners
$$;

UPDATE gnomon.collections SET
  properties = document::jsonb - ARRAY['links', 'assets', 'item_assets', 'extent'],
  search_text = gnomon.search_text(document::jsonb),
  geometry = gnomon.box_geometry(document::jsonb #> '{extent,spatial,bbox,0}'),
  start_datetime = coalesce((document::jsonb #>> '{extent,temporal,interval,0,0}')::timestamptz, '-infinity'),
  end_datetime = coalesce((document::jsonb #>> '{extent,temporal,interval,0,1}')::timestamptz, 'infinity');

DROP FUNCTION gnomon.box_geometry;
CREATE INDEX collections_search_text ON gnomon.collections USING gin (search_text);
