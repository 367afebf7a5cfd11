-- Items that are not instants, in the order of every search: a search in time reads instants by their datetime, and
-- these few by their ends.
CREATE INDEX items_stretches ON gnomon.items (datetime, collection_key, id)
WHERE start_datetime <> datetime OR end_datetime <> datetime;
