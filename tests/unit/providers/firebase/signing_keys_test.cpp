// Check 12 for Google's keys, and what the records keep across a restart.
#include <condition_variable>
#include <future>
#include <thread>

#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr const char* kKeysPath = "/robot/v1/metadata/x509/";

class FirebaseKeys : public FirebaseTest {
 protected:
  void SetUp() override {
    run();
    person_ = add_person();
  }
  std::string verdict() { return name_of_outcome(provider().verify_token(token(), context())); }
  VerifyToken token() const { return VerifyToken{Secret(google_.id_token(person_.local_id))}; }
  int key_fetches() const { return google_.count(kKeysPath); }
  FakeAccount person_;
};

TEST_F(FirebaseKeys, check_12_keys_are_fetched_once_and_served_from_memory) {
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(verdict(), "authenticated");
  EXPECT_EQ(key_fetches(), 1);
}

TEST_F(FirebaseKeys, check_12_the_probe_refreshes_before_they_end) {
  google_.set_key_max_age_s(3'600);
  probe();
  EXPECT_EQ(key_fetches(), 1);
  host_.advance_ms(kHourMs - 300'001);
  probe();
  EXPECT_EQ(key_fetches(), 1);
  host_.advance_ms(1);
  probe();
  EXPECT_EQ(key_fetches(), 2) << "five minutes before max-age";
}

TEST_F(FirebaseKeys, check_12_a_bad_answer_never_replaces_keys) {
  probe();
  const std::string not_a_certificate =
      R"({"k":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})";
  host_.advance_ms(20'000'000);  // max-age is over
  int tried = 0;
  for (const FakeGoogle::Answer& bad :
       {FakeGoogle::Answer{500, {}, "{}"}, FakeGoogle::Answer{404, {}, "<html>"},
        FakeGoogle::Answer{200, {}, ""}, FakeGoogle::Answer{200, {}, "{}"},
        FakeGoogle::Answer{200, {}, "<html>garbage</html>"}, FakeGoogle::Answer{200, {}, "[]"},
        FakeGoogle::Answer{200, {}, not_a_certificate},
        FakeGoogle::Answer{200, {}, std::string(300'000, ' ')},
        FakeGoogle::Answer{302, {{"Location", "https://evil.example"}}, ""}}) {
    google_.answer_next(1, bad, kKeysPath);
    host_.advance_ms(31'000);  // the next attempt may be made
    const auto probed = provider().probe({}, context());
    EXPECT_FALSE(probed.ok()) << bad.body.substr(0, 40);
    EXPECT_EQ(verdict(), "authenticated") << bad.body.substr(0, 40);
    ++tried;
  }
  EXPECT_EQ(key_fetches(), 1 + tried);
  host_.advance_ms(31'000);
  probe();
  EXPECT_EQ(verdict(), "authenticated");
}

TEST_F(FirebaseKeys, check_12_stale_keys_serve_within_a_bound) {
  google_.set_key_max_age_s(3'600);
  probe();
  google_.set_token_lifetime_s(10 * 3'600);
  const VerifyToken old = token();
  set_away(unavailable("Google is away"));
  host_.advance_ms(7 * kHourMs - 1);
  EXPECT_EQ(name_of_outcome(provider().verify_token(old, context())), "authenticated");
  host_.advance_ms(1);
  const auto late = provider().verify_token(old, context());
  ASSERT_FALSE(late.ok()) << "neither yes nor no";
  EXPECT_EQ(late.error().kind, ErrorKind::Unavailable);
}

TEST_F(FirebaseKeys, check_12_an_unknown_key_id_leads_to_one_fetch) {
  probe();
  host_.advance_ms(30'000);
  for (int i = 0; i < 50; ++i) {
    const std::string header = R"({"alg":"RS256","kid":"attack-)" + std::to_string(i) + R"("})";
    const std::string claims =
        R"({"iss":"https://securetoken.google.com/demo-project","aud":"demo-project"})";
    EXPECT_EQ(name_of_outcome(verify(google_.signing_key().token(header, claims))), "invalid_token");
  }
  EXPECT_EQ(key_fetches(), 2);
}

TEST_F(FirebaseKeys, check_12_a_rotated_key_is_found_at_once) {
  probe();
  host_.advance_ms(30'000);
  google_.rotate_keys();
  EXPECT_EQ(verdict(), "authenticated");
  EXPECT_EQ(key_fetches(), 2);
}

TEST_F(FirebaseKeys, check_12_an_unknown_key_id_while_google_is_away_cannot_be_decided) {
  probe();
  host_.advance_ms(30'000);
  google_.rotate_keys();
  set_away(unavailable("Google is away"));
  const auto outcome = provider().verify_token(token(), context());
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().kind, ErrorKind::Unavailable);
}

TEST_F(FirebaseKeys, check_12_a_flood_of_unknown_key_ids_holds_only_a_few_while_google_hangs) {
  probe();
  host_.advance_ms(30'000);
  std::promise<void> hanging;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<bool> first{true};
  google_.before_each([&](const std::string& target) {
    if (target.find(kKeysPath) == std::string::npos || !first.exchange(false)) return;
    hanging.set_value();
    released.wait();
  });
  const VerifyToken known = token();
  google_.rotate_keys();
  const VerifyToken unknown = token();
  const auto ask = [&] { return provider().verify_token(unknown, context()); };
  std::vector<std::future<Result<AuthenticationOutcome>>> callers;
  callers.push_back(std::async(std::launch::async, ask));
  hanging.get_future().wait();
  constexpr int kFlood = 12;
  for (int i = 0; i < kFlood; ++i)
    callers.push_back(std::async(std::launch::async, ask));
  constexpr int kHeld = 5;  // the one that fetches and four that wait for it
  int back = 0;
  while (back < kFlood + 1 - kHeld) {
    back = 0;
    for (const auto& caller : callers)
      back += caller.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready ? 1 : 0;
  }
  EXPECT_EQ(name_of_outcome(provider().verify_token(known, context())), "authenticated");
  release.set_value();
  for (auto& caller : callers) {
    const auto outcome = caller.get();
    EXPECT_TRUE(outcome.ok() || outcome.error().kind == ErrorKind::Unavailable) << name_of_outcome(outcome);
  }
  google_.before_each({});
}

TEST_F(FirebaseKeys, check_12_a_request_without_the_time_for_a_fetch_begins_none) {
  const auto outcome = provider().verify_token(token(), context(2'000));
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().kind, ErrorKind::DeadlineExceeded);
  EXPECT_EQ(key_fetches(), 0);
  probe();
  EXPECT_EQ(name_of_outcome(provider().verify_token(token(), context(2'000))), "authenticated");
}

TEST_F(FirebaseKeys, check_12_keys_outlive_a_restart_while_google_is_away) {
  probe();
  google_.set_token_lifetime_s(12 * 3'600);
  const VerifyToken old = token();
  host_.advance_ms(2 * kHourMs);
  set_away(unavailable("Google is away"));
  const std::size_t before = fetched().size();
  run();
  EXPECT_EQ(name_of_outcome(provider().verify_token(old, context())), "authenticated");
  EXPECT_EQ(fetched().size(), before) << "not a single request";
  EXPECT_FALSE(provider().probe({}, context()).ok());
  EXPECT_EQ(name_of_outcome(provider().verify_token(old, context())), "authenticated");
  host_.advance_ms(6 * kHourMs);
  EXPECT_FALSE(provider().verify_token(old, context()).ok()) << "the bound of stale keys holds here too";
}

TEST_F(FirebaseKeys, check_12_keys_that_were_fetched_for_a_request_are_kept_as_well) {
  EXPECT_EQ(verdict(), "authenticated");
  set_away(unavailable("Google is away"));
  run();
  EXPECT_EQ(verdict(), "authenticated");
}

TEST_F(FirebaseKeys, check_12_stored_keys_that_are_too_old_or_broken_are_not_used) {
  probe();
  set_away(unavailable("Google is away"));
  const VerifyToken now = token();
  host_.advance_ms(40 * kHourMs);
  run();
  EXPECT_FALSE(provider().verify_token(now, context()).ok());

  for (const std::string value :
       {"", "{}", "garbage", R"({"body":"{}","usable_until_ms":9223372036854775807})",
        R"({"body":"<html>","usable_until_ms":1900000000000})"}) {
    store::PutRecord put;
    put.key = "keys.id-tokens.demo-project";
    put.value = value;
    ASSERT_TRUE(services_.put_record(put, {}).ok());
    run();
    EXPECT_FALSE(provider().verify_token(now, context()).ok()) << value;
  }
}

TEST_F(FirebaseKeys, check_37_without_its_records_it_still_works) {
  services_.break_down();
  run();
  probe();
  EXPECT_EQ(verdict(), "authenticated");
  EXPECT_GE(host_.counted("key_save_failures"), 1);
  services_.repair();
  probe();
  set_away(unavailable("Google is away"));
  run();
  EXPECT_EQ(verdict(), "authenticated") << "kept as soon as they could be";
}

TEST_F(FirebaseKeys, session_cookie_keys_are_fetched_only_where_there_are_cookies) {
  probe();
  EXPECT_EQ(google_.count("publicKeys"), 0);
  const std::string claims = R"({"iss":"https://session.firebase.google.com/demo-project"})";
  EXPECT_EQ(name_of_outcome(verify(google_.cookie_key().token(claims))), "invalid_token");
  EXPECT_EQ(google_.count("publicKeys"), 1);
  host_.advance_ms(24 * kHourMs);
  probe();
  EXPECT_EQ(google_.count("publicKeys"), 2);
}

}  // namespace
}  // namespace gateway::firebase
