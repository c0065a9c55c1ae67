// Clients that misbehave, and those beside them who must not notice.
#include "tests/integration/server/server_fixture.hpp"

namespace gateway::server {
namespace {

using std::chrono::milliseconds;
using testing::RawClient;

class Abuse : public ServerFixture {
 protected:
  // Attackers send a request and go away at once, so that descriptors are reused while answers are under way;
  // victims check that every answer is their own.
  void cross_delivery(const std::string& path, bool with_reset) {
    options_.io_threads = 2;
    options_.max_connections = 8'000;
    start();
    std::atomic<bool> stop{false};
    std::atomic<int> attacks{0};
    std::vector<std::thread> attackers;
    attackers.reserve(4);
    for (int a = 0; a < 4; ++a) {
      attackers.emplace_back([&] {
        // Bounded, because every close in order leaves a port of this machine unusable for a minute.
        for (int i = 0; i < 1000 && !stop; ++i) {
          RawClient client(port());
          if (client.connected()) client.send(get(path + "ATTACKER" + std::to_string(++attacks)));
          if (with_reset) client.reset();
        }
      });
    }
    std::atomic<int> right{0};
    std::atomic<int> wrong{0};
    std::atomic<int> missing{0};
    std::vector<std::thread> victims;
    victims.reserve(2);
    for (int v = 0; v < 2; ++v) {
      victims.emplace_back([&, v] {
        for (int i = 0; i < 500; ++i) {
          const std::string id = "VICTIM" + std::to_string(v) + "-" + std::to_string(i);
          RawClient client(port());
          client.send(get(path + id));
          const auto response = client.read_response();
          client.reset();
          ++(!response ? missing : response->body == "id=" + id ? right : wrong);
        }
      });
    }
    for (std::thread& thread : victims)
      thread.join();
    stop = true;
    for (std::thread& thread : attackers)
      thread.join();
    EXPECT_EQ(wrong.load(), 0);
    EXPECT_EQ(stat(&ServerStats::connections_refused), 0U);
    EXPECT_EQ(missing.load(), 0);
    EXPECT_EQ(right.load(), 1000);
    EXPECT_GT(attacks.load(), 100);
    EXPECT_TRUE(eventually(
        [&] { return stat(&ServerStats::connections_open) == 0 && stat(&ServerStats::in_flight) == 0; }));
  }
};

TEST_F(Abuse, NobodyGetsAnothersInlineAnswer) {
  cross_delivery("/id?", false);
}
TEST_F(Abuse, NobodyGetsAnothersWorkerAnswer) {
  cross_delivery("/async?", false);
}
TEST_F(Abuse, NobodyGetsAnothersAnswerAfterResets) {
  cross_delivery("/async?", true);
}

TEST_F(Abuse, ASlowReaderStallsNobodyAndIsDropped) {
  options_.write_timeout = milliseconds(1000);
  start();
  RawClient slow = client(4096);
  ASSERT_TRUE(slow.send(get("/big?3000000")));
  RawClient other = client();
  ASSERT_TRUE(other.send(get("/id?0")));
  ASSERT_EQ(other.read_response()->body, "id=0");
  // One I/O thread serves both. The slow one is given its time and no more, while the other one is answered
  // all along.
  int answered = 0;
  ASSERT_TRUE(eventually([&] {
    if (other.send(get("/id?x")) && other.read_response()) ++answered;
    return stat(&ServerStats::slow_readers_dropped) == 1;
  }));
  EXPECT_GT(answered, 10);
  EXPECT_TRUE(slow.wait_closed());
}

TEST_F(Abuse, AReaderThatKeepsUpGetsALargeAnswerWhole) {
  start();
  RawClient reader = client(4096);
  ASSERT_TRUE(reader.send(get("/big?4000000") + get("/id?next")));
  const auto response = reader.read_response();
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->body, std::string(4'000'000, 'b'));
  EXPECT_EQ(reader.read_response()->body, "id=next");
}

TEST_F(Abuse, AClientThatNeverReadsItsPipelinedAnswersIsBoundedAndDropped) {
  options_.write_timeout = milliseconds(200);
  start();
  RawClient flood = client(4096);
  std::string requests;
  for (int i = 0; i < 100; ++i)
    requests += get("/big?100000");
  flood.send(requests);
  EXPECT_TRUE(eventually([&] { return stat(&ServerStats::slow_readers_dropped) == 1; }));
  EXPECT_LT(application_.handled().size(), 100U);  // nothing is worked on behind an unread answer
}

// SIGPIPE would end this process.
TEST_F(Abuse, WritingToAClientThatLeftIsHarmless) {
  start();
  for (int i = 0; i < 50; ++i) {
    RawClient leaves = client(4096);
    ASSERT_TRUE(leaves.send(get("/big?3000000")));
    leaves.reset();
  }
  EXPECT_EQ(testing::exchange_once(port(), get("/id?alive"))->body, "id=alive");
  EXPECT_TRUE(eventually([&] { return stat(&ServerStats::connections_open) == 0; }));
}

TEST_F(Abuse, SilentClientsStallNobody) {
  options_.header_timeout = milliseconds(300);
  start();
  std::vector<RawClient> silent;
  silent.reserve(100);
  for (int i = 0; i < 100; ++i)
    silent.push_back(client());
  EXPECT_EQ(testing::exchange_once(port(), get("/id?x"))->body, "id=x");
  for (RawClient& one : silent)
    EXPECT_EQ(one.read_to_end(), "");
}

TEST_F(Abuse, AFloodBehindARefusalIsThrownAwayBounded) {
  start();
  RawClient flood = client();
  ASSERT_TRUE(flood.send("BAD\x01"));
  const std::string junk(64 * 1024, 'j');
  // Reading ends at some point: the server closes although the client goes on.
  EXPECT_TRUE(eventually([&] { return !flood.send(junk); }));
  EXPECT_TRUE(eventually([&] { return stat(&ServerStats::connections_open) == 0; }));
}

}  // namespace
}  // namespace gateway::server
