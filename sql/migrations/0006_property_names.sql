-- The names that searches may use over all collections, each found by one step through an index.
CREATE INDEX collection_properties_type ON gnomon.collection_properties (name, type);

-- The names of the members that collections have or had, with their JSON types (jsonb_typeof). Writers that see a name
-- for the first time at the same time all register it: readers take each but once. A name of more than 1000 bytes is not
-- registered.
CREATE TABLE gnomon.collection_members (
  name text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL
);

CREATE INDEX collection_members_name ON gnomon.collection_members (name, type);

CREATE FUNCTION gnomon.note_collections() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO gnomon.collection_members
  SELECT n.name, n.type
  FROM (
    SELECT DISTINCT p.key AS name, jsonb_typeof(p.value) AS type FROM written w, LATERAL jsonb_each(w.properties) p
    WHERE octet_length(p.key) <= 1000
  ) n
  WHERE (SELECT true FROM gnomon.collection_members m WHERE m.name = n.name AND m.type = n.type LIMIT 1) IS NULL;
  RETURN NULL;
END
$$;

CREATE TRIGGER collections_insert AFTER INSERT ON gnomon.collections
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION gnomon.note_collections();
CREATE TRIGGER collections_update AFTER UPDATE ON gnomon.collections
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION gnomon.note_collections();

INSERT INTO gnomon.collection_members
SELECT DISTINCT p.key, jsonb_typeof(p.value) FROM gnomon.collections c, LATERAL jsonb_each(c.properties) p
WHERE octet_length(p.key) <= 1000;
