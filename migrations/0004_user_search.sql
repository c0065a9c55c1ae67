-- An index for searching in the middle of words, where the server has pg_trgm and the role may make it (trusted since
-- PostgreSQL 13: the owner of the database may). Without it a search walks the users in their order: right, and slow.
-- Where the extension comes later, an administrator makes both by hand with the statements below.

DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
  RAISE NOTICE 'pg_trgm is not to be had: searching users walks them';
END
$$;

DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') THEN
    EXECUTE $index$
      CREATE INDEX users_search ON users
        USING gin (lower(coalesce(email, '') || E'\n' || coalesce(full_name, '') || E'\n' || coalesce(phone_number, ''))
                   gin_trgm_ops)
        WITH (gin_pending_list_limit = 256)  -- kB: every search reads what is pending from end to end
    $index$;
  END IF;
END
$$;
