// What the counts do when Redis does not do what it should.
#include <chrono>
#include <fstream>
#include <future>
#include <vector>

#include "tests/integration/redis/redis_fixture.hpp"

namespace gateway::testing {
namespace {

class RedisFaultTest : public RedisFixture {
 protected:
  using Counters = std::unique_ptr<redis::RedisCounters>;

  Result<counters::TakenLimit> taken(const Counters& store, std::int64_t within_ms = 2'000) {
    return store->take_limit(take(key("a"), 60'000, 1'000'000 / 1000), context(within_ms));
  }
  bool comes_back(const Counters& store) {
    return becomes([&] { return taken(store).ok(); });
  }
  static void expect_unavailable(const Result<counters::TakenLimit>& answer, const std::string& with) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::Unavailable) << answer.error().detail;
    EXPECT_NE(answer.error().detail.find(with), std::string::npos) << answer.error().detail;
    EXPECT_EQ(answer.error().detail.find(RedisServer::password_of(RedisServer::kService)), std::string::npos);
  }
};

TEST_F(RedisFaultTest, a_certificate_of_somebody_else_is_refused) {
  const RedisServer other;
  // The right name, and nobody that is trusted.
  expect_unavailable(taken(counters(R"({"ConnectionString":")" + other.uri() + R"(","RootCertificate":")" +
                                    shared().certificate() + "\"}")),
                     "certificate is not trusted");
  expect_unavailable(taken(counters(R"({"ConnectionString":")" + other.uri() + "\"}")),
                     "certificate is not trusted");
  // A certificate that is trusted, for another name.
  std::string elsewhere = shared().uri();
  elsewhere.replace(elsewhere.find("127.0.0.1"), 9, "localhost");
  expect_unavailable(taken(counters(shared().section(elsewhere))), "certificate is not trusted");
  // The same for an address; a certificate may have to name somebody else than the host.
  const auto naming = [&](const std::string& tls_host) {
    return taken(counters(
        shared().section("127.0.0.1:" + std::to_string(shared().port()) + ",ssl=True,user=gateway,password=" +
                         RedisServer::password_of(RedisServer::kService) + ",sslHost=" + tls_host)));
  };
  expect_unavailable(naming("127.0.0.2"), "certificate is not trusted");
  expect_unavailable(naming("cache.example.com"), "certificate is not trusted");
  EXPECT_TRUE(naming("127.0.0.1"));
  EXPECT_TRUE(taken(counters())) << "and its own is";
}

TEST_F(RedisFaultTest, tls_is_not_given_up_for_anybody) {
  std::string clear = shared().uri();
  clear.erase(clear.find("rediss"), 6).insert(0, "redis");
  const auto answer = taken(counters(R"({"ConnectionString":")" + clear + "\"}"));
  ASSERT_FALSE(answer) << "a server of TLS alone";
}

TEST_F(RedisFaultTest, a_root_certificate_that_is_none_is_found_at_the_start) {
  redis::RedisCounters store(
      host_handle_, PluginConfig(R"({"ConnectionString":"rediss://h","RootCertificate":"/nowhere.pem"})"));
  const auto started = store.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().detail.find("RootCertificate"), std::string::npos);
}

TEST_F(RedisFaultTest, a_password_that_is_wrong_and_then_put_right_needs_no_restart) {
  RedisServer server;
  const std::string file = (server.folder() / "password").string();
  std::ofstream(file) << "wrong\n";
  std::string uri = server.uri("");
  uri.erase(uri.find(":@"), 1);
  const auto store = counters(server.section(uri, R"(,"PasswordFile":")" + file + "\""));
  expect_unavailable(taken(store), "WRONGPASS");
  std::ofstream(file) << RedisServer::password_of(RedisServer::kService) << "\n";
  EXPECT_TRUE(comes_back(store));

  // Rotated while serving: who is signed in is thrown out.
  server.cli({"ACL", "SETUSER", RedisServer::kService, "resetpass", ">next"});
  std::ofstream(file) << "next\n";
  server.cli({"CLIENT", "KILL", "USER", RedisServer::kService});
  EXPECT_TRUE(comes_back(store));
  EXPECT_EQ(host_.logged().find("next"), std::string::npos);
}

TEST_F(RedisFaultTest, killed_and_started_again) {
  RedisServer server;
  const auto store = counters(server.section());
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(taken(store));
  server.kill();
  const auto begin = std::chrono::steady_clock::now();
  expect_unavailable(taken(store), "");
  for (int i = 0; i < 20; ++i)
    EXPECT_FALSE(taken(store));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2)) << "nobody waits for nothing";
  server.start();
  const auto back = std::chrono::steady_clock::now();
  EXPECT_TRUE(comes_back(store));
  EXPECT_LT(std::chrono::steady_clock::now() - back, std::chrono::seconds(3));
  // A new server has no script, and nothing of what was counted.
  EXPECT_EQ(taken(store)->remaining, 998);
}

TEST_F(RedisFaultTest, it_need_not_be_there_at_the_start) {
  RedisServer server;
  server.kill();
  const auto store = counters(server.section());
  expect_unavailable(taken(store), "connecting to Redis");
  server.start();
  EXPECT_TRUE(comes_back(store));
}

