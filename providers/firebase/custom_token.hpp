// Custom tokens: what a service account says about who somebody is, exchanged by Google for real tokens.
//
// Thread safety: pure functions. Errors: Invalid for a subject of more than 128 bytes, Internal when signing
// fails. Source: Firebase, "Create custom tokens using a third-party JWT library".
#pragma once

#include <cstdint>
#include <string_view>

#include <gateway/result.hpp>
#include <gateway/secret.hpp>

#include "service_account.hpp"

namespace gateway::firebase {

Result<Secret> make_custom_token(const ServiceAccount& account, std::string_view subject,
                                 std::string_view tenant_id, std::int64_t now_s);

// For the emulator, which asks for no signature. No service account is involved.
Result<Secret> make_unsigned_custom_token(std::string_view subject, std::string_view tenant_id,
                                          std::int64_t now_s);

}  // namespace gateway::firebase
