-- Makes a user that has signed up an administrator. Its email is in the environment.
\getenv admin_email ADMIN_EMAIL
SET ROLE identity_owner;
UPDATE users SET user_type = 'Admin', updated_at_ms = (extract(epoch FROM clock_timestamp()) * 1000)::bigint
  WHERE lower(email) = lower(:'admin_email') AND status = 'Active';
SELECT count(*) = 1 AS found FROM users WHERE lower(email) = lower(:'admin_email') AND user_type = 'Admin' AND status = 'Active' \gset
\if :found
\echo done
\else
DO $$ BEGIN RAISE EXCEPTION 'nobody has signed up with this email'; END $$;
\endif
