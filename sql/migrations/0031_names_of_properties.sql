-- Searches look which collections hold a property by its name.
CREATE INDEX property_sets_names ON gnomon.property_sets USING gin (properties) WITH (fastupdate = off);
