-- The two roles of migrations/README.md, made by the database's administrator; as often as wanted. The passwords come from the
-- environment, not from arguments. A server that logs statements (log_statement, off on RDS) would log them.
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD
SET password_encryption = 'scram-sha-256';
SELECT 'CREATE ROLE identity_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'identity_owner') \gexec
SELECT 'CREATE ROLE identity_service' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'identity_service') \gexec
ALTER ROLE identity_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE identity_service LOGIN PASSWORD :'service_password';
-- The administrator of RDS is no superuser: it gives away what is its own only to a role that it is a member of.
GRANT identity_owner TO CURRENT_USER;
SELECT format('ALTER DATABASE %I OWNER TO identity_owner', current_database()) \gexec
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO identity_owner;
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO identity_service', current_database()) \gexec
