// Lost, standing and restarted servers under load. What the load prints is in fault_fixture.hpp.
#include <chrono>

#include "tests/integration/postgres/fault_fixture.hpp"

namespace gateway::testing {
namespace {

class FaultTest : public FaultFixture {
 protected:
  FaultTest() { use(shared()); }
};

TEST_F(FaultTest, KilledAndStartedAgain) {
  under_load("killed", [&](const SignUpLoad&) {
    shared().kill();
    shared().start();
  });
}

TEST_F(FaultTest, StoppedAndStartedAgain) {
  under_load("stopped", [&](const SignUpLoad&) {
    shared().stop();
    shared().start();
  });
}

TEST_F(FaultTest, StandingStillAndGoingOn) {
  under_load("standing still", [&](const SignUpLoad& load) {
    shared().freeze();
    // Long enough that every call in flight has met its deadline.
    EXPECT_TRUE(becomes([&] { return load.failed() >= 6; }));
    shared().thaw();
  });
}

TEST_F(FaultTest, EveryConnectionCut) {
  // Between two statements a cut costs nobody an answer: until one is met in its middle.
  under_load("cut", [&](const SignUpLoad& load) {
    EXPECT_TRUE(becomes([&] {
      cut_all();
      return load.failed() > 0;
    }));
  });
}

TEST_F(FaultTest, ADatabaseThatIsAwayIsSaidAtOnce) {
  shared().stop();
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
  shared().start();
  EXPECT_TRUE(becomes([&] { return store_->probe({}, context()).ok(); }, 2000));
}

TEST_F(FaultTest, TheFeedGoesOnAfterItsConnectionWasCut) {
  auto start = store_->wait_revocations({}, context());
  ASSERT_TRUE(start);
  std::string cursor = start->cursor;
  const auto comes = [&](const std::string& id) {
    return becomes([&] {
      const auto news = store_->wait_revocations({cursor, 500}, context());
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
    (void)store_->wait_revocations({cursor, 200}, context()).ok();
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
