// What is being tested: the plugin, its configuration and, for providers, an account that exists already and
// whether they talk to a service. Set once by main before any test runs, read by every suite.
#pragma once

#include <optional>
#include <string>

#include <gateway/conformance/plugin_library.hpp>
#include <gateway/conformance/provider_services.hpp>
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
  ProviderServices::Fetch fetch;        // --network: for providers that talk to a service; else empty

  bool has(std::string_view capability) const;
  // A service has a clock, and its tokens end by it.
  TestClock clock() const { return fetch ? TestClock::Running : TestClock::Still; }
};

const Subject& subject();
void set_subject(Subject subject);

}  // namespace gateway::conformance
