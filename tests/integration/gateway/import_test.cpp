// Leaving Firebase: accounts of an export sign in here, with the passwords, ids and users that they had.
#include <sstream>

#include "core/app/firebase_export.hpp"
#include "core/auth/account_import.hpp"
#include "tests/integration/gateway/gateway_fixture.hpp"

namespace gateway::testing {
namespace {

using auth::ImportState;

// The published account of github.com/firebase/scrypt: the password is "user1password".
constexpr const char* kLocalConfig = R"({"MemoryKiB":1024,"Iterations":1,"FirebaseScrypt":{
  "SignerKey":"jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
  "SaltSeparator":"Bw==","Rounds":8,"MemoryCost":14}})";
const std::string kPassword =
    R"("passwordHash":"lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==","salt":"42xEC+ixf3L2lw==")";

class ImportTest : public GatewayFixture {
 protected:
  void SetUp() override {
    app::Settings settings = default_settings();
    for (app::PluginChoice& choice : settings.plugins) {
      if (choice.name == "local") choice.config_json = kLocalConfig;
    }
    start(std::move(settings));
  }

  std::vector<auth::ImportOutcome> import(const std::string& users) {
    auth::AccountImport import(services().store, *services().providers.find("local"), "firebase", clock_,
                               random_, auth::UserOptions{});
    std::istringstream file(R"({"users":[)" + users + "]}");
    std::vector<auth::ImportOutcome> outcomes;
    const auto read = app::read_firebase_export(file, [&](const auth::ImportedAccount& imported) {
      auto outcome = import.take(imported, call_context());
      if (outcome) outcomes.push_back(std::move(*outcome));
      EXPECT_TRUE(outcome.ok());
      return outcome.ok();
    });
    EXPECT_TRUE(read.ok()) << (read ? "" : read.error().detail);
    return outcomes;
  }
  Answer log_in_as(const std::string& email) {
    return post("/api/v1/auth/login", R"({"email":")" + email + R"(","password":"user1password"})");
  }
  // A user as the Firebase provider would have made it.
  std::string user_of_firebase(const std::string& subject, const std::string& email) {
    store::CreateUser create;
    create.user.id = "0190a000-0000-7000-8000-00000000000" + std::to_string(++made_);
    create.user.email = email;
    create.user.user_type = "Vendor";
    create.user.created_at_ms = create.user.updated_at_ms = clock_.wall_ms();
    create.user.identities.push_back({"firebase", subject, email, false, clock_.wall_ms()});
    EXPECT_TRUE(services().store.create_user(create, call_context()).ok());
    return create.user.id;
  }

 private:
  int made_ = 0;
};

TEST_F(ImportTest, AUserOfFirebaseKeepsItsIdAndPassword) {
  const std::string id = user_of_firebase("uid-1", "one@example.com");
  const auto outcomes =
      import(R"({"localId":"uid-1","email":"one@example.com","emailVerified":true,)" + kPassword + "}");
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].state, ImportState::Taken) << outcomes[0].reason;
  EXPECT_EQ(outcomes[0].user_id, id);
  const Answer answer = log_in_as("one@example.com");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.at("data.user.id"), id);
  EXPECT_EQ(answer.at("data.user.firebaseUid"), "uid-1");
  EXPECT_EQ(answer.at("data.user.userType"), "Vendor");
  EXPECT_EQ(log_in_as("one@example.com").status, 200) << "and again, rehashed";
}

