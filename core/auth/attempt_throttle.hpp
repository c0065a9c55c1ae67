// AttemptThrottle: slows down whoever guesses (NIST SP 800-63B, section 5.2.2; OWASP ASVS 2.2.1; check 25).
//
// What is tried is counted per account and per client address (of IPv6 the /64; where there is no usable
// address, all such clients share one count, never none). Past the free attempts each failure doubles the
// wait, up to a longest one: no account is ever locked for good. Success forgets the account's failures; an
// address's remain, else its holder's own account would reset what it does to others. Who has signed in to an
// account from an address before is counted apart there, so the failures of others keep nobody out. An
// account is only a name: those that do not exist count the same, and nothing is looked up.
//
// Whether the check came to a decision is read off its outcome: what only could not be done (5xx, a
// provider's own limit) takes the attempt back. The counters' keys are HMACs under the gateway's shared key:
// no email and no number is in them. Thread safety: all members from any thread; they may block: worker only.
// Ownership: refers to the counters, which outlive it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/attempt_counters.hpp"
#include "core/auth/audit_log.hpp"
#include "core/auth/key_ring.hpp"
#include "core/auth/options.hpp"
#include "core/auth/request_scope.hpp"
#include "core/http/problem.hpp"
#include "core/runtime/metrics.hpp"

namespace gateway::auth {

enum class AttemptKind {
  Password,  // of an email
  Phone,     // codes for a number
  Mail,      // mails to an email: each counts, since each costs; what was mailed serves the owner as well
  Message,   // text messages: the number is bounded elsewhere (one_time_passwords), the address here
};

// What counts against an account.
struct AttemptStatus {
  std::int64_t failures = 0;
  std::int64_t retry_after_s = 0;
};

// What counts against a client address.
struct AddressAttemptStatus {
  AttemptStatus guesses;   // wrong passwords and codes, whatever the accounts
  AttemptStatus messages;  // mails and text messages asked for
};

class AttemptThrottle {
 public:
  AttemptThrottle(AttemptCounters& counters, const KeyRing& keys, AuditLog& audit,
                  const runtime::Clock& clock, runtime::Metrics& metrics, const AttemptOptions& options);

  // Does `check` where it may be tried now, and counts how it ended. TOO_MANY_ATTEMPTS with the time to wait.
  // `account`: an email or a number, as it was sent.
  template <class Check>
  auto guard(AttemptKind kind, std::string_view account, const RequestScope& scope, Check&& check)
      -> decltype(check()) {
    auto attempt = begin(kind, account, scope);
    if (!attempt) return attempt.error();
    auto outcome = check();
    settle(*attempt, outcome.ok() ? nullptr : &outcome.error(), scope);
    return outcome;
  }

  // Somebody has proven to be the account's owner in another way: signed up for it, set a password with a
  // mailed code.
  void note_proof(AttemptKind kind, std::string_view account, const RequestScope& scope);

  http::Outcome<AttemptStatus> status(AttemptKind kind, std::string_view account, const CallContext& call);
  http::Outcome<Done> clear(AttemptKind kind, std::string_view account, const CallContext& call);
  // Of an address as clients have it: of IPv6 the /64; what is no address, all clients without one.
  http::Outcome<AddressAttemptStatus> address_status(std::string_view client_address,
                                                     const CallContext& call);
  http::Outcome<Done> clear_address(std::string_view client_address, const CallContext& call);

 private:
  struct Attempt {
    AttemptKind kind = AttemptKind::Password;
    std::string account_key;  // empty: only the address counts
    std::string trusted_key;
    std::string address_key;
    bool counts_address = false;
    bool past_trust = false;  // the trusted record was used up: counted on the account's own
    std::int64_t failures = 0;
    std::int64_t address_failures = 0;
  };
  enum class Decision { Succeeded, Failed, Open };

  http::Outcome<Attempt> begin(AttemptKind kind, std::string_view account, const RequestScope& scope);
  // The keys alone.
  http::Outcome<Attempt> name(AttemptKind kind, std::string_view account, const RequestScope& scope) const;
  std::optional<http::Problem> begin_account(Attempt& attempt, const CallContext& call);
  void settle(const Attempt& attempt, const http::Problem* problem, const RequestScope& scope);
  void settle_account(const Attempt& attempt, AttemptOutcome outcome, const CallContext& call);
  void note_growth(const Attempt& attempt, const RequestScope& scope);
  static Decision decision_of(AttemptKind kind, const http::Problem* problem);
  CallContext settling(const RequestScope& scope) const noexcept;
  const AttemptRule& rule_of(AttemptKind kind) const noexcept;
  http::Problem refuse(AttemptKind kind, bool by_address, std::int64_t retry_in_ms);

  AttemptCounters& counters_;
  const KeyRing& keys_;
  AuditLog& audit_;
  const runtime::Clock& clock_;
  const AttemptRule account_rule_;
  const AttemptRule address_rule_;
  const AttemptRule mail_rule_;
  const std::int64_t trust_ms_;
  std::vector<runtime::Counter> refused_;  // by kind, of the account and of the address
};

}  // namespace gateway::auth
