// What a plugin says of a configuration that it refuses, fault by fault, as it came over the C ABI.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <gateway/config_fault.hpp>
#include <gateway/conformance/plugin_instance.hpp>

namespace gateway::conformance {

inline std::vector<ConfigFault> faults_of(const Result<PluginInstance>& plugin) {
  if (plugin) return {};
  const auto refusal = decode<ConfigRefusal>(plugin.error().detail);
  if (!refusal) throw std::runtime_error("not a refusal of the configuration: " + plugin.error().detail);
  return refusal->faults;
}

// One fault a line, to search in.
inline std::string text_of_faults(const Result<PluginInstance>& plugin) {
  std::string text;
  for (const ConfigFault& fault : faults_of(plugin))
    text += to_text(fault) + '\n';
  return text;
}

// In the order they were found; each fault is also expected to say what to do about it.
inline std::vector<std::string> keys_at_fault(const Result<PluginInstance>& plugin) {
  std::vector<std::string> keys;
  for (const ConfigFault& fault : faults_of(plugin)) {
    EXPECT_NE(fault.hint, "") << to_text(fault);
    keys.push_back(fault.key);
  }
  return keys;
}

}  // namespace gateway::conformance
