#include "core/api/json_body.hpp"

#include <algorithm>

namespace gateway::api {

namespace {

using http::ErrorCode;
using http::Problem;

constexpr JsonLimits kBodyLimits{.max_bytes = 1U << 20, .max_depth = 16, .max_values = 10'000};

Problem malformed_body(std::string details) {
  Problem problem(ErrorCode::MalformedRequest);
  problem.details = std::move(details);
  return problem;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

// JSON is UTF-8 (RFC 8259, section 8.1): a parameter that says otherwise is believed, and refused.
bool is_json(std::string_view content_type) {
  const std::size_t end = content_type.find(';');
  if (!http::iequals(trimmed(content_type.substr(0, end)), "application/json")) return false;
  if (end == std::string_view::npos) return true;
  const std::string_view parameter = trimmed(content_type.substr(end + 1));
  return parameter.empty() || http::iequals(parameter, "charset=utf-8") ||
         http::iequals(parameter, "charset=\"utf-8\"");
}

// One Content-Type that is JSON, and no encoding: a compressed body would be read as what it is not.
bool is_readable(const http::Request& request) {
  int types = 0;
  for (const http::HeaderField& field : request.headers) {
    if (http::iequals(field.name, "content-encoding") && !http::iequals(field.value, "identity"))
      return false;
    if (http::iequals(field.name, "content-type") && (++types > 1 || !is_json(field.value))) return false;
  }
  return types == 1;
}

}  // namespace

http::Outcome<JsonBody> JsonBody::parse(const http::Request& request) {
  if (!request.body.empty() && !is_readable(request)) return Problem(ErrorCode::UnsupportedMediaType);
  auto document = parse_json(request.body, kBodyLimits);
  if (!document) return malformed_body(std::move(document.error().detail));
  if (!document->IsObject()) return malformed_body("the body must be a JSON object");
  return JsonBody(std::move(*document));
}

http::Outcome<JsonBody> JsonBody::parse_optional(const http::Request& request) {
  if (!request.body.empty()) return parse(request);
  rapidjson::Document empty;
  empty.SetObject();
  return JsonBody(std::move(empty));
}

const rapidjson::Value* JsonBody::find(std::string_view name) const {
  const rapidjson::Value* value = member(document_, name);
  return value == nullptr || value->IsNull() ? nullptr : value;
}

void JsonBody::wrong_type(std::string_view name, std::string_view expected) {
  if (!faults_.empty()) faults_ += "; ";
  faults_.append("'").append(name).append("' must be ").append(expected);
}

std::optional<std::string> JsonBody::optional_text(std::string_view name) {
  const rapidjson::Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->IsString()) return std::string(text_of(*value));
  wrong_type(name, "a string");
  return std::nullopt;
}

std::optional<std::int64_t> JsonBody::optional_integer(std::string_view name) {
  const rapidjson::Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->IsInt64()) return value->GetInt64();
  wrong_type(name, "a whole number");
  return std::nullopt;
}

std::vector<std::string> JsonBody::texts(std::string_view name) {
  const rapidjson::Value* value = find(name);
  std::vector<std::string> all;
  if (value == nullptr) return all;
  const bool is_list = value->IsArray() && std::all_of(value->Begin(), value->End(),
                                                       [](const auto& item) { return item.IsString(); });
  if (!is_list) {
    wrong_type(name, "a list of strings");
    return all;
  }
  for (const rapidjson::Value& item : value->GetArray())
    all.emplace_back(text_of(item));
  return all;
}

void JsonBody::allow_only(std::initializer_list<std::string_view> names) {
  rapidjson::SizeType known = 0;
  for (const std::string_view name : names)
    known += member(document_, name) == nullptr ? 0 : 1;
  if (known == document_.MemberCount()) return;  // a name that is there twice has been refused before
  if (!faults_.empty()) faults_ += "; ";
  faults_.append("a member has a name that is not known here");
}

bool JsonBody::boolean(std::string_view name, bool fallback) {
  const rapidjson::Value* value = find(name);
  if (value == nullptr) return fallback;
  if (value->IsBool()) return value->GetBool();
  wrong_type(name, "true or false");
  return fallback;
}

std::string JsonBody::user_type(std::string_view name, const std::vector<std::string>& types) {
  const rapidjson::Value* value = find(name);
  if (value == nullptr) return {};
  if (value->IsString()) return std::string(text_of(*value));
  if (value->IsInt64()) {
    const std::int64_t index = value->GetInt64();
    const bool known = index >= 0 && index < static_cast<std::int64_t>(types.size());
    return known ? types[static_cast<std::size_t>(index)] : std::to_string(index);
  }
  wrong_type(name, "a user type's name or index");
  return {};
}

http::Outcome<Done> JsonBody::check() const {
  if (!faults_.empty()) return malformed_body(faults_);
  return Done{};
}

}  // namespace gateway::api
