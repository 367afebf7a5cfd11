-- Values of properties by their JSON type; NULL for every other type, so that nothing in the data makes a query fail.
--
-- All are immutable, so that indexes can be made over them; a filter uses an index over exactly these expressions:
--   (gnomon.number(properties -> 'eo:cloud_cover'))
--   (gnomon.text(properties -> 'platform') COLLATE "C")
--   (gnomon.boolean(properties -> 'deprecated'))
--   (gnomon.instant(properties -> 'created'))
--   USING gin (gnomon.elements(properties -> 'instruments'))
-- In CREATE INDEX every one stands in parentheses of its own.

CREATE OR REPLACE FUNCTION gnomon.number(value jsonb) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'number' THEN value::numeric END
$$;

CREATE OR REPLACE FUNCTION gnomon.text(value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'string' THEN value #>> '{}' END
$$;

CREATE OR REPLACE FUNCTION gnomon.boolean(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'boolean' THEN value::boolean END
$$;

-- The array itself.
CREATE OR REPLACE FUNCTION gnomon.elements(value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'array' THEN value END
$$;

-- An instant from RFC 3339: a date-time with an offset, or a date, which begins at midnight UTC, or ends with its last
-- microsecond. Digits beyond microseconds are cut off; second 60 is the first of the next minute; NULL for any other
-- text. Years run from 0000, which PostgreSQL does not take, so that the calendar is read 400 years (146097 days) later.
CREATE OR REPLACE FUNCTION gnomon.read_instant(value text, at_end boolean) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  year integer;
  month integer;
  day integer;
  last_day integer;
  instant timestamp;
  zone text;
BEGIN
  -- Without parentheses that capture, which would make it ten times slower.
  IF value COLLATE "C" !~
    '^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])(?:[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:[.][0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]))?$'
  THEN RETURN NULL; END IF;
  year := substr(value, 1, 4);
  month := substr(value, 6, 2);
  day := substr(value, 9, 2);
  last_day := CASE
    WHEN month IN (4, 6, 9, 11) THEN 30
    WHEN month <> 2 THEN 31
    WHEN year % 4 = 0 AND (year % 100 <> 0 OR year % 400 = 0) THEN 29
    ELSE 28
  END;
  IF day > last_day THEN RETURN NULL; END IF;
  instant := make_date(year + 400, month, day) - 146097;
  IF length(value) = 10 THEN
    RETURN timezone('UTC', CASE WHEN at_end THEN instant + interval '86399.999999 seconds' ELSE instant END);
  END IF;
  zone := CASE WHEN right(value, 1) IN ('Z', 'z') THEN right(value, 1) ELSE right(value, 6) END;
  instant := instant + make_interval(
    hours => substr(value, 12, 2)::integer, mins => substr(value, 15, 2)::integer,
    secs => left(substr(value, 18, length(value) - 17 - length(zone)), 9)::double precision);
  IF length(zone) = 6 THEN
    instant := instant - make_interval(
      hours => (left(zone, 1) || substr(zone, 2, 2))::integer, mins => (left(zone, 1) || right(zone, 2))::integer);
  END IF;
  RETURN timezone('UTC', instant);
END
$$;

-- An instant from a string; a date begins at midnight UTC.
CREATE OR REPLACE FUNCTION gnomon.instant(value jsonb) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'string' THEN gnomon.read_instant(value #>> '{}', false) END
$$;

-- An instant from a string; a date ends with its last microsecond.
CREATE OR REPLACE FUNCTION gnomon.instant_end(value jsonb) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'string' THEN gnomon.read_instant(value #>> '{}', true) END
$$;

-- How two values of one JSON type compare: -1, 0 or 1; NULL where the types differ or have no order.
CREATE OR REPLACE FUNCTION gnomon.compare(a jsonb, b jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN jsonb_typeof(a) = jsonb_typeof(b) THEN
    CASE jsonb_typeof(a)
      WHEN 'number' THEN (a::numeric > b::numeric)::integer - (a::numeric < b::numeric)::integer
      WHEN 'string' THEN
        ((a #>> '{}') COLLATE "C" > (b #>> '{}'))::integer - ((a #>> '{}') COLLATE "C" < (b #>> '{}'))::integer
      WHEN 'boolean' THEN a::boolean::integer - b::boolean::integer
    END
  END
$$;
