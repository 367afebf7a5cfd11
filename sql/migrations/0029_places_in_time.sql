-- The indexes over time hold where an item lies, coarsely, behind their order: a walk in the order of time goes past what
-- lies elsewhere at a twentieth of what reading it costs, however many items there are between two passes over a place.
-- The sides of an item's box are steps of a ninetieth of a degree (SearchWindow+Sides.swift).

DROP INDEX gnomon.items_datetime;
CREATE INDEX items_datetime ON gnomon.items (
  datetime, collection_key, id,
  (width_bucket(ST_XMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_XMin(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMin(geometry), -182, 182, 32760)::smallint)
) WHERE links_position >= 0;

DROP INDEX gnomon.items_collection_datetime;
CREATE INDEX items_collection_datetime ON gnomon.items (
  collection_key, datetime, id,
  (width_bucket(ST_XMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_XMin(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMin(geometry), -182, 182, 32760)::smallint)
);
