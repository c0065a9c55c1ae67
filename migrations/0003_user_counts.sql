-- How many users there are, by type and status, without counting them: users.list says so on every page.
--
-- One counter that every sign-up updates would make sign-ups wait for each other until their commits. So each is kept in
-- 32 slots, and a server process counts in its own: the number is the sum, always exact, and is read from a few rows.
-- Two processes with one slot wait for each other; a deadlock between two that change several counters is tried again.

CREATE TABLE user_counts (
  user_type text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  slot integer NOT NULL,
  number bigint NOT NULL,  -- below zero where others counted up what this slot counts down
  CONSTRAINT user_counts_pkey PRIMARY KEY (user_type, status, slot)
) WITH (fillfactor = 20);  -- updated all the time, in place

CREATE FUNCTION count_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO user_counts VALUES (OLD.user_type, OLD.status, pg_backend_pid() % 32, -1)
    ON CONFLICT (user_type, status, slot) DO UPDATE SET number = user_counts.number - 1;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO user_counts VALUES (NEW.user_type, NEW.status, pg_backend_pid() % 32, 1)
    ON CONFLICT (user_type, status, slot) DO UPDATE SET number = user_counts.number + 1;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER users_count AFTER INSERT OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION count_user();
CREATE TRIGGER users_recount AFTER UPDATE OF user_type, status ON users FOR EACH ROW
  WHEN (OLD.user_type IS DISTINCT FROM NEW.user_type OR OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION count_user();

INSERT INTO user_counts SELECT user_type, status, 0, count(*) FROM users GROUP BY 1, 2;
