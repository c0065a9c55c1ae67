// What holds for every request to Google: its deadline, what may be repeated, and that no secret gets out.
// And the probe.
#include <functional>

#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

constexpr const char* kNewPassword = "Another-secret9!";

class FirebaseRequests : public FirebaseTest {
 protected:
  void SetUp() override {
    run();
    person_ = add_person();
    google_.add_identity("google-token", {"google.com", "g-1", "social@example.com", "Social"});
  }

  struct Named {
    std::string name;
    std::function<Error(const CallContext&)> call;  // the Error, or an empty one
  };
  template <class Operation, class Method>
  Named named(Method method, Operation operation) {
    return {std::string(Operation::kOperation), [this, method, operation](const CallContext& with) {
              const auto result = (provider().*method)(operation, with);
              return result.ok() ? Error{ErrorKind::Internal, ""} : result.error();
            }};
  }
  // Each operation once, with a good request.
  std::vector<Named> all() {
    using P = FirebaseProvider;
    const Secret password{std::string(kPassword)};
    const auto signed_in = provider().sign_in(SignIn{"zoe@example.com", password}, context());
    const Secret refresh_token = authenticated_in(signed_in).tokens->refresh_token;
    UpdateAccount update;
    update.subject = person_.local_id;
    update.full_name = "Zoe";
    CreateAccount create;
    create.email = "made@example.com";
    return {named(&P::sign_up, SignUp{"new@example.com", password, "New"}),
            named(&P::sign_in, SignIn{"zoe@example.com", password}),
            named(&P::change_password,
                  ChangePassword{person_.local_id, password, Secret(std::string(kNewPassword))}),
            named(&P::refresh_tokens, RefreshTokens{refresh_token}),
            named(&P::send_code, SendCode{OutOfBandPurpose::ResetPassword, "zoe@example.com"}),
            named(&P::send_code, SendCode{OutOfBandPurpose::VerifyEmail, "zoe@example.com"}),
            named(&P::apply_code,
                  ApplyCode{OutOfBandPurpose::VerifyEmail, Secret(std::string("a-code-of-somebody")), {}}),
            named(&P::sign_in_by_phone, SignInByPhone{"+4915112345678"}),
            named(&P::sign_in_with_social_token,
                  SignInWithSocialToken{"google.com", Secret(std::string("google-token"))}),
            named(&P::get_account, GetAccount{person_.local_id}),
            named(&P::set_account_disabled, SetAccountDisabled{person_.local_id, false}),
            named(&P::revoke_sessions, RevokeSessions{person_.local_id}),
            named(&P::create_account, create),
            named(&P::update_account, update),
            named(&P::list_accounts, ListAccounts{}),
            named(&P::delete_account, DeleteAccount{person_.local_id})};
  }
  FakeAccount person_;
};

TEST_F(FirebaseRequests, each_carries_the_deadline_of_its_call) {
  probe();  // the keys are there: their fetch has a deadline of its own
  const auto operations = all();
  std::int64_t within_ms = 10'000;
  for (const auto& operation : operations) {
    const std::size_t before = fetched().size();
    const CallContext with = context(++within_ms);
    EXPECT_EQ(operation.call(with).detail, "") << operation.name;
    const auto made = fetched();
    ASSERT_GT(made.size(), before) << operation.name;
    for (std::size_t i = before; i < made.size(); ++i)
      EXPECT_EQ(made[i].deadline_ms, with.deadline_ms) << operation.name << " " << made[i].url;
  }
}

TEST_F(FirebaseRequests, none_is_made_when_no_time_is_left) {
  const auto operations = all();
  const std::size_t before = fetched().size();
  for (const auto& operation : operations) {
    for (const std::int64_t within_ms : {0, -1})
      EXPECT_EQ(operation.call(context(within_ms)).kind, ErrorKind::DeadlineExceeded) << operation.name;
  }
  EXPECT_EQ(fetched().size(), before);
}

