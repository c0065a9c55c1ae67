// Whether an account that is looked up takes away what a token of it says. Thread safety: pure function.
#pragma once

#include <optional>

#include <gateway/provider_messages.hpp>

#include "toolkit_messages.hpp"

namespace gateway::firebase {

// Gone, disabled, or all sessions ended since the person signed in (auth_time, not iat: refreshing does not
// make a session younger). nullopt: the token stands.
std::optional<Rejected> revocation_of(const std::optional<ToolkitUser>& user,
                                      std::int64_t authenticated_at_s);

}  // namespace gateway::firebase
