// check_37: a sign-up spans Firebase and the database. The gateway, or the database, is killed between the
// steps: by SIGKILL, at a moment that the fake Google or the database itself tells, never after a while. What
// is acknowledged is kept; what is not is there on both sides, on neither, or healed by the next login.
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>

#include <gateway/json.hpp>

#include "tests/support/google_origin.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/run_command.hpp"
#include "tests/support/test_authority.hpp"
#include "tests/system/gateway_process.hpp"
#include "tests/system/program.hpp"

namespace gateway::testing {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr const char* kPassword = "Correct-horse9!";

std::string quoted(const std::string& text) {
  return to_text(rapidjson::Value(rapidjson::StringRef(text.data(), text.size())));
}

// Google, who can be told to keep the answer of a sign-up back once the account is made.
class HoldingGoogle {
 public:
  HoldingGoogle()
      : google_([] {
          FakeGoogle::Options options;
          options.now_s = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
          return options;
        }()),
        origin_([this](const OriginRequest& request) { return answer(request); },
                authority_.issue(kGoogleOriginNames)) {}
  ~HoldingGoogle() { let_go(); }
  HoldingGoogle(const HoldingGoogle&) = delete;
  HoldingGoogle& operator=(const HoldingGoogle&) = delete;

  FakeGoogle& accounts() { return google_; }
  std::string section() const { return google_.section_json(origin_.url("")); }
  std::string authority() const { return authority_.file(); }

  void hold_sign_ups() {
    const std::lock_guard lock(mutex_);
    holds_ = true;
    made_ = false;
  }
  // Until an account is there whose maker has not been told.
  bool wait_made() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this] { return made_; });
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    holds_ = false;
    changed_.notify_all();
  }

 private:
  OriginReply answer(const OriginRequest& request) {
    OriginReply reply = answer_of(google_, request);
    if (request.target.find("accounts:signUp") == std::string::npos) return reply;
    std::unique_lock lock(mutex_);
    made_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !holds_; });
    return reply;
  }

  FakeGoogle google_;
  TestAuthority authority_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool holds_ = false;  // guarded by mutex_, as the next
  bool made_ = false;
  HttpsOrigin origin_;  // the last: its threads use all of the above
};

struct Reply {
  int status = 0;  // 0: the connection ended without an answer
  rapidjson::Document json;
  std::string text;

  std::string at(std::string_view path) const {
    const rapidjson::Value* value = &json;
    while (!path.empty()) {
      const std::string_view name = path.substr(0, path.find('.'));
      path.remove_prefix(std::min(name.size() + 1, path.size()));
      value = value->IsObject() ? member(*value, name) : nullptr;
      if (value == nullptr) return "";
    }
    return value->IsString() ? std::string(text_of(*value)) : "";
  }
};

