// A gateway whose database goes away and comes back, with traffic: sign-ups, and a proxy that asks about
// tokens. Prints what was sent, acknowledged and found.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/gateway/gateway_fixture.hpp"
#include "tests/integration/gateway/storage_choice.hpp"

namespace gateway::testing {
namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kRequestTimeout{1500};
// What a busy machine may add between the gateway's answer and this client's clock.
constexpr milliseconds kSlack{300};

class StorageFaultTest : public GatewayFixture {
 protected:
  void SetUp() override {
    server_ = storage_server();
    if (server_ == nullptr) GTEST_SKIP() << "memory does not go away";
    app::Settings settings = default_settings();
    settings.server.request_timeout = kRequestTimeout;
    start(std::move(settings));
    known_ = sign_up("known@example.com");
    ASSERT_EQ(get("/api/v1/auth/verify", known_.token).status, 200);
    ASSERT_EQ(get("/api/v1/ready").status, 200);
    for (int writer = 0; writer < 3; ++writer)
      traffic_.emplace_back([this, writer] { sign_people_up(writer); });
    traffic_.emplace_back([this] { verify_known(); });
    ASSERT_TRUE(soon([&] { return acknowledged().size() > 20; }, milliseconds(10'000)));
  }
  void TearDown() override { end_traffic(); }

  void end_traffic() {
    ending_ = true;
    for (std::thread& thread : traffic_)
      thread.join();
    traffic_.clear();
  }
  std::vector<std::string> acknowledged() const {
    const std::lock_guard guard(mutex_);
    return acknowledged_;
  }
  static bool soon(const std::function<bool()>& condition, milliseconds limit) {
    const auto end = SteadyClock::now() + limit;
    while (!condition()) {
      if (SteadyClock::now() > end) return false;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return true;
  }
  static void expect_says_that_it_passes(const Answer& answer, SteadyClock::time_point begin) {
    EXPECT_LE(SteadyClock::now() - begin, kRequestTimeout + kSlack);
    EXPECT_EQ(answer.status, 503) << answer.raw.body;
    EXPECT_EQ(answer.code(), "DATABASE_ERROR") << answer.raw.body;
    EXPECT_FALSE(answer.raw.header("Retry-After").empty());
  }
  void expect_login_refused() {
    const auto begin = SteadyClock::now();
    const Answer answer = log_in(known_);
    std::cout << "login answered " << answer.status << " " << answer.code() << " after "
              << std::chrono::duration_cast<milliseconds>(SteadyClock::now() - begin).count() << " ms\n";
    expect_says_that_it_passes(answer, begin);
  }
  // The database is back: from now on.
  void expect_recovery(const std::string& name) {
    const auto begin = SteadyClock::now();
    EXPECT_TRUE(soon([&] { return log_in(known_).status == 200; }, milliseconds(2000)))
        << "not back within two seconds";
    const auto took = std::chrono::duration_cast<milliseconds>(SteadyClock::now() - begin).count();
    const std::size_t before = acknowledged().size();
    EXPECT_TRUE(soon([&] { return acknowledged().size() > before + 10; }, milliseconds(2000)));
    end_traffic();
    std::size_t found = 0;
    for (const std::string& email : acknowledged()) {
      const auto user = services().store.find_user_by_email({email}, call_context());
      found += user && user->user ? 1 : 0;
    }
    std::cout << name << ": sent " << sent_ << ", acknowledged " << acknowledged().size() << ", found "
              << found << ", refused " << refused_ << "; forward-auth asked " << asked_ << ", not 200 "
              << not_ok_ << ", slowest " << slowest_verify_ms_ << " ms; a login worked " << took
              << " ms after\n";
    EXPECT_EQ(found, acknowledged().size()) << "acknowledged and not there";
    EXPECT_GT(refused_, 0) << "the fault was not noticed";
    EXPECT_EQ(not_ok_, 0) << "a known token was refused";
  }

  Person known_;
  PostgresServer* server_ = nullptr;
  std::atomic<int> refused_{0};
  std::atomic<int> asked_{0};

 private:
  void sign_people_up(int writer) {
    for (int i = 0; !ending_; ++i) {
      const std::string email = "load-" + std::to_string(writer) + "-" + std::to_string(i) + "@example.com";
      const auto begin = SteadyClock::now();
      ++sent_;
      const Answer answer = post(
          "/api/v1/auth/signup",
          R"({"email":")" + email + R"(","password":"Str0ng#Enough","fullName":"A Person","userType":0})");
      if (answer.status == 200) {
        const std::lock_guard guard(mutex_);
        acknowledged_.push_back(email);
        continue;
      }
      ++refused_;
      expect_says_that_it_passes(answer, begin);
      std::this_thread::sleep_for(milliseconds(5));  // otherwise this loop only counts how fast it is refused
    }
  }
  void verify_known() {
    while (!ending_) {
      const auto begin = SteadyClock::now();
      const int status = get("/api/v1/auth/verify", known_.token).status;
      const auto took = std::chrono::duration_cast<milliseconds>(SteadyClock::now() - begin).count();
      slowest_verify_ms_ = std::max<std::int64_t>(slowest_verify_ms_, took);
      ++asked_;
      not_ok_ += status == 200 ? 0 : 1;
      std::this_thread::sleep_for(milliseconds(2));
    }
  }

  std::atomic<bool> ending_{false};
  std::atomic<int> sent_{0};
  std::atomic<int> not_ok_{0};
  std::atomic<std::int64_t> slowest_verify_ms_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> acknowledged_;  // guarded by mutex_
  std::vector<std::thread> traffic_;
};

TEST_F(StorageFaultTest, StandingStillCostsLoginsTheirDeadlineAndForwardAuthNothing) {
  server_->freeze();
  const int asked = asked_;
  expect_login_refused();
  EXPECT_TRUE(soon([&] { return refused_ >= 3; }, kRequestTimeout + kSlack));
  EXPECT_GT(asked_, asked + 20) << "known tokens were asked about meanwhile";
  server_->thaw();
  expect_recovery("standing still");
}

TEST_F(StorageFaultTest, ShutDownIsSaidAtOnceAndByReady) {
  server_->stop();
  const auto begin = SteadyClock::now();
  expect_login_refused();
  EXPECT_LT(SteadyClock::now() - begin, kRequestTimeout) << "nobody waits for what is known to be away";
  const int asked = asked_;
  // The probe runs every five seconds.
  EXPECT_TRUE(soon([&] { return get("/api/v1/ready").status == 503; }, milliseconds(7000)));
  EXPECT_EQ(get("/api/v1/live").status, 200) << "restarting the gateway would not help";
  EXPECT_GT(asked_, asked);
  server_->start();
  expect_recovery("shut down");
}

}  // namespace
}  // namespace gateway::testing
