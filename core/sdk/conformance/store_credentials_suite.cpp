#include <atomic>

#include "store_suite.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::store;

class StoreCredentials : public StoreSuite {
 protected:
  Credential new_credential() const {
    Credential credential;
    credential.provider = "local";
    credential.subject = unique("subject-");
    credential.login = unique("login-") + "@example.com";
    credential.email = credential.login;
    credential.secret_hash = Secret("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA");
    credential.updated_at_ms = now_ms();
    return credential;
  }
  Credential stored() const {
    Credential credential = new_credential();
    expect_outcome<Stored>(answer(CreateCredential{credential}));
    return credential;
  }
  std::optional<Credential> by_subject(const Credential& c) const {
    FindCredential find;
    find.provider = c.provider;
    find.subject = c.subject;
    return answer(find).credential;
  }
  std::optional<Credential> by_login(const std::string& provider, const std::string& login) const {
    FindCredential find;
    find.provider = provider;
    find.login = login;
    return answer(find).credential;
  }
  ReplaceSecret replace(const Credential& c, std::string_view expected, std::string_view secret) const {
    return {c.provider, c.subject, Secret(std::string(expected)), Secret(std::string(secret)), now_ms() + 1};
  }
};

TEST_F(StoreCredentials, a_credential_is_found_by_login_and_by_subject) {
  Credential credential = new_credential();
  credential.full_name = "Zoë";
  credential.email = "Zoe@Example.com";
  expect_outcome<Stored>(answer(CreateCredential{credential}));
  ASSERT_TRUE(by_subject(credential));
  EXPECT_EQ(encode(*by_subject(credential)), encode(credential));
  ASSERT_TRUE(by_login("local", credential.login));
  EXPECT_EQ(encode(*by_login("local", credential.login)), encode(credential));
  EXPECT_FALSE(by_login("other", credential.login)) << "another provider's";
  EXPECT_FALSE(by_login("local", unique("nobody-")));
}

TEST_F(StoreCredentials, login_and_subject_are_unique_within_a_provider) {
  const Credential first = stored();
  Credential same_login = new_credential();
  same_login.login = first.login;
  EXPECT_EQ(std::get<Conflict>(answer(CreateCredential{same_login})).field, "login");
  Credential same_subject = new_credential();
  same_subject.subject = first.subject;
  EXPECT_EQ(std::get<Conflict>(answer(CreateCredential{same_subject})).field, "subject");
  Credential other_provider = first;
  other_provider.provider = "other";
  expect_outcome<Stored>(answer(CreateCredential{other_provider}));
}

TEST_F(StoreCredentials, find_wants_exactly_one_key) {
  FindCredential find;
  find.provider = "local";
  expect_invalid(find);
  find.login = "a";
  find.subject = "b";
  expect_invalid(find);
}

TEST_F(StoreCredentials, a_secret_is_replaced_only_where_it_is_the_expected_one) {
  const Credential credential = stored();
  const std::string before(credential.secret_hash.reveal());
  expect_outcome<Stale>(answer(replace(credential, "something else", "new")));
  EXPECT_EQ(by_subject(credential)->secret_hash.reveal(), before);
  expect_outcome<Stored>(answer(replace(credential, before, "new")));
  EXPECT_EQ(by_subject(credential)->secret_hash.reveal(), "new");
  EXPECT_EQ(by_subject(credential)->updated_at_ms, now_ms() + 1);
  expect_outcome<Stale>(answer(replace(credential, before, "newer")), "a replay");
  expect_outcome<NotFound>(answer(replace(new_credential(), before, "new")));
}

TEST_F(StoreCredentials, of_concurrent_replacements_one_succeeds) {
  constexpr int kRivals = 20;
  const Credential credential = stored();
  std::atomic<int> replaced{0};
  std::atomic<int> stale{0};
  at_once(kRivals, [&](int i) {
    const auto reply = call(replace(credential, credential.secret_hash.reveal(), "new-" + std::to_string(i)));
    if (!reply) return;
    if (std::holds_alternative<Stored>(*reply)) ++replaced;
    if (std::holds_alternative<Stale>(*reply)) ++stale;
  });
  EXPECT_EQ(replaced, 1);
  EXPECT_EQ(stale, kRivals - 1);
}

TEST_F(StoreCredentials, a_credential_is_disabled_and_enabled) {
  const Credential credential = stored();
  expect_outcome<Stored>(answer(SetCredentialDisabled{"local", credential.subject, true, now_ms() + 2}));
  EXPECT_TRUE(by_subject(credential)->disabled);
  EXPECT_EQ(by_subject(credential)->updated_at_ms, now_ms() + 2);
  expect_outcome<Stored>(answer(SetCredentialDisabled{"local", credential.subject, true, now_ms()}));
  expect_outcome<Stored>(answer(SetCredentialDisabled{"local", credential.subject, false, now_ms()}));
  EXPECT_FALSE(by_subject(credential)->disabled);
  expect_outcome<NotFound>(answer(SetCredentialDisabled{"other", credential.subject, true, now_ms()}));
}

TEST_F(StoreCredentials, a_deleted_credential_frees_its_login) {
  const Credential credential = stored();
  expect_outcome<NotFound>(answer(DeleteCredential{"other", credential.subject}));
  expect_outcome<Stored>(answer(DeleteCredential{"local", credential.subject}));
  EXPECT_FALSE(by_subject(credential));
  EXPECT_FALSE(by_login("local", credential.login));
  expect_outcome<NotFound>(answer(DeleteCredential{"local", credential.subject}));
  Credential heir = new_credential();
  heir.login = credential.login;
  expect_outcome<Stored>(answer(CreateCredential{heir}));
}

}  // namespace
}  // namespace gateway::conformance
