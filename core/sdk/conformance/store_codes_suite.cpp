#include <atomic>

#include "store_suite.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::store;

class StoreCodes : public StoreSuite {
 protected:
  PutCode new_code() const {
    PutCode code;
    code.scope = "gateway";
    code.purpose = "otp";
    code.target = unique("+49");
    code.digest = "right";
    code.payload = R"({"for":"them"})";
    code.expires_at_ms = now_ms() + 1000;
    code.max_attempts = 3;
    return code;
  }
  PutCode stored() const {
    PutCode code = new_code();
    answer(code);
    return code;
  }
  ConsumeCode attempt(const PutCode& code, std::string_view digest, std::int64_t after_ms = 0) const {
    return {code.scope, code.purpose, code.target, std::string(digest), now_ms() + after_ms};
  }
  CodeOutcome consume(const PutCode& code, std::string_view digest, std::int64_t after_ms = 0) const {
    return answer(attempt(code, digest, after_ms));
  }
};

TEST_F(StoreCodes, check_24_the_right_code_is_accepted_once) {
  const PutCode code = stored();
  const CodeOutcome first = consume(code, "right");
  EXPECT_EQ(first.state, CodeState::Accepted);
  EXPECT_EQ(first.payload, code.payload);
  const CodeOutcome second = consume(code, "right");
  EXPECT_EQ(second.state, CodeState::AlreadyUsed);
  EXPECT_EQ(second.payload, "");
}

TEST_F(StoreCodes, check_24_attempts_are_bounded_for_right_codes_as_well) {
  const PutCode code = stored();
  for (std::int64_t left = 2; left >= 0; --left) {
    const CodeOutcome outcome = consume(code, "wrong");
    EXPECT_EQ(outcome.state, CodeState::Wrong);
    EXPECT_EQ(outcome.attempts_left, left);
    EXPECT_EQ(outcome.payload, "");
  }
  EXPECT_EQ(consume(code, "wrong").state, CodeState::Exhausted);
  EXPECT_EQ(consume(code, "right").state, CodeState::Exhausted);
}

TEST_F(StoreCodes, check_24_the_last_attempt_counts) {
  const PutCode code = stored();
  consume(code, "wrong");
  consume(code, "wrong");
  EXPECT_EQ(consume(code, "right").state, CodeState::Accepted);
}

TEST_F(StoreCodes, check_24_a_code_expires) {
  const PutCode code = stored();
  EXPECT_EQ(consume(code, "right", 1000).state, CodeState::Expired);
  EXPECT_EQ(consume(code, "right", 999).state, CodeState::Accepted) << "expiry uses up nothing";
}

TEST_F(StoreCodes, codes_are_kept_apart_by_scope_purpose_and_target) {
  const PutCode code = stored();
  for (int part = 0; part < 3; ++part) {
    PutCode other = code;
    (part == 0 ? other.scope : part == 1 ? other.purpose : other.target) = unique("other-");
    EXPECT_EQ(consume(other, "right").state, CodeState::Unknown);
  }
  PutCode shifted = code;  // the parts must not run into each other
  shifted.scope = code.scope + code.purpose;
  shifted.purpose = "";
  EXPECT_EQ(consume(shifted, "right").state, CodeState::Unknown);
  EXPECT_EQ(consume(code, "right").state, CodeState::Accepted);
}

TEST_F(StoreCodes, a_new_code_replaces_the_old_one_and_its_attempts) {
  PutCode code = stored();
  consume(code, "wrong");
  consume(code, "wrong");
  code.digest = "newer";
  answer(code);
  const CodeOutcome old = consume(code, "right");
  EXPECT_EQ(old.state, CodeState::Wrong);
  EXPECT_EQ(old.attempts_left, 2);
  EXPECT_EQ(consume(code, "newer").state, CodeState::Accepted);
  answer(code);
  EXPECT_EQ(consume(code, "newer").state, CodeState::Accepted) << "put again after use";
}

TEST_F(StoreCodes, digests_are_compared_whole) {
  const PutCode code = stored();
  EXPECT_EQ(consume(code, "").state, CodeState::Wrong);
  EXPECT_EQ(consume(code, "righ").state, CodeState::Wrong);
  EXPECT_EQ(consume(code, "rightt").state, CodeState::Wrong);
}

TEST_F(StoreCodes, a_code_without_attempts_is_invalid) {
  PutCode code = new_code();
  code.max_attempts = 0;
  expect_invalid(code);
}

TEST_F(StoreCodes, check_24_of_fifty_concurrent_uses_one_is_accepted) {
  constexpr int kRivals = 50;
  PutCode code = new_code();
  code.max_attempts = 1000;
  answer(code);
  std::atomic<int> accepted{0};
  std::atomic<int> used{0};
  at_once(kRivals, [&](int) {
    const auto outcome = call(attempt(code, "right"));
    if (!outcome) return;
    if (outcome->state == CodeState::Accepted) ++accepted;
    if (outcome->state == CodeState::AlreadyUsed) ++used;
  });
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(used, kRivals - 1);
}

TEST_F(StoreCodes, check_24_concurrent_guesses_get_no_extra_attempts) {
  constexpr int kRivals = 30;
  const PutCode code = stored();
  std::atomic<int> wrong{0};
  std::atomic<int> exhausted{0};
  at_once(kRivals, [&](int) {
    const auto outcome = call(attempt(code, "wrong"));
    if (!outcome) return;
    if (outcome->state == CodeState::Wrong) ++wrong;
    if (outcome->state == CodeState::Exhausted) ++exhausted;
  });
  EXPECT_EQ(wrong, 3);
  EXPECT_EQ(exhausted, kRivals - 3);
}

TEST_F(StoreCodes, prune_removes_expired_codes) {
  const PutCode expired = stored();
  PutCode lasting = new_code();
  lasting.expires_at_ms = now_ms() + 5000;
  answer(lasting);
  while (answer(Prune{now_ms() + 1001, 1000}).removed > 0) {
  }
  EXPECT_EQ(consume(expired, "right").state, CodeState::Unknown);
  EXPECT_EQ(consume(lasting, "right").state, CodeState::Accepted);
}

}  // namespace
}  // namespace gateway::conformance
