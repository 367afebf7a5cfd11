-- What models are searched by, as `model_properties` keeps it; NULL where there is none of it.
--
-- As a function of SQL its text was parsed once more by every statement that writes items, for the constraint that names it.
CREATE OR REPLACE FUNCTION gnomon.model_properties(properties jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN CASE WHEN properties ?| ARRAY['mlm:architecture', 'mlm:framework', 'mlm:name', 'mlm:tasks'] THEN (
    SELECT jsonb_object_agg(key, value) FROM jsonb_each(properties)
    WHERE key IN ('mlm:architecture', 'mlm:framework', 'mlm:name', 'mlm:tasks')
  ) END;
END
$$;
