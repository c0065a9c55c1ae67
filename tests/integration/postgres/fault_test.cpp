// Lost, standing and restarted servers under load, over a server of their own. Prints what was sent,
// acknowledged and found.
#include <atomic>
#include <iostream>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "tests/integration/postgres/postgres_fixture.hpp"

namespace gateway::testing {
namespace {

constexpr std::int64_t kDeadlineMs = 1500;
constexpr std::size_t kPoolSize = 4;

// Writers that sign people up, one after the other, until they are told to stop.
class Load {
 public:
  Load(Store& store, const conformance::TestHost& host, std::function<store::User(const std::string&)> make)
      : store_(store), host_(host), make_(std::move(make)) {
    for (int writer = 0; writer < 6; ++writer)
      threads_.emplace_back([this, writer] { write(writer); });
  }
  ~Load() { stop(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void stop() {
    stopping_ = true;
    for (std::thread& thread : threads_)
      thread.join();
    threads_.clear();
  }
  std::set<std::string> acknowledged() const {
    const std::lock_guard guard(mutex_);
    return acknowledged_;
  }
  int sent() const { return sent_; }
  int failed() const { return failed_; }
  int other_errors() const { return other_errors_; }
  std::int64_t slowest_ms() const { return slowest_ms_; }

 private:
  void write(int writer) {
    for (int i = 0; !stopping_; ++i) {
      const std::string name = "load-" + std::to_string(writer) + "-" + std::to_string(i);
      const auto begin = std::chrono::steady_clock::now();
      ++sent_;
      const auto reply = store_.create_user({make_(name)}, host_.context(kDeadlineMs));
      const std::int64_t took_ms =
          std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin)
              .count();
      std::int64_t slowest = slowest_ms_;
      while (took_ms > slowest && !slowest_ms_.compare_exchange_weak(slowest, took_ms)) {
      }
      if (reply) {
        const std::lock_guard guard(mutex_);
        acknowledged_.insert(name);
        continue;
      }
      ++failed_;
      const ErrorKind kind = reply.error().kind;
      if (kind != ErrorKind::Unavailable && kind != ErrorKind::DeadlineExceeded &&
          kind != ErrorKind::Overloaded)
        ++other_errors_;
      // Fails at once while there is no server: without a pause this loop would only count that.
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  Store& store_;
  const conformance::TestHost& host_;
  std::function<store::User(const std::string&)> make_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> sent_{0};
  std::atomic<int> failed_{0};
  std::atomic<int> other_errors_{0};
  std::atomic<std::int64_t> slowest_ms_{0};
  mutable std::mutex mutex_;
  std::set<std::string> acknowledged_;
  std::vector<std::thread> threads_;
};

class FaultTest : public PostgresFixture {
 protected:
  FaultTest() {
    own().create_database(database_);
    const auto section = [&](const char* role) {
      return PluginConfig(own().section(own().connection_string(
          role, database_, "Maximum Pool Size=" + std::to_string(kPoolSize) + ";Timeout=1")));
    };
    postgres::PostgresStore owner(host_handle_, section(PostgresServer::kOwner));
    const auto migrated = owner.migrate({store::MigrateMode::Apply, PostgresServer::kService}, context());
    EXPECT_TRUE(migrated) << migrated.error().detail;
    store_ = std::make_unique<postgres::PostgresStore>(host_handle_, section(PostgresServer::kService));
    const auto started = store_->start();
    EXPECT_TRUE(started) << started.error().detail;
  }

  // Not the one of the other tests. It runs without fsync: what is killed here are processes, and what they
  // have written is with the kernel; the machine under it goes on.
  static PostgresServer& own() {
    static PostgresServer server;
    return server;
  }
  std::string own_sql(const std::string& text) const {
    return own().sql(PostgresServer::kAdmin, text, database_);
  }
  std::string cut_all() const {
    return own_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'identity_service'");
  }

  // Runs `fault` in the middle of a load; the server is expected to be back when it returns.
  void under_load(const std::string& name, const std::function<void(const Load&)>& fault) {
    Load load(*store_, host_, [this](const std::string& who) { return new_user(who); });
    ASSERT_TRUE(becomes([&] { return load.acknowledged().size() > 100; }));
    fault(load);
    const std::size_t before = load.acknowledged().size();
    EXPECT_TRUE(becomes([&] { return load.acknowledged().size() > before + 20; }, 2000))
        << name << ": not back within two seconds";
    load.stop();

    std::set<std::string> found;
    const std::string ids = own_sql("SELECT id FROM users");
    for (std::size_t at = 0; at < ids.size();) {
      const std::size_t end = std::min(ids.find('\n', at), ids.size());
      found.insert(ids.substr(at + 3, end - at - 3));  // without "id-"
      at = end + 1;
    }
    std::size_t lost = 0;
    for (const std::string& who : load.acknowledged())
      lost += found.count(who) == 0 ? 1 : 0;
    std::cout << name << ": sent " << load.sent() << ", acknowledged " << load.acknowledged().size()
              << ", found " << found.size() << ", refused " << load.failed() << ", slowest "
              << load.slowest_ms() << " ms\n";
    EXPECT_EQ(lost, 0U) << "acknowledged and not there";
    EXPECT_GT(load.failed(), 0) << "the fault was not noticed";
    EXPECT_EQ(load.other_errors(), 0) << "every refusal says that it passes";
    EXPECT_LE(load.slowest_ms(), kDeadlineMs) << "every answer comes within its deadline";
    const std::string open =
        own_sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'identity_service'");
    EXPECT_LE(std::stoul(open), kPoolSize + 1) << "connections are left open";
  }

  std::unique_ptr<postgres::PostgresStore> store_;
};

TEST_F(FaultTest, KilledAndStartedAgain) {
  under_load("killed", [&](const Load&) {
    own().kill();
    own().start();
  });
}

TEST_F(FaultTest, StoppedAndStartedAgain) {
  under_load("stopped", [&](const Load&) {
    own().stop();
    own().start();
  });
}

TEST_F(FaultTest, StandingStillAndGoingOn) {
  under_load("standing still", [&](const Load& load) {
    own().freeze();
    // Long enough that every call in flight has met its deadline.
    EXPECT_TRUE(becomes([&] { return load.failed() >= 6; }));
    own().thaw();
  });
}

TEST_F(FaultTest, EveryConnectionCut) {
  // Between two statements a cut costs nobody an answer: until one is met in its middle.
  under_load("cut", [&](const Load& load) {
    EXPECT_TRUE(becomes([&] {
      cut_all();
      return load.failed() > 0;
    }));
  });
}

TEST_F(FaultTest, ADatabaseThatIsAwayIsSaidAtOnce) {
  own().stop();
  const auto first = store_->get_user({"id"}, context());
  ASSERT_FALSE(first);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    const auto refused = store_->get_user({"id"}, context());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
    EXPECT_GT(refused.error().retry_after_ms, 0);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  EXPECT_FALSE(store_->probe({}, context()));
  own().start();
  EXPECT_TRUE(becomes([&] { return store_->probe({}, context()).ok(); }, 2000));
}

TEST_F(FaultTest, TheFeedGoesOnAfterItsConnectionWasCut) {
  auto start = store_->wait_revocations({}, context());
  ASSERT_TRUE(start);
  std::string cursor = start->cursor;
  const auto comes = [&](const std::string& id) {
    return becomes([&] {
      const auto news = store_->wait_revocations({cursor}, context(500));
      if (!news) return false;
      cursor = news->cursor;
      return !news->events.empty() && news->events.back().user_id == id;
    });
  };
  ASSERT_TRUE(store_->create_user({new_user("one")}, context()));
  ASSERT_TRUE(store_->delete_user({"id-one", 1}, context()));
  EXPECT_TRUE(comes("id-one"));
  EXPECT_EQ(host_.counted("listen_connections_opened"), 1);
  cut_all();
  ASSERT_TRUE(becomes([&] { return store_->create_user({new_user("two")}, context()).ok(); }));
  ASSERT_TRUE(store_->delete_user({"id-two", 1}, context()));
  EXPECT_TRUE(comes("id-two"));
  EXPECT_TRUE(becomes([&] {
    (void)store_->wait_revocations({cursor}, context(200)).ok();
    return host_.counted("listen_connections_opened") == 2;
  })) << "it listens again";
}

TEST_F(FaultTest, AnOldOrForeignCursorSaysThatSomethingWasMissed) {
  const auto start = store_->wait_revocations({}, context());
  ASSERT_TRUE(start);
  const std::string snapshot = start->cursor.substr(start->cursor.find('/'));
  const auto old = store_->wait_revocations({"1000" + snapshot}, context());
  ASSERT_TRUE(old) << old.error().detail;
  EXPECT_TRUE(old->missed);
  const std::string now = start->cursor.substr(0, start->cursor.find('/'));
  const auto set_back = store_->wait_revocations({now + "/900000000:900000000:"}, context());
  ASSERT_TRUE(set_back) << set_back.error().detail;
  EXPECT_TRUE(set_back->missed);
  for (const std::string nonsense : {"", "x", "1/", "1/a:b:", "/1:1:"}) {
    const auto refused = store_->wait_revocations({nonsense}, context());
    ASSERT_FALSE(refused) << nonsense;
    EXPECT_EQ(refused.error().kind, ErrorKind::Invalid) << nonsense;
  }
}

}  // namespace
}  // namespace gateway::testing
