-- The indexes that the migration before has built take the names and the place of those without the sides of boxes.
DROP INDEX gnomon.items_datetime, gnomon.items_collection_datetime,
  gnomon.items_stretches, gnomon.items_collection_stretches;
ALTER INDEX gnomon.items_datetime_place RENAME TO items_datetime;
ALTER INDEX gnomon.items_collection_datetime_place RENAME TO items_collection_datetime;
ALTER INDEX gnomon.items_stretches_place RENAME TO items_stretches;
ALTER INDEX gnomon.items_collection_stretches_place RENAME TO items_collection_stretches;
