#include "core/http/error_response.hpp"

#include <map>
#include <vector>

#include "core/http/json_writer.hpp"
namespace gateway::http {

namespace {

void put_fields(JsonWriter& out, const std::vector<FieldError>& fields) {
  std::map<std::string_view, std::vector<std::string_view>> by_field;
  for (const FieldError& fault : fields)
    by_field[fault.field].push_back(fault.text);
  out.key("errors").begin_object();
  for (const auto& [field, texts] : by_field) {
    out.key(field).begin_array();
    for (const std::string_view text : texts)
      out.value(text);
    out.end_array();
  }
  out.end_object();
}

}  // namespace

void write_bare_problem(const Problem& problem, Response& response) {
  const ErrorCodeInfo& info = info_of(problem.code);
  response.status = info.status;
  response.body.clear();
  // RFC 9110, section 11.6.1 wants a challenge with every 401; RFC 6750, section 3.1 an error code with a bad
  // token.
  if (info.status == 401) {
    const bool bad_token =
        problem.code == ErrorCode::InvalidToken || problem.code == ErrorCode::InvalidFirebaseToken;
    response.set("WWW-Authenticate", bad_token ? R"(Bearer error="invalid_token")" : "Bearer");
  }
  if (problem.retry_after_s > 0) response.set("Retry-After", std::to_string(problem.retry_after_s));
}

void write_problem(const Problem& problem, std::string_view request_id, Response& response) {
  write_bare_problem(problem, response);
  response.set("Content-Type", kJsonType);
  JsonWriter out;
  out.begin_object().put("success", false).put("message", problem.message);
  out.key("error").begin_object();
  out.put("code", info_of(problem.code).name).put("message", problem.message).put("details", problem.details);
  if (problem.retry_after_s > 0) out.put("retryAfter", problem.retry_after_s);
  out.end_object();
  if (!problem.fields.empty()) put_fields(out, problem.fields);
  out.put("requestId", request_id).end_object();
  response.body = out.text();
}

}  // namespace gateway::http
