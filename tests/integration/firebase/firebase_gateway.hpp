// FirebaseGateway: a whole gateway with the Firebase provider, loaded from its file, and a fake of Google
// behind TLS that it reaches through its own outbound HTTP. Whatever a test does, the log and the metrics are
// searched afterwards for what must not be in them.
//
// Time on the wall is the test's, for the gateway and for Google alike. Thread safety: what Google does may
// be changed while requests are under way; everything else from the test's thread.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/integration/gateway/gateway_fixture.hpp"
#include "tests/support/google_origin.hpp"
#include "tests/support/test_authority.hpp"

namespace gateway::testing {

// "{"name":"value",…}" of texts, escaped.
std::string json_object(const std::vector<std::pair<std::string, std::string>>& texts);

class FirebaseGateway : public GatewayFixture {
 protected:
  static constexpr const char* kPassword = "Correct-horse9!";

  FirebaseGateway();
  void TearDown() override;

  // The documented section, with endpoints that lead to the fake, and `more` members as JSON: `,"A":true`.
  app::PluginChoice firebase(const std::string& more = "") const;
  // default_settings(), Firebase instead of local accounts, and Firebase's tokens in use.
  app::Settings firebase_settings(const std::string& more = "") const;

  // What becomes of requests to Google from now on whose target contains `part`. CloseMidBody: Google does
  // what it is asked, and its answer is cut off.
  void google_is(OriginFault fault, const std::string& part = "");

  // Called with each target once Google has done what it is asked, before its answer is sent.
  void after_google(std::function<void(const std::string& target)> hook);

  FakeAccount add_person(const std::string& email);
  Answer log_in_as(const std::string& email, const std::string& password = kPassword);
  Answer sign_up_as(const std::string& email, const std::string& phone_number = "");
  // The ID token of a login that has to work.
  std::string token_of(const std::string& email, const std::string& password = kPassword);
  Answer me(const std::string& token) { return get("/api/v1/auth/me", token); }
  Answer verify(const std::string& token) { return get("/api/v1/auth/verify", token); }

  static bool soon(const std::function<bool()>& condition, int limit_ms = 10'000);
  bool comes_into_the_log(const std::string& text) const;

  FakeGoogle google_;
  TestAuthority authority_;

 private:
  OriginReply answer(const OriginRequest& request);
  void expect_no_secret_in(const std::string& text, const char* what) const;

  std::mutex mutex_;
  OriginFault fault_ = OriginFault::None;          // guarded by mutex_
  std::string fault_part_;                         // guarded by mutex_
  std::function<void(const std::string&)> after_;  // guarded by mutex_

 protected:
  HttpsOrigin origin_;  // the last: its threads use all of the above
};

}  // namespace gateway::testing
