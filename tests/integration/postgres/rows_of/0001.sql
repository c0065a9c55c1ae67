-- Rows as the first version has written them.
INSERT INTO users (id, email, email_verified, full_name, phone_number, phone_verified, user_type, status, last_login_at_ms,
                   created_at_ms, updated_at_ms)
VALUES ('old-1', 'First@Example.com', true, 'First One', '+14155550101', true, 'Buyer', 'Active', 7, 1000, 1000),
       ('old-2', 'second@example.com', false, NULL, NULL, false, 'Vendor', 'Suspended', NULL, 2000, 2000),
       ('old-3', 'gone@example.com', false, NULL, NULL, false, 'Buyer', 'Deleted', NULL, 3000, 3000);
INSERT INTO identities (provider, subject, user_id, email, email_verified, linked_at_ms)
VALUES ('local', 'subject-1', 'old-1', 'First@Example.com', true, 1000), ('other', 'subject-1', 'old-1', NULL, false, 1500);
INSERT INTO deleted_identities VALUES ('local', 'subject-3', 3000);
INSERT INTO credentials VALUES ('local', 'subject-1', 'first@example.com', 'First@Example.com', true, 'First One', 'hash-1', false, 1);
INSERT INTO sessions (id, user_id, provider, subject, created_at_ms, expires_at_ms, idle_expires_at_ms, current_digest, generation)
VALUES ('session-1', 'old-1', 'local', 'subject-1', 1000, 9000000000000, 9000000000000, 'digest-2', 1);
INSERT INTO session_tokens VALUES ('digest-1', 'session-1', 'digest-2', 1100), ('digest-2', 'session-1', NULL, NULL);
INSERT INTO codes (scope, purpose, target, digest, payload, expires_at_ms, attempts_left)
VALUES ('local', 'verify', 'target-1', 'code-1', 'payload-1', 9000000000000, 3);
INSERT INTO gateway_keys (purpose, id, follows, algorithm, material, created_at_ms, signs_from_ms, verifies_until_ms)
VALUES ('old-purpose', 'key-1', '', 'ES256', 'material-1', 1, 1, 5), ('old-purpose', 'key-2', 'key-1', 'ES256', 'material-2', 2, 2, 0);
INSERT INTO audit_events (id, at_ms, action, user_id, client_address, request_id, detail)
VALUES ('event-1', 1000, 'login', 'old-1', '192.0.2.1', 'request-1', '{"why": "test"}');
INSERT INTO records VALUES ('scope-1', 'record-1', 'value-1', NULL);