class SignUpKilled : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<PostgresServer>(); }
  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override {
    static int databases = 0;
    database_ = "killed_" + std::to_string(++databases);
    server_->create_database(database_);
    folder_ = std::filesystem::path(google_.authority()).parent_path();
    std::ofstream(folder_ / "appsettings.json")
        << R"({"Urls":"http://127.0.0.1:0","ConnectionStrings":{"IdentityServiceDb":)"
        << quoted(connection_string(PostgresServer::kService)) << R"(},"Http":{"CaFile":)"
        << quoted(google_.authority()) << R"(},"Plugins":{"Directory":)" << quoted(kProgramPlugins)
        << R"(,"Providers":["firebase"],"Storage":"postgres","Policies":["allowed-hosts"]},"Firebase":)"
        << google_.section() << "}";
    ASSERT_EQ(
        run_command({kProgram, "migrate", "--config", folder_, "--connection",
                     connection_string(PostgresServer::kOwner), "--service-role", PostgresServer::kService}),
        0);
    gateway_.emplace(folder_);
    gateway_->start();
  }
  void TearDown() override {
    google_.let_go();
    ASSERT_TRUE(gateway_);
    EXPECT_EQ(gateway_->stop(), 0) << "the gateway ends in order";
    const std::string log = gateway_->log();
    for (const std::string& secret : {std::string(kPassword), google_.accounts().api_key()})
      EXPECT_EQ(log.find(secret), std::string::npos) << secret;
  }

  std::string connection_string(const char* role) const {
    return server_->connection_string(role, database_);
  }
  std::string sql(const char* role, const std::string& text) const {
    return server_->sql(role, text, database_);
  }
  Reply ask(const std::string& method, const std::string& path, const std::string& body,
            const std::string& token = "") const {
    std::string request =
        method + " /api/v1/auth/" + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    if (!token.empty()) request += "Authorization: Bearer " + token + "\r\n";
    if (!body.empty())
      request += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    Reply reply;
    const auto raw = exchange_once(gateway_->port(), request + "\r\n" + body);
    if (!raw) return reply;
    reply.status = raw->status;
    reply.text = raw->body;
    if (auto json = parse_json(raw->body)) reply.json = std::move(*json);
    return reply;
  }
  Reply sign_up() const {
    return ask("POST", "signup",
               R"({"email":")" + email_ + R"(","password":")" + kPassword +
                   R"(","fullName":"A Person","phoneNumber":"+14155550100","userType":"Vendor"})");
  }
  Reply log_in() const {
    return ask("POST", "login", R"({"email":")" + email_ + R"(","password":")" + kPassword + R"("})");
  }

  // A sign-up under way, with Google keeping its answer back.
  std::future<Reply> held_at_google() {
    google_.hold_sign_ups();
    auto reply = std::async(std::launch::async, [this] { return sign_up(); });
    EXPECT_TRUE(google_.wait_made());
    return reply;
  }
  // A sign-up under way that stands still in the database, where it writes to `table`.
  std::future<Reply> held_at(const std::string& table) {
    sql(PostgresServer::kOwner,
        "CREATE FUNCTION stand_still() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_sleep(600); RETURN NEW; END';"
        "CREATE TRIGGER stand_still BEFORE INSERT ON " +
            table + " FOR EACH ROW EXECUTE FUNCTION stand_still()");
    table_ = table;
    auto reply = std::async(std::launch::async, [this] { return sign_up(); });
    EXPECT_TRUE(soon([&] { return standing_still() == "1"; }));
    return reply;
  }
  // What stands still ends without effect, and nothing does any more.
  void let_the_database_go() const {
    sql(PostgresServer::kAdmin,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
    sql(PostgresServer::kOwner, "DROP TRIGGER stand_still ON " + table_);
  }
  std::string standing_still() const {
    return sql(PostgresServer::kAdmin, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
  }
  static bool soon(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }
  std::string users() const { return sql(PostgresServer::kAdmin, "SELECT count(*) FROM users"); }

  static void expect_database_away(const Reply& reply) {
    EXPECT_EQ(reply.status, 503) << reply.text;
    EXPECT_EQ(reply.at("error.code"), "DATABASE_ERROR") << reply.text;
  }

  // One account, one user, and each of them the other's: whatever has been in between.
  Reply expect_whole() {
    Reply login;
    EXPECT_TRUE(soon([&] { return (login = log_in()).status != 503; })) << "the gateway does not recover";
    EXPECT_EQ(login.status, 200) << login.text;
    const std::string subject = login.at("data.user.firebaseUid");
    const auto account = google_.accounts().find(subject);
    EXPECT_TRUE(account && account->email == email_) << subject;
    EXPECT_EQ(google_.accounts().count("accounts:signUp"), 1) << "never asked for twice";
    EXPECT_EQ(users(), "1");
    const std::string id = login.at("data.user.id");
    EXPECT_EQ(ask("GET", "me", "", login.at("data.idToken")).at("data.id"), id);
    const Reply fresh =
        ask("POST", "refresh", R"({"refreshToken":")" + login.at("data.refreshToken") + R"("})");
    EXPECT_EQ(fresh.status, 200) << fresh.text;
    EXPECT_EQ(ask("GET", "me", "", fresh.at("data.idToken")).at("data.id"), id);
    EXPECT_EQ(log_in().at("data.user.id"), id) << "the next one is the same person";
    EXPECT_EQ(sign_up().at("error.code"), "EMAIL_ALREADY_EXISTS");
    EXPECT_EQ(users(), "1");
    return login;
  }
  // Who was healed is what anybody is: nothing that the lost request said is taken on trust later.
  static void expect_healed(const Reply& login) {
    EXPECT_EQ(login.at("data.user.userType"), "Buyer");
    EXPECT_EQ(login.at("data.user.phoneNumber"), "");
    EXPECT_EQ(login.at("data.user.fullName"), "A Person") << "which Google keeps";
  }
  static void expect_as_signed_up(const Reply& login) {
    EXPECT_EQ(login.at("data.user.userType"), "Vendor");
    EXPECT_EQ(login.at("data.user.phoneNumber"), "+14155550100");
  }

  static std::unique_ptr<PostgresServer> server_;
  HoldingGoogle google_;
  std::filesystem::path folder_;
  std::optional<GatewayProcess> gateway_;
  const std::string email_ = "person@example.com";
  std::string database_, table_;
};

std::unique_ptr<PostgresServer> SignUpKilled::server_;

TEST_F(SignUpKilled, check_37_TheGatewayBeforeItIsTold) {
  auto lost = held_at_google();
  gateway_->kill();
  EXPECT_EQ(lost.get().status, 0) << "nothing was acknowledged";
  google_.let_go();
  EXPECT_EQ(users(), "0");
  gateway_->start();
  expect_healed(expect_whole());
}

TEST_F(SignUpKilled, check_37_TheGatewayWhileItWritesTheUser) {
  auto lost = held_at("users");
  EXPECT_EQ(google_.accounts().count("accounts:signUp"), 1);
  gateway_->kill();
  EXPECT_EQ(lost.get().status, 0);
  let_the_database_go();
  EXPECT_EQ(users(), "0");
  gateway_->start();
  expect_healed(expect_whole());
}

TEST_F(SignUpKilled, check_37_TheGatewayAfterItHasWrittenTheUser) {
  auto lost = held_at("audit_events");
  gateway_->kill();
  EXPECT_EQ(lost.get().status, 0);
  let_the_database_go();
  EXPECT_EQ(users(), "1");
  gateway_->start();
  expect_as_signed_up(expect_whole());
}

TEST_F(SignUpKilled, check_37_TheDatabaseBeforeTheUserIsWritten) {
  auto refused = held_at_google();
  server_->kill();
  google_.let_go();
  expect_database_away(refused.get());
  expect_database_away(log_in());
  server_->start();
  EXPECT_EQ(users(), "0");
  EXPECT_EQ(google_.accounts().count("accounts:delete"), 0) << "nobody could tell what the database took";
  expect_healed(expect_whole());
}

TEST_F(SignUpKilled, check_37_TheDatabaseWhileTheUserIsWritten) {
  auto refused = held_at("users");
  server_->kill();
  expect_database_away(refused.get());
  server_->start();
  let_the_database_go();
  EXPECT_EQ(users(), "0");
  expect_healed(expect_whole());
}

}  // namespace
}  // namespace gateway::testing
