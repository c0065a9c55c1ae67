// AttemptsFixture: a gateway that holds up who guesses, and guesses from several addresses at it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "core/http/client_address.hpp"
#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {

class AttemptsFixture : public GatewayFixture {
 protected:
  using AttemptKind = auth::AttemptKind;

  static constexpr std::int64_t kSecond = 1000;
  static constexpr std::int64_t kDay = 24 * 3600 * kSecond;
  static constexpr const char* kHome = "198.51.100.7";
  static constexpr const char* kAttacker = "203.0.113.99";

  // Waits of a minute, which no slow machine passes by itself.
  static app::Settings settings() {
    app::Settings settings = default_settings();
    settings.server.forwarding.networks.push_back(*http::IpNetwork::parse("127.0.0.0/8"));
    settings.attempts.account = {10, 60, 900, 24 * 3600};
    settings.attempts.address = {50, 60, 300, 3600};
    return settings;
  }
  static std::string from(std::string_view address) {
    return "X-Forwarded-For: " + std::string(address) + "\r\nX-Request-Id: the-same\r\n";
  }
  Answer guess(const std::string& email, std::string_view address = kAttacker,
               const std::string& password = "not the passw0rd#") {
    return call("POST", "/api/v1/auth/login",
                R"({"email":")" + email + R"(","password":")" + password + R"("})", {}, from(address));
  }
  Answer enter(const Person& person, std::string_view address) {
    return guess(person.email, address, person.password);
  }
  void fail(const std::string& email, int times, std::string_view address = kAttacker) {
    for (int i = 0; i < times; ++i) {
      const Answer answer = guess(email, address);
      ASSERT_EQ(answer.status, 401) << i << ": " << answer.raw.body;
    }
  }
  static std::int64_t wait_of(const Answer& answer) {
    const std::string text(answer.raw.header("Retry-After"));
    return text.empty() ? 0 : std::stoll(text);
  }
  static void expect_held_up(const Answer& answer) {
    EXPECT_EQ(answer.status, 429) << answer.raw.body;
    EXPECT_EQ(answer.code(), "TOO_MANY_ATTEMPTS");
    EXPECT_GT(wait_of(answer), 0);
  }
  // Calls into the provider so far.
  double provider_calls() {
    const std::string text = metrics_.expose();
    const std::string name = R"(gateway_plugin_calls_total{plugin="local"} )";
    const std::size_t at = text.find(name);
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size()));
  }
  int audited(std::string_view action) {
    store::ListAudit list;
    list.limit = 1000;
    const auto page = services().store.list_audit(list, call_context());
    EXPECT_TRUE(page.ok());
    return static_cast<int>(std::count_if(page->events.begin(), page->events.end(),
                                          [&](const auto& event) { return event.action == action; }));
  }
  auth::AttemptStatus status_of(AttemptKind kind, const std::string& account) {
    const auto status = services().attempts.status(kind, account, call_context());
    EXPECT_TRUE(status.ok());
    return *status;
  }
};

}  // namespace gateway::testing
