-- Items in a place are found in the order of a property, as `gnomon index add` makes it for others (PropertyIndex.swift).

-- As sql/functions/grids.sql has it, which runs after the migrations.
CREATE OR REPLACE FUNCTION gnomon.cell(geometry geometry) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN ST_XMax(geometry) - ST_XMin(geometry) <= 2.8125 AND ST_YMax(geometry) - ST_YMin(geometry) <= 2.8125 THEN
      floor(least(greatest(ST_XMin(geometry) + ST_XMax(geometry) + 360, -1e4), 1e4) / 11.25)::integer * 64
      + floor(least(greatest(ST_YMin(geometry) + ST_YMax(geometry) + 180, -1e4), 1e4) / 11.25)::integer
    WHEN ST_XMax(geometry) - ST_XMin(geometry) <= 45 AND ST_YMax(geometry) - ST_YMin(geometry) <= 45 THEN
      -100 - floor(least(greatest(ST_XMin(geometry) + ST_XMax(geometry) + 360, -1e4), 1e4) / 90)::integer * 16
      - floor(least(greatest(ST_YMin(geometry) + ST_YMax(geometry) + 180, -1e4), 1e4) / 90)::integer
    ELSE -1
  END
$$;

DO $indexes$
BEGIN
  -- Only where the index over the property is there: an operator may have removed it.
  IF to_regclass('gnomon.items_property_db02f0b0b31f0397d2d704a0_number') IS NOT NULL THEN
    CREATE INDEX items_property_db02f0b0b31f0397d2d704a0_number_place ON gnomon.items (
      gnomon.cell(geometry), (gnomon.number(properties -> 'eo:cloud_cover')),
      (CASE WHEN start_datetime = datetime AND end_datetime = datetime THEN datetime AT TIME ZONE 'UTC' END),
      (collection_key + 0)
    );
    COMMENT ON INDEX gnomon.items_property_db02f0b0b31f0397d2d704a0_number_place IS 'eo:cloud_cover';
    -- What it is over has statistics of its own.
    ANALYZE gnomon.items;
  END IF;
END
$indexes$;
