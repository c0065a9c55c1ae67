// FirebaseTest: the provider, a host that does its HTTP with a fake of Google, and helpers to ask it. Time
// stands still until a test moves it.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <gateway/conformance/provider_services.hpp>
#include <gateway/outbound_http.hpp>

#include "providers/firebase/firebase_provider.hpp"
#include "tests/support/fake_google.hpp"

namespace gateway::firebase {

using conformance::ProviderServices;
using conformance::TestHost;
using gateway::testing::FakeAccount;
using gateway::testing::FakeGoogle;

constexpr const char* kPassword = "Correct-horse9!";

// One JSON object of the members that are given, each a name and JSON.
std::string json_of(const std::vector<std::pair<std::string, std::string>>& members);
std::string json_text(const std::string& text);

class FirebaseTest : public ::testing::Test {
 protected:
  explicit FirebaseTest(FakeGoogle::Options options = {});
  ~FirebaseTest() override { stop(); }

  // The section as documented, with the key itself instead of its path, and what a test adds or changes.
  using Members = std::vector<std::pair<std::string, std::string>>;
  virtual std::string config(const Members& more = {}) const;

  FirebaseProvider& run(const Members& more = {});
  FirebaseProvider& provider() { return *provider_; }
  void stop();

  CallContext context(std::int64_t within_ms = 60'000) const { return host_.context(within_ms); }
  std::int64_t now_s() const { return host_.wall_ms() / 1000; }
  void probe();  // expected to work

  FakeAccount add_person(const std::string& email = "zoe@example.com");
  AuthenticationOutcome verify(const std::string& token);  // an Error is a failure of the test

  // Google is away: every request ends in this error. Without a value it is back.
  void set_away(std::optional<Error> error);

  // The answer that is under way comes too late: DeadlineExceeded, once.
  void set_late(bool late) { late_ = late; }

  struct Fetched {
    std::string url;
    std::int64_t deadline_ms = 0;
    bool repeatable = false;
  };
  std::vector<Fetched> fetched() const;

  FakeGoogle google_;
  ProviderServices services_{"firebase"};
  TestHost host_;

 private:
  gateway_status serve(const gateway_call& call, gateway_sink* sink);
  Result<FetchedHttp> fetch(const FetchHttp& request, std::int64_t deadline_ms);

  TestHost::Services records_ = services_.handler();
  const Host sdk_host_;
  std::unique_ptr<FirebaseProvider> provider_;
  mutable std::mutex mutex_;
  std::optional<Error> away_;
  std::atomic<bool> late_{false};
  std::vector<Fetched> fetched_;
};

// The reason, "authenticated", "not applicable" or "accepted": reads well in a failed expectation.
template <class Outcome>
std::string name_of_outcome(const Outcome& outcome) {
  if (const auto* rejected = std::get_if<Rejected>(&outcome)) return std::string(name_of(rejected->reason));
  return std::visit([](const auto& it) { return std::string(std::decay_t<decltype(it)>::kTag); }, outcome);
}
template <class Outcome>
std::string name_of_outcome(const Result<Outcome>& result) {
  return result ? name_of_outcome(*result)
                : "error: " + std::string(to_string(result.error().kind)) + ": " + result.error().detail;
}

template <class Outcome>
const Authenticated& authenticated_in(const Result<Outcome>& result) {
  static const Authenticated nobody;
  const auto* found = result ? std::get_if<Authenticated>(&*result) : nullptr;
  EXPECT_NE(found, nullptr) << name_of_outcome(result);
  return found == nullptr ? nobody : *found;
}

}  // namespace gateway::firebase
