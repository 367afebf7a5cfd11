-- Keys of the interface, and the promotion of models.

CREATE TABLE gnomon.api_keys (
  -- What a key begins with, behind gnomon_: keys are found by it.
  id text COLLATE "C" PRIMARY KEY,
  -- SHA-256 of the secret, which is 256 random bits: nothing is gained by making the digest slow.
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  -- Who uses it; keys of one name belong to one person or service.
  name text NOT NULL CHECK (name <> ''),
  role text NOT NULL CHECK (role IN ('reader', 'registrar', 'analyst', 'approver', 'admin')),
  is_person boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  -- To the minute, about.
  last_used_at timestamptz
);

-- What was decided about models. It outlives items and collections, and is never changed.
CREATE TABLE gnomon.promotions (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  collection text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  -- mlm:name and version of the item.
  model text NOT NULL,
  version text,
  -- NULL where nothing had been decided.
  from_state text CHECK (from_state IN ('proposed', 'validated', 'approved', 'production', 'retired')),
  to_state text NOT NULL CHECK (to_state IN ('proposed', 'validated', 'approved', 'production', 'retired')),
  actor text NOT NULL,
  role text NOT NULL,
  is_person boolean NOT NULL,
  comment text NOT NULL,
  -- JSON, as text so that numbers stay as they are.
  evidence text NOT NULL,
  -- SHA-256 of the item's document as it is stored.
  document_digest bytea NOT NULL CHECK (octet_length(document_digest) = 32),
  promoted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX promotions_item ON gnomon.promotions (collection, item, number);

CREATE FUNCTION gnomon.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the history of promotions is never changed' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER promotions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON gnomon.promotions
FOR EACH STATEMENT EXECUTE FUNCTION gnomon.refuse_change();

-- The state of each model about which something was decided: that of its latest promotion. It goes with its item, by a
-- trigger: a foreign key would cost every deletion of imagery the look at this table.
CREATE TABLE gnomon.model_states (
  collection_key integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  model text NOT NULL,
  state text NOT NULL CHECK (state IN ('proposed', 'validated', 'approved', 'production', 'retired')),
  promotion bigint NOT NULL REFERENCES gnomon.promotions (number),
  document_digest bytea NOT NULL CHECK (octet_length(document_digest) = 32),
  PRIMARY KEY (collection_key, id)
);

CREATE FUNCTION gnomon.forget_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM gnomon.model_states WHERE collection_key = OLD.collection_key AND id = OLD.id;
  RETURN NULL;
END
$$;

CREATE TRIGGER items_forget_state AFTER DELETE ON gnomon.items FOR EACH ROW
WHEN (OLD.is_model) EXECUTE FUNCTION gnomon.forget_state();

-- What is a model no longer has no state either.
CREATE TRIGGER items_end_state AFTER UPDATE ON gnomon.items FOR EACH ROW
WHEN (OLD.is_model AND NOT NEW.is_model) EXECUTE FUNCTION gnomon.forget_state();

-- Of a model one version is in production.
CREATE UNIQUE INDEX model_states_production ON gnomon.model_states (collection_key, md5(model))
WHERE state = 'production';

-- Aliases of MLflow's registered models that are to be set or removed, in the order of the promotions that want it.
CREATE TABLE gnomon.alias_writes (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  promotion bigint NOT NULL REFERENCES gnomon.promotions (number),
  -- NULL for the tracking server of the settings.
  tracking_uri text,
  registered_model text NOT NULL,
  model_version text NOT NULL,
  alias text NOT NULL,
  is_removal boolean NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  -- Until when a server that has taken it may be writing it.
  claimed_until timestamptz,
  -- Why the latest attempt failed.
  error text,
  -- When it was done, or a later one took its place.
  done_at timestamptz
);

CREATE INDEX alias_writes_pending ON gnomon.alias_writes (number) WHERE done_at IS NULL;
CREATE INDEX alias_writes_promotion ON gnomon.alias_writes (promotion);

-- The versions of a model.
CREATE INDEX items_model_names ON gnomon.items (collection_key, md5(properties ->> 'mlm:name')) WHERE is_model;
