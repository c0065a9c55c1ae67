#include "core/api/query.hpp"

#include <algorithm>

#include <gateway/toolkit/form.hpp>

#include "core/http/target.hpp"

namespace gateway::api {

namespace {
constexpr std::size_t kMaxParameters = 50;
}

http::Outcome<Query> Query::parse(std::string_view raw) {
  Query query;
  while (!raw.empty()) {
    const std::size_t end = raw.find('&');
    const std::string_view piece = raw.substr(0, end);
    raw = end == std::string_view::npos ? std::string_view() : raw.substr(end + 1);
    if (piece.empty()) continue;
    // Piece by piece, because a parameter such as userType may come several times.
    auto field = piece.find('=') == std::string_view::npos ? toolkit::parse_form(std::string(piece) + "=")
                                                           : toolkit::parse_form(piece);
    if (!field || query.parameters_.size() >= kMaxParameters || !http::is_valid_utf8(field->front().first) ||
        !http::is_valid_utf8(field->front().second)) {
      http::Problem problem(http::ErrorCode::MalformedRequest);
      problem.details = "the query is malformed";
      return problem;
    }
    query.parameters_.push_back(std::move(field->front()));
  }
  return query;
}

std::vector<std::string_view> Query::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : parameters_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

bool Query::has_only(std::string_view name) const {
  return std::all_of(parameters_.begin(), parameters_.end(),
                     [name](const auto& parameter) { return parameter.first == name; });
}

http::Outcome<Done> Query::check_unique() const {
  for (const auto& [name, value] : parameters_) {
    if (all(name).size() > 1) {
      http::Problem problem(http::ErrorCode::MalformedRequest);
      problem.details = "a query parameter comes twice";
      return problem;
    }
  }
  return Done{};
}

std::optional<std::string> Query::text(std::string_view name) const {
  const auto values = all(name);
  if (values.empty() || values.front().empty()) return std::nullopt;
  return std::string(values.front());
}

}  // namespace gateway::api
