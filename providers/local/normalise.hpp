// What people type, in one form: passwords and login names that look the same are the same bytes.
//
// Passwords: NFKC (NIST SP 800-63B, section 5.1.1.2), nothing cut, nothing trimmed. Login names: white space
// around them removed, NFKC, lower case, so that case and width do not make another account; nothing more is
// folded, since "straße" and "strasse" are two mailboxes. Thread safety: pure functions. Errors: nullopt for
// text that is not acceptable.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gateway/secret.hpp>

namespace gateway::local {

inline constexpr std::size_t kMaxPasswordBytes = 4096;  // after normalisation
inline constexpr std::size_t kMaxLoginBytes = 254;      // RFC 5321: the longest address there can be

// nullopt: empty, too long or not UTF-8.
std::optional<Secret> normalise_password(const Secret& password);

// nullopt: not "something@something", too long, not UTF-8, or with control characters.
std::optional<std::string> login_of(std::string_view email);

}  // namespace gateway::local
