// The success envelope of the HTTP contract, and the JSON of what stands in it: users, token sets, counts
// of attempts.
// Thread safety: pure functions.
#pragma once

#include <functional>
#include <string_view>

#include "core/auth/attempt_throttle.hpp"
#include "core/auth/session_service.hpp"
#include "core/http/json_writer.hpp"
#include "core/http/response.hpp"

namespace gateway::api {

// {"success":true,"message":…,"data":{…}}: `write` puts the members of data.
void write_success(http::Response& response, std::string_view message,
                   const std::function<void(http::JsonWriter&)>& write);
// The same with data null.
void write_success(http::Response& response, std::string_view message);
// A document without envelope.
void write_json(http::Response& response, std::string_view json);

// A whole object.
void write_user(http::JsonWriter& out, const store::User& user);
// The members of one count of attempts.
void put_attempts(http::JsonWriter& out, const auth::AttemptStatus& status);
// Members: idToken, refreshToken where there is one, expiresIn.
void put_tokens(http::JsonWriter& out, const auth::TokenSet& tokens);

// ISO 8601 in UTC with milliseconds, e.g. 2026-01-11T12:00:00.000Z.
std::string iso_time(std::int64_t unix_ms);

}  // namespace gateway::api
