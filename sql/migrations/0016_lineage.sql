-- What items were made of, and what is known of models beside their documents.

-- Items that name an item or a collection as their source (links with rel derived_from), by the form of the link's
-- address: it may lead to another catalog that has a place of the same name, which whoever reads the document tells.
--
-- Rows are written with their item, and only for items that have such links. There is no foreign key, which every
-- deletion would have to pay for: a row that is older than its item's document, or whose item is gone, is passed over by
-- those who read the document anyway.
CREATE TABLE gnomon.derivations (
  collection_key integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  source_collection text COLLATE "C" NOT NULL,
  -- NULL for a collection.
  source_id text COLLATE "C"
);

CREATE INDEX derivations_source ON gnomon.derivations (source_collection, source_id, collection_key, id);
CREATE INDEX derivations_item ON gnomon.derivations (collection_key, id);

-- Documents are packed, so that no statement can read their links: the program does behind the migration.
INSERT INTO gnomon.settings (name, value)
SELECT 'derivations_to_read', '' WHERE EXISTS (SELECT FROM gnomon.items);

-- What registries said of container images.
CREATE TABLE gnomon.container_checks (
  reference text COLLATE "C" PRIMARY KEY,
  -- `found`, `missing`, `changed`, `refused` or `unreachable`.
  state text NOT NULL,
  digest text,
  media_type text,
  reason text,
  checked_at timestamptz NOT NULL DEFAULT now()
);
