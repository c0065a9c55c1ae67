// A sign-up spans Firebase and the storage. Whichever of the two fails, and wherever in between the gateway
// ends: afterwards both know the person, or neither, or the next login heals it, or the log says who it is.
#include <filesystem>
#include <fstream>

#include "tests/integration/firebase/firebase_gateway.hpp"
#include "tests/integration/gateway/plugin_folder.hpp"

namespace gateway::testing {
namespace {

class FirebaseSignUpFault : public FirebaseGateway {
 protected:
  // The plugins of this tree, the storage in a wrapper that fails when it is told to.
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "gateway-flaky-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    ::setenv("GATEWAY_TEST_STORAGE_FAULT", (folder_ / "fault").c_str(), 1);
    app::Settings settings = firebase_settings();
    const std::string storage = settings.plugins.front().name + ".so";
    for (const auto& entry : std::filesystem::directory_iterator(kPluginFolder)) {
      if (entry.path().extension() == ".so" && entry.path().filename() != storage)
        std::filesystem::copy(entry.path(), folder_);
    }
    std::filesystem::copy(std::filesystem::path(kTestPluginFolder) / "flaky_storage.so", folder_ / storage);
    settings.plugin_directory = folder_;
    start(std::move(settings));
  }
  void TearDown() override {
    FirebaseGateway::TearDown();
    ::unsetenv("GATEWAY_TEST_STORAGE_FAULT");
    std::filesystem::remove_all(folder_);
  }

  void storage_will(const std::string& how, const std::string& operation = "users.create") {
    std::ofstream(folder_ / "fault") << operation << " " << how;
  }
  bool storage_did() const { return !std::filesystem::exists(folder_ / "fault"); }
  // Somebody who is here by way of another provider.
  void somebody_else(const std::string& email, const std::string& phone_number = "") {
    store::CreateUser create;
    create.user.id = "0190a000-0000-7000-8000-000000000001";
    create.user.email = email;
    if (!phone_number.empty()) create.user.phone_number = phone_number;
    create.user.user_type = "Buyer";
    create.user.created_at_ms = create.user.updated_at_ms = clock_.wall_ms();
    create.user.identities.push_back({"another", "a-1", email, false, clock_.wall_ms()});
    ASSERT_TRUE(services().store.create_user(create, call_context()).ok());
  }
  std::int64_t users() {
    const auto page = services().store.list_users({}, call_context());
    EXPECT_TRUE(page.ok());
    return page ? static_cast<std::int64_t>(page->users.size()) : -1;
  }
  static void expect_database_away(const Answer& answer) {
    EXPECT_EQ(answer.status, 503) << answer.raw.body;
    EXPECT_EQ(answer.code(), "DATABASE_ERROR") << answer.raw.body;
    EXPECT_FALSE(answer.raw.header("Retry-After").empty());
  }

  std::filesystem::path folder_;
};

TEST_F(FirebaseSignUpFault, AConflictInTheStorageTakesTheAccountBack) {
  somebody_else("taken@example.com", "+14155550101");
  EXPECT_EQ(sign_up_as("taken@example.com").code(), "EMAIL_ALREADY_EXISTS");
  EXPECT_EQ(sign_up_as("free@example.com", "+14155550101").code(), "PHONE_ALREADY_EXISTS");
  EXPECT_EQ(google_.count("accounts:delete"), 2);
  EXPECT_EQ(log_in_as("taken@example.com").code(), "INVALID_CREDENTIALS") << "the account was left behind";
  EXPECT_EQ(users(), 1);
  EXPECT_EQ(sign_up_as("free@example.com").status, 200) << "and the email was free again";
}

TEST_F(FirebaseSignUpFault, WhereItCannotBeTakenBackTheLogNamesTheAccount) {
  somebody_else("taken@example.com", "+14155550101");
  google_is(OriginFault::CloseWithoutAnswer, "accounts:delete");
  EXPECT_EQ(sign_up_as("taken@example.com").code(), "EMAIL_ALREADY_EXISTS");
  EXPECT_NE(logger_.text().find("left without a user"), std::string::npos);
  EXPECT_NE(logger_.text().find("subject=fake-account-"), std::string::npos);
  EXPECT_EQ(log_in_as("taken@example.com").code(), "EMAIL_ALREADY_EXISTS") << "never another's user";
  EXPECT_EQ(sign_up_as("free@example.com", "+14155550101").code(), "PHONE_ALREADY_EXISTS");
  const Answer healed = log_in_as("free@example.com");
  EXPECT_EQ(healed.status, 200) << healed.raw.body;
  EXPECT_EQ(healed.at("data.user.phoneNumber"), "");
  EXPECT_EQ(users(), 2);
}

TEST_F(FirebaseSignUpFault, WhereTheStorageRefusesForNowTheNextLoginHeals) {
  storage_will("refuse");
  expect_database_away(sign_up_as("new@example.com"));
  ASSERT_TRUE(storage_did());
  EXPECT_EQ(google_.count("accounts:delete"), 0) << "nobody can tell whether the storage took it";
  EXPECT_EQ(users(), 0);
  const Answer healed = log_in_as("new@example.com");
  ASSERT_EQ(healed.status, 200) << healed.raw.body;
  EXPECT_EQ(me(healed.at("data.idToken")).at("data.id"), healed.at("data.user.id"));
  EXPECT_EQ(users(), 1);
}

TEST_F(FirebaseSignUpFault, WhereTheStoragesAnswerIsLostTheNextLoginFindsTheUser) {
  storage_will("forget");
  expect_database_away(sign_up_as("new@example.com", "+14155550102"));
  ASSERT_TRUE(storage_did());
  EXPECT_EQ(users(), 1);
  const Answer found = log_in_as("new@example.com");
  ASSERT_EQ(found.status, 200) << found.raw.body;
  EXPECT_EQ(found.at("data.user.userType"), "Vendor") << "the user of the sign-up, not a new one";
  EXPECT_EQ(found.at("data.user.phoneNumber"), "+14155550102");
  EXPECT_EQ(users(), 1);
}

TEST_F(FirebaseSignUpFault, WhereGooglesAnswerIsLostTheNextLoginHeals) {
  google_is(OriginFault::CloseMidBody, "accounts:signUp");
  const Answer lost = sign_up_as("new@example.com");
  EXPECT_EQ(lost.status, 503);
  EXPECT_EQ(lost.code(), "FIREBASE_AUTH_FAILED");
  EXPECT_EQ(google_.count("accounts:signUp"), 1) << "what may have been done is not asked for twice";
  EXPECT_EQ(users(), 0);
  google_is(OriginFault::None);
  EXPECT_EQ(log_in_as("new@example.com").status, 200);
  EXPECT_EQ(users(), 1);
}

// As a gateway leaves it that ends between the two steps.
TEST_F(FirebaseSignUpFault, AnAccountWithoutAUserGetsOneWhicheverWayItComesFirst) {
  const FakeAccount by_login = add_person("login@example.com");
  const FakeAccount by_token = add_person("token@example.com");
  EXPECT_EQ(sign_up_as("login@example.com").code(), "EMAIL_ALREADY_EXISTS") << "the account is there";
  EXPECT_EQ(log_in_as("login@example.com").at("data.user.firebaseUid"), by_login.local_id);
  storage_will("refuse");
  EXPECT_EQ(me(google_.id_token(by_token.local_id)).code(), "DATABASE_ERROR");
  EXPECT_EQ(me(google_.id_token(by_token.local_id)).at("data.firebaseUid"), by_token.local_id);
  EXPECT_EQ(users(), 2);
}

}  // namespace
}  // namespace gateway::testing
