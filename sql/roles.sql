-- Roles of the catalog: the owner migrates, the writer changes documents, the reader reads them.
-- Run again at every migration; a role that exists is left as it is.

DO $roles$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['gnomon_owner', 'gnomon_writer', 'gnomon_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;  -- another database of this cluster was quicker
      END;
    END IF;
  END LOOP;
END
$roles$;

GRANT gnomon_reader TO gnomon_writer;
GRANT USAGE ON SCHEMA gnomon TO gnomon_reader;
GRANT SELECT ON gnomon.migrations, gnomon.collections, gnomon.items, gnomon.settings TO gnomon_reader;
GRANT SELECT ON gnomon.collection_changes, gnomon.collection_properties, gnomon.collection_sums,
  gnomon.collection_statistics, gnomon.searched_collections, gnomon.collection_members TO gnomon_reader;
GRANT SELECT ON gnomon.property_sets, gnomon.collection_property_sets, gnomon.dictionaries TO gnomon_reader;
GRANT INSERT, UPDATE, DELETE ON gnomon.collections, gnomon.items TO gnomon_writer;
GRANT INSERT ON gnomon.dictionaries TO gnomon_writer;
GRANT INSERT ON gnomon.collection_members TO gnomon_writer;
GRANT INSERT, DELETE ON gnomon.collection_changes, gnomon.property_sets, gnomon.collection_property_sets
  TO gnomon_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON gnomon.loads, gnomon.load_refusals TO gnomon_writer;
GRANT SELECT ON gnomon.mlflow_runs, gnomon.mlflow_names TO gnomon_reader;
GRANT INSERT, UPDATE, DELETE ON gnomon.mlflow_runs, gnomon.mlflow_names TO gnomon_writer;
GRANT SELECT ON gnomon.promotions, gnomon.model_states, gnomon.alias_writes TO gnomon_reader;
GRANT INSERT ON gnomon.promotions TO gnomon_writer;
GRANT INSERT, UPDATE, DELETE ON gnomon.model_states TO gnomon_writer;
GRANT INSERT, UPDATE ON gnomon.alias_writes TO gnomon_writer;
-- Keys are made and revoked by the owner, and known to no reader.
GRANT SELECT, UPDATE (last_used_at) ON gnomon.api_keys TO gnomon_writer;
GRANT SELECT ON gnomon.derivations, gnomon.container_checks TO gnomon_reader;
GRANT INSERT, UPDATE, DELETE ON gnomon.derivations, gnomon.container_checks TO gnomon_writer;
GRANT SELECT ON gnomon.model_registrations, gnomon.model_proofs TO gnomon_reader;
GRANT INSERT, UPDATE, DELETE ON gnomon.model_registrations, gnomon.model_proofs TO gnomon_writer;
GRANT SELECT ON gnomon.model_changes TO gnomon_reader;
GRANT INSERT, UPDATE, DELETE ON gnomon.model_changes TO gnomon_writer;
GRANT SELECT ON gnomon.model_digests TO gnomon_reader;
GRANT INSERT, UPDATE, DELETE ON gnomon.model_digests TO gnomon_writer;
GRANT ALL ON SCHEMA gnomon TO gnomon_owner;
GRANT ALL ON ALL TABLES IN SCHEMA gnomon TO gnomon_owner;
-- History is never changed (a trigger refuses it to the owner too).
REVOKE UPDATE, DELETE, TRUNCATE ON gnomon.promotions FROM gnomon_owner;
