// What is being tested: the plugin, its configuration and, for providers, an account that exists already. Set
// once by main before any test runs, read by every suite.
#pragma once

#include <optional>
#include <string>

#include <gateway/conformance/plugin_library.hpp>
#include <gateway/secret.hpp>

namespace gateway::conformance {

struct KnownAccount {
  std::string email;
  Secret password;
};

struct Subject {
  PluginLibrary library;
  std::string config = "{}";
  std::optional<KnownAccount> account;  // --account: for providers that do not let people sign up

  bool has(std::string_view capability) const;
};

const Subject& subject();
void set_subject(Subject subject);

}  // namespace gateway::conformance
