#include "core/auth/attempt_throttle.hpp"

#include <algorithm>
#include <utility>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/sha256.hpp>
#include <gateway/toolkit/unicode.hpp>

#include "core/auth/problems.hpp"
#include "core/http/client_address.hpp"

namespace gateway::auth {

namespace {

using http::ErrorCode;
using http::Problem;

// What is settled late still has to be settled: a check may have used up the request's own time.
constexpr std::int64_t kSettleTimeoutMs = 1'000;

constexpr std::array<std::string_view, 4> kKindNames{"password", "phone", "mail", "message"};

std::string_view kind_name(AttemptKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

// Only what proves something can be told from a failure.
bool proves_something(AttemptKind kind) {
  return kind == AttemptKind::Password || kind == AttemptKind::Phone;
}

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

// No finer than any provider's own form of it: else one account would have as many counts as spellings.
std::string normal_form(std::string_view account) {
  const std::string_view written = trimmed(account);
  const auto normal = toolkit::to_nfkc(written);
  auto lower = normal ? toolkit::to_lower(normal->reveal()) : std::nullopt;
  return lower ? *std::move(lower) : std::string(written);
}

std::string client_part(std::string_view client_address) {
  const auto address = http::IpAddress::parse(client_address);
  return address ? std::string(address->client_part()) : "unknown";
}

std::string digest_of(const KeySnapshot& keys, std::string_view what, std::string_view of) {
  std::string text = "attempts:";
  text.append(what).push_back('\0');
  text.append(of);
  return toolkit::base64url_encode(toolkit::view_of(toolkit::hmac_sha256(keys.refresh_key.reveal(), text)));
}

// Guesses and messages are counted apart: who asks for mails is no guesser.
std::string address_key(const KeySnapshot& keys, bool of_guesses, std::string_view client_address) {
  return digest_of(keys, of_guesses ? "address" : "address.requests", client_part(client_address));
}

AttemptStatus status_from(const AttemptState& state) {
  return {state.failures, (state.retry_in_ms + 999) / 1000};
}

AttemptRule rule_from(const AttemptLimit& limit) {
  return {limit.free, limit.first_delay_s * 1000, limit.longest_delay_s * 1000, limit.forget_s * 1000};
}

}  // namespace

AttemptThrottle::AttemptThrottle(AttemptCounters& counters, const KeyRing& keys, AuditLog& audit,
                                 const runtime::Clock& clock, runtime::Metrics& metrics,
                                 const AttemptOptions& options)
    : counters_(counters),
      keys_(keys),
      audit_(audit),
      clock_(clock),
      account_rule_(rule_from(options.account)),
      address_rule_(rule_from(options.address)),
      mail_rule_(rule_from(options.mail)),
      trust_ms_(options.trust_s * 1000) {
  for (const std::string_view kind : kKindNames) {
    for (const char* by : {"account", "address"}) {
      refused_.push_back(metrics.counter("gateway_attempts_refused_total",
                                         "Attempts refused because of failures before them.",
                                         {{"kind", std::string(kind)}, {"by", by}}));
    }
  }
}

const AttemptRule& AttemptThrottle::rule_of(AttemptKind kind) const noexcept {
  return kind == AttemptKind::Mail ? mail_rule_ : account_rule_;
}

Problem AttemptThrottle::refuse(AttemptKind kind, bool by_address, std::int64_t retry_in_ms) {
  refused_[static_cast<std::size_t>(kind) * 2 + (by_address ? 1 : 0)].add();
  Problem problem(ErrorCode::TooManyAttempts);
  problem.retry_after_s = static_cast<int>(std::clamp<std::int64_t>((retry_in_ms + 999) / 1000, 1, 86'400));
  return problem;
}

http::Outcome<AttemptThrottle::Attempt> AttemptThrottle::name(AttemptKind kind, std::string_view account,
                                                              const RequestScope& scope) const {
  const auto keys = keys_.snapshot();
  if (keys == nullptr) return storage_problem(unavailable("no keys yet"));
  Attempt attempt;
  attempt.kind = kind;
  attempt.address_key = address_key(*keys, proves_something(kind), scope.client_address);
  if (kind != AttemptKind::Message) {
    const std::string login = normal_form(account);
    attempt.account_key = digest_of(*keys, kind_name(kind), login);
    if (proves_something(kind))
      attempt.trusted_key = digest_of(*keys, std::string("trusted.").append(kind_name(kind)),
                                      client_part(scope.client_address) + login);
  }
  return attempt;
}

http::Outcome<AttemptThrottle::Attempt> AttemptThrottle::begin(AttemptKind kind, std::string_view account,
                                                               const RequestScope& scope) {
  auto named = name(kind, account, scope);
  if (!named) return named;
  Attempt& attempt = *named;
  attempt.counts_address = true;
  if (!attempt.account_key.empty()) {
    if (auto problem = begin_account(attempt, scope.call)) return *problem;
  }
  if (!attempt.counts_address) return attempt;
  const auto begun = counters_.begin({attempt.address_key, {}, address_rule_}, scope.call);
  if (begun && begun->allowed) {
    attempt.address_failures = begun->failures;
    return attempt;
  }
  settle_account(attempt, AttemptOutcome::Withdrawn, scope.call);
  if (!begun) return counters_problem(begun.error());
  return refuse(kind, true, begun->retry_in_ms);
}

// Where somebody who is trusted has used up the count of its own, it is one of all others again: what holds
// it up then is what an administrator sees and clears.
std::optional<Problem> AttemptThrottle::begin_account(Attempt& attempt, const CallContext& call) {
  const AttemptRule& rule = rule_of(attempt.kind);
  auto begun = counters_.begin({attempt.account_key, attempt.trusted_key, rule}, call);
  std::int64_t retry_in_ms = begun ? begun->retry_in_ms : 0;
  attempt.counts_address = begun && !begun->trusted;  // an office's failures must not keep its people out
  if (begun && !begun->allowed && begun->trusted) {
    attempt.past_trust = true;
    attempt.counts_address = true;
    begun = counters_.begin({attempt.account_key, {}, rule}, call);
    if (begun) retry_in_ms = std::min(retry_in_ms, begun->retry_in_ms);
  }
  if (!begun) return counters_problem(begun.error());
  if (!begun->allowed) return refuse(attempt.kind, false, retry_in_ms);
  attempt.failures = begun->failures;
  return std::nullopt;
}

// What could not be decided was no guess. What was decided otherwise than by success was one, whatever it is
// called.
AttemptThrottle::Decision AttemptThrottle::decision_of(AttemptKind kind, const Problem* problem) {
  if (problem == nullptr) return proves_something(kind) ? Decision::Succeeded : Decision::Failed;
  if (problem->code == ErrorCode::MaxOtpAttempts) return Decision::Failed;
  const int status = http::info_of(problem->code).status;
  // A provider's own limit; an account that was proven and collides with another; a new password that is
  // weak.
  const bool is_open =
      status >= 500 || status == 429 || status == 409 || problem->code == ErrorCode::InvalidPassword;
  return is_open ? Decision::Open : Decision::Failed;
}

CallContext AttemptThrottle::settling(const RequestScope& scope) const noexcept {
  return {std::max(scope.call.deadline_ms, clock_.monotonic_ms() + kSettleTimeoutMs), scope.call.request_id};
}

void AttemptThrottle::note_proof(AttemptKind kind, std::string_view account, const RequestScope& scope) {
  auto attempt = name(kind, account, scope);
  if (!attempt) return;
  attempt->past_trust = true;  // both records go
  settle_account(*attempt, AttemptOutcome::Succeeded, settling(scope));
}

void AttemptThrottle::settle(const Attempt& attempt, const Problem* problem, const RequestScope& scope) {
  const Decision decision = decision_of(attempt.kind, problem);
  if (decision == Decision::Failed) return note_growth(attempt, scope);
  const CallContext call = settling(scope);
  settle_account(
      attempt, decision == Decision::Succeeded ? AttemptOutcome::Succeeded : AttemptOutcome::Withdrawn, call);
  if (attempt.counts_address) {
    (void)counters_.settle({attempt.address_key, {}, AttemptOutcome::Withdrawn, 0, address_rule_}, call);
  }
}

// What cannot be settled stays counted, and is forgotten in time.
void AttemptThrottle::settle_account(const Attempt& attempt, AttemptOutcome outcome,
                                     const CallContext& call) {
  if (attempt.account_key.empty()) return;
  const AttemptRule& rule = rule_of(attempt.kind);
  if (outcome == AttemptOutcome::Withdrawn) {
    const std::string trusted_key = attempt.past_trust ? std::string() : attempt.trusted_key;
    (void)counters_.settle({attempt.account_key, trusted_key, outcome, 0, rule}, call);
    return;
  }
  (void)counters_.settle({attempt.account_key, attempt.trusted_key, outcome, trust_ms_, rule}, call);
  if (attempt.past_trust) (void)counters_.clear({attempt.account_key, rule.forget_after_ms}, call);
}

// Once for each longer wait, and not for what is refused meanwhile: the audit log cannot be flooded with it.
void AttemptThrottle::note_growth(const Attempt& attempt, const RequestScope& scope) {
  const auto grew = [](const AttemptRule& rule, std::int64_t failures) {
    return failures > 0 && delay_ms(rule, failures) > delay_ms(rule, failures - 1);
  };
  if (grew(rule_of(attempt.kind), attempt.failures)) audit_.record("attempts.account_held_up", {}, {}, scope);
  if (attempt.counts_address && grew(address_rule_, attempt.address_failures))
    audit_.record("attempts.address_held_up", {}, {}, scope);
}

http::Outcome<AttemptStatus> AttemptThrottle::status(AttemptKind kind, std::string_view account,
                                                     const CallContext& call) {
  const auto keys = keys_.snapshot();
  if (keys == nullptr) return storage_problem(unavailable("no keys yet"));
  const auto state = counters_.get(digest_of(*keys, kind_name(kind), normal_form(account)), call);
  if (!state) return counters_problem(state.error());
  return status_from(*state);
}

http::Outcome<Done> AttemptThrottle::clear(AttemptKind kind, std::string_view account,
                                           const CallContext& call) {
  const auto keys = keys_.snapshot();
  if (keys == nullptr) return storage_problem(unavailable("no keys yet"));
  const auto cleared = counters_.clear(
      {digest_of(*keys, kind_name(kind), normal_form(account)), rule_of(kind).forget_after_ms}, call);
  if (!cleared) return counters_problem(cleared.error());
  return Done{};
}

http::Outcome<AddressAttemptStatus> AttemptThrottle::address_status(std::string_view client_address,
                                                                    const CallContext& call) {
  const auto keys = keys_.snapshot();
  if (keys == nullptr) return storage_problem(unavailable("no keys yet"));
  const auto guesses = counters_.get(address_key(*keys, true, client_address), call);
  if (!guesses) return counters_problem(guesses.error());
  const auto messages = counters_.get(address_key(*keys, false, client_address), call);
  if (!messages) return counters_problem(messages.error());
  return AddressAttemptStatus{status_from(*guesses), status_from(*messages)};
}

http::Outcome<Done> AttemptThrottle::clear_address(std::string_view client_address, const CallContext& call) {
  const auto keys = keys_.snapshot();
  if (keys == nullptr) return storage_problem(unavailable("no keys yet"));
  // Guesses last: they are not forgotten where it then ends as a failure, of which the audit says nothing.
  for (const bool of_guesses : {false, true}) {
    const auto cleared = counters_.clear(
        {address_key(*keys, of_guesses, client_address), address_rule_.forget_after_ms}, call);
    if (!cleared) return counters_problem(cleared.error());
  }
  return Done{};
}

}  // namespace gateway::auth
