-- Collections as a search sees them: with the extent of their items, once they have any, else the declared one.
CREATE VIEW gnomon.searched_collections AS
SELECT
  c.key, c.id, c.properties, c.search_text, c.links_position, c.document,
  CASE
    WHEN s.items > 0 AND s.west IS NOT NULL THEN
      CASE
        WHEN coalesce(s.western_east - s.eastern_west + 360 < s.east - s.west, false) THEN
          ST_Union(
            ST_MakeValid(ST_MakeEnvelope(s.eastern_west, s.south, 180, s.north, 4326)),
            ST_MakeValid(ST_MakeEnvelope(-180, s.south, s.western_east, s.north, 4326)))
        ELSE ST_MakeValid(ST_MakeEnvelope(s.west, s.south, s.east, s.north, 4326))
      END
    ELSE c.geometry
  END AS geometry,
  CASE WHEN s.items > 0 THEN s.start_datetime ELSE c.start_datetime END AS start_datetime,
  CASE WHEN s.items > 0 THEN s.end_datetime ELSE c.end_datetime END AS end_datetime
FROM gnomon.collections c
LEFT JOIN gnomon.collection_sums s ON s.collection_key = c.key;
