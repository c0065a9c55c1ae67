// RevocationListener: brings what other instances revoke into what this one remembers: verified tokens and
// API keys.
//
// One thread that asks the storage for news, again and again (store/revocations.hpp). While the storage
// cannot be asked, entries live on until Tokens:VerifiedCacheSeconds, or the policy's own bound, at the most;
// what was missed is fetched when it is back. Metric gateway_revocations_seconds_behind: how long ago the
// last news came, the bound on how old a revocation can be that this instance does not know. Thread safety:
// start() and stop() once, by one thread. Ownership: refers to everything it is given.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <gateway/store.hpp>

#include "core/auth/api_key_verifier.hpp"
#include "core/auth/verified_token_cache.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/metrics.hpp"

namespace gateway::auth {

class RevocationListener {
 public:
  RevocationListener(Store& store, VerifiedTokenCache& cache, ApiKeyVerifier& api_keys,
                     const runtime::Clock& clock, runtime::Logger& logger, runtime::Metrics& metrics);
  ~RevocationListener() { stop(); }
  RevocationListener(const RevocationListener&) = delete;
  RevocationListener& operator=(const RevocationListener&) = delete;

  void start();
  // Waits for the question that is being asked, a quarter of a second at the most.
  void stop();

 private:
  void listen();
  void apply(const store::Revocations& news, bool first);
  bool pause();  // false: stopping

  Store& store_;
  VerifiedTokenCache& cache_;
  ApiKeyVerifier& api_keys_;
  const runtime::Clock& clock_;
  runtime::Logger& logger_;
  runtime::Metrics& metrics_;
  std::atomic<std::int64_t> heard_at_ms_{0};  // monotonic
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace gateway::auth
