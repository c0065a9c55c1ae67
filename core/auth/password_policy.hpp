// PasswordPolicy: which new passwords are good enough (OWASP ASVS 5.0, chapter 6; NIST SP 800-63B).
//
// Length in code points, the configured character classes, and an offline list of words that people choose,
// met in any usual disguise ("P@ssw0rd!2024" is "password"). Existing passwords are never judged, only new
// ones. Thread safety: immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/auth/options.hpp"

namespace gateway::auth {

class PasswordPolicy {
 public:
  explicit PasswordPolicy(const PasswordOptions& options) : options_(options) {}

  // What is wrong with it, in words for the person; empty: nothing. `email`: the account's, which it must not
  // equal.
  std::vector<std::string> faults_of(std::string_view password, std::string_view email) const;

 private:
  const PasswordOptions options_;
};

// True when the password is a common one, plain or disguised.
bool is_common_password(std::string_view password);

}  // namespace gateway::auth
