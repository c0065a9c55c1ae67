// What a store of shared counts derives from: short-lived counts that all instances of the gateway see. It is
// no storage: nothing of it is durable, each record has an end, and a gateway works on without it.
//
// Every operation is one atomic decision. All times are the counter store's own clock, so that instances
// whose clocks differ agree; only durations cross. Keys are opaque text of 1 to 128 bytes; limits and
// attempts are apart, whatever their keys. Operations come between start() and stop(), from many threads at
// once, and may block until context.deadline_ms. start() does not wait for the store to be there.
//
// Plugins reach `limits.take` with Host::call; the host puts their instance id in front of the key, for which
// kMaxPluginKeyBytes leaves room, and answers Unsupported where there is no counter store.
// Errors: Invalid (a key or a number out of range), Unavailable, DeadlineExceeded (whether it was counted is
// unknown), Overloaded. An operation is repeated only where that is harmless, so what failed may have
// counted. Units: milliseconds, and microseconds for an interval. Source: GCRA, ITU-T I.371.
#pragma once

#include <optional>

#include <gateway/host.hpp>
#include <gateway/provider_messages.hpp>

namespace gateway {

namespace counters {

inline constexpr std::size_t kMaxKeyBytes = 128;
inline constexpr std::size_t kMaxPluginKeyBytes = 95;  // an id has at most 32 bytes, and there is one ':'

struct TakenLimit {
  bool admitted = false;
  std::int64_t remaining = 0;    // how many more would be admitted now
  std::int64_t full_in_ms = 0;   // until nothing counts any more; rounded up, like the next
  std::int64_t retry_in_ms = 0;  // until the next would be admitted; 0: it would be now
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("admitted", self.admitted);
    f.required("remaining", self.remaining);
    f.required("full_in_ms", self.full_in_ms);
    f.required("retry_in_ms", self.retry_in_ms);
  }
};

// One decision by the generic cell rate algorithm: a limit lets one through every `interval_us` and up to
// `burst` at once. Takes `cost` where that is admitted, and nothing where it is not.
struct TakeLimit {
  static constexpr std::string_view kOperation = "limits.take";
  using Reply = TakenLimit;
  std::string key;
  std::int64_t interval_us = 0;  // 1 to 86'400'000'000
  std::int64_t burst = 0;        // 1 to 1'000'000; all of it within a year
  std::int64_t cost = 1;         // 0: looks whether one would be admitted
  bool debt = false;             // of what has been done already: always taken, at most one more burst of it
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("key", self.key);
    f.required("interval_us", self.interval_us);
    f.required("burst", self.burst);
    f.optional("cost", self.cost);
    f.optional("debt", self.debt);
  }
};

// How long whoever failed has to wait: after `free` - 1 failures nothing yet, then `first_delay_ms`, doubled
// with each further one up to `longest_delay_ms`. A record is forgotten `forget_after_ms` after the last.
struct AttemptRule {
  std::int64_t free = 0;
  std::int64_t first_delay_ms = 0;
  std::int64_t longest_delay_ms = 0;
  std::int64_t forget_after_ms = 0;  // at least 1
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("free", self.free);
    f.required("first_delay_ms", self.first_delay_ms);
    f.required("longest_delay_ms", self.longest_delay_ms);
    f.required("forget_after_ms", self.forget_after_ms);
  }
};

struct BegunAttempt {
  bool allowed = false;
  std::int64_t retry_in_ms = 0;  // where it is not allowed
  std::int64_t failures = 0;     // counted so far, this attempt among them where it is allowed
  bool trusted = false;          // it is trusted_key's own record that counts
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("allowed", self.allowed);
    f.required("retry_in_ms", self.retry_in_ms);
    f.required("failures", self.failures);
    f.required("trusted", self.trusted);
  }
};

// What an instance has counted by itself while the store could not be asked.
struct AttemptsApart {
  std::int64_t failures = 0;       // at least 1
  std::int64_t since_last_ms = 0;  // since the last of them
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("failures", self.failures);
    f.required("since_last_ms", self.since_last_ms);
  }
};

