#include "tests/integration/postgres/postgres_fixture.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace gateway::testing {

namespace {

std::string new_database(PostgresServer& server) {
  static std::atomic<int> count{0};
  std::string name = "test_" + std::to_string(++count);
  server.create_database(name);
  return name;
}

}  // namespace

PostgresFixture::PostgresFixture()
    : host_handle_(test_host_.abi()), host_(test_host_), database_(new_database(server())) {}

// Ends with the program: GoogleTest has no better place for what several suites share.
PostgresServer& PostgresFixture::server() {
  static PostgresServer server;
  return server;
}

postgres::ConnectionSettings PostgresFixture::settings(const std::string& role,
                                                       const std::string& keys) const {
  return postgres::ConnectionSettings::from(
      PluginConfig(server().section(server().connection_string(role, database_, keys))));
}

std::unique_ptr<postgres::PostgresStore> PostgresFixture::make_store(const std::string& role,
                                                                     const std::string& keys) {
  return std::make_unique<postgres::PostgresStore>(
      host_handle_, PluginConfig(server().section(server().connection_string(role, database_, keys))));
}

void PostgresFixture::migrate() {
  const auto state = make_store(PostgresServer::kOwner)
                         ->migrate({store::MigrateMode::Apply, PostgresServer::kService}, context(60'000));
  ASSERT_TRUE(state) << state.error().detail;
  ASSERT_EQ(state->current, state->required);
}

std::unique_ptr<postgres::PostgresStore> PostgresFixture::started_store(const std::string& keys) {
  migrate();
  auto store = make_store(PostgresServer::kService, keys);
  const auto started = store->start();
  EXPECT_TRUE(started) << started.error().detail;
  return store;
}

store::User PostgresFixture::new_user(const std::string& name) const {
  store::User user;
  user.id = "id-" + name;
  user.email = name + "@example.com";
  user.user_type = "Buyer";
  user.created_at_ms = user.updated_at_ms = host_.wall_ms();
  user.identities.push_back({"provider-a", "subject-" + name, user.email, true, host_.wall_ms()});
  return user;
}

bool PostgresFixture::becomes(const std::function<bool()>& is_so, std::int64_t limit_ms) {
  const postgres::Deadline limit = postgres::Deadline::in_ms(limit_ms);
  while (!is_so()) {
    if (limit.passed()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace gateway::testing
