// SignUpLoad: writers that sign people up, one after the other, from construction until stop(), and count
// what came of it.
//
// Thread safety: everything but stop() from any thread. Ownership: refers to the store and the host. Units:
// milliseconds. Errors: none; what the store refuses is counted by kind.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gateway/conformance/test_host.hpp>
#include <gateway/store.hpp>

namespace gateway::testing {

class SignUpLoad {
 public:
  static constexpr int kWriters = 6;

  using Make = std::function<store::User(const std::string&)>;
  SignUpLoad(Store& store, const conformance::TestHost& host, Make make, std::int64_t deadline_ms);
  ~SignUpLoad() { stop(); }
  SignUpLoad(const SignUpLoad&) = delete;
  SignUpLoad& operator=(const SignUpLoad&) = delete;

  void stop();

  // The names whose sign-up the store answered with success.
  std::set<std::string> acknowledged() const;
  int sent() const { return sent_; }
  int failed() const { return failed_; }
  int failed_as(ErrorKind kind) const { return kinds_.at(static_cast<std::size_t>(kind)); }
  // Refused with a kind that passes, and not told when to come again (a call that met its deadline need not
  // be).
  int without_retry() const { return without_retry_; }
  std::int64_t slowest_ms() const { return slowest_ms_; }

 private:
  void write(int writer);
  void refused(const Error& error);

  Store& store_;
  const conformance::TestHost& host_;
  const Make make_;
  const std::int64_t deadline_ms_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> sent_{0};
  std::atomic<int> failed_{0};
  std::atomic<int> without_retry_{0};
  std::array<std::atomic<int>, 16> kinds_{};
  std::atomic<std::int64_t> slowest_ms_{0};
  mutable std::mutex mutex_;
  std::set<std::string> acknowledged_;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace gateway::testing
