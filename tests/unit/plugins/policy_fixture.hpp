// A policy plugin, loaded and started.
#pragma once

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include <gateway/conformance/policy_exchange.hpp>

#include "tests/unit/plugins/told_faults.hpp"

namespace gateway::conformance {

class PolicyFixture : public testing::Test {
 protected:
  explicit PolicyFixture(const std::string& path) : library_(open(path)) {}

  Result<PluginInstance> try_run(std::string_view config) {
    return PluginInstance::run(library_, host_, config);
  }
  PluginInstance run(std::string_view config) {
    auto plugin = try_run(config);
    if (!plugin) throw std::runtime_error(plugin.error().detail);
    return std::move(*plugin);
  }

  TestHost host_;

 private:
  static PluginLibrary open(const std::string& path) {
    auto library = PluginLibrary::open(path);
    if (!library) throw std::runtime_error(library.error().detail);
    return *library;
  }

  PluginLibrary library_;
};

}  // namespace gateway::conformance
