#include "tests/integration/postgres/fault_fixture.hpp"

#include <algorithm>
#include <iostream>
#include <set>

namespace gateway::testing {

PostgresServer& FaultFixture::shared() {
  static PostgresServer server;
  return server;
}

void FaultFixture::use(PostgresServer& server) {
  server_in_use_ = &server;
  server.create_database(database_);
  const std::string keys = "Maximum Pool Size=" + std::to_string(kPoolSize) + ";Timeout=1";
  postgres::PostgresStore owner(
      host_handle_,
      PluginConfig(server.section(server.connection_string(PostgresServer::kOwner, database_, keys))));
  const auto migrated = owner.migrate({store::MigrateMode::Apply, PostgresServer::kService}, context());
  EXPECT_TRUE(migrated) << migrated.error().detail;
  store_ = opened(server.connection_string(PostgresServer::kService, database_, keys));
}

std::unique_ptr<postgres::PostgresStore> FaultFixture::opened(const std::string& connection_string) const {
  auto store = std::make_unique<postgres::PostgresStore>(
      host_handle_, PluginConfig(server_in_use_->section(connection_string)));
  const auto started = store->start();
  EXPECT_TRUE(started) << started.error().detail;
  return store;
}

postgres::ConnectionSettings FaultFixture::settings_of(const std::string& role) const {
  return postgres::ConnectionSettings::from(
      PluginConfig(server_in_use_->section(server_in_use_->connection_string(role, database_))));
}

std::string FaultFixture::own_sql(const std::string& text) const {
  return server_in_use_->sql(PostgresServer::kAdmin, text, database_);
}

std::string FaultFixture::cut_all() const {
  return own_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'identity_service'");
}

std::size_t FaultFixture::connected() const {
  return std::stoul(own_sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'identity_service'"));
}

void FaultFixture::under_load(const std::string& name, const Fault& fault, Refusals expected) {
  SignUpLoad load(
      *store_, host_, [this](const std::string& who) { return new_user(who); }, kDeadlineMs);
  ASSERT_TRUE(becomes([&] { return load.acknowledged().size() > 100; }));
  fault(load);
  const std::size_t before = load.acknowledged().size();
  EXPECT_TRUE(becomes([&] { return load.acknowledged().size() > before + 20; }, 2000))
      << name << ": not back within two seconds";
  load.stop();

  expect_nothing_lost(name, load);
  if (expected == Refusals::Some) {
    EXPECT_GT(load.failed(), 0) << "the fault was not noticed";
  } else {
    EXPECT_EQ(load.failed(), 0) << "what was in trouble was somebody else's call";
  }
  EXPECT_EQ(load.failed(), load.failed_as(ErrorKind::Unavailable) +
                               load.failed_as(ErrorKind::DeadlineExceeded) +
                               load.failed_as(ErrorKind::Overloaded))
      << "every refusal says that it passes";
  EXPECT_EQ(load.without_retry(), 0) << "and when to come again";
  EXPECT_LE(load.slowest_ms(), kDeadlineMs) << "every answer comes within its deadline";
  EXPECT_LE(connected(), kPoolSize + 1) << "connections are left open";
}

void FaultFixture::expect_nothing_lost(const std::string& name, const SignUpLoad& load) const {
  std::set<std::string> found;
  const std::string ids = own_sql("SELECT id FROM users WHERE id LIKE 'id-load-%'");
  for (std::size_t at = 0; at < ids.size();) {
    const std::size_t end = std::min(ids.find('\n', at), ids.size());
    found.insert(ids.substr(at + 3, end - at - 3));  // without "id-"
    at = end + 1;
  }
  const std::set<std::string> acknowledged = load.acknowledged();
  const auto lost = std::count_if(acknowledged.begin(), acknowledged.end(),
                                  [&](const std::string& who) { return found.count(who) == 0; });
  std::cout << name << ": sent " << load.sent() << ", acknowledged " << acknowledged.size() << ", found "
            << found.size() << ", refused " << load.failed() << ", slowest " << load.slowest_ms() << " ms\n";
  EXPECT_EQ(lost, 0) << "acknowledged and not there";
}

}  // namespace gateway::testing
