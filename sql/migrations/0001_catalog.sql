-- Collections and items. Documents are stored as they came; only what is searched is taken apart.

CREATE TABLE gnomon.collections (
  key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  -- Compact JSON without the links that the server writes.
  document text COMPRESSION lz4 NOT NULL,
  -- Byte offset just behind the [ of the document's links.
  links_position integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE gnomon.items (
  collection_key integer NOT NULL REFERENCES gnomon.collections (key) ON DELETE CASCADE,
  id text COLLATE "C" NOT NULL,
  -- What items are sorted by: datetime, else start_datetime.
  datetime timestamptz NOT NULL,
  -- What a search in time meets: both equal datetime where the item is an instant.
  start_datetime timestamptz NOT NULL,
  end_datetime timestamptz NOT NULL,
  -- What a search in space meets: the item's geometry made valid, NULL where the item has none.
  geometry geometry CHECK (ST_SRID(geometry) = 4326),
  -- Whether the item declares the MLM extension.
  is_model boolean NOT NULL DEFAULT false,
  links_position integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  document text COMPRESSION lz4 NOT NULL,
  PRIMARY KEY (collection_key, id)
);

-- The order of every search, over all collections and in one.
CREATE INDEX items_datetime ON gnomon.items (datetime, collection_key, id);
CREATE INDEX items_collection_datetime ON gnomon.items (collection_key, datetime, id);
CREATE INDEX items_geometry ON gnomon.items USING gist (geometry);
-- Every model.
CREATE INDEX items_models ON gnomon.items (collection_key, id) WHERE is_model;
-- One identifier in whatever collection.
CREATE INDEX items_id ON gnomon.items (id);

-- What all servers on this database share.
CREATE TABLE gnomon.settings (
  name text PRIMARY KEY,
  value bytea NOT NULL
);

-- The key that page tokens are signed with: 244 random bits.
INSERT INTO gnomon.settings (name, value)
VALUES ('page_token_key', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
