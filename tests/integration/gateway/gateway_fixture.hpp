// GatewayFixture: a whole gateway in this process: real plugins loaded from their files, real server on a
// free port.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <gateway/json.hpp>

#include "core/app/application.hpp"
#include "core/app/services.hpp"
#include "core/runtime/metrics.hpp"
#include "tests/integration/gateway/test_clock.hpp"
#include "tests/support/raw_client.hpp"

namespace gateway::testing {

// Keeps every line, so that tests can look for what must not be there.
class RecordingLogger final : public runtime::Logger {
 public:
  bool enabled(LogLevel, std::string_view) const noexcept override { return true; }
  void write(LogLevel level, std::string_view category, std::string_view message,
             std::initializer_list<runtime::LogField> fields) noexcept override;
  std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

struct Answer {
  int status = 0;
  RawResponse raw;
  rapidjson::Document json;  // null where the body is not JSON

  // A string or number at a path such as "data.user.id"; empty when it is not there.
  std::string at(std::string_view path) const;
  bool has(std::string_view path) const;
  std::string code() const { return at("error.code"); }
};

struct Person {
  std::string email;
  std::string password = "Str0ng#Enough";
  std::string id;
  std::string token;
  std::string refresh_token;
};

class GatewayFixture : public ::testing::Test {
 protected:
  // The defaults: local + memory (storage_choice.hpp), allowed-hosts + security-headers, cheap password
  // hashes.
  static app::Settings default_settings();

  void start(app::Settings settings = default_settings());
  void stop() { application_.reset(); }

  Answer call(std::string_view method, std::string_view path, std::string_view body = {},
              std::string_view token = {}, std::string_view extra_headers = {});
  Answer post(std::string_view path, std::string_view body, std::string_view token = {}) {
    return call("POST", path, body, token);
  }
  Answer get(std::string_view path, std::string_view token = {}) { return call("GET", path, {}, token); }

  // Signs up and returns the person with id and tokens; fails the test when that does not work.
  Person sign_up(const std::string& email, int user_type = 0);
  // The same, then made an administrator in the storage, and signed in again.
  Person make_admin(const std::string& email);
  Answer log_in(const Person& person);

  std::uint16_t port() const { return asked_port_ != 0 ? asked_port_ : application_->port(); }
  // What is asked from here on goes to another gateway; 0: to this fixture's own again.
  void ask(std::uint16_t port) { asked_port_ = port; }
  app::Application& application() { return *application_; }
  app::Services& services() { return application_->services(); }
  CallContext call_context() const { return {clock_.monotonic_ms() + 10'000, "test"}; }

  TestClock clock_;
  RecordingLogger logger_;
  runtime::SystemRandom random_;
  runtime::Metrics metrics_;
  std::unique_ptr<app::Application> application_;

 private:
  std::uint16_t asked_port_ = 0;
};

}  // namespace gateway::testing