// Counts an attempt as failed before it is made, so that many at once gain nothing; settle() takes back what
// turns out otherwise. It is counted on trusted_key's own record while that is trusted, else on key's. Before
// the record's next time it is refused, and nothing changes. Else failures += 1, last = now, and next = now +
// (failures < free ? 0 : min(first_delay << (failures - free), longest_delay)).
//
// What was counted apart is taken in first, and stays whatever is then decided: the record has at least so
// many failures, its last is at least as late as theirs, and its next follows from both. So it may be handed
// in more than once. What is not later than key's last clearing is not taken into key's record.
struct BeginAttempt {
  static constexpr std::string_view kOperation = "attempts.begin";
  using Reply = BegunAttempt;
  std::string key;
  std::string trusted_key;  // empty: none
  AttemptRule rule;
  std::optional<AttemptsApart> apart{};          // goes into key's record
  std::optional<AttemptsApart> apart_trusted{};  // was trusted_key's own: goes into the record that counts
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("key", self.key);
    f.optional("trusted_key", self.trusted_key);
    f.required("rule", self.rule);
    f.optional("apart", self.apart);
    f.optional("apart_trusted", self.apart_trusted);
  }
};

enum class AttemptOutcome {
  Succeeded,  // the record that was counted on goes; trusted_key is trusted for trust_ms from now
  Withdrawn,  // nothing was tried after all: failures -= 1, next = last + the delay of so many failures
};
constexpr auto enum_names(AttemptOutcome) {
  return std::array<EnumName<AttemptOutcome>, 2>{
      {{AttemptOutcome::Succeeded, "succeeded"}, {AttemptOutcome::Withdrawn, "withdrawn"}}};
}

struct SettleAttempt {
  static constexpr std::string_view kOperation = "attempts.settle";
  using Reply = Empty;
  std::string key;
  std::string trusted_key;  // as at the beginning
  AttemptOutcome outcome = AttemptOutcome::Succeeded;
  std::int64_t trust_ms = 0;  // 0: nobody is trusted for it
  AttemptRule rule;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("key", self.key);
    f.optional("trusted_key", self.trusted_key);
    f.required("outcome", self.outcome);
    f.optional("trust_ms", self.trust_ms);
    f.required("rule", self.rule);
  }
};

struct AttemptState {
  std::int64_t failures = 0;
  std::int64_t retry_in_ms = 0;
  std::optional<std::int64_t> since_clear_ms{};  // none: not cleared, or so long ago that it says nothing
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("failures", self.failures);
    f.required("retry_in_ms", self.retry_in_ms);
    f.optional("since_clear_ms", self.since_clear_ms);
  }
};

struct GetAttempts {
  static constexpr std::string_view kOperation = "attempts.get";
  using Reply = AttemptState;
  std::string key;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("key", self.key);
  }
};

// The record of `key` goes. Whether it is trusted stays. That it was cleared is known for remember_ms: for as
// long as somebody may still hold what was counted apart before.
struct ClearAttempts {
  static constexpr std::string_view kOperation = "attempts.clear";
  using Reply = Empty;
  std::string key;
  std::int64_t remember_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("key", self.key);
    f.optional("remember_ms", self.remember_ms);
  }
};

}  // namespace counters

class CounterStore {
 public:
  CounterStore() = default;
  CounterStore(const CounterStore&) = delete;
  CounterStore& operator=(const CounterStore&) = delete;
  virtual ~CounterStore() = default;

  virtual Result<Done> start() { return Done{}; }
  virtual void stop() noexcept {}

  virtual Result<counters::TakenLimit> take_limit(const counters::TakeLimit&, const CallContext&) = 0;
  virtual Result<counters::BegunAttempt> begin_attempt(const counters::BeginAttempt&, const CallContext&) = 0;
  virtual Result<Empty> settle_attempt(const counters::SettleAttempt&, const CallContext&) = 0;
  virtual Result<counters::AttemptState> get_attempts(const counters::GetAttempts&, const CallContext&) = 0;
  virtual Result<Empty> clear_attempts(const counters::ClearAttempts&, const CallContext&) = 0;
  // Asked by a background probe; an Error makes the gateway's health "degraded".
  virtual Result<Empty> probe(const ProbeHealth&, const CallContext&) = 0;
};

inline gateway_status dispatch_counters(CounterStore& c, const gateway_call& call, gateway_sink* sink) {
  return Dispatch(call, sink)
      .to(c, &CounterStore::take_limit)
      .to(c, &CounterStore::begin_attempt)
      .to(c, &CounterStore::settle_attempt)
      .to(c, &CounterStore::get_attempts)
      .to(c, &CounterStore::clear_attempts)
      .to(c, &CounterStore::probe)
      .finish();
}

}  // namespace gateway
