// KeySetCache: the verification keys of a remote issuer, kept fresh.
//
// - Single flight: whoever needs keys while a fetch runs waits for that fetch (at most max_wait_ms), but no
//   more than max_waiting callers do: the next is told Unavailable at once, so that an issuer that hangs and
//   a flood of unknown key ids together hold a few workers and not all of them.
// - Refreshed before expiry by the owner's worker, through refresh_if_due().
// - When fetching fails, the keys held are served until stale_ms after their expiry, then no more.
// - A failed, unreadable or empty answer never replaces keys that work.
// - An unknown key id leads to at most one fetch per min_fetch_interval_ms, whoever asks for whatever; an
//   id that the issuer was found not to have is not asked for again within unknown_key_ms.
//
// snapshot() and knows() never block on I/O. keys_for(), refresh_if_due() may: call them on a blocking
// worker.
// Thread safety: all functions, from any thread; the fetcher is never called twice at the same time, nor
// under a lock.
// Ownership: sets are shared and immutable.
// Units: milliseconds of the injected clock, which should be steady.
// Errors: Unavailable when there are no usable keys or the question could not be settled.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <gateway/result.hpp>
#include <gateway/toolkit/jose/jwk_set.hpp>

namespace gateway::toolkit {

struct FetchedKeySet {
  std::string body;
  std::int64_t max_age_ms = 0;  // from Cache-Control; 0: none given
};

struct KeySetCacheOptions {
  std::int64_t min_ttl_ms = 60'000;  // bounds for what max_age_ms may say
  std::int64_t max_ttl_ms = 24 * 3'600'000LL;
  std::int64_t refresh_ahead_ms = 300'000;  // refresh when less is left; at most half of the lifetime
  std::int64_t stale_ms = 6 * 3'600'000LL;
  std::int64_t min_fetch_interval_ms = 30'000;  // between fetches, failed ones included
  std::int64_t retry_ms = 2'000;                // the same while there are no usable keys at all
  std::int64_t unknown_key_ms = 60'000;
  std::int64_t max_wait_ms = 3'000;  // real time
  std::size_t max_waiting = 8;       // beside the one that fetches
};

class KeySetCache {
 public:
  // Has its own deadline; may throw (which counts as a failed fetch).
  using Fetcher = std::function<Result<FetchedKeySet>()>;
  // JwkSet::parse or JwkSet::parse_certificates.
  using Parser = std::function<Result<JwkSet>(std::string_view)>;
  using Clock = std::function<std::int64_t()>;
  using Keys = std::shared_ptr<const JwkSet>;

  // What an owner keeps across restarts: the last good answer, and for how long it may still be used.
  struct Stored {
    std::string body;
    std::int64_t usable_ms = 0;
  };

  KeySetCache(KeySetCacheOptions options, Fetcher fetcher, Parser parser, Clock now_ms);

  // The keys to use now, fresh or stale within the bound; null when there are none.
  Keys snapshot() const;

  // Whether keys_for(key_id) would answer without I/O.
  bool knows(std::string_view key_id) const;

  // The keys to check a token with that names `key_id`. They may still lack it: then the issuer has no such
  // key.
  Result<Keys> keys_for(std::string_view key_id);

  // Fetches if the keys are missing or about to expire and the interval since the last attempt has passed.
  // True when it brought new keys; false when there was nothing to do or another thread is at it; the Error
  // of a failed fetch.
  Result<bool> refresh_if_due();

  std::optional<Stored> export_keys() const;

  // Takes keys stored earlier, unless there are some already. They count as expired: usable for usable_ms
  // (at most stale_ms), and due for a refresh at once.
  Result<Done> import_keys(const Stored& stored);

 private:
  struct Held {
    Keys keys;
    std::string body;
    std::int64_t refresh_at_ms = 0;
    std::int64_t usable_until_ms = 0;
  };
  using Lock = std::unique_lock<std::mutex>;

  bool usable(std::int64_t now_ms) const;
  bool may_fetch(std::int64_t now_ms) const;
  std::int64_t interval_ms(std::int64_t now_ms) const;
  bool is_known_absent(std::string_view key_id, std::int64_t now_ms) const;
  void remember_absent(std::string_view key_id, std::int64_t now_ms);
  Result<Keys> current(std::int64_t now_ms) const;
  Result<Done> fetch(Lock& lock);
  Result<Held> fetch_and_parse() const;

  const KeySetCacheOptions options_;
  const Fetcher fetcher_;
  const Parser parser_;
  const Clock now_ms_;

  mutable std::mutex mutex_;
  std::condition_variable fetched_;
  Held held_;
  bool fetching_ = false;
  std::size_t waiting_ = 0;
  std::optional<std::int64_t> last_attempt_ms_;
  std::optional<Error> last_failure_;
  std::map<std::string, std::int64_t, std::less<>> absent_until_ms_;
};

}  // namespace gateway::toolkit
