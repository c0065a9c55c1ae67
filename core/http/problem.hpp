// Problem: why a request cannot be served, as its handler says it; turned into the error envelope in one
// place (error_response.hpp). Everything in it may be shown to the client, so nothing internal goes in.
// Thread safety: a plain value.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gateway/result.hpp>

#include "core/http/error_code.hpp"

namespace gateway::http {

struct FieldError {
  std::string field;  // PascalCase, e.g. "Email"
  std::string text;
};

struct Problem {
  explicit Problem(ErrorCode problem_code) : code(problem_code), message(info_of(problem_code).message) {}
  Problem(ErrorCode problem_code, std::string text) : code(problem_code), message(std::move(text)) {}

  ErrorCode code;
  std::string message;
  std::string details;
  int retry_after_s = 0;  // with 429 and 503
  std::vector<FieldError> fields;
};

// What a handler returns.
template <class T>
using Outcome = Result<T, Problem>;

}  // namespace gateway::http
