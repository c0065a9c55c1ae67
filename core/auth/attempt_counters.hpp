// AttemptCounters: how often something was tried in vain, and when it may be tried again.
//
// An attempt counts as failed from its beginning, before anything is checked: a hundred at once gain nothing
// over a hundred in turn. settle() takes back what turns out otherwise. Somebody who has succeeded from a
// place before is counted apart from everybody else (trusted_key), so that the failures of others cannot keep
// the owner out. Counts are short-lived and never durable. Thread safety: all members from any thread; they
// may block until the deadline. Errors: Unavailable, DeadlineExceeded, Overloaded: what failed may have
// counted. Units: milliseconds. Source: NIST SP 800-63B, section 5.2.2 (rate limiting).
#pragma once

#include <cstdint>
#include <string>

#include <gateway/counters.hpp>

namespace gateway::auth {

// As in the contract of shared counts, which means the same by them.
using counters::AttemptOutcome;
using counters::AttemptRule;
using counters::AttemptsApart;
using counters::AttemptState;
using counters::BeginAttempt;
using counters::BegunAttempt;
using counters::ClearAttempts;
using counters::SettleAttempt;

// What has to pass after so many failures. Never overflows.
inline std::int64_t delay_ms(const AttemptRule& rule, std::int64_t failures) noexcept {
  if (failures < rule.free || rule.first_delay_ms <= 0) return 0;
  const std::int64_t doublings = failures - rule.free;
  // Compared before it is shifted: the product may not exist.
  if (doublings >= 62 || rule.first_delay_ms > (rule.longest_delay_ms >> doublings))
    return rule.longest_delay_ms;
  return rule.first_delay_ms << doublings;
}

class AttemptCounters {
 public:
  AttemptCounters() = default;
  AttemptCounters(const AttemptCounters&) = delete;
  AttemptCounters& operator=(const AttemptCounters&) = delete;
  virtual ~AttemptCounters() = default;

  // Counted on trusted_key's own record while that is trusted, else on key's. Before the record's next time
  // it is refused, and nothing changes. Else failures += 1, last = now, next = now + delay(failures).
  virtual Result<BegunAttempt> begin(const BeginAttempt& attempt, const CallContext& call) = 0;
  virtual Result<Done> settle(const SettleAttempt& attempt, const CallContext& call) = 0;
  virtual Result<AttemptState> get(const std::string& key, const CallContext& call) = 0;
  // The key's record goes. Whether it is trusted stays.
  virtual Result<Done> clear(const ClearAttempts& what, const CallContext& call) = 0;
};

}  // namespace gateway::auth
