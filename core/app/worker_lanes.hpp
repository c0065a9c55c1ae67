// WorkerLanes: the worker pools behind the lanes of routes.
//
// fast: signature checks that wait for nobody, as many threads as cores. blocking: storage. provider: calls
// of identity providers over the network, apart from the storage's, so that a provider that hangs takes its
// own workers only. hash: password hashing, as many threads as cores and at a lower priority, so that a storm
// of logins cannot slow token checks. Thread safety: post() from any thread. Ownership: owns the pools.
#pragma once

#include <array>
#include <functional>

#include "core/http/route.hpp"
#include "core/runtime/worker_pool.hpp"
#include "core/server/answer_batch.hpp"

namespace gateway::app {

struct WorkerOptions {
  std::size_t fast_threads = 2;
  std::size_t blocking_threads = 32;
  std::size_t provider_threads = 32;
  std::size_t hash_threads = 2;
  std::size_t fast_queue = 1024;
  std::size_t blocking_queue = 1024;
  std::size_t provider_queue = 1024;
  std::size_t hash_queue = 64;
};

class WorkerLanes {
 public:
  explicit WorkerLanes(const WorkerOptions& options)
      : fast_({"fast", options.fast_threads, options.fast_queue, 0, answer_together}),
        blocking_({"blocking", options.blocking_threads, options.blocking_queue, 0, {}}),
        provider_({"provider", options.provider_threads, options.provider_queue, 0, {}}),
        hash_({"hash", options.hash_threads, options.hash_queue, kHashNice, {}}) {}

  bool post(http::Lane lane, std::function<void()> task) {
    switch (lane) {
      case http::Lane::Fast:
        return fast_.try_post(std::move(task));
      case http::Lane::Provider:
        return provider_.try_post(std::move(task));
      case http::Lane::Hash:
        return hash_.try_post(std::move(task));
      case http::Lane::Blocking:
      case http::Lane::Inline:
        break;
    }
    return blocking_.try_post(std::move(task));
  }
  std::array<const runtime::WorkerPool*, 4> pools() const noexcept {
    return {&fast_, &blocking_, &provider_, &hash_};
  }
  void stop() {
    fast_.stop();
    blocking_.stop();
    provider_.stop();
    hash_.stop();
  }

 private:
  static constexpr int kHashNice = 10;

  // Signature checks are short, so that an answer may wait for those next to it.
  static void answer_together(const std::function<void()>& run) {
    const server::AnswerBatch batch;
    run();
  }

  runtime::WorkerPool fast_;
  runtime::WorkerPool blocking_;
  runtime::WorkerPool provider_;
  runtime::WorkerPool hash_;
};

}  // namespace gateway::app
