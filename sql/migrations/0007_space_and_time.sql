-- The newest items in a window are read from an index in that order; documents are packed; sorting by cloud cover, and by
-- whatever else has an index, walks it.

-- Texts that the documents of items are packed against. None is ever changed or deleted.
CREATE TABLE gnomon.dictionaries (
  key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  content bytea COMPRESSION lz4 NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- What new documents of the collection are packed against.
ALTER TABLE gnomon.collections ADD COLUMN dictionary_key integer REFERENCES gnomon.dictionaries;

ALTER TABLE gnomon.items
  -- A Zstandard frame against the dictionary, or against none; items of before have `document` instead.
  ADD COLUMN packed bytea,
  ADD COLUMN dictionary_key integer,
  ALTER COLUMN document DROP NOT NULL,
  ADD CONSTRAINT items_have_a_document CHECK (num_nonnulls(packed, document) = 1) NOT VALID,
  -- Up to three rows a page are whole in it, so that reading an item is reading one page.
  SET (toast_tuple_target = 2700);
-- It cannot be compressed any further.
ALTER TABLE gnomon.items ALTER COLUMN packed SET STORAGE EXTERNAL;

-- Nodes of this index separate by month, then by place. Read in order of the distance from an instant, it gives the items
-- in a window by time, and looks at no other month until it must. What lies beyond the years 1900 and 2100 counts as their
-- ends, so that an open end such as the year 9999 is no further away than the origin.
CREATE INDEX items_space_time ON gnomon.items USING gist (
  ((extract(year FROM datetime AT TIME ZONE 'UTC') * 12 + extract(month FROM datetime AT TIME ZONE 'UTC'))::integer),
  geometry,
  (least(greatest(datetime, '1900-01-01T00:00:00Z'::timestamptz), '2100-01-01T00:00:00Z'::timestamptz)),
  collection_key
);
-- The same for the few items that are not instants, which a search in time reads by themselves.
CREATE INDEX items_stretches_space_time ON gnomon.items USING gist (
  ((extract(year FROM datetime AT TIME ZONE 'UTC') * 12 + extract(month FROM datetime AT TIME ZONE 'UTC'))::integer),
  geometry,
  (least(greatest(datetime, '1900-01-01T00:00:00Z'::timestamptz), '2100-01-01T00:00:00Z'::timestamptz)),
  collection_key
) WHERE nullif(start_datetime <> datetime OR end_datetime <> datetime, true) IS NULL;

-- Their order by time, over all collections and in one. The planner takes two columns to be different nearly always, but a
-- value to be null hardly ever: written like this, it knows that they are few.
DROP INDEX gnomon.items_stretches;
CREATE INDEX items_stretches ON gnomon.items (datetime, collection_key, id)
WHERE links_position >= 0 AND nullif(start_datetime <> datetime OR end_datetime <> datetime, true) IS NULL;
CREATE INDEX items_collection_stretches ON gnomon.items (collection_key, datetime, id)
WHERE nullif(start_datetime <> datetime OR end_datetime <> datetime, true) IS NULL;

-- The order over all collections is for searches that say its predicate, which holds for every item: those in one
-- collection have an index of their own, and must not be led to this one.
DROP INDEX gnomon.items_datetime;
CREATE INDEX items_datetime ON gnomon.items (datetime, collection_key, id) WHERE links_position >= 0;

-- The new index also finds items by their geometry alone.
DROP INDEX gnomon.items_geometry;

-- An index on numbers, instants or booleans is walked in the order of a search that is sorted by them; those of before
-- only found values. The rows' order behind the value is that of gnomon's SearchOrder.
DO $indexes$
DECLARE
  old record;
BEGIN
  FOR old IN
    SELECT c.relname AS name, obj_description(c.oid, 'pg_class') AS property,
      substring(c.relname FROM '_(number|instant|boolean)$') AS kind
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = 'gnomon.items'::regclass AND c.relname ~ '^items_property_.*_(number|instant|boolean)$'
  LOOP
    EXECUTE format('DROP INDEX gnomon.%I', old.name);
    IF old.property IS NOT NULL THEN
      EXECUTE format(
        'CREATE INDEX %I ON gnomon.items ((gnomon.%I(properties -> %L)), datetime DESC, collection_key DESC, id DESC)',
        old.name, old.kind, old.property);
      EXECUTE format('COMMENT ON INDEX gnomon.%I IS %L', old.name, old.property);
    END IF;
  END LOOP;
END
$indexes$;

-- As sql/functions/values.sql has it, which runs after the migrations.
CREATE OR REPLACE FUNCTION gnomon.number(value jsonb) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'number' THEN value::numeric END
$$;

-- What imagery is sorted by most; `gnomon index remove eo:cloud_cover` drops it. The digits are from the SHA-256 of the name.
CREATE INDEX IF NOT EXISTS items_property_db02f0b0b31f0397d2d704a0_number ON gnomon.items (
  (gnomon.number(properties -> 'eo:cloud_cover')), datetime DESC, collection_key DESC, id DESC
);
COMMENT ON INDEX gnomon.items_property_db02f0b0b31f0397d2d704a0_number IS 'eo:cloud_cover';

-- What models are searched by. No other item has these, so that the indexes are as small as the models are few.
CREATE OR REPLACE FUNCTION gnomon.text(value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'string' THEN value #>> '{}' END
$$;

CREATE OR REPLACE FUNCTION gnomon.elements(value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'array' THEN value END
$$;

CREATE INDEX items_model_tasks ON gnomon.items USING gin ((gnomon.elements(properties -> 'mlm:tasks')))
WHERE gnomon.elements(properties -> 'mlm:tasks') IS NOT NULL;
CREATE INDEX items_model_framework ON gnomon.items
USING spgist ((gnomon.text(properties -> 'mlm:framework') COLLATE "C"))
WHERE gnomon.text(properties -> 'mlm:framework') IS NOT NULL;
CREATE INDEX items_model_architecture ON gnomon.items
USING spgist ((gnomon.text(properties -> 'mlm:architecture') COLLATE "C"))
WHERE gnomon.text(properties -> 'mlm:architecture') IS NOT NULL;
COMMENT ON INDEX gnomon.items_model_tasks IS 'mlm:tasks';
COMMENT ON INDEX gnomon.items_model_framework IS 'mlm:framework';
COMMENT ON INDEX gnomon.items_model_architecture IS 'mlm:architecture';