TEST_F(FirebaseRequests, a_google_that_is_away_decides_nothing) {
  const auto operations = all();
  set_away(unavailable("away", 9'000));
  for (const auto& operation : operations) {
    const Error error = operation.call(context());
    EXPECT_EQ(error.kind, ErrorKind::Unavailable) << operation.name;
    EXPECT_EQ(error.retry_after_ms, 9'000) << operation.name;
  }
}

TEST_F(FirebaseRequests, only_what_does_no_more_twice_is_repeatable) {
  for (const auto& operation : all())
    operation.call(context());
  const auto made = fetched();
  const auto ends_with = [](const std::string& url, std::string_view end) {
    return url.size() >= end.size() && url.compare(url.size() - end.size(), end.size(), end) == 0;
  };
  int seen = 0;
  for (const auto& fetch : made) {
    for (const std::string_view once : {"accounts:signUp", "accounts:sendOobCode", "accounts:signInWithIdp",
                                        "/v1/accounts:update", "demo-project/accounts"}) {
      if (!ends_with(fetch.url, once)) continue;
      EXPECT_FALSE(fetch.repeatable) << fetch.url;
      ++seen;
    }
    for (const std::string_view often : {"accounts:lookup", "accounts:signInWithPassword", "accounts:delete",
                                         "demo-project/accounts:update"}) {
      if (!ends_with(fetch.url, often)) continue;
      EXPECT_TRUE(fetch.repeatable) << fetch.url;
      ++seen;
    }
  }
  EXPECT_GT(seen, 15);
}

TEST_F(FirebaseRequests, check_34_no_secret_is_in_a_url_a_log_line_or_an_error) {
  std::vector<std::string> secrets{
      google_.api_key(),    kPassword, kNewPassword, "google-token", "a-code-of-somebody",
      "fake-refresh-token", "ya29.",   "eyJ"};
  const std::string pem = google_.service_account_key().private_key_pem();
  secrets.push_back(pem.substr(40, 40));
  std::string told;
  const auto operations = all();
  probe();
  for (const auto& operation : operations)
    told += operation.call(context()).detail + "\n";
  // And everything that can go wrong: Google repeats what it was sent, or answers nonsense.
  const std::string echo = R"({"error":{"message":"INVALID_SOMETHING : Correct-horse9! google-token eyJ"}})";
  for (const FakeGoogle::Answer& answer :
       {FakeGoogle::Answer{400, {}, echo}, FakeGoogle::Answer{200, {}, echo},
        FakeGoogle::Answer{200, {}, "Correct-horse9! eyJ"},
        FakeGoogle::Answer{500, {}, "Correct-horse9! eyJ"}, FakeGoogle::Answer{401, {}, echo}}) {
    for (const auto& operation : operations) {
      google_.answer_next(1, answer, "accounts");
      told += operation.call(context()).detail + "\n";
    }
  }
  told += host_.logged();
  for (const auto& fetch : fetched())
    told += fetch.url + "\n";
  EXPECT_GT(told.size(), 5'000U);
  for (const std::string& secret : secrets)
    EXPECT_EQ(told.find(secret), std::string::npos) << secret << "\n" << told.substr(0, 2'000);
}

TEST_F(FirebaseRequests, the_probe_contacts_google_but_not_each_time) {
  probe();
  const auto first = fetched().size();
  EXPECT_GE(google_.count("accounts:lookup"), 2) << "with the credential and with the key";
  probe();
  EXPECT_EQ(fetched().size(), first);
  host_.advance_ms(30'000);
  probe();
  EXPECT_EQ(fetched().size(), first + 1);
}

TEST_F(FirebaseRequests, the_probe_asks_at_once_after_a_request_that_google_failed) {
  const auto sign_in = [&] {
    return provider().sign_in(SignIn{"zoe@example.com", Secret(std::string(kPassword))}, context()).ok();
  };
  probe();
  set_away(unavailable("away"));
  EXPECT_TRUE(provider().probe({}, context()).ok()) << "nobody has noticed yet";
  EXPECT_FALSE(sign_in());
  EXPECT_FALSE(provider().probe({}, context()).ok());
  set_away(std::nullopt);
  probe();
  google_.answer_next(1, {503, {}, ""}, "signInWithPassword");
  EXPECT_FALSE(sign_in());
  const auto before = fetched().size();
  probe();
  EXPECT_EQ(fetched().size(), before + 1);
  probe();
  EXPECT_EQ(fetched().size(), before + 1) << "it is well: no more than before";
}

TEST_F(FirebaseRequests, the_probe_tells_what_is_wrong_and_when_it_is_over) {
  const auto fault = [&] {
    const auto probed = provider().probe({}, context());
    return probed.ok() ? std::string() : probed.error().detail;
  };
  probe();
  host_.advance_ms(30'000);
  google_.answer_next(
      1,
      {403,
       {},
       R"({"error":{"message":"Identity Toolkit API is not enabled.","status":"PERMISSION_DENIED"}})"},
      "projects/demo-project/accounts:lookup");
  EXPECT_NE(fault().find("PERMISSION_DENIED"), std::string::npos);
  EXPECT_EQ(fault(), "") << "asked again at once, and it is over";
  host_.advance_ms(30'000);
  set_away(unavailable("away"));
  EXPECT_NE(fault(), "");
  EXPECT_NE(fault(), "");
  set_away(std::nullopt);
  host_.advance_ms(2'000);
  EXPECT_EQ(fault(), "");
}

TEST_F(FirebaseRequests, the_probe_finds_a_wrong_api_key) {
  run({{"ApiKey", R"("AIza-of-another-project")"}});
  const auto probed = provider().probe({}, context());
  ASSERT_FALSE(probed.ok());
  EXPECT_NE(probed.error().detail.find("API_KEY_INVALID"), std::string::npos) << probed.error().detail;
}

TEST_F(FirebaseRequests, the_capabilities_are_all_there) {
  EXPECT_EQ(capabilities_of<FirebaseProvider>(),
            (std::vector<std::string>{"password", "token", "refresh", "out-of-band", "phone", "social",
                                      "account-admin"}));
}

}  // namespace
}  // namespace gateway::firebase
