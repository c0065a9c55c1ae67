-- What was revoked, for the other instances' caches: written in the transaction that revokes, kept for an hour.
--
-- `txid` instead of a counter: numbers of a sequence become visible out of order, so that "everything above the last
-- number seen" can miss a row for ever. A reader keeps the snapshot of its last look instead and asks for what was not
-- visible in it (pg_visible_in_snapshot), which misses nothing and repeats nothing.

CREATE TABLE revocations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT now(),  -- the server's clock: only its own age limit is measured with it
  user_id text COLLATE "C",
  session_id text COLLATE "C",
  CONSTRAINT revocations_about_one CHECK ((user_id IS NULL) <> (session_id IS NULL))
);
CREATE INDEX revocations_txid ON revocations (txid);
CREATE INDEX revocations_at ON revocations (at);

-- Per row: a statement that revoked nothing must not notify, since every notifying commit waits for one lock.
CREATE FUNCTION tell_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('identity_gateway_revocations', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER revocations_tell AFTER INSERT ON revocations FOR EACH ROW EXECUTE FUNCTION tell_revocation();
