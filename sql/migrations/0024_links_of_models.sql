-- Where links of documents lead decides what MLflow was told, and what collections were made of.

-- The alias of a version in production is taken back too where its item names another registered version, or server, by its
-- link alone: links stand in the packed document, so that this is known once the item was read for MLflow to be asked. A row
-- of a run has the columns of its item that the function of migration 0018 reads.
CREATE TRIGGER mlflow_runs_withdraw_aliases AFTER UPDATE OF declared ON gnomon.mlflow_runs FOR EACH ROW
WHEN (
  OLD.declared ->> 'registered_model' IS DISTINCT FROM NEW.declared ->> 'registered_model'
  OR OLD.declared ->> 'version' IS DISTINCT FROM NEW.declared ->> 'version'
  OR OLD.declared ->> 'tracking_uri' IS DISTINCT FROM NEW.declared ->> 'tracking_uri'
)
EXECUTE FUNCTION gnomon.withdraw_aliases_of_item();

-- The collections that name sources: few, as a rule.
CREATE INDEX collections_with_sources ON gnomon.collections (id) WHERE document LIKE '%"derived_from"%';
