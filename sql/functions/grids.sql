-- Grids of cells that aggregations count in.

-- The tile of Web Mercator that a point lies in, zoom/column/row; latitudes beyond the grid count to its edge rows.
CREATE OR REPLACE FUNCTION gnomon.tile(point geometry, zoom integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT zoom || '/'
    || least(greatest(floor((ST_X(point) + 180) / 360 * (1::bigint << zoom)), 0), (1::bigint << zoom) - 1)::bigint || '/'
    || least(
      greatest(floor((1 - asinh(tan(radians(latitude))) / pi()) / 2 * (1::bigint << zoom)), 0),
      (1::bigint << zoom) - 1)::bigint
  FROM (SELECT least(greatest(ST_Y(point), -85.06), 85.06) AS latitude) AS clamped
  WHERE NOT ST_IsEmpty(point)
$$;
