// What happens when there is more to do than there are hands.
#include <atomic>
#include <thread>
#include <vector>

#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

class OverloadTest : public GatewayFixture {};

TEST_F(OverloadTest, check_23_AFullHashQueueAnswers503AtOnceAndLoginsInLineSucceed) {
  app::Settings settings = default_settings();
  settings.workers.hash_threads = 1;
  settings.workers.hash_queue = 2;
  for (app::PluginChoice& plugin : settings.plugins) {
    // Slow enough that the crowd below is there while the first is still being served.
    if (plugin.name == "local") plugin.config_json = R"({"MemoryKiB":65536,"Iterations":3})";
  }
  start(std::move(settings));
  const Person person = sign_up("crowd@example.com");

  constexpr int kCrowd = 12;
  std::atomic<int> served{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> crowd;
  for (int i = 0; i < kCrowd; ++i) {
    crowd.emplace_back([&] {
      const Answer answer = log_in(person);
      if (answer.status == 200) {
        ++served;
      } else if (answer.status == 503 && answer.code() == "OVERLOADED" &&
                 !answer.raw.header("Retry-After").empty()) {
        ++refused;
      } else {
        ADD_FAILURE() << answer.raw.body;
      }
    });
  }
  // The I/O threads and the other lanes have room while the hash lane is full.
  EXPECT_EQ(get("/api/v1/live").status, 200);
  EXPECT_EQ(get("/api/v1/auth/verify", person.token).status, 200);
  for (std::thread& thread : crowd)
    thread.join();
  EXPECT_EQ(served + refused, kCrowd);
  EXPECT_GE(served, 1);
  EXPECT_GE(refused, 1) << "a queue of two took a crowd of twelve";
}

}  // namespace
}  // namespace gateway::testing
