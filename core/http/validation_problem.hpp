// ValidationProblem: collects every fault of a request's fields, so that all of them are told at once. The
// problem has the code of the faults where they are all of one kind, and VALIDATION_FAILED for a mix. Thread
// safety: a plain value.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/http/problem.hpp"

namespace gateway::http {

class ValidationProblem {
 public:
  void add(ErrorCode code, std::string field, std::string text) {
    if (code_ && *code_ != code) code_ = ErrorCode::ValidationFailed;
    if (!code_) code_ = code;
    fields_.push_back({std::move(field), std::move(text)});
  }
  void missing(std::string field) {
    add(ErrorCode::MissingRequiredField, std::move(field), "This field is required.");
  }
  bool any() const noexcept { return code_.has_value(); }

  // Only when any().
  Problem problem() const {
    Problem problem(*code_);
    problem.fields = fields_;
    return problem;
  }

 private:
  std::optional<ErrorCode> code_;
  std::vector<FieldError> fields_;
};

}  // namespace gateway::http
