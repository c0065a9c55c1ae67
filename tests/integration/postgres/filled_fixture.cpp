#include "tests/integration/postgres/filled_fixture.hpp"

namespace gateway::testing {

namespace {

// $rows of each.
constexpr const char* kFill = R"sql(
INSERT INTO users (id, email, email_verified, full_name, phone_number, phone_verified, user_type, status, created_at_ms,
                   updated_at_ms)
SELECT 'u' || n, 'user' || n || '@example.com', true, 'Name ' || md5(n::text), '+49' || n, true,
       (ARRAY['Buyer', 'Vendor', 'Admin'])[1 + n % 3], (ARRAY['Active', 'Suspended', 'Inactive', 'Deleted'])[1 + n % 4],
       1000 + n, 0 FROM generate_series(1, $rows) n;
INSERT INTO identities (provider, subject, user_id, email_verified, linked_at_ms)
SELECT 'p', 's' || n, 'u' || n, true, 0 FROM generate_series(1, $rows) n;
INSERT INTO sessions (id, user_id, provider, subject, created_at_ms, expires_at_ms, idle_expires_at_ms, current_digest)
SELECT 'x' || n, 'u' || n, 'p', 's' || n, 0, 9000000 + n, 9000000 + n, 'd' || n FROM generate_series(1, $rows) n;
INSERT INTO session_tokens SELECT 'd' || n, 'x' || n FROM generate_series(1, $rows) n;
INSERT INTO deleted_identities SELECT 'p', 'gone' || n, 9000000 + n FROM generate_series(1, $rows) n;
INSERT INTO credentials SELECT 'p', 's' || n, 'l' || n, 'e', true, NULL, 'h', false, 0 FROM generate_series(1, $rows) n;
INSERT INTO audit_events (id, at_ms, action, user_id, client_address, request_id, detail)
SELECT 'a' || n, n, 'login', 'u' || n % 1000, '', '', '{}' FROM generate_series(1, $rows) n;
INSERT INTO codes SELECT 's', 'p', 't' || n, 'd', '', 9000000 + n, 3 FROM generate_series(1, $rows) n;
INSERT INTO records SELECT 's', 'k' || n, '', 9000000 + n FROM generate_series(1, $rows) n;
INSERT INTO api_keys (id, name, scopes, digest, created_by, created_at_ms, expires_at_ms)
SELECT 'k' || n, 'N', '{"scopes":[]}', 'd', '', n, 2600000000 + n FROM generate_series(1, $rows) n;
INSERT INTO revocations (user_id) SELECT 'u' || n FROM generate_series(1, $rows) n;
)sql";

}  // namespace

void FilledFixture::fill(int rows) {
  constexpr std::string_view kMark = "$rows";
  migrate();
  std::string statements = kFill;
  for (std::size_t at = statements.find(kMark); at != std::string::npos; at = statements.find(kMark))
    statements.replace(at, kMark.size(), std::to_string(rows));
  sql(statements);
  sql("VACUUM ANALYZE");
  sql("SELECT pg_stat_reset()", PostgresServer::kAdmin);
}

}  // namespace gateway::testing
