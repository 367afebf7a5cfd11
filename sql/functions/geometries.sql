-- Spatial relations that also take geometry collections, which GEOS refuses, or fails at where their members overlap.
--
-- A collection stands for the union of its members: where an area covers a line or a point, the area decides what is
-- inside and what is boundary (as RelateNG of later GEOS versions has it).

-- A valid geometry like one that is not: its places are rounded to a billionth of a degree (a tenth of a millimetre), for
-- where edges are closer than doubles tell apart, ST_MakeValid leaves what GEOS fails at.
CREATE OR REPLACE FUNCTION gnomon.mended(shape geometry) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  made geometry := ST_MakeValid(ST_SnapToGrid(ST_MakeValid(shape), 1e-9));
BEGIN
  IF ST_IsValid(made) AND NOT ST_IsEmpty(made) THEN RETURN made; END IF;
  made := ST_MakeValid(shape);
  IF ST_IsValid(made) THEN RETURN made; END IF;
  RETURN ST_ConvexHull(shape);
END
$$;

CREATE OR REPLACE FUNCTION gnomon.valid(shape geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN ST_IsValid(shape) THEN shape ELSE gnomon.mended(shape) END
$$;

CREATE OR REPLACE FUNCTION gnomon.is_mixed(shape geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT geometrytype(shape) IN ('GEOMETRYCOLLECTION', 'GEOMETRYCOLLECTIONM')
$$;

CREATE OR REPLACE FUNCTION gnomon.is_mixed(a geometry, b geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT gnomon.is_mixed(a) OR gnomon.is_mixed(b)
$$;

-- GEOS takes collections here, but fails where members overlap, so that members are compared one by one.
CREATE OR REPLACE FUNCTION gnomon.members_intersect(a geometry, b geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT EXISTS (
    SELECT FROM ST_Dump(a) AS one JOIN ST_Dump(b) AS other ON ST_Intersects(one.geom, other.geom))
$$;

CREATE OR REPLACE FUNCTION gnomon.s_intersects(a geometry, b geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN gnomon.is_mixed(a, b) THEN gnomon.members_intersect(a, b) ELSE ST_Intersects(a, b) END
$$;

-- The areas, the lines outside them, and the points outside both. Lines that meet no area stay as they are: what cuts
-- them would move their crossings, and dissolve where they double back.
CREATE OR REPLACE FUNCTION gnomon.pieces(shape geometry) RETURNS geometry[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  areas geometry := ST_CollectionExtract(gnomon.valid(ST_UnaryUnion(ST_CollectionExtract(shape, 3))), 3);
  lines geometry := ST_CollectionExtract(shape, 2);
  points geometry := ST_CollectionExtract(shape, 1);
BEGIN
  IF ST_Intersects(lines, areas) THEN
    lines := ST_CollectionExtract(
      (SELECT ST_Collect(CASE WHEN ST_Intersects(line.geom, areas) THEN ST_Difference(line.geom, areas) ELSE line.geom END)
       FROM ST_Dump(lines) AS line), 2);
  END IF;
  RETURN ARRAY[areas, lines, ST_Difference(ST_Difference(points, lines), areas)];
END
$$;

-- Whether all of the pieces a lies in the pieces b.
CREATE OR REPLACE FUNCTION gnomon.pieces_covered(a geometry[], b geometry[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  rest geometry;
BEGIN
  IF NOT ST_IsEmpty(a[1]) AND NOT ST_CoveredBy(a[1], b[1]) THEN RETURN false; END IF;
  IF NOT ST_IsEmpty(a[2]) AND NOT ST_CoveredBy(a[2], b[1]) AND NOT ST_CoveredBy(a[2], b[2]) THEN
    rest := ST_Difference(a[2], b[2]);
    IF NOT ST_IsEmpty(rest) AND NOT ST_CoveredBy(rest, b[1]) THEN RETURN false; END IF;
  END IF;
  RETURN NOT EXISTS (
    SELECT FROM ST_Dump(a[3]) AS point
    WHERE NOT (ST_Intersects(point.geom, b[1]) OR ST_Intersects(point.geom, b[2]) OR ST_Intersects(point.geom, b[3])));
END
$$;

-- Whether the insides of the pieces meet. A point on a line that is also on the edge of an area is on the edge.
CREATE OR REPLACE FUNCTION gnomon.pieces_meet(a geometry[], b geometry[]) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT bool_or(ST_Relate(one, other, 'T********')) FROM (
    VALUES
      (a[1], b[1]), (a[1], b[2]), (a[1], b[3]), (a[2], b[1]), (a[2], b[2]), (a[2], ST_Difference(b[3], a[1])),
      (a[3], b[1]), (ST_Difference(a[3], b[1]), b[2]), (a[3], b[3])
  ) AS pairs (one, other)
$$;

-- One of the relations equals, touches, within, overlaps and crosses, of any two geometries.
CREATE OR REPLACE FUNCTION gnomon.relates(a geometry, b geometry, relation text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  one geometry[];
  other geometry[];
  dimensions integer := ST_Dimension(a) - ST_Dimension(b);
  shares_lines boolean;
BEGIN
  IF NOT gnomon.s_intersects(a, b) THEN RETURN false; END IF;
  one := gnomon.pieces(a);
  other := gnomon.pieces(b);
  CASE relation
    WHEN 'equals' THEN RETURN gnomon.pieces_covered(one, other) AND gnomon.pieces_covered(other, one);
    WHEN 'touches' THEN RETURN NOT gnomon.pieces_meet(one, other);
    WHEN 'within' THEN RETURN gnomon.pieces_covered(one, other) AND gnomon.pieces_meet(one, other);
    ELSE IF NOT gnomon.pieces_meet(one, other) THEN RETURN false; END IF;
  END CASE;
  IF dimensions <> 0 THEN
    RETURN relation = 'crosses'
      AND NOT CASE WHEN dimensions < 0 THEN gnomon.pieces_covered(one, other) ELSE gnomon.pieces_covered(other, one) END;
  END IF;
  -- Lines cross in points, and overlap in lines; areas and points overlap only.
  shares_lines := ST_Dimension(a) = 1 AND ST_Relate(one[2], other[2], '1********');
  IF relation = 'crosses' THEN RETURN ST_Dimension(a) = 1 AND NOT shares_lines; END IF;
  RETURN (ST_Dimension(a) <> 1 OR shares_lines)
    AND NOT gnomon.pieces_covered(one, other) AND NOT gnomon.pieces_covered(other, one);
END
$$;

CREATE OR REPLACE FUNCTION gnomon.s_equals(a geometry, b geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN gnomon.is_mixed(a, b) THEN gnomon.relates(a, b, 'equals') ELSE ST_Equals(a, b) END
$$;

CREATE OR REPLACE FUNCTION gnomon.s_touches(a geometry, b geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN gnomon.is_mixed(a, b) THEN gnomon.relates(a, b, 'touches') ELSE ST_Touches(a, b) END
$$;

CREATE OR REPLACE FUNCTION gnomon.s_within(a geometry, b geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN gnomon.is_mixed(a, b) THEN gnomon.relates(a, b, 'within') ELSE ST_Within(a, b) END
$$;

CREATE OR REPLACE FUNCTION gnomon.s_overlaps(a geometry, b geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN gnomon.is_mixed(a, b) THEN gnomon.relates(a, b, 'overlaps') ELSE ST_Overlaps(a, b) END
$$;

CREATE OR REPLACE FUNCTION gnomon.s_crosses(a geometry, b geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN gnomon.is_mixed(a, b) THEN gnomon.relates(a, b, 'crosses') ELSE ST_Crosses(a, b) END
$$;

-- Square metres on the ellipsoid; NULL for the few shapes that PostGIS fails at (catching that needs a subtransaction,
-- which no parallel query may have).
CREATE OR REPLACE FUNCTION gnomon.area(shape geometry) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE AS $$
BEGIN
  RETURN ST_Area(ST_Force2D(shape)::geography)::numeric;
EXCEPTION WHEN internal_error THEN
  RETURN NULL;
END
$$;
