// JsonBody: the JSON object in a request's body. A member of the wrong type is MALFORMED_REQUEST, all of them
// told at once by check(); a missing one reads as empty and is judged by whoever needs it. Unknown members
// are ignored, but for allow_only(). Thread safety: belongs to one thread. Ownership: owns the parsed
// document.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/json.hpp>
#include <gateway/secret.hpp>

#include "core/http/problem.hpp"
#include "core/http/request.hpp"

namespace gateway::api {

class JsonBody {
 public:
  // MALFORMED_REQUEST, UNSUPPORTED_MEDIA_TYPE.
  static http::Outcome<JsonBody> parse(const http::Request& request);
  // The same, but no body at all is an empty object.
  static http::Outcome<JsonBody> parse_optional(const http::Request& request);

  std::string text(std::string_view name) { return optional_text(name).value_or(std::string()); }
  std::optional<std::string> optional_text(std::string_view name);
  Secret secret(std::string_view name) { return Secret(text(name)); }
  std::optional<std::int64_t> optional_integer(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  bool boolean(std::string_view name, bool fallback);
  // A user type: its name, or its index in `types`. What is no type comes back as it was written.
  std::string user_type(std::string_view name, const std::vector<std::string>& types);

  // Unknown members are told, too: for what a slip in an optional member would make stronger than meant.
  void allow_only(std::initializer_list<std::string_view> names);

  // After reading: a problem when any member had the wrong type.
  http::Outcome<Done> check() const;

 private:
  explicit JsonBody(rapidjson::Document document) : document_(std::move(document)) {}
  const rapidjson::Value* find(std::string_view name) const;
  void wrong_type(std::string_view name, std::string_view expected);

  rapidjson::Document document_;
  std::string faults_;
};

}  // namespace gateway::api
