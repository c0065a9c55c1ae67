// FaultFixture: a store on a server that a test may do harm to, with load running meanwhile. Prints what was
// sent, acknowledged and found. Thread safety: from one thread. Ownership: the server is the test's, or
// shared().
#pragma once

#include "tests/integration/postgres/postgres_fixture.hpp"
#include "tests/integration/postgres/sign_up_load.hpp"

namespace gateway::testing {

class FaultFixture : public PostgresFixture {
 protected:
  static constexpr std::int64_t kDeadlineMs = 1500;
  static constexpr std::size_t kPoolSize = 4;

  // Not the one of the other tests. It runs without fsync: what is killed here are processes, and what they
  // have written is with the kernel; the machine under it goes on.
  static PostgresServer& shared();

  // A new database on `server`, which must live as long as the test asks it for anything.
  void use(PostgresServer& server);
  std::unique_ptr<postgres::PostgresStore> opened(const std::string& connection_string) const;
  postgres::ConnectionSettings settings_of(const std::string& role) const;

  std::string own_sql(const std::string& text) const;
  std::string cut_all() const;
  // Connections of the store there are at the server.
  std::size_t connected() const;

  enum class Refusals { Some, None };
  using Fault = std::function<void(const SignUpLoad&)>;
  // Runs `fault` in the middle of a load; the server is expected to be back when it returns. `expected`:
  // whether the load has to notice it, or must not.
  void under_load(const std::string& name, const Fault& fault, Refusals expected = Refusals::Some);

  PostgresServer* server_in_use_ = nullptr;
  std::unique_ptr<postgres::PostgresStore> store_;

 private:
  void expect_nothing_lost(const std::string& name, const SignUpLoad& load) const;
};

}  // namespace gateway::testing
