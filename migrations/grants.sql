-- What the role that the service connects as may do: read and write rows, and of the audit only append and prune. Run after the migrations when a role is named
-- (`migrate --service-role`), as often as one likes; the role's name is in the setting gateway.service_role.
DO $$
DECLARE
  service text := current_setting('gateway.service_role');
  name text;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), service);
  FOREACH name IN ARRAY ARRAY['users', 'identities', 'deleted_identities', 'credentials', 'sessions', 'session_tokens',
    'codes', 'gateway_keys', 'audit_events', 'records', 'revocations', 'user_counts', 'api_keys'] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO %I', current_schema(), name, service);
  END LOOP;
  EXECUTE format('REVOKE UPDATE ON %I.audit_events FROM %I', current_schema(), service);
  EXECUTE format('GRANT SELECT ON %I.schema_migrations TO %I', current_schema(), service);
END
$$;
