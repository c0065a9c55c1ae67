#include "core/api/envelope.hpp"

#include <array>
#include <cstdio>
#include <ctime>

#include "core/http/error_response.hpp"

namespace gateway::api {

using http::JsonWriter;

namespace {

// Of several identities the one that was linked first: it stays the same whatever is linked later.
const store::Identity* oldest_of(const store::User& user, std::string_view provider) {
  const store::Identity* oldest = nullptr;
  for (const store::Identity& identity : user.identities) {
    if (identity.provider != provider) continue;
    if (oldest == nullptr || identity.linked_at_ms < oldest->linked_at_ms) oldest = &identity;
  }
  return oldest;
}

}  // namespace

std::string iso_time(std::int64_t unix_ms) {
  std::int64_t seconds = unix_ms / 1000;
  std::int64_t millis = unix_ms % 1000;
  if (millis < 0) {
    millis += 1000;
    --seconds;
  }
  const auto time = static_cast<std::time_t>(seconds);
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  const int tail =
      std::snprintf(text.data() + length, text.size() - length, ".%03dZ", static_cast<int>(millis));
  return {text.data(), length + static_cast<std::size_t>(tail)};
}

void write_json(http::Response& response, std::string_view json) {
  response.status = 200;
  response.set("Content-Type", http::kJsonType);
  response.body = json;
}

void write_success(http::Response& response, std::string_view message,
                   const std::function<void(JsonWriter&)>& write) {
  JsonWriter out;
  out.begin_object().put("success", true).put("message", message).key("data").begin_object();
  write(out);
  out.end_object().end_object();
  write_json(response, out.text());
}

void write_success(http::Response& response, std::string_view message) {
  JsonWriter out;
  out.begin_object().put("success", true).put("message", message).key("data").null().end_object();
  write_json(response, out.text());
}

void put_attempts(JsonWriter& out, const auth::AttemptStatus& status) {
  out.put("failures", status.failures).put("retryAfterSeconds", status.retry_after_s);
}

void put_tokens(JsonWriter& out, const auth::TokenSet& tokens) {
  out.put("idToken", tokens.access_token.reveal());
  if (!tokens.refresh_token.empty()) out.put("refreshToken", tokens.refresh_token.reveal());
  out.put("expiresIn", tokens.expires_in_s);
}

void write_user(JsonWriter& out, const store::User& user) {
  out.begin_object().put("id", user.id).put("email", user.email).put("fullName", user.full_name);
  out.put("phoneNumber", user.phone_number)
      .put("userType", user.user_type)
      .put("status", name_of(user.status));
  out.put("emailVerified", user.email_verified).put("phoneVerified", user.phone_verified);
  out.put("profileImageUrl", user.profile_image_url);
  out.key("lastLoginAt");
  user.last_login_at_ms ? out.value(iso_time(*user.last_login_at_ms)) : out.null();
  out.put("createdAt", iso_time(user.created_at_ms)).put("updatedAt", iso_time(user.updated_at_ms));
  if (const store::Identity* firebase = oldest_of(user, "firebase"))
    out.put("firebaseUid", firebase->subject);
  out.key("identities").begin_array();
  for (const store::Identity& identity : user.identities) {
    out.begin_object().put("provider", identity.provider).put("subject", identity.subject).end_object();
  }
  out.end_array().end_object();
}

}  // namespace gateway::api