TEST_F(ImportTest, WhoNeverCameGetsAUserFromTheExport) {
  const auto outcomes = import(
      R"({"localId":"uid-2","email":"two@example.com","emailVerified":true,"displayName":"Number Two",)"
      R"("photoUrl":"https://example.com/2.png","phoneNumber":"+14155550102","createdAt":"1700000000000",)"
      R"("lastSignedInAt":"1710000000000","providerUserInfo":[],)" +
      kPassword + "}");
  ASSERT_EQ(outcomes.at(0).state, ImportState::Taken) << outcomes[0].reason;
  const Answer answer = log_in_as("two@example.com");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.at("data.user.fullName"), "Number Two");
  EXPECT_EQ(answer.at("data.user.phoneNumber"), "+14155550102");
  EXPECT_EQ(answer.at("data.user.createdAt"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(answer.at("data.user.emailVerified"), "true");
  EXPECT_EQ(answer.at("data.user.firebaseUid"), "uid-2");
}

TEST_F(ImportTest, ItMayBeRepeatedAndGoesOnWhereItStopped) {
  const std::string one = R"({"localId":"uid-1","email":"one@example.com",)" + kPassword + "}";
  const std::string two = R"({"localId":"uid-2","email":"two@example.com",)" + kPassword + "}";
  const std::string id = import(one).at(0).user_id;
  // Interrupted between its two steps: the account is there, the user is not.
  CreateAccount half;
  half.subject = "uid-2";
  half.email = "two@example.com";
  half.password_hash = Secret(
      "$firebase-scrypt$42xEC-ixf3L2lw$lSrfV15cpx95_sZS2W9c9Kp6i_LVgQNDNC_qzrCnh1SAyZvqmZqAjTdn3aoItz-"
      "VHjoZilo78198JAdRuid5lQ");
  ASSERT_TRUE(services().providers.find("local")->call(half, call_context()).ok());

  const auto outcomes = import(one + "," + two);
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].state, ImportState::AlreadyTaken);
  EXPECT_EQ(outcomes[0].user_id, id);
  EXPECT_EQ(outcomes[1].state, ImportState::Taken) << outcomes[1].reason;
  EXPECT_EQ(log_in_as("two@example.com").at("data.user.id"), outcomes[1].user_id);
}

TEST_F(ImportTest, TheSuspendedStaySuspended) {
  EXPECT_EQ(import(R"({"localId":"uid-1","email":"one@example.com","disabled":true,)" + kPassword + "}")
                .at(0)
                .state,
            ImportState::Taken);
  EXPECT_EQ(log_in_as("one@example.com").code(), "USER_DISABLED");
}

TEST_F(ImportTest, WhatCannotBeTakenIsSaid) {
  const Person here = sign_up("here@example.com");
  const auto outcomes = import(
      R"({"localId":"a","phoneNumber":"+14155550103"},)"
      R"({"localId":"b","email":"google@example.com","providerUserInfo":[{"providerId":"google.com"}]},)"
      R"({"localId":"c","email":"not an email",)" +
      kPassword + "}," + R"({"localId":"d","email":"HERE@example.com",)" + kPassword + "}," +
      R"({"email":"noid@example.com",)" + kPassword + "}," +
      R"({"localId":"e","email":"short@example.com","passwordHash":"c2hvcnQ=","salt":"c2FsdA=="})");
  ASSERT_EQ(outcomes.size(), 6U);
  EXPECT_EQ(outcomes[0].state, ImportState::Skipped);
  EXPECT_EQ(outcomes[1].state, ImportState::Skipped);
  for (std::size_t i = 2; i < 6; ++i) {
    EXPECT_EQ(outcomes[i].state, ImportState::Refused) << i;
    EXPECT_FALSE(outcomes[i].reason.empty()) << i;
  }
  EXPECT_EQ(log_in(here).status, 200) << "nobody's account was touched";
}

TEST_F(ImportTest, AnEmailThatIsAnotherUsersLeavesNothingBehind) {
  user_of_firebase("somebody-else", "taken@example.com");
  const std::string users = R"({"localId":"uid-1","email":"taken@example.com",)" + kPassword + "}";
  EXPECT_EQ(import(users).at(0).state, ImportState::Refused);
  EXPECT_EQ(log_in_as("taken@example.com").status, 401) << "the half account is gone";
}

TEST_F(ImportTest, APhoneNumberThatIsTakenIsLeftOut) {
  const auto outcomes = import(
      R"({"localId":"uid-1","email":"one@example.com","phoneNumber":"+14155550104",)" + kPassword + "}," +
      R"({"localId":"uid-2","email":"two@example.com","phoneNumber":"+14155550104",)" + kPassword + "}");
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[1].state, ImportState::Taken);
  EXPECT_NE(outcomes[1].reason.find("phone"), std::string::npos);
  EXPECT_EQ(log_in_as("two@example.com").at("data.user.phoneNumber"), "");
}

