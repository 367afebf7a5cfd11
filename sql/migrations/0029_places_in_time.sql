-- The indexes over time hold where an item lies, coarsely, behind their order: a walk in the order of time goes past what
-- lies elsewhere at a twentieth of what reading it costs, however many items there are between two passes over a place.
-- The sides of an item's box are steps of a ninetieth of a degree (SearchWindow+Sides.swift).
--
-- They are built beside those without, which the next migration drops: searches go on meanwhile.
CREATE INDEX items_datetime_place ON gnomon.items (
  datetime, collection_key, id,
  (width_bucket(ST_XMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_XMin(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMin(geometry), -182, 182, 32760)::smallint)
) WHERE links_position >= 0;
CREATE INDEX items_collection_datetime_place ON gnomon.items (
  collection_key, datetime, id,
  (width_bucket(ST_XMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_XMin(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMin(geometry), -182, 182, 32760)::smallint)
);

-- The same for the few items that are not instants.
CREATE INDEX items_stretches_place ON gnomon.items (
  datetime, collection_key, id,
  (width_bucket(ST_XMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_XMin(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMin(geometry), -182, 182, 32760)::smallint)
) WHERE links_position >= 0 AND nullif(start_datetime <> datetime OR end_datetime <> datetime, true) IS NULL;
CREATE INDEX items_collection_stretches_place ON gnomon.items (
  collection_key, datetime, id,
  (width_bucket(ST_XMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_XMin(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMax(geometry), -182, 182, 32760)::smallint),
  (width_bucket(ST_YMin(geometry), -182, 182, 32760)::smallint)
) WHERE nullif(start_datetime <> datetime OR end_datetime <> datetime, true) IS NULL;
