// The plan of every statement that the plugin has, printed, and refused where it reads a big table from end
// to end. A statement without a case here fails the test.
#include <cstdio>
#include <map>
#include <set>

#include <gateway/json.hpp>

#include "tests/integration/postgres/filled_fixture.hpp"

namespace gateway::testing {
namespace {

using postgres::Statement;
using Values = std::vector<const char*>;  // SQL literals

// Typical parameters of each, in a database that fill() has filled.
const std::map<std::string, Values>& cases() {
  static const std::map<std::string, Values> all{
      {"api_keys.create", {"'n'", "'N'", "'{}'", "'d'", "''", "1", "NULL", "NULL", "NULL"}},
      {"api_keys.find", {"'k7'"}},
      {"api_keys.list", {"5000", "'k1'", "20"}},
      {"api_keys.revoke", {"'k7'", "1"}},
      {"api_keys.note_uses", {"'{\"uses\":[{\"id\":\"k7\",\"at_ms\":1}]}'", "60000"}},
      {"audit.append", {"'n'", "1", "'x'", "'u1'", "NULL", "''", "''", "'{}'"}},
      {"audit.list", {"5000", "20"}},
      {"audit.list_of_user", {"5000", "20", "'u7'"}},
      {"codes.put", {"'s'", "'p'", "'t7'", "'d'", "''", "1", "3"}},
      {"codes.consume", {"'s'", "'p'", "'t7'", "'d'", "1", "'salt'"}},
      {"credentials.create", {"'p'", "'new'", "'new'", "'e'", "true", "NULL", "'h'", "false", "0"}},
      {"credentials.find_by_login", {"'p'", "'l7'"}},
      {"credentials.find_by_subject", {"'p'", "'s7'"}},
      {"credentials.replace_secret", {"'p'", "'s7'", "'h'", "'i'", "1"}},
      {"credentials.set_disabled", {"'p'", "'s7'", "true", "1"}},
      {"credentials.delete", {"'p'", "'s7'"}},
      {"identities.link", {"'u7'", "'q'", "'s7'", "NULL", "true", "1", "1", "32"}},
      {"identities.linked", {"'u7'", "'q'", "'s7'"}},
      {"keys.list", {"'sign'"}},
      {"keys.add", {"'k'", "'sign'", "'ES256'", "'m'", "1", "1", "0", "''", "1"}},
      {"keys.replace_material", {"'sign'", "'k'", "'m'", "'n'"}},
      {"pool.cancel", {"1"}},
      {"records.put", {"'s'", "'k7'", "''", "NULL"}},
      {"records.get", {"'s'", "'k7'", "1"}},
      {"records.delete", {"'s'", "'k7'"}},
      {"revocations.now", {}},
      {"revocations.since", {"pg_current_snapshot()"}},
      {"sessions.open", {"'n'", "'u7'", "'p'", "'s7'", "1", "9", "9", "NULL", "'n'", "1", "5"}},
      {"sessions.rotate", {"'d7'", "'e7'", "1", "1", "9", "100"}},
      {"sessions.resolve", {"'x7'"}},
      {"sessions.revoke_one", {"'x7'", "1"}},
      {"sessions.end_all", {"'u7'", "1"}},
      {"sessions.revoke_all", {"'u7'", "1"}},
      {"sessions.revoke_others", {"'u7'", "1", "'x'"}},
      {"store.probe", {}},
      {"store.prune", {"9000010", "100", "10"}},
      {"users.create",
       {"'n'", "'n@example.com'", "true", "NULL", "NULL", "false", "'Buyer'", "'Active'", "NULL", "NULL", "1",
        "1", "'{\"identities\":[{\"provider\":\"p\",\"subject\":\"n\"}]}'", "1"}},
      {"users.get", {"'u7'"}},
      {"users.find_by_identity", {"'p'", "'s7'"}},
      {"users.find_by_email", {"'USER7@example.com'"}},
      {"users.update", {"'u7'", "'N'", "NULL", "NULL", "NULL", "NULL", "1", "1"}},
      {"users.update_access",
       {"'u7'", "NULL", "NULL", "NULL", "NULL", "NULL", "1", "1", "'Vendor'", "NULL", "'Admin'"}},
      {"users.lock", {"'u7'"}},
      {"users.lock_type", {"'u7'", "'Admin'"}},
      {"users.delete", {"'u7'", "1", "'Admin'"}},
      {"users.list.0", {"20", "200"}},
      {"users.list.1", {"20", "200", "'Buyer'"}},
      {"users.list.2", {"20", "200", "'Active'"}},
      {"users.list.3", {"20", "200", "'Buyer'", "'Active'"}},
      {"users.list.4", {"20", "0", "'%user123@%'"}},
      {"users.list.5", {"20", "0", "'Buyer'", "'%user123@%'"}},
      {"users.list.6", {"20", "0", "'Active'", "'%user123@%'"}},
      {"users.list.7", {"20", "0", "'Buyer'", "'Active'", "'%user123@%'"}},
      {"users.list.plan_anew", {}},
      {"users.list.8", {"20", "0", "5000", "'u1'"}},
      {"users.list.9", {"20", "0", "'Buyer'", "5000", "'u1'"}},
      {"users.list.10", {"20", "0", "'Active'", "5000", "'u1'"}},
      {"users.list.11", {"20", "0", "'Buyer'", "'Active'", "5000", "'u1'"}},
      {"users.list.12", {"20", "0", "'%user123@%'", "5000", "'u1'"}},
      {"users.list.13", {"20", "0", "'Buyer'", "'%user123@%'", "5000", "'u1'"}},
      {"users.list.14", {"20", "0", "'Active'", "'%user123@%'", "5000", "'u1'"}},
      {"users.list.15", {"20", "0", "'Buyer'", "'Active'", "'%user123@%'", "5000", "'u1'"}},
  };
  return all;
}

const std::set<std::string> kOfPoolTest{"one", "slow", "pid"};  // linked into the same program

// How a plan reads: its scans in order, as "Index Scan users_pkey"; and those that are not allowed.
struct Reading {
  std::string line;
  std::vector<std::string> scanned;

