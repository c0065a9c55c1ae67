-- How many users there are, by type and status, without counting them: users.list says so on every page.
--
-- A counter row that every sign-up updates would make sign-ups wait for each other. So every change appends its
-- difference, and the pruning job folds differences into the totals; the number is the sum of both, always exact.

CREATE TABLE user_counts (
  user_type text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  CONSTRAINT user_counts_pkey PRIMARY KEY (user_type, status)
);
CREATE TABLE user_count_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_type text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  difference integer NOT NULL
);

CREATE FUNCTION count_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO user_count_changes (user_type, status, difference) VALUES (OLD.user_type, OLD.status, -1);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO user_count_changes (user_type, status, difference) VALUES (NEW.user_type, NEW.status, 1);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER users_count AFTER INSERT OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION count_user();
CREATE TRIGGER users_recount AFTER UPDATE OF user_type, status ON users FOR EACH ROW
  WHEN (OLD.user_type IS DISTINCT FROM NEW.user_type OR OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION count_user();

INSERT INTO user_counts (user_type, status, number) SELECT user_type, status, count(*) FROM users GROUP BY 1, 2;
