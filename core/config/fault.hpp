// Fault: one thing that is wrong in the configuration, or, in a list of warnings, one that is suspicious.
// Texts name keys and layers, never a value: a value may be a secret. Thread safety: plain values.
#pragma once

#include <string>
#include <vector>

namespace gateway::config {

struct Fault {
  std::string path;     // "Tokens:AccessTokenMinutes"; for a file its name
  std::string problem;  // "expected integer, found string"
  std::string hint;     // what to do about it; may be empty
  std::string layer;    // where the value came from; empty where nobody gave one
};

using Faults = std::vector<Fault>;

}  // namespace gateway::config
