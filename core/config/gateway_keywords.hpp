// What a plugin's schema may ask for beyond JSON Schema: keywords that begin with x-gateway- and speak of
// what only the gateway knows. plugins/README.md describes them for authors.
//
//   x-gateway-routes     beside a list of texts, an object or a text: its elements, the names of its members,
//                        or it itself are patterns of routes that policies meet. {"class_in": "Class"}: of
//                        the class that the member Class of the object around it names
//   x-gateway-needs      {"plugin": "counters"}: set, and not false, it needs a selected plugin of that kind
//   x-gateway-only-with  {"plugin": "counters", "switch": "Shared"}: says nothing without one, nor where the
//                        member Shared beside it is false: a warning
//
// A keyword of that kind that is not known here is a fault: a check that somebody relies on is not left out.
// They are followed where schema_fit.hpp follows schemas. Thread safety: pure functions of their arguments.
#pragma once

#include <string>
#include <vector>

#include "core/config/fault.hpp"
#include "core/config/schema_fit.hpp"

namespace gateway::config {

struct KnownRoute {
  std::string pattern;
  std::vector<std::string> classes;  // by name; one for each of its methods, each once
  std::string why_not_met;           // not empty: policies never see it, and this is why
};

// The gateway around a plugin.
struct Surroundings {
  std::vector<KnownRoute> routes;
  std::vector<std::string> plugin_kinds;  // of the selected plugins
};

// `section` stands at `path`. Layers of what is found are left to the caller.
void check_gateway_keywords(const rapidjson::Value& section, const SchemaNode& schema,
                            const std::string& path, const Surroundings& around, Faults& faults,
                            Faults& warnings);

}  // namespace gateway::config
