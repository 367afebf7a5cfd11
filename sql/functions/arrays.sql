-- Arrays as sets: order and repetition count for nothing, elements are equal as JSON values are (1 equals 1.0).

-- An array of the elements; NULL where one is.
CREATE OR REPLACE FUNCTION gnomon.array_of(VARIADIC elements jsonb[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN array_position(elements, NULL) IS NULL THEN to_jsonb(elements) END
$$;

-- The array in which strings that are instants stand as their microseconds, so that equal instants are equal.
CREATE OR REPLACE FUNCTION gnomon.with_instants(elements jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN elements IS NOT NULL THEN (
    SELECT coalesce(
      jsonb_agg(
        CASE
          WHEN gnomon.instant(element) IS NULL THEN element
          ELSE jsonb_build_object(
            'microseconds', extract(epoch FROM timezone('UTC', gnomon.instant(element))) * 1000000)
        END),
      '[]')
    FROM jsonb_array_elements(elements) AS element)
  END
$$;

-- Whether every element of b is one of a. Containment of jsonb is necessary and quick, but takes part of an element for
-- the element.
CREATE OR REPLACE FUNCTION gnomon.array_contains(a jsonb, b jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT a @> b AND NOT EXISTS (
    SELECT FROM jsonb_array_elements(b) AS wanted (element)
    WHERE jsonb_typeof(wanted.element) IN ('array', 'object')
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(a) AS found (element) WHERE found.element = wanted.element))
$$;

-- Whether an element of one is an element of the other.
CREATE OR REPLACE FUNCTION gnomon.array_overlaps(a jsonb, b jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN EXISTS (
    SELECT FROM jsonb_array_elements(a) AS one (element)
    JOIN jsonb_array_elements(b) AS other (element) ON one.element = other.element)
  END
$$;
