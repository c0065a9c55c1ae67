// Ids and tokens from the injected randomness. Thread safety: pure functions over a thread-safe Random.
// Errors: Unavailable when there is no randomness.
#pragma once

#include <string>

#include <gateway/result.hpp>
#include <gateway/secret.hpp>

#include "core/runtime/clock.hpp"
#include "core/runtime/random.hpp"

namespace gateway::auth {

Result<std::string> new_user_id(const runtime::Clock& clock, runtime::Random& random);  // UUID version 7
Result<std::string> new_random_id(runtime::Random& random);                             // 128 bits, base64url
Result<Secret> new_opaque_token(runtime::Random& random);                               // 256 bits, base64url

}  // namespace gateway::auth
