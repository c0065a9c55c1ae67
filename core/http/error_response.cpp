#include "core/http/error_response.hpp"

#include <map>
#include <vector>

#include <gateway/json.hpp>

namespace gateway::http {

namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void put(Writer& out, std::string_view name, std::string_view value) {
  out.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void put_fields(Writer& out, const std::vector<FieldError>& fields) {
  std::map<std::string_view, std::vector<std::string_view>> by_field;
  for (const FieldError& fault : fields)
    by_field[fault.field].push_back(fault.text);
  out.Key("errors");
  out.StartObject();
  for (const auto& [field, texts] : by_field) {
    out.Key(field.data(), static_cast<rapidjson::SizeType>(field.size()));
    out.StartArray();
    for (const std::string_view text : texts)
      out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    out.EndArray();
  }
  out.EndObject();
}

}  // namespace

void write_bare_problem(const Problem& problem, Response& response) {
  const ErrorCodeInfo& info = info_of(problem.code);
  response.status = info.status;
  response.body.clear();
  // RFC 9110, section 11.6.1 wants a challenge with every 401; RFC 6750, section 3.1 an error code with a bad
  // token.
  if (info.status == 401) {
    response.set("WWW-Authenticate",
                 problem.code == ErrorCode::InvalidToken ? R"(Bearer error="invalid_token")" : "Bearer");
  }
  if (problem.retry_after_s > 0) response.set("Retry-After", std::to_string(problem.retry_after_s));
}

void write_problem(const Problem& problem, std::string_view request_id, Response& response) {
  write_bare_problem(problem, response);
  response.set("Content-Type", kJsonType);
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  out.StartObject();
  out.Key("success");
  out.Bool(false);
  put(out, "message", problem.message);
  out.Key("error");
  out.StartObject();
  put(out, "code", info_of(problem.code).name);
  put(out, "message", problem.message);
  put(out, "details", problem.details);
  if (problem.retry_after_s > 0) {
    out.Key("retryAfter");
    out.Int(problem.retry_after_s);
  }
  out.EndObject();
  if (!problem.fields.empty()) put_fields(out, problem.fields);
  put(out, "requestId", request_id);
  out.EndObject();
  response.body.assign(buffer.GetString(), buffer.GetSize());
}

}  // namespace gateway::http