  void add(const rapidjson::Value& node) {
    static const std::set<std::string> kBig{
        "users",   "identities",  "sessions",     "session_tokens",     "credentials", "codes",
        "records", "revocations", "audit_events", "deleted_identities", "api_keys"};
    const std::string type = text(node, "Node Type");
    const std::string relation = text(node, "Relation Name");
    if (type.find("Scan") != std::string::npos && type != "CTE Scan" && type != "Subquery Scan") {
      const std::string index = text(node, "Index Name");
      line += (line.empty() ? "" : ", ") + type + " " + (index.empty() ? relation : index);
    }
    if (type == "Seq Scan" && kBig.count(relation) != 0) scanned.push_back(relation);
    if (const auto* plans = member(node, "Plans")) {
      for (const auto& below : plans->GetArray())
        add(below);
    }
  }
  static std::string text(const rapidjson::Value& node, const char* name) {
    const auto* found = member(node, name);
    return found == nullptr ? "" : found->GetString();
  }
};

class ExplainTest : public FilledFixture {
 protected:
  void SetUp() override {
    fill(8'000);
    auto opened = postgres::Connection::open(settings(), soon(), -1);
    ASSERT_TRUE(opened) << opened.error().error.detail;
    connection_ = std::move(*opened);
  }

  std::string ask(const std::string& text) {
    const auto rows = connection_->run_script("explain", text, soon());
    EXPECT_TRUE(rows) << rows.error().error.detail << "\n" << text;
    return rows && !rows->empty() ? std::string(rows->text(0, 0)) : "";
  }

  // As the plugin has it prepared; PREPARE and the protocol's own message are one to the server.
  Reading plan_of(const Statement& statement, const Values& values, const std::string& mode) {
    ask("DEALLOCATE ALL; SET plan_cache_mode = " + mode + "; PREPARE looked_at AS " + statement.sql);
    EXPECT_EQ(ask("SELECT cardinality(parameter_types) FROM pg_prepared_statements"),
              std::to_string(values.size()))
        << statement.name;
    std::string list;
    for (const char* value : values)
      list += (list.empty() ? "(" : ", ") + std::string(value);
    if (!list.empty()) list += ")";
    const auto json = parse_json(ask("EXPLAIN (FORMAT JSON) EXECUTE looked_at" + list), {1U << 20U, 200});
    Reading reading;
    EXPECT_TRUE(json) << statement.name;
    if (json) reading.add((*json)[0]["Plan"]);
    return reading;
  }

  std::unique_ptr<postgres::Connection> connection_;
};

TEST_F(ExplainTest, NoStatementScansABigTable) {
  std::size_t looked_at = 0;
  for (const Statement* statement = Statement::last_made(); statement != nullptr;
       statement = statement->before()) {
    if (kOfPoolTest.count(statement->name) != 0) continue;
    const auto found = cases().find(statement->name);
    if (found == cases().end()) {
      ADD_FAILURE() << statement->name << " has no case in this test";
      continue;
    }
    ++looked_at;
    // Without the parameters' values, as the plugin has it planned; and with them, as searches are and as
    // everything is behind PgBouncer.
    for (const std::string mode : {"force_generic_plan", "force_custom_plan"}) {
      const Reading plan = plan_of(*statement, found->second, mode);
      std::printf("%-28s %-7s %s\n", statement->name.c_str(), mode.substr(6, mode.size() - 11).c_str(),
                  plan.line.empty() ? "-" : plan.line.c_str());
      EXPECT_EQ(plan.scanned, std::vector<std::string>()) << statement->name << ", " << mode;
    }
  }
  EXPECT_EQ(looked_at, cases().size()) << "a case is of no statement";
}

// What the test above would say if an index were missing.
TEST_F(ExplainTest, AMissingIndexIsSeen) {
  sql("ALTER TABLE credentials DROP CONSTRAINT credentials_login");
  for (const Statement* statement = Statement::last_made(); statement != nullptr;
       statement = statement->before()) {
    if (statement->name != "credentials.find_by_login") continue;
    const Values& values = cases().at(statement->name);
    EXPECT_EQ(plan_of(*statement, values, "force_generic_plan").scanned,
              std::vector<std::string>{"credentials"});
    return;
  }
  ADD_FAILURE() << "the statement is gone";
}

}  // namespace
}  // namespace gateway::testing
