-- What models are searched by, once more in a column of its own. Their properties are too large for the pages of the table as
-- a rule, and reading them where they are kept instead costs a search twenty times what the rest of the row does.
ALTER TABLE gnomon.items ADD COLUMN model_properties jsonb;
ALTER TABLE gnomon.items ALTER COLUMN model_properties SET STORAGE MAIN;

CREATE OR REPLACE FUNCTION gnomon.model_properties(properties jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN properties ?| ARRAY['mlm:architecture', 'mlm:framework', 'mlm:name', 'mlm:tasks'] THEN (
    SELECT jsonb_object_agg(key, value) FROM jsonb_each(properties)
    WHERE key IN ('mlm:architecture', 'mlm:framework', 'mlm:name', 'mlm:tasks')
  ) END
$$;

-- No document changes: nothing is to be noted of it.
ALTER TABLE gnomon.items DISABLE TRIGGER USER;
UPDATE gnomon.items SET model_properties = gnomon.model_properties(properties)
WHERE jsonb_typeof(properties) = 'object'
AND properties ?| ARRAY['mlm:architecture', 'mlm:framework', 'mlm:name', 'mlm:tasks'];
ALTER TABLE gnomon.items ENABLE TRIGGER USER;

-- A program that does not know the column, and still runs, cannot write what searches would not find, or find by what it was.
ALTER TABLE gnomon.items ADD CONSTRAINT items_have_model_properties CHECK (
  CASE
    WHEN model_properties IS NOT NULL THEN model_properties IS NOT DISTINCT FROM gnomon.model_properties(properties)
    ELSE NOT properties ?| ARRAY['mlm:architecture', 'mlm:framework', 'mlm:name', 'mlm:tasks']
  END
) NOT VALID;

DROP INDEX gnomon.items_model_tasks, gnomon.items_model_framework, gnomon.items_model_architecture, gnomon.items_model_names;
CREATE INDEX items_model_tasks ON gnomon.items USING gin ((gnomon.elements(model_properties -> 'mlm:tasks')))
WHERE gnomon.elements(model_properties -> 'mlm:tasks') IS NOT NULL;
CREATE INDEX items_model_framework ON gnomon.items
USING spgist ((gnomon.text(model_properties -> 'mlm:framework') COLLATE "C"))
WHERE gnomon.text(model_properties -> 'mlm:framework') IS NOT NULL;
CREATE INDEX items_model_architecture ON gnomon.items
USING spgist ((gnomon.text(model_properties -> 'mlm:architecture') COLLATE "C"))
WHERE gnomon.text(model_properties -> 'mlm:architecture') IS NOT NULL;
CREATE INDEX items_model_names ON gnomon.items (collection_key, md5(model_properties ->> 'mlm:name')) WHERE is_model;
COMMENT ON INDEX gnomon.items_model_tasks IS 'mlm:tasks';
COMMENT ON INDEX gnomon.items_model_framework IS 'mlm:framework';
COMMENT ON INDEX gnomon.items_model_architecture IS 'mlm:architecture';

-- No search reads an index over these in `properties` any more.
DO $$
DECLARE
  unread regclass;
BEGIN
  FOR unread IN
    SELECT i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = 'gnomon.items'::regclass AND c.relname LIKE 'items\_property\_%'
    AND pg_get_indexdef(c.oid) ~ '[( ]properties -> ''mlm:(architecture|framework|name|tasks)'''
  LOOP
    EXECUTE format('DROP INDEX %s', unread);
  END LOOP;
END
$$;
