#include "shared_limits.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/sha256.hpp>

namespace gateway::rate_limit {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHandInEvery{100};
constexpr milliseconds kAskAgain{500};          // and twice as long after each time,
constexpr milliseconds kAskAgainAtLeast{4000};  // up to this
constexpr std::int64_t kFirstLookMs = 2000;
constexpr std::size_t kMostPending = 10'000;
// One part in so many of what is left is handed in at once, so that instances that share a load find the
// limit together.
constexpr std::int64_t kShare = 100;
constexpr std::int64_t kCloseNs = 100'000'000;
constexpr std::int64_t kMostCost = 1'000'000;  // of one call

std::string identity_of(const LimitKey& key) {
  std::string text(key.rule);
  text.push_back('\0');
  text.push_back(static_cast<char>(key.kind));
  return text.append(key.subject);
}

// Neither an address nor a user is to be read there, and every key is as long as another.
std::string shared_key(const LimitKey& key) {
  return toolkit::base64url_encode(toolkit::view_of(toolkit::sha256(identity_of(key))));
}

}  // namespace

bool SharedLimits::start() {
  counters::TakeLimit nothing;
  nothing.key = "start";
  nothing.interval_us = nothing.burst = 1;
  nothing.cost = 0;
  const auto looked = host_.call(nothing, {host_.monotonic_ms() + kFirstLookMs, "start"});
  if (!looked && looked.error().kind == ErrorKind::Unsupported) return false;
  reachable_ = true;
  if (!looked) failed(looked.error());
  stopping_ = false;
  thread_ = std::thread([this] { run(); });
  return true;
}

void SharedLimits::stop() noexcept {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

Result<Decision> SharedLimits::ask(const LimitKey& key, const Limit& limit, std::int64_t cost, bool debt,
                                   std::string_view request_id) {
  counters::TakeLimit take;
  take.key = shared_key(key);
  take.interval_us = (limit.interval_ns + 999) / 1000;  // rounded up: never faster than the limit
  take.burst = limit.burst;
  take.cost = std::min(cost, kMostCost);
  take.debt = debt;
  const auto taken = host_.call(take, {host_.monotonic_ms() + timeout_ms_, request_id});
  if (!taken) return taken.error();
  Decision decision;
  decision.admitted = taken->admitted;
  decision.remaining = taken->remaining;
  decision.full_in_ns = taken->full_in_ms * 1'000'000;
  decision.retry_in_ns = taken->retry_in_ms * 1'000'000;
  own_.raise(key, decision.full_in_ns, host_.monotonic_ms() * 1'000'000);
  return decision;
}

std::optional<Decision> SharedLimits::decide(const LimitKey& key, const Limit& limit,
                                             std::string_view request_id) {
  if (!reachable()) return std::nullopt;
  // What was known to be used up is so still: who goes on asking costs the store nothing. Where it is a close
  // thing the store is asked, since here times are in whole milliseconds.
  const Decision known = own_.decide(key, limit, 0, host_.monotonic_ms() * 1'000'000);
  if (known.retry_in_ns > kCloseNs + limit.burst * 1000) return known;
  const auto decision = ask(key, limit, 1, false, request_id);
  if (decision) return *decision;
  failed(decision.error());
  return std::nullopt;
}

void SharedLimits::report(const LimitKey& key, const Limit& limit, std::int64_t cost,
                          std::int64_t remaining) {
  bool is_new = false;
  bool is_urgent = false;
  {
    const std::lock_guard lock(mutex_);
    const std::string identity = identity_of(key);
    auto found = pending_.find(identity);
    if (found == pending_.end()) {
      if (pending_.size() >= kMostPending)
        return host_.count("rate_limit_shared_dropped", static_cast<double>(cost));
      found =
          pending_.emplace(identity, Pending{key.rule, key.kind, std::string(key.subject), limit, 0}).first;
    }
    Pending& pending = found->second;
    pending.cost += cost;
    is_new = pending_.size() == 1;
    is_urgent = !urgent_ && pending.cost >= std::max<std::int64_t>(remaining / kShare, 1);
    urgent_ = urgent_ || is_urgent;
  }
  if (is_new || is_urgent) wake_.notify_one();
}

void SharedLimits::run() {
  std::unique_lock lock(mutex_);
  milliseconds pause = kAskAgain;
  while (!stopping_) {
    if (!reachable()) {
      if (!pending_.empty()) host_.count("rate_limit_shared_dropped", static_cast<double>(pending_.size()));
      pending_.clear();
      if (wake_.wait_for(lock, pause, [this] { return stopping_; })) break;
      pause = std::min(pause * 2, kAskAgainAtLeast);
      lock.unlock();
      look();
      lock.lock();
      if (reachable()) pause = kAskAgain;
    } else if (pending_.empty()) {
      // decide() may find out that the store is gone: hence not for ever.
      wake_.wait_for(lock, kAskAgain, [this] { return stopping_ || !pending_.empty(); });
    } else {
      wake_.wait_for(lock, kHandInEvery, [this] { return stopping_ || urgent_; });
      AllPending all;
      all.swap(pending_);
      urgent_ = false;
      lock.unlock();
      hand_in(all);
      lock.lock();
    }
  }
  AllPending last;
  last.swap(pending_);
  lock.unlock();
  if (reachable()) hand_in(last);
}

void SharedLimits::hand_in(const AllPending& all) {
  std::size_t done = 0;
  for (const auto& [identity, pending] : all) {
    const auto decision = ask(pending.key(), pending.limit, pending.cost, true, "rate-limit");
    if (!decision) {
      failed(decision.error());
      if (!reachable()) break;
      continue;
    }
    ++done;
  }
  if (done > 0) host_.count("rate_limit_shared_handed_in", static_cast<double>(done));
  if (done < all.size()) host_.count("rate_limit_shared_dropped", static_cast<double>(all.size() - done));
}

void SharedLimits::look() {
  const auto looked = ask({"look", SubjectKind::Unknown, {}}, {1000, 1}, 0, false, "rate-limit");
  if (!looked) return host_.count("rate_limit_shared_failed");
  reachable_ = true;
  host_.log(LogLevel::Information, "the shared counts answer again: limits are shared");
}

// Too many calls at once, or a call that was wrong, say nothing about the store.
void SharedLimits::failed(const Error& error) noexcept {
  host_.count("rate_limit_shared_failed");
  if (error.kind == ErrorKind::Overloaded || error.kind == ErrorKind::Invalid) return;
  if (!reachable_.exchange(false)) return;
  try {
    host_.log(LogLevel::Warning,
              "the shared counts do not answer; until they do, OnFailure holds: " + error.detail);
  } catch (const std::exception&) {
    // What cannot be told is in the metric.
  }
}

}  // namespace gateway::rate_limit
