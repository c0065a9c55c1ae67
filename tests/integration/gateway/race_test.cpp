// A login that is still being checked while the account changes under it.
#include <atomic>
#include <thread>
#include <vector>

#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

class RaceTest : public GatewayFixture {
 protected:
  void SetUp() override {
    app::Settings settings = default_settings();
    // Checking a password takes long enough that a change falls into it.
    for (app::PluginChoice& plugin : settings.plugins) {
      if (plugin.name == "local") plugin.config_json = R"({"MemoryKiB":32768,"Iterations":2})";
    }
    // The logins below are checked one after the other while the change has a thread of its own.
    settings.workers.hash_threads = 4;
    start(std::move(settings));
    admin_ = make_admin("admin@example.com");
  }

  // Logs in from several threads without pause while `change` runs, and answers with all that succeeded.
  template <class Change>
  std::vector<Answer> logins_during(const Person& person, Change change) {
    constexpr int kThreads = 3;
    std::atomic<bool> done{false};
    std::vector<std::vector<Answer>> answers(kThreads);
    std::vector<std::thread> threads;
    for (auto& mine : answers) {
      threads.emplace_back([&] {
        while (!done)
          mine.push_back(log_in(person));
      });
    }
    change();
    done = true;
    for (std::thread& thread : threads)
      thread.join();
    std::vector<Answer> succeeded;
    for (auto& mine : answers) {
      for (Answer& answer : mine) {
        if (answer.status == 200) succeeded.push_back(std::move(answer));
      }
    }
    return succeeded;
  }

  void expect_ended(const std::vector<Answer>& sessions) {
    for (const Answer& session : sessions) {
      EXPECT_EQ(get("/api/v1/auth/me", session.at("data.idToken")).status, 401);
      EXPECT_EQ(
          post("/api/v1/auth/refresh", R"({"refreshToken":")" + session.at("data.refreshToken") + R"("})")
              .status,
          401);
    }
  }

  Person admin_;
};

TEST_F(RaceTest, check_19_AChangedPasswordOutlivesNoLoginThatWasUnderWay) {
  for (int round = 0; round < 5; ++round) {
    const Person person = sign_up("change-" + std::to_string(round) + "@example.com");
    Answer changed;
    const auto sessions = logins_during(person, [&] {
      changed = post("/api/v1/auth/change-password",
                     R"({"currentPassword":")" + person.password + R"(","newPassword":"N3w#Secret-one"})",
                     person.token);
    });
    ASSERT_EQ(changed.status, 200) << changed.raw.body;
    expect_ended(sessions);
    EXPECT_EQ(get("/api/v1/auth/me", changed.at("data.idToken")).status, 200);
  }
}

TEST_F(RaceTest, check_19_ADeletedUserDoesNotComeBackByALoginThatWasUnderWay) {
  for (int round = 0; round < 5; ++round) {
    const Person person = sign_up("delete-" + std::to_string(round) + "@example.com");
    Answer deleted;
    const auto sessions = logins_during(
        person, [&] { deleted = call("DELETE", "/api/v1/users/" + person.id, {}, admin_.token); });
    ASSERT_EQ(deleted.status, 200) << deleted.raw.body;
    expect_ended(sessions);
    const auto found = services().store.find_user_by_email({person.email}, call_context());
    ASSERT_TRUE(found.ok());
    EXPECT_FALSE(found->user) << "the deleted user is there again as " << found->user->id;
  }
}

}  // namespace
}  // namespace gateway::testing
