// Check 25: whoever guesses is slowed down, per account and per address, and nobody is locked out for it.
#include <atomic>
#include <thread>
#include <vector>

#include "tests/integration/gateway/attempts_fixture.hpp"
#include "tests/integration/gateway/storage_choice.hpp"

namespace gateway::testing {
namespace {

class AttemptsTest : public AttemptsFixture {};

TEST_F(AttemptsTest, check_25_WrongPasswordsWaitLongerAndLongerAndTheRightOneResets) {
  start(settings());
  const Person person = sign_up("person@example.com");
  fail(person.email, 10);
  for (const std::int64_t wait_s : {60, 120, 240, 480, 900, 900, 900}) {
    const double calls = provider_calls();
    const Answer refused = enter(person, kAttacker);
    expect_held_up(refused);
    EXPECT_LE(wait_of(refused), wait_s);
    EXPECT_GT(wait_of(refused), wait_s - 20);
    EXPECT_EQ(provider_calls(), calls) << "it was refused before anything was checked";
    clock_.advance_wall(wait_s * kSecond);
    if (wait_s == 900 && status_of(AttemptKind::Password, person.email).failures == 16) break;
    fail(person.email, 1);
  }
  EXPECT_EQ(enter(person, kAttacker).status, 200) << "never for good";
  EXPECT_EQ(status_of(AttemptKind::Password, person.email).failures, 0);
  fail(person.email, 10);
}

TEST_F(AttemptsTest, check_22_25_AnAccountThatDoesNotExistAnswersTheSame) {
  start(settings());
  const Person person = sign_up("person@example.com");
  for (int i = 0; i < 12; ++i) {
    const Answer known = guess(person.email, kAttacker);
    const Answer unknown = guess("nobody@example.com", "203.0.113.98");
    EXPECT_EQ(known.status, i < 10 ? 401 : 429);
    EXPECT_EQ(known.status, unknown.status);
    EXPECT_EQ(known.raw.body.substr(0, known.raw.body.find("retryAfter")),
              unknown.raw.body.substr(0, unknown.raw.body.find("retryAfter")));
    EXPECT_NEAR(static_cast<double>(wait_of(known)), static_cast<double>(wait_of(unknown)), 5);
    if (i < 10) {
      EXPECT_EQ(known.raw.body, unknown.raw.body);
    }
  }
}

TEST_F(AttemptsTest, check_25_ManySpellingsOfAnEmailAreOneAccount) {
  start(settings());
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(guess("Person@Example.com").status, 401);
    EXPECT_EQ(guess(" person@example.COM ").status, 401);
  }
  expect_held_up(guess("person@example.com"));
  expect_held_up(guess("\\uFF50erson@example.com"));
}

TEST_F(AttemptsTest, check_25_OfAHundredGuessesAtOnceTheFreeOnesReachTheProvider) {
  app::Settings many = settings();
  many.workers.hash_threads = 16;
  many.workers.hash_queue = 200;
  // Slow enough that the guesses are under way together.
  for (app::PluginChoice& plugin : many.plugins) {
    if (plugin.name == "local") plugin.config_json = R"({"MemoryKiB":16384,"Iterations":3})";
  }
  start(std::move(many));
  const Person person = sign_up("person@example.com");
  const double before = provider_calls();
  std::atomic<int> wrong{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> crowd;
  crowd.reserve(100);
  for (int i = 0; i < 100; ++i) {
    crowd.emplace_back([&] {
      const int status = guess(person.email).status;
      wrong += status == 401 ? 1 : 0;
      refused += status == 429 ? 1 : 0;
    });
  }
  for (std::thread& thread : crowd)
    thread.join();
  EXPECT_EQ(wrong, 10);
  EXPECT_EQ(refused, 90);
  EXPECT_EQ(provider_calls() - before, 10);
}

TEST_F(AttemptsTest, check_25_TheOwnerGetsInDuringSomebodyElsesAttack) {
  start(settings());
  const Person person = sign_up("person@example.com");
  ASSERT_EQ(enter(person, kHome).status, 200);
  fail(person.email, 10);
  expect_held_up(guess(person.email));
  for (int i = 0; i < 15; ++i)
    EXPECT_EQ(enter(person, kHome).status, 200);
  expect_held_up(guess(person.email));
  expect_held_up(enter(person, "192.0.2.44"));
  EXPECT_EQ(status_of(AttemptKind::Password, person.email).failures, 10)
      << "the owner's success is not the attacker's";
  fail(person.email, 5, kHome);
  EXPECT_EQ(enter(person, kHome).status, 200) << "who is known may mistype as well";
}

TEST_F(AttemptsTest, check_25_WhoeverIsKnownGuessesNoMoreThanOthers) {
  start(settings());
  const Person person = sign_up("person@example.com");
  ASSERT_EQ(enter(person, kHome).status, 200);
  fail(person.email, 20, kHome);  // its own ten, and those that everybody has
  expect_held_up(guess(person.email, kHome));
  const auto cleared = services().attempts.clear(AttemptKind::Password, person.email, call_context());
  ASSERT_TRUE(cleared.ok());
  EXPECT_EQ(enter(person, kHome).status, 200) << "an administrator can let it in";
  fail(person.email, 10, kHome);
}

TEST_F(AttemptsTest, check_25_AnAddressIsSlowedDownWhateverTheAccounts) {
  app::Settings few = settings();
  few.attempts.address = {5, 60, 300, 3600};
  start(std::move(few));
  const Person colleague = sign_up("colleague@example.com");
  const Person own = sign_up("own@example.com");
  ASSERT_EQ(enter(colleague, kAttacker).status, 200);
  for (int i = 0; i < 5; ++i) {
    fail("victim" + std::to_string(i) + "@example.com", 1);
    if (i < 4) {
      EXPECT_EQ(enter(own, kAttacker).status, 200) << "one's own success resets nothing";
    }
  }
  expect_held_up(guess("victim9@example.com"));
  EXPECT_EQ(status_of(AttemptKind::Password, "victim9@example.com").failures, 0)
      << "what the address is refused for counts against nobody";
  EXPECT_EQ(enter(colleague, kAttacker).status, 200) << "who has signed in from there before does not wait";
  EXPECT_EQ(guess("victim9@example.com", "192.0.2.1").status, 401) << "another address does not";
  clock_.advance_wall(60 * kSecond);
  EXPECT_EQ(guess("victim9@example.com").status, 401);
}

TEST_F(AttemptsTest, check_25_A64OfIPv6IsOneAddressAndNoAddressIsOneToo) {
  app::Settings few = settings();
  few.attempts.address = {4, 60, 300, 3600};
  start(std::move(few));
  const auto attempt = [&](const std::string& account, std::string_view address) {
    return services()
        .attempts
        .guard(AttemptKind::Password, account, auth::RequestScope{call_context(), address},
               []() -> http::Outcome<Done> { return http::Problem(http::ErrorCode::InvalidCredentials); })
        .error()
        .code;
  };
  for (int i = 0; i < 4; ++i) {
    const std::string n = std::to_string(i);
    EXPECT_EQ(attempt("six" + n, "2001:db8:0:1::" + n), http::ErrorCode::InvalidCredentials);
    EXPECT_EQ(attempt("none" + n, i % 2 == 0 ? "" : "not an address"), http::ErrorCode::InvalidCredentials);
  }
  EXPECT_EQ(attempt("six", "2001:db8:0:1:ffff::1"), http::ErrorCode::TooManyAttempts);
  EXPECT_EQ(attempt("six", "2001:db8:0:2::1"), http::ErrorCode::InvalidCredentials);
  EXPECT_EQ(attempt("none", ""), http::ErrorCode::TooManyAttempts);
  EXPECT_EQ(attempt("none", "neither"), http::ErrorCode::TooManyAttempts);
}

TEST_F(AttemptsTest, check_25_WhatCouldNotBeDecidedDoesNotCount) {
  start(settings());
  using http::ErrorCode;
  const auth::RequestScope scope{call_context(), kAttacker};
  const auto end_with = [&](ErrorCode code) {
    return services().attempts.guard(AttemptKind::Password, "p@example.com", scope,
                                     [&]() -> http::Outcome<Done> { return http::Problem(code); });
  };
  for (const ErrorCode open : {ErrorCode::ProviderUnavailable, ErrorCode::FirebaseAuthFailed,
                               ErrorCode::DatabaseError, ErrorCode::Overloaded, ErrorCode::InternalError,
                               ErrorCode::TooManyAttempts, ErrorCode::EmailAlreadyExists}) {
    for (int i = 0; i < 60; ++i)
      ASSERT_EQ(end_with(open).error().code, open);
    EXPECT_EQ(status_of(AttemptKind::Password, "p@example.com").failures, 0);
  }
  int counted = 0;
  for (const ErrorCode decided :
       {ErrorCode::InvalidCredentials, ErrorCode::UserDisabled, ErrorCode::InvalidOtp, ErrorCode::OtpExpired,
        ErrorCode::MaxOtpAttempts, ErrorCode::InvalidEmailFormat, ErrorCode::InsufficientPermissions}) {
    ASSERT_EQ(end_with(decided).error().code, decided);
    EXPECT_EQ(status_of(AttemptKind::Password, "p@example.com").failures, ++counted);
  }
}

TEST_F(AttemptsTest, check_25_AStorageThatIsAwayCountsAgainstNobody) {
  PostgresServer* server = storage_server();
  if (server == nullptr) GTEST_SKIP() << "memory does not go away";
  app::Settings hasty = settings();
  hasty.server.request_timeout = std::chrono::milliseconds(1500);
  start(std::move(hasty));
  const Person person = sign_up("person@example.com");
  server->stop();
  for (int i = 0; i < 12; ++i)
    EXPECT_EQ(guess(person.email).status, 503);
  EXPECT_EQ(status_of(AttemptKind::Password, person.email).failures, 0);
  server->start();
}

TEST_F(AttemptsTest, check_25_ThePasswordOfAStolenSessionIsNotGuessedEither) {
  start(settings());
  const Person person = sign_up("person@example.com");
  const auto change = [&](const std::string& current) {
    return call("POST", "/api/v1/auth/change-password",
                R"({"currentPassword":")" + current + R"(","newPassword":"An0ther#Password"})", person.token,
                from(kAttacker));
  };
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(change("wr0ng#Password").code(), "INVALID_CREDENTIALS") << i;
  expect_held_up(change(person.password));
  expect_held_up(enter(person, "192.0.2.44"));  // one count for both ways
  clock_.advance_wall(60 * kSecond);
  EXPECT_EQ(change(person.password).status, 200);
  EXPECT_EQ(status_of(AttemptKind::Password, person.email).failures, 0);
}

TEST_F(AttemptsTest, check_25_WhatIsToBeKnownIsAuditedOnceForEachLongerWait) {
  start(settings());
  fail("person@example.com", 10);
  for (int i = 0; i < 40; ++i)
    expect_held_up(guess("person@example.com"));
  EXPECT_EQ(audited("attempts.account_held_up"), 1);
  clock_.advance_wall(60 * kSecond);
  fail("person@example.com", 1);
  EXPECT_EQ(audited("attempts.account_held_up"), 2);
  EXPECT_NE(metrics_.expose().find(R"(gateway_attempts_refused_total{by="account",kind="password"} 40)"),
            std::string::npos)
      << metrics_.expose();
}

TEST_F(AttemptsTest, FailuresAreForgottenADayLater) {
  start(settings());
  fail("person@example.com", 9);
  clock_.advance_wall(kDay);
  EXPECT_EQ(status_of(AttemptKind::Password, "person@example.com").failures, 0);
  fail("person@example.com", 10);
}

TEST_F(AttemptsTest, check_34_NoEmailIsInWhatIsCountedOrLogged) {
  start(settings());
  fail("very.private@example.com", 10);
  expect_held_up(guess("very.private@example.com"));
  EXPECT_EQ(logger_.text().find("very.private"), std::string::npos);
  EXPECT_EQ(metrics_.expose().find("very.private"), std::string::npos);
}

}  // namespace
}  // namespace gateway::testing
