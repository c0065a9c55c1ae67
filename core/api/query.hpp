// Query: the parameters of a request's query, decoded strictly (application/x-www-form-urlencoded). A
// text is UTF-8. Thread safety: immutable after
// parsing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/problem.hpp"

namespace gateway::api {

class Query {
 public:
  static http::Outcome<Query> parse(std::string_view raw);

  std::vector<std::string_view> all(std::string_view name) const;
  bool has_only(std::string_view name) const;
  // MalformedRequest where a parameter comes twice: proxies and backends disagree about which one counts.
  http::Outcome<Done> check_unique() const;
  // nullopt: absent or empty.
  std::optional<std::string> text(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace gateway::api
