// Users and sessions as the statements select them, and rows back into messages. Columns are always listed,
// never
// "*": a later schema may add some. Thread safety: pure functions.
#pragma once

#include <string>

#include <gateway/store.hpp>

#include "statement.hpp"

namespace gateway::postgres {

// The columns of a user as `u`, its identities as one JSON list among them.
std::string user_columns();
inline constexpr int kUserColumns = 14;
// Malformed: a status that only a newer version knows must not be taken for one that may sign in.
Error unknown_status();
// Malformed where the row is not what this version understands.
Result<store::User> user_in(const Rows& rows, int row, int first_column = 0);
// The user of a result that has one row, or none.
Result<store::MaybeUser> maybe_user(const Rows& rows);

// The columns of the session `alias`.
std::string session_columns(const std::string& alias);
inline constexpr int kSessionColumns = 8;
store::Session session_in(const Rows& rows, int row, int first_column = 0);

}  // namespace gateway::postgres
