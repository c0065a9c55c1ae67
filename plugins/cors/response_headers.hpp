// ResponseHeaders: the values of the Access-Control fields that are the same for every request, made at start
// (Fetch standard, section 3.2.3). Thread safety: immutable. Errors: the constructor throws ConfigError for
// what is no method and no field name.
#pragma once

#include <string>

#include <gateway/config.hpp>

namespace gateway::cors {

struct ResponseHeaders {
  explicit ResponseHeaders(const PluginConfig& config);

  std::string methods;
  std::string headers;
  std::string exposed;
  std::string max_age_s;
};

}  // namespace gateway::cors
