// The cursor of /api/v1/users: a place in the order of users, as a text that fits into a URL as it stands.
//
// To clients it is opaque. It is neither secret nor signed: it leads an administrator, who may see every
// user, to a place in the list, and any place will do. Strict: a place has one cursor, and everything else
// is refused. Thread safety: pure functions. Units: at most kMaxCursorBytes bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gateway/store.hpp>

namespace gateway::api {

inline constexpr std::size_t kMaxCursorBytes = 400;

std::string cursor_of(const store::UserPlace& place);
// nullopt: no cursor of any place.
std::optional<store::UserPlace> place_at(std::string_view cursor);

}  // namespace gateway::api
