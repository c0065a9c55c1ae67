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

#include <gateway/call.hpp>
#include <gateway/result.hpp>

namespace gateway::auth {

// After `free` - 1 failures nothing yet, then `first_delay_ms`, doubled with each further failure up to
// `longest_delay_ms`. A record is forgotten `forget_after_ms` after its last attempt.
struct AttemptRule {
  std::int64_t free = 1;  // at least 1
  std::int64_t first_delay_ms = 0;
  std::int64_t longest_delay_ms = 0;
  std::int64_t forget_after_ms = 1;

  // What has to pass after so many failures. Never overflows.
  std::int64_t delay_ms(std::int64_t failures) const noexcept;
};

struct BeginAttempt {
  std::string key;          // 1 to 128 bytes, opaque
  std::string trusted_key;  // empty: none
  AttemptRule rule;
};

struct BegunAttempt {
  bool allowed = false;
  std::int64_t retry_in_ms = 0;  // where it is not allowed
  std::int64_t failures = 0;     // counted so far, this attempt among them where it is allowed
  bool trusted = false;          // it is trusted_key's own record that counts
};

enum class AttemptOutcome {
  Succeeded,  // the record that was counted on goes; trusted_key is trusted for trust_ms from now
  Withdrawn,  // nothing was decided after all: failures -= 1, next = last + the delay of so many failures
};

struct SettleAttempt {
  std::string key;
  std::string trusted_key;  // as at the beginning
  AttemptOutcome outcome = AttemptOutcome::Succeeded;
  std::int64_t trust_ms = 0;  // 0: nobody is trusted for it
  AttemptRule rule;
};

struct AttemptState {
  std::int64_t failures = 0;
  std::int64_t retry_in_ms = 0;
};

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
  // The record of `key` goes. Whether it is trusted stays.
  virtual Result<Done> clear(const std::string& key, const CallContext& call) = 0;
};

inline std::int64_t AttemptRule::delay_ms(std::int64_t failures) const noexcept {
  if (failures < free || first_delay_ms <= 0) return 0;
  const std::int64_t doublings = failures - free;
  // Compared before it is shifted: the product may not exist.
  if (doublings >= 62 || first_delay_ms > (longest_delay_ms >> doublings)) return longest_delay_ms;
  return first_delay_ms << doublings;
}

}  // namespace gateway::auth
