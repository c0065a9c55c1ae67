// What others do to a database that goes on: a row that is held, a statement that takes long, a password that
// is changed. With load running.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>
#include <vector>

#include "storage/postgres/connection.hpp"
#include "tests/integration/postgres/fault_fixture.hpp"

namespace gateway::testing {
namespace {

using SteadyClock = std::chrono::steady_clock;

class InterferenceTest : public FaultFixture {
 protected:
  InterferenceTest() { use(shared()); }

  static std::int64_t ms_since(SteadyClock::time_point begin) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begin).count();
  }
  // The call took what it was given, and not more.
  static void expect_overran(const std::optional<Error>& error, std::int64_t took_ms) {
    ASSERT_TRUE(error) << "nothing held it up";
    EXPECT_EQ(error->kind, ErrorKind::DeadlineExceeded) << error->detail;
    EXPECT_GE(took_ms, kDeadlineMs - 200);
    EXPECT_LE(took_ms, kDeadlineMs);
  }
  bool nobody_runs(const std::string& pattern) const {
    return own_sql(
               "SELECT count(*) FROM pg_stat_activity WHERE usename = 'identity_service' AND state = "
               "'active' AND query LIKE '" +
               pattern + "'") == "0";
  }
};

TEST_F(InterferenceTest, ARowThatIsHeldHoldsNobodyElseUp) {
  ASSERT_TRUE(store_->create_user({new_user("held")}, context()));
  store::UpdateUser change;
  change.id = "id-held";
  change.full_name = "Changed";
  change.now_ms = host_.wall_ms();
  const auto fault = [&](const SignUpLoad& load) {
    const auto other = postgres::Connection::open(settings_of(PostgresServer::kOwner), soon(), -1);
    ASSERT_TRUE(other);
    ASSERT_TRUE(
        (*other)->run_script("hold", "BEGIN; SELECT 1 FROM users WHERE id = 'id-held' FOR UPDATE", soon()));
    const std::size_t before = load.acknowledged().size();
    const auto begin = SteadyClock::now();
    const auto held = store_->update_user(change, context(kDeadlineMs));
    const std::int64_t took_ms = ms_since(begin);
    expect_overran(held ? std::nullopt : std::optional(held.error()), took_ms);
    const std::size_t meanwhile = load.acknowledged().size() - before;
    std::cout << "the held call ended after " << took_ms << " ms, " << meanwhile
              << " sign-ups were acknowledged meanwhile\n";
    EXPECT_GT(meanwhile, 100U);
    // While the row is still held: the statement is cancelled, not waiting for its turn.
    EXPECT_TRUE(becomes([&] { return nobody_runs("UPDATE users u SET%"); }, 2000));
    EXPECT_GE(host_.counted("statements_cancelled"), 1);
    ASSERT_TRUE((*other)->run_script("let go", "ROLLBACK", soon()));
    EXPECT_TRUE(store_->update_user(change, context(kDeadlineMs)));
    EXPECT_TRUE(becomes([&] { return connected() >= kPoolSize; }, 2000)) << "a connection is lost for good";
  };
  under_load("one row held", fault, Refusals::None);
}

TEST_F(InterferenceTest, StatementsThatTakeLongEndAtTheirDeadlines) {
  server_in_use_->sql(PostgresServer::kOwner,
                      "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS "
                      "'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';"
                      "CREATE TRIGGER dawdle BEFORE INSERT ON users FOR EACH ROW "
                      "WHEN (NEW.id LIKE 'id-slow-%') EXECUTE FUNCTION dawdle()",
                      database_);
  const auto fault = [&](const SignUpLoad& load) {
    const std::size_t before = load.acknowledged().size();
    // All connections but one: the others' calls share what is left.
    std::vector<std::thread> slow;
    for (std::size_t i = 1; i < kPoolSize; ++i) {
      slow.emplace_back([this, i] {
        const auto begin = SteadyClock::now();
        const auto reply = store_->create_user({new_user("slow-" + std::to_string(i))}, context(kDeadlineMs));
        expect_overran(reply ? std::nullopt : std::optional(reply.error()), ms_since(begin));
      });
    }
    for (std::thread& thread : slow)
      thread.join();
    const std::size_t meanwhile = load.acknowledged().size() - before;
    std::cout << slow.size() << " of " << kPoolSize << " connections held, " << meanwhile
              << " sign-ups were acknowledged meanwhile\n";
    EXPECT_GT(meanwhile, 100U);
    EXPECT_TRUE(becomes([&] { return host_.counted("statements_cancelled") >= 3; }, 2000));
    EXPECT_EQ(own_sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"), "0");
    EXPECT_TRUE(becomes([&] { return connected() >= kPoolSize; }, 2000)) << "connections are lost for good";
  };
  under_load("slow statements", fault, Refusals::None);
  EXPECT_EQ(own_sql("SELECT count(*) FROM users WHERE id LIKE 'id-slow-%'"), "0")
      << "refused, and done all the same";
}

TEST_F(InterferenceTest, ThePasswordIsChangedAndTheFileFollows) {
  const std::filesystem::path file = shared().folder() / (database_ + ".password");
  const auto set_role = [&](const std::string& password) {
    own_sql(std::string("ALTER ROLE ") + PostgresServer::kService + " PASSWORD '" + password + "'");
  };
  // As tools replace a secret: whole, by renaming.
  const auto set_file = [&](const std::string& password) {
    std::ofstream(file.string() + ".new") << password << "\n";
    std::filesystem::rename(file.string() + ".new", file);
  };
  const std::string old = PostgresServer::password_of(PostgresServer::kService);
  set_file(old);
  store_ = opened("Host=127.0.0.1;Port=" + std::to_string(shared().port()) + ";Database=" + database_ +
                  ";Username=" + PostgresServer::kService + ";Password File=" + file.string() +
                  ";SSL Mode=VerifyFull;Root Certificate=" + shared().certificate() +
                  ";Maximum Pool Size=" + std::to_string(kPoolSize) + ";Timeout=1");
  under_load("password changed", [&](const SignUpLoad& load) {
    set_role("another one");
    const std::size_t before = load.acknowledged().size();
    EXPECT_TRUE(becomes([&] { return load.acknowledged().size() > before + 20; }, 2000))
        << "who is connected already is not asked again";
    EXPECT_EQ(load.failed(), 0);
    cut_all();
    // Longer than the first pauses: the recovery below is the one after a while, not after the first attempt.
    EXPECT_TRUE(becomes([&] { return load.failed() >= 300; }));
    EXPECT_EQ(load.failed(), load.failed_as(ErrorKind::Unavailable));
    set_file("another one");
  });
  set_role(old);
}

}  // namespace
}  // namespace gateway::testing