// A repeated import, or an export from before: who was deleted here does not come back by it.
TEST_F(ImportTest, check_19_WhoWasDeletedHereIsNotBroughtBack) {
  const std::string user = R"({"localId":"uid-1","email":"one@example.com",)" + kPassword + "}";
  const Person admin = make_admin("admin@example.com");
  const std::string id = import(user).at(0).user_id;
  ASSERT_EQ(call("DELETE", "/api/v1/users/" + id, {}, admin.token).status, 200);
  clock_.advance_wall(2 * store::kRevocationMemoryMs);
  store::Prune prune;
  prune.now_ms = clock_.wall_ms();
  ASSERT_TRUE(services().store.prune(prune, call_context()).ok());
  const auto outcome = import(user).at(0);
  EXPECT_EQ(outcome.state, ImportState::Refused) << outcome.user_id;
  EXPECT_NE(outcome.reason.find("deleted"), std::string::npos) << outcome.reason;
  EXPECT_EQ(log_in_as("one@example.com").status, 401) << "nor its account";
}

TEST_F(ImportTest, OneBadAccountKeepsNobodyElseOut) {
  const auto outcomes = import(
      R"({"localId":"nul\u0000","email":"a@example.com",)" + kPassword + "}," +
      R"({"localId":"b","email":"b\u0000@example.com",)" + kPassword + "}," +
      R"({"localId":"c","email":"c@example.com","displayName":"Half\u0000Way","photoUrl":"javascript:x",)" +
      kPassword + "}," + R"({"localId":"d","localId":"d","email":"d@example.com"},)" +
      R"({"localId":"e","email":"e@example.com","displayName":")" + std::string(300'000, 'x') + R"("},)" +
      R"("nobody",[{"localId":"f"}],null,)" + R"({"localId":"g","email":"g@example.com","disabled":"true",)" +
      kPassword + "}," +
      R"({"localId":"h","email":"h@example.com","passwordHash":"%%%","salt":"c2FsdA=="},)" +
      R"({"localId":"i","email":"i@example.com",)" + kPassword + "}");
  ASSERT_EQ(outcomes.size(), 11U);
  for (const std::size_t i : {0U, 1U, 3U, 4U, 5U, 6U, 7U, 8U, 9U}) {
    EXPECT_EQ(outcomes[i].state, ImportState::Refused) << i;
    EXPECT_FALSE(outcomes[i].reason.empty()) << i;
  }
  EXPECT_EQ(outcomes[2].state, ImportState::Taken) << outcomes[2].reason;
  EXPECT_NE(outcomes[2].reason.find("full_name"), std::string::npos) << outcomes[2].reason;
  EXPECT_NE(outcomes[9].reason.find("passwordHash"), std::string::npos) << outcomes[9].reason;
  EXPECT_NE(outcomes[8].reason.find("entry 9"), std::string::npos) << outcomes[8].reason;
  EXPECT_EQ(outcomes[10].state, ImportState::Taken) << outcomes[10].reason;
  const Answer answer = log_in_as("c@example.com");
  ASSERT_EQ(answer.status, 200) << answer.raw.body;
  EXPECT_EQ(answer.at("data.user.fullName"), "");
  EXPECT_EQ(answer.at("data.user.profileImageUrl"), "");
}

// The reader alone, with files that are not what they should be.
TEST(FirebaseExport, IsReadStrictlyAndOneAccountAtATime) {
  const auto read = [](const std::string& text, int* count) {
    std::istringstream file(text);
    return app::read_firebase_export(file, [&](const auth::ImportedAccount&) { return ++*count < 3; }).ok();
  };
  int count = 0;
  EXPECT_TRUE(
      read(R"({"kind":"x","users":[{"localId":"a"},{"localId":"b"}],"more":{"users":[{"localId":"c"}]}})",
           &count));
  EXPECT_EQ(count, 2);
  count = 0;
  EXPECT_TRUE(read(R"({"users":[]})", &count));
  EXPECT_TRUE(read(R"({"users":[{},{},{},{},)", &count)) << "who stops reading hears nothing of the rest";
  EXPECT_EQ(count, 3);
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"users":{}})"),
        std::string(R"({"users":[{"localId":"a"})"), std::string(R"({"users":null})"),
        std::string("\xef\xbb{\"users\":[]}"), std::string("\xff\xfe{\0", 4),
        std::string(R"({"users":[]} more)"),
        R"({"users":[{"a":)" + std::string(50, '[') + std::string(50, ']') + "}]}"}) {
    count = 0;
    EXPECT_FALSE(read(bad, &count)) << bad.substr(0, 60);
  }
}

}  // namespace
}  // namespace gateway::testing
