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

CREATE FUNCTION add_to_user_count(its_type text, its_status text, difference bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO user_counts VALUES (its_type, its_status, pg_backend_pid() % 32, difference)
  ON CONFLICT (user_type, status, slot) DO UPDATE SET number = user_counts.number + difference
$$;

-- Once per statement, so that bringing in a million users does not leave a million versions of a counter behind.
CREATE FUNCTION count_users() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_to_user_count(user_type, status, (CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END) * count(*))
  FROM changed GROUP BY user_type, status ORDER BY user_type, status;
  RETURN NULL;
END
$$;
CREATE TRIGGER users_count_new AFTER INSERT ON users REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_users();
CREATE TRIGGER users_count_gone AFTER DELETE ON users REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_users();

CREATE FUNCTION recount_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_to_user_count(OLD.user_type, OLD.status, -1);
  PERFORM add_to_user_count(NEW.user_type, NEW.status, 1);
  RETURN NULL;
END
$$;
CREATE TRIGGER users_recount AFTER UPDATE OF user_type, status ON users FOR EACH ROW
  WHEN (OLD.user_type IS DISTINCT FROM NEW.user_type OR OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION recount_user();

INSERT INTO user_counts SELECT user_type, status, 0, count(*) FROM users GROUP BY 1, 2;
