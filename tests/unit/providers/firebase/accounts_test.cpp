// account.*: what an administrator does.
#include <algorithm>

#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

class FirebaseAccounts : public FirebaseTest {
 protected:
  void SetUp() override {
    run();
    person_ = add_person();
  }
  Result<AuthenticationOutcome> get(const std::string& subject) {
    return provider().get_account(GetAccount{subject}, context());
  }
  Result<AccountOutcome> update(const std::function<void(UpdateAccount&)>& how, const std::string& subject) {
    UpdateAccount request;
    request.subject = subject;
    how(request);
    return provider().update_account(request, context());
  }
  Result<AccountOutcome> update(const std::function<void(UpdateAccount&)>& how) {
    return update(how, person_.local_id);
  }
  Result<AccountOutcome> claims(const std::string& json) {
    return update([&](UpdateAccount& request) { request.claims = JsonText{json}; });
  }
  FakeAccount person_;
};

TEST_F(FirebaseAccounts, an_account_is_got_by_subject) {
  const Authenticated found = authenticated_in(get(person_.local_id));
  EXPECT_EQ(found.account.subject, person_.local_id);
  EXPECT_EQ(found.account.email, "zoe@example.com");
  EXPECT_EQ(found.account.full_name, "Zoe Example");
  EXPECT_FALSE(found.account.email_verified);
  EXPECT_FALSE(found.account.phone_number);
  EXPECT_FALSE(found.tokens);
  for (const std::string& nobody :
       {std::string("nobody"), std::string(), std::string("zoe@example.com"), std::string(1'000'000, '@')})
    EXPECT_EQ(name_of_outcome(get(nobody)), "wrong_credentials") << nobody.substr(0, 20);
}

TEST_F(FirebaseAccounts, disabling_and_enabling) {
  const auto set = [&](const std::string& subject, bool disabled) {
    return name_of_outcome(provider().set_account_disabled(SetAccountDisabled{subject, disabled}, context()));
  };
  EXPECT_EQ(set(person_.local_id, true), "accepted");
  EXPECT_EQ(set(person_.local_id, true), "accepted");
  EXPECT_TRUE(authenticated_in(get(person_.local_id)).account.disabled);
  EXPECT_EQ(set(person_.local_id, false), "accepted");
  EXPECT_FALSE(google_.find(person_.local_id)->disabled);
  EXPECT_EQ(set("nobody", true), "wrong_credentials");
  EXPECT_EQ(set("", true), "wrong_credentials");
}

TEST_F(FirebaseAccounts, deleting_may_be_repeated) {
  const auto remove = [&](const std::string& subject) {
    return name_of_outcome(provider().delete_account(DeleteAccount{subject}, context()));
  };
  EXPECT_EQ(remove(person_.local_id), "accepted");
  EXPECT_EQ(remove(person_.local_id), "accepted");
  EXPECT_EQ(remove("never-was"), "accepted");
  EXPECT_EQ(remove(""), "accepted");
  EXPECT_FALSE(google_.find(person_.local_id));
  set_away(unavailable("away"));
  EXPECT_FALSE(provider().delete_account(DeleteAccount{"other"}, context()).ok())
      << "an outage is no deletion";
}

TEST_F(FirebaseAccounts, revoking_ends_the_sessions_of_before) {
  const auto revoked = provider().revoke_sessions(RevokeSessions{person_.local_id}, context());
  EXPECT_EQ(name_of_outcome(revoked), "accepted");
  EXPECT_EQ(google_.find(person_.local_id)->valid_since_s, now_s());
  EXPECT_EQ(name_of_outcome(provider().revoke_sessions(RevokeSessions{"nobody"}, context())),
            "wrong_credentials");
}

TEST_F(FirebaseAccounts, an_account_is_made_as_it_is_asked_for) {
  CreateAccount create;
  create.subject = "person-from-elsewhere";
  create.email = "New@example.com";
  create.email_verified = true;
  create.password = Secret(std::string(kPassword));
  create.full_name = "New Person";
  create.phone_number = "+4915112345678";
  create.disabled = true;
  const Authenticated made = authenticated_in(provider().create_account(create, context()));
  EXPECT_EQ(made.account.subject, "person-from-elsewhere");
  EXPECT_EQ(made.account.email, "new@example.com");
  EXPECT_TRUE(made.account.email_verified);
  EXPECT_TRUE(made.account.disabled);
  EXPECT_FALSE(made.tokens);
  EXPECT_EQ(encode(authenticated_in(get("person-from-elsewhere")).account), encode(made.account));
}

TEST_F(FirebaseAccounts, what_is_taken_is_said_to_be) {
  const auto create = [&](const std::function<void(CreateAccount&)>& how) {
    CreateAccount request;
    how(request);
    return name_of_outcome(provider().create_account(request, context()));
  };
  google_.change(person_.local_id, [](FakeAccount& account) { account.phone_number = "+4915112345678"; });
  EXPECT_EQ(create([](auto& request) { request.email = "ZOE@example.com"; }), "account_exists");
  EXPECT_EQ(create([](auto& request) { request.phone_number = "+4915112345678"; }), "account_exists");
  EXPECT_EQ(create([&](auto& request) { request.subject = person_.local_id; }), "account_exists");
  EXPECT_EQ(create([](auto& request) { request.email = "no-at-sign"; }), "invalid_email");
  EXPECT_EQ(create([](auto& request) { request.phone_number = "123"; }), "invalid_phone_number");
  EXPECT_EQ(create([](auto& request) {
              request.email = "other@example.com";
              request.password = Secret(std::string());
            }),
            "weak_password");
  EXPECT_EQ(create([](auto& request) { request.email = "other@example.com"; }), "authenticated")
      << "one is drawn";
}

