// ResponseHeaders: the values of the Access-Control fields that are the same for every request, made at start
// (Fetch standard, section 3.2.3). Thread safety: immutable. Errors: what is no method and no field name
// is added to `faults`; an object with faults must not be used.
#pragma once

#include <string>

#include <gateway/config.hpp>

namespace gateway::cors {

struct ResponseHeaders {
  ResponseHeaders(const PluginConfig& config, ConfigFaults& faults);

  std::string methods;
  std::string headers;
  std::string exposed;
  std::string max_age_s;
};

}  // namespace gateway::cors
