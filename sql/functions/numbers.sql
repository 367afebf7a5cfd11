-- Arithmetic that never fails: what is undefined, or beyond 10^400, is NULL; 400 digits behind the point are kept.

CREATE OR REPLACE FUNCTION gnomon.bounded(value numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN abs(value) < 1e400 THEN CASE WHEN scale(value) > 400 THEN round(value, 400) ELSE value END END
$$;

CREATE OR REPLACE FUNCTION gnomon.plus(a numeric, b numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT gnomon.bounded(gnomon.bounded(a) + gnomon.bounded(b))
$$;

CREATE OR REPLACE FUNCTION gnomon.minus(a numeric, b numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT gnomon.bounded(gnomon.bounded(a) - gnomon.bounded(b))
$$;

CREATE OR REPLACE FUNCTION gnomon.times(a numeric, b numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT gnomon.bounded(gnomon.bounded(a) * gnomon.bounded(b))
$$;

CREATE OR REPLACE FUNCTION gnomon.divided(a numeric, b numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT gnomon.bounded(gnomon.bounded(a) / nullif(gnomon.bounded(b), 0))
$$;

-- The remainder has the sign of the dividend.
CREATE OR REPLACE FUNCTION gnomon.modulo(a numeric, b numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT gnomon.bounded(gnomon.bounded(a) % nullif(gnomon.bounded(b), 0))
$$;

-- The quotient, cut towards zero.
CREATE OR REPLACE FUNCTION gnomon.whole_quotient(a numeric, b numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT gnomon.bounded(div(gnomon.bounded(a), nullif(gnomon.bounded(b), 0)))
$$;

-- A power; one of zero to a negative, or of a negative to a fraction, is undefined.
CREATE OR REPLACE FUNCTION gnomon.power(a numeric, b numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  base numeric := gnomon.bounded(a);
  exponent numeric := gnomon.bounded(b);
  digits numeric;
BEGIN
  IF base IS NULL OR exponent IS NULL THEN RETURN NULL; END IF;
  IF exponent = 0 OR base = 1 THEN RETURN 1; END IF;
  IF base = 0 THEN RETURN CASE WHEN exponent > 0 THEN 0 END; END IF;
  IF base < 0 AND exponent <> trunc(exponent) THEN RETURN NULL; END IF;
  IF base = -1 THEN RETURN CASE WHEN exponent % 2 = 0 THEN 1 ELSE -1 END; END IF;
  digits := exponent * log(abs(base));
  IF digits > 400 THEN RETURN NULL; END IF;
  IF digits < -400 THEN RETURN 0; END IF;
  RETURN gnomon.bounded(base ^ exponent);
END
$$;

CREATE OR REPLACE FUNCTION gnomon.square_root(value numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN value >= 0 THEN sqrt(gnomon.bounded(value)) END
$$;

-- The least of the numbers; NULL where one is.
CREATE OR REPLACE FUNCTION gnomon.least(VARIADIC numbers numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN array_position(numbers, NULL) IS NULL THEN (SELECT min(number) FROM unnest(numbers) AS number) END
$$;

CREATE OR REPLACE FUNCTION gnomon.greatest(VARIADIC numbers numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN array_position(numbers, NULL) IS NULL THEN (SELECT max(number) FROM unnest(numbers) AS number) END
$$;

-- The calendar year in UTC; 0 stands before 1.
CREATE OR REPLACE FUNCTION gnomon.year(value timestamptz) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN isfinite(value) THEN
    extract(year FROM timezone('UTC', value)) + (extract(year FROM timezone('UTC', value)) < 0)::integer
  END
$$;