TEST_F(RedisFaultTest, an_answer_that_is_late_is_never_another_calls) {
  RedisServer server;
  const auto store = counters(server.section());
  ASSERT_TRUE(taken(store));
  server.freeze();
  const auto begin = std::chrono::steady_clock::now();
  const auto late = taken(store, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1'000));
  server.thaw();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::DeadlineExceeded) << late.error().detail;
  EXPECT_EQ(store->pool().open_connections(), 0U) << "its connection is closed";
  // Had the old connection been used again, this would be the late call's answer.
  const auto look = store->take_limit(take(key("other"), 60'000, 7, 0), context());
  ASSERT_TRUE(look) << look.error().detail;
  EXPECT_EQ(look->remaining, 7);
}

TEST_F(RedisFaultTest, a_slow_server_is_waited_for_within_the_deadline) {
  RedisServer server;
  const auto store = counters(server.section(server.uri(), R"(,"TimeoutMs":150)"));
  ASSERT_TRUE(taken(store));
  auto sleeping = std::async(std::launch::async, [&] { server.cli({"DEBUG", "SLEEP", "1"}); });
  EXPECT_TRUE(becomes([&] { return !taken(store, 10'000).ok(); }))
      << "TimeoutMs bounds what the deadline does not";
  sleeping.get();
  EXPECT_TRUE(comes_back(store));
}

TEST_F(RedisFaultTest, a_server_that_is_full_says_so_and_keeps_its_connections) {
  RedisServer server({"--maxmemory", "100mb", "--maxmemory-policy", "noeviction"});
  const auto store = counters(server.section());
  ASSERT_TRUE(taken(store));
  server.cli({"CONFIG", "SET", "maxmemory", "1"});
  expect_unavailable(taken(store), "OOM");
  EXPECT_TRUE(store->get_attempts({key("a")}, context())) << "what writes nothing goes on";
  EXPECT_EQ(store->pool().open_connections(), 1U);
  server.cli({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(taken(store));
}

TEST_F(RedisFaultTest, a_user_without_rights_is_told) {
  RedisServer server;
  const auto store = counters(server.section(server.uri(), R"(,"KeyPrefix":"somebody-elses")"));
  expect_unavailable(taken(store), "NOPERM");
}

TEST_F(RedisFaultTest, a_replica_is_left_as_soon_as_it_is_one) {
  RedisServer server;
  RedisServer master;
  const auto store = counters(server.section());
  ASSERT_TRUE(becomes([&] {
    std::vector<std::future<Result<counters::TakenLimit>>> calls;
    for (int i = 0; i < 8; ++i)
      calls.push_back(std::async(std::launch::async, [&] { return taken(store); }));
    for (auto& call : calls)
      EXPECT_TRUE(call.get());
    return store->pool().open_connections() > 1;
  }));
  server.cli({"CONFIG", "SET", "masteruser", RedisServer::kAdmin});
  server.cli({"CONFIG", "SET", "masterauth", RedisServer::password_of(RedisServer::kAdmin)});
  server.cli({"REPLICAOF", "127.0.0.1", std::to_string(master.port())});
  const auto refused = taken(store);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable) << refused.error().detail;
  EXPECT_EQ(store->pool().open_connections(), 0U) << "all its connections are dropped";
  EXPECT_NE(host_.logged().find("all connections are dropped"), std::string::npos);
  server.cli({"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(comes_back(store));
}

TEST_F(RedisFaultTest, of_several_hosts_the_one_that_takes_writes) {
  // Both have to show a certificate that is trusted: one after the other, in one file.
  RedisServer first;
  RedisServer second;
  const std::string both = (first.folder() / "both.pem").string();
  for (const std::string& one : {first.certificate(), second.certificate()})
    std::ofstream(both, std::ios::app) << std::ifstream(one).rdbuf();
  const std::string hosts = "127.0.0.1:" + std::to_string(first.port()) +
                            ",127.0.0.1:" + std::to_string(second.port()) +
                            ",user=gateway,password=" + RedisServer::password_of(RedisServer::kService) +
                            ",ssl=True,abortConnect=False";
  const auto store = counters(R"({"ConnectionString":")" + hosts + R"(","RootCertificate":")" + both + "\"}");
  ASSERT_TRUE(taken(store)) << "the first answers";
  EXPECT_NE(first.cli({"DBSIZE"}), "0");
  first.cli({"REPLICAOF", "127.0.0.1", std::to_string(second.port())});
  EXPECT_TRUE(comes_back(store)) << "failed over";
  EXPECT_NE(second.cli({"DBSIZE"}), "0");
  second.kill();
  EXPECT_FALSE(taken(store));
  first.cli({"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(comes_back(store)) << "and back";
}

TEST_F(RedisFaultTest, connections_are_bounded_and_calls_wait_for_them) {
  RedisServer server;
  const auto store = counters(server.section(server.uri(), R"(,"MaximumPoolSize":2)"));
  ASSERT_TRUE(taken(store));
  server.freeze();
  std::vector<std::future<Result<counters::TakenLimit>>> calls;
  for (int i = 0; i < 6; ++i)
    calls.push_back(std::async(std::launch::async, [&] { return taken(store, 300); }));
  for (auto& call : calls)
    EXPECT_FALSE(call.get());
  EXPECT_LE(store->pool().open_connections(), 2U);
  server.thaw();
  EXPECT_TRUE(comes_back(store));
}

TEST_F(RedisFaultTest, the_probe_tells_whether_decisions_can_be_made) {
  RedisServer server;
  const auto store = counters(server.section());
  EXPECT_TRUE(store->probe({}, context()));
  server.kill();
  EXPECT_FALSE(store->probe({}, context()));
}

}  // namespace
}  // namespace gateway::testing
