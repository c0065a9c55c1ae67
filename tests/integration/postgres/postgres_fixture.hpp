// PostgresFixture: a database of the test's own on a server that all tests of the program share, the parts of
// the storage over it, and users to fill it with. Thread safety: as of the parts.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include <gateway/conformance/test_host.hpp>

#include "storage/postgres/postgres_store.hpp"
#include "tests/support/postgres_server.hpp"

namespace gateway::testing {

class PostgresFixture : public ::testing::Test {
 protected:
  PostgresFixture();

  static PostgresServer& server();
  // Parses a plugin's section; `keys` go into the connection string.
  postgres::ConnectionSettings settings(const std::string& role = PostgresServer::kService,
                                        const std::string& keys = "") const;
  std::unique_ptr<postgres::PostgresStore> make_store(const std::string& role = PostgresServer::kService,
                                                      const std::string& keys = "");
  // Migrated as the owner, started as the service.
  std::unique_ptr<postgres::PostgresStore> started_store(const std::string& keys = "");
  void migrate();

  std::string sql(const std::string& text, const std::string& role = PostgresServer::kOwner) const {
    return server().sql(role, text, database_);
  }
  store::User new_user(const std::string& name) const;
  CallContext context(std::int64_t within_ms = 10'000) const { return host_.context(within_ms); }
  static postgres::Deadline soon(std::int64_t ms = 10'000) { return postgres::Deadline::in_ms(ms); }
  // Asks until it is so, at most `limit_ms`.
  static bool becomes(const std::function<bool()>& is_so, std::int64_t limit_ms = 10'000);

  conformance::TestHost test_host_;
  Host host_handle_;
  conformance::TestHost& host_;
  const std::string database_;
};

}  // namespace gateway::testing
