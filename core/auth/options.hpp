// What the configuration says about users, tokens, sessions and attempts (sections Users, Tokens and
// Attempts). Plain values with the documented defaults.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <gateway/secret.hpp>
#include <gateway/toolkit/jose/algorithm.hpp>

namespace gateway::auth {

struct UserOptions {
  std::vector<std::string> types{"Buyer", "Vendor", "Admin"};
  std::vector<std::string> self_signup_types{"Buyer", "Vendor"};
  std::string admin_type = "Admin";
};

struct PasswordOptions {
  std::int64_t min_length = 8;    // code points
  std::int64_t max_length = 256;  // code points; never below 64 (NIST SP 800-63B)
  bool require_upper = true;
  bool require_digit = true;
  bool require_special = true;
};

struct SmsOptions {
  std::string url;       // empty: no text messages
  Secret authorization;  // the whole value of the header, or empty
};

// One rule of how attempts are held up (attempt_counters.hpp).
struct AttemptLimit {
  std::int64_t free = 1;
  std::int64_t first_delay_s = 1;
  std::int64_t longest_delay_s = 1;
  std::int64_t forget_s = 1;
};

struct AttemptOptions {
  AttemptLimit account{10, 1, 15 * 60, 24 * 3600};
  AttemptLimit address{50, 1, 5 * 60, 3600};
  AttemptLimit mail{5, 60, 3600, 24 * 3600};  // mails to one email
  std::int64_t trust_s = 30 * 24 * 3600;      // how long a sign-in makes its address a known one
  std::int64_t entries = 100'000;             // counts that one process remembers
};

enum class TokenIssuer { Gateway, Provider };

struct TokenOptions {
  TokenIssuer issuer = TokenIssuer::Gateway;
  std::string issuer_url = "http://127.0.0.1:8080";  // `iss`; published by discovery
  std::string audience = "identity-gateway";
  toolkit::JwsAlgorithm algorithm = toolkit::JwsAlgorithm::ES256;
  std::int64_t access_lifetime_s = 3600;
  std::int64_t session_lifetime_s = 30 * 24 * 3600;       // absolute
  std::int64_t session_idle_lifetime_s = 14 * 24 * 3600;  // without a refresh
  std::int64_t max_sessions_per_user = 100;               // the oldest gives way to the newest
  std::int64_t refresh_grace_s = 30;                      // a lost answer may be asked for again within it
  std::int64_t verified_cache_s = 30;                     // how long a verified token is not looked up again
  std::int64_t verified_cache_entries = 100'000;
  std::int64_t key_rotation_s = 90 * 24 * 3600;
  std::int64_t key_publish_ahead_s = 600;            // a new key is published this long before it signs
  Secret key_encryption_key;                         // 32 bytes, or empty: keys are stored in clear
  std::vector<Secret> previous_key_encryption_keys;  // 32 bytes each: they still open
};

}  // namespace gateway::auth