TEST_F(FirebaseAccounts, an_update_changes_what_is_present) {
  EXPECT_EQ(name_of_outcome(update([](UpdateAccount& request) {
              request.email = "Other@example.com";
              request.email_verified = true;
              request.phone_number = "+4915112345678";
            })),
            "accepted");
  auto account = *google_.find(person_.local_id);
  EXPECT_EQ(account.email, "other@example.com");
  EXPECT_TRUE(account.email_verified);
  EXPECT_EQ(account.phone_number, "+4915112345678");
  EXPECT_EQ(account.display_name, "Zoe Example") << "was not present";
  EXPECT_EQ(account.password, kPassword);

  EXPECT_EQ(name_of_outcome(update([](UpdateAccount& request) {
              request.full_name = "";
              request.phone_number = "";
              request.password = Secret(std::string("Another-secret9!"));
            })),
            "accepted");
  account = *google_.find(person_.local_id);
  EXPECT_EQ(account.display_name, "");
  EXPECT_EQ(account.phone_number, "");
  EXPECT_EQ(account.password, "Another-secret9!");
}

TEST_F(FirebaseAccounts, an_update_that_cannot_be_says_why) {
  add_person("taken@example.com");
  EXPECT_EQ(name_of_outcome(update([](auto& request) { request.email = "taken@example.com"; })),
            "account_exists");
  EXPECT_EQ(name_of_outcome(update([](auto& request) { request.email = "x"; })), "invalid_email");
  EXPECT_EQ(name_of_outcome(update([](auto& request) { request.password = Secret(std::string()); })),
            "weak_password");
  EXPECT_EQ(name_of_outcome(update([](auto& request) { request.phone_number = "x"; })),
            "invalid_phone_number");
  EXPECT_EQ(name_of_outcome(update([](auto& request) { request.full_name = "X"; }, "nobody")),
            "wrong_credentials");
}

TEST_F(FirebaseAccounts, claims_go_into_the_accounts_tokens) {
  EXPECT_EQ(name_of_outcome(claims(R"({"role":"admin"})")), "accepted");
  const auto outcome = verify(google_.id_token(person_.local_id));
  EXPECT_NE(std::get<Authenticated>(outcome).claims.text.find(R"("role":"admin")"), std::string::npos);
  EXPECT_EQ(name_of_outcome(claims("{}")), "accepted");
  EXPECT_EQ(google_.find(person_.local_id)->custom_attributes, "{}");
}

TEST_F(FirebaseAccounts, check_27_reserved_and_oversize_claims_are_refused) {
  for (const std::string name :
       {"acr", "amr", "at_hash", "aud", "auth_time", "azp", "cnf", "c_hash", "exp", "iat", "iss", "jti",
        "nbf", "nonce", "sub", "firebase", "user_id", "email", "email_verified"})
    EXPECT_EQ(name_of_outcome(claims(R"({")" + name + R"(":"x"})")), "operation_not_allowed") << name;
  EXPECT_EQ(name_of_outcome(claims(R"({"a":")" + std::string(1'000, 'x') + R"("})")),
            "operation_not_allowed");
  EXPECT_EQ(google_.find(person_.local_id)->custom_attributes, "");
}

TEST_F(FirebaseAccounts, every_account_is_listed_once) {
  std::vector<std::string> expected{person_.local_id};
  for (int i = 0; i < 6; ++i)
    expected.push_back(add_person("person" + std::to_string(i) + "@example.com").local_id);
  std::vector<std::string> listed;
  ListAccounts request;
  request.limit = 3;
  for (int page = 0; page < 10; ++page) {
    const auto reply = provider().list_accounts(request, context());
    ASSERT_TRUE(reply.ok());
    EXPECT_LE(reply->accounts.size(), 3U);
    for (const ProviderAccount& account : reply->accounts)
      listed.push_back(account.subject);
    request.after = reply->next;
    if (request.after.empty()) break;
  }
  std::sort(listed.begin(), listed.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(listed, expected);
}

TEST_F(FirebaseAccounts, a_page_has_a_bound_and_a_size) {
  ListAccounts request;
  request.limit = 1'000'000;
  EXPECT_TRUE(provider().list_accounts(request, context()).ok());
  EXPECT_EQ(google_.count("maxResults=500"), 1);
  request.limit = 0;
  EXPECT_FALSE(provider().list_accounts(request, context()).ok());
  request.limit = 1;
  request.after = "a&b=c d";
  EXPECT_TRUE(provider().list_accounts(request, context()).ok());
  EXPECT_EQ(google_.count("nextPageToken=a%26b%3Dc"), 1) << "one parameter, whatever is in it";
}

TEST_F(FirebaseAccounts, a_project_without_accounts_has_an_empty_page) {
  EXPECT_EQ(name_of_outcome(provider().delete_account(DeleteAccount{person_.local_id}, context())),
            "accepted");
  const auto page = provider().list_accounts(ListAccounts{}, context());
  ASSERT_TRUE(page.ok());
  EXPECT_TRUE(page->accounts.empty());
  EXPECT_TRUE(page->next.empty());
}

}  // namespace
}  // namespace gateway::firebase
