-- Keys of machine callers, and news of their revocation for the other instances' caches. Only a digest of a key is kept;
-- its id is public. A key that has ended stays for thirty days, for whoever wants to know what it was.
--
-- The version before passes over revocations that are about neither a user nor a session.

CREATE TABLE api_keys (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  scopes json NOT NULL,  -- handed back as they came and never searched
  digest text COLLATE "C" NOT NULL,
  created_by text NOT NULL,
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint,
  revoked_at_ms bigint,
  last_used_at_ms bigint,
  CONSTRAINT api_keys_id_length CHECK (octet_length(id) BETWEEN 1 AND 64)
) WITH (fillfactor = 90);  -- room beside a row for its next version: a use changes no indexed column
CREATE INDEX api_keys_newest ON api_keys (created_at_ms DESC, id);
CREATE INDEX api_keys_end ON api_keys (least(expires_at_ms, revoked_at_ms));

ALTER TABLE revocations ADD COLUMN api_key_id text COLLATE "C";
ALTER TABLE revocations DROP CONSTRAINT revocations_about_one;
ALTER TABLE revocations ADD CONSTRAINT revocations_about_one CHECK (num_nonnulls(user_id, session_id, api_key_id) = 1);
