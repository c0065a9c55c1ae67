#include "core/api/query.hpp"

#include <gateway/toolkit/form.hpp>

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
    if (!field || query.parameters_.size() >= kMaxParameters) {
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

std::optional<std::string> Query::text(std::string_view name) const {
  const auto values = all(name);
  if (values.empty() || values.front().empty()) return std::nullopt;
  return std::string(values.front());
}

}  // namespace gateway::api
