#include "tests/integration/postgres/sign_up_load.hpp"

#include <chrono>
#include <utility>

namespace gateway::testing {

SignUpLoad::SignUpLoad(Store& store, const conformance::TestHost& host, Make make, std::int64_t deadline_ms)
    : store_(store), host_(host), make_(std::move(make)), deadline_ms_(deadline_ms) {
  for (int writer = 0; writer < kWriters; ++writer)
    threads_.emplace_back([this, writer] { write(writer); });
}

void SignUpLoad::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_)
    thread.join();
  threads_.clear();
}

std::set<std::string> SignUpLoad::acknowledged() const {
  const std::lock_guard guard(mutex_);
  return acknowledged_;
}

void SignUpLoad::write(int writer) {
  for (int i = 0; !stopping_; ++i) {
    const std::string name = "load-" + std::to_string(writer) + "-" + std::to_string(i);
    const auto begin = std::chrono::steady_clock::now();
    ++sent_;
    const auto reply = store_.create_user({make_(name)}, host_.context(deadline_ms_));
    const std::int64_t took_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin)
            .count();
    std::int64_t slowest = slowest_ms_;
    while (took_ms > slowest && !slowest_ms_.compare_exchange_weak(slowest, took_ms)) {
    }
    if (reply) {
      const std::lock_guard guard(mutex_);
      acknowledged_.insert(name);
      continue;
    }
    refused(reply.error());
    // Fails at once while there is no server: without a pause this loop would only count that.
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void SignUpLoad::refused(const Error& error) {
  ++kinds_.at(static_cast<std::size_t>(error.kind));
  const bool passes = error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Overloaded;
  if (passes && error.retry_after_ms <= 0) ++without_retry_;
  ++failed_;
}

}  // namespace gateway::testing
