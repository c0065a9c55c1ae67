-- The schema of a version to come, for the rolling update: as an expanding step is, with more for the new version and
-- nothing that the one before would miss.
ALTER TABLE users ADD COLUMN nickname text;
CREATE TABLE nicknames (user_id text PRIMARY KEY, taken_at_ms bigint NOT NULL);
