-- The tables that the first version needs: people, how they sign in, what they have open, and what is known of them.
--
-- Times are bigint milliseconds of the Unix epoch: the caller brings the clock and the contract counts in them, so a value
-- comes back exactly as it went in and is never compared with the server's own clock. For people: to_timestamp(x / 1000.0).
-- Names that must match byte for byte are COLLATE "C": the same order and equality on every server, whatever its locale
-- and whatever a later version of its C library thinks.
-- Unique indexes are made in the order in which a conflict is to be named: a violation names the first.

CREATE TABLE users (
  id text COLLATE "C" PRIMARY KEY,
  email text,
  email_verified boolean NOT NULL,
  full_name text,
  phone_number text,
  phone_verified boolean NOT NULL,
  user_type text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  profile_image_url text,
  last_login_at_ms bigint,
  created_at_ms bigint NOT NULL,
  updated_at_ms bigint NOT NULL,
  sessions_ended_at_ms bigint,  -- when all of its sessions were last revoked: what was checked before opens none
  CONSTRAINT users_id_length CHECK (octet_length(id) BETWEEN 1 AND 200),
  CONSTRAINT users_status_known CHECK (status IN ('Active', 'Inactive', 'Suspended', 'Deleted')),
  CONSTRAINT users_phone_international CHECK (phone_number LIKE '+_%'),
  CONSTRAINT users_email_length CHECK (octet_length(email) BETWEEN 1 AND 1000)
) WITH (fillfactor = 90);  -- room beside a row for its next version: a login changes no indexed column

-- A deleted user frees email and phone number. lower() of "C" folds ASCII, as the gateway's own normalisation expects.
CREATE UNIQUE INDEX users_email ON users (lower(email COLLATE "C")) WHERE status <> 'Deleted';
CREATE UNIQUE INDEX users_phone_number ON users (phone_number COLLATE "C") WHERE status <> 'Deleted';

-- The order of users.list, for each way to narrow it. All that a page's place is decided by is in the index.
CREATE INDEX users_newest ON users (created_at_ms DESC, id) INCLUDE (status, user_type) WHERE status <> 'Deleted';
CREATE INDEX users_newest_by_type ON users (user_type, created_at_ms DESC, id) INCLUDE (status) WHERE status <> 'Deleted';
CREATE INDEX users_newest_by_status ON users (status, created_at_ms DESC, id) INCLUDE (user_type);

CREATE TABLE identities (
  provider text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  user_id text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  email text,
  email_verified boolean NOT NULL,
  linked_at_ms bigint NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,  -- the order in which they were linked
  CONSTRAINT identities_pkey PRIMARY KEY (provider, subject)
);
CREATE INDEX identities_user ON identities (user_id, seq);

-- Identities of users that were deleted, kept for an hour: who was signing in at that moment does not come back as
-- somebody new.
CREATE TABLE deleted_identities (
  provider text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  deleted_at_ms bigint NOT NULL,
  CONSTRAINT deleted_identities_pkey PRIMARY KEY (provider, subject)
);
CREATE INDEX deleted_identities_age ON deleted_identities (deleted_at_ms);

-- Of providers that keep their own passwords. Not tied to users: a credential is there before its user is.
CREATE TABLE credentials (
  provider text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  login text COLLATE "C" NOT NULL,
  email text NOT NULL,
  email_verified boolean NOT NULL,
  full_name text,
  secret_hash text COLLATE "C" NOT NULL,
  disabled boolean NOT NULL,
  updated_at_ms bigint NOT NULL,
  CONSTRAINT credentials_login UNIQUE (provider, login)
);
ALTER TABLE credentials ADD CONSTRAINT credentials_subject PRIMARY KEY (provider, subject);

-- One row is one family of refresh tokens.
CREATE TABLE sessions (
  id text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  provider text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL,
  idle_expires_at_ms bigint NOT NULL,
  revoked_at_ms bigint,
  current_digest text COLLATE "C" NOT NULL,
  generation integer NOT NULL DEFAULT 0,
  CONSTRAINT sessions_generation_counts CHECK (generation >= 0)
) WITH (fillfactor = 80);
CREATE INDEX sessions_user ON sessions (user_id, created_at_ms DESC, id);
CREATE INDEX sessions_end ON sessions (least(expires_at_ms, idle_expires_at_ms));

-- Every refresh token that a family has had: one that comes back after its grace time is theft, however old it is.
CREATE TABLE session_tokens (
  digest text COLLATE "C" PRIMARY KEY,
  session_id text COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  successor_digest text COLLATE "C",  -- with the time at which it followed; the current token has none
  rotated_at_ms bigint,
  CONSTRAINT session_tokens_rotated_whole CHECK ((successor_digest IS NULL) = (rotated_at_ms IS NULL))
) WITH (fillfactor = 90);
CREATE INDEX session_tokens_session ON session_tokens (session_id);

CREATE TABLE codes (
  scope text COLLATE "C" NOT NULL,
  purpose text COLLATE "C" NOT NULL,
  target text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  payload text NOT NULL,
  expires_at_ms bigint NOT NULL,
  attempts_left bigint NOT NULL,
  used boolean NOT NULL DEFAULT false,
  CONSTRAINT codes_pkey PRIMARY KEY (scope, purpose, target),
  CONSTRAINT codes_attempts_count CHECK (attempts_left >= 0)
);
CREATE INDEX codes_end ON codes (expires_at_ms);

-- The keys of one purpose are a chain: each names the one it follows, and no two follow the same. That is how of
-- instances that rotate at once one succeeds.
CREATE TABLE gateway_keys (
  purpose text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  follows text COLLATE "C" NOT NULL,
  algorithm text COLLATE "C" NOT NULL,
  material text COLLATE "C" NOT NULL,
  created_at_ms bigint NOT NULL,
  signs_from_ms bigint NOT NULL,
  verifies_until_ms bigint NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  CONSTRAINT gateway_keys_pkey PRIMARY KEY (purpose, id),
  CONSTRAINT gateway_keys_chain UNIQUE (purpose, follows)
);
CREATE INDEX gateway_keys_order ON gateway_keys (purpose, seq);

-- Append-only; pruned by age. user_id is no reference: an event outlives whom it is about. `detail` is json and not
-- jsonb: it is handed back as it came and never searched.
CREATE TABLE audit_events (
  id text COLLATE "C" PRIMARY KEY,
  at_ms bigint NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  action text NOT NULL,
  user_id text COLLATE "C",
  actor_id text COLLATE "C",
  client_address text NOT NULL,
  request_id text NOT NULL,
  detail json NOT NULL
);
CREATE INDEX audit_events_newest ON audit_events (at_ms DESC, seq DESC);
CREATE INDEX audit_events_of_user ON audit_events (user_id, at_ms DESC, seq DESC) WHERE user_id IS NOT NULL;

CREATE TABLE records (
  scope text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  expires_at_ms bigint,
  CONSTRAINT records_pkey PRIMARY KEY (scope, key),
  CONSTRAINT records_key_length CHECK (octet_length(key) <= 256),
  CONSTRAINT records_value_length CHECK (octet_length(value) <= 1048576)
);
CREATE INDEX records_end ON records (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
