-- Grids of cells that aggregations count in, and that indexes file items under.

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

-- The cell that an item is filed under where a search is for a place, in the order of a property: of 5.625 degrees by its
-- centre, if the item is at most half as large; else of 45 degrees, if it is not larger; else one for all. PlaceCells.swift
-- says which cells a place needs. Indexes are over it: it may never change. Its body is not a text: a restored dump builds
-- the indexes without the search path on which a text's names are found.
CREATE OR REPLACE FUNCTION gnomon.cell(geometry geometry) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN ST_XMax(geometry) - ST_XMin(geometry) <= 2.8125 AND ST_YMax(geometry) - ST_YMin(geometry) <= 2.8125 THEN
    floor(least(greatest(ST_XMin(geometry) + ST_XMax(geometry) + 360, -1e4), 1e4) / 11.25)::integer * 64
    + floor(least(greatest(ST_YMin(geometry) + ST_YMax(geometry) + 180, -1e4), 1e4) / 11.25)::integer
  WHEN ST_XMax(geometry) - ST_XMin(geometry) <= 45 AND ST_YMax(geometry) - ST_YMin(geometry) <= 45 THEN
    -100 - floor(least(greatest(ST_XMin(geometry) + ST_XMax(geometry) + 360, -1e4), 1e4) / 90)::integer * 16
    - floor(least(greatest(ST_YMin(geometry) + ST_YMax(geometry) + 180, -1e4), 1e4) / 90)::integer
  ELSE -1
END;
