// Resolver: addresses of a host, in time.
//
// The system's lookup cannot be ended, so it runs on threads of the resolver, and a caller stops waiting for
// it when its time is over. Callers of one host share one lookup; at most kMaxWaiting lookups wait. What was
// found is kept for cache_ms. Addresses written as such are answered as they are. Thread safety:
// addresses_of() from any thread; stop() ends all waits and joins the threads, for which a lookup under way
// has to end by itself (resolv.conf says when). Ownership: refers to the clock and the stop signal.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/net/failure.hpp"
#include "core/net/waiting.hpp"

namespace gateway::net {

using Addresses = std::vector<std::string>;  // numeric, in the order in which to try them
using Lookup = std::function<Result<Addresses>(const std::string& host)>;

// getaddrinfo(3). Blocks. Errors: Unavailable.
Result<Addresses> system_lookup(const std::string& host);

class Resolver {
 public:
  static constexpr std::size_t kThreads = 4;
  static constexpr std::size_t kMaxWaiting = 64;
  static constexpr std::size_t kMaxKept = 256;

  Resolver(Lookup lookup, const runtime::Clock& clock, std::int64_t cache_ms);
  ~Resolver() { stop(); }
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Errors: Connect, TimedOut, Overloaded, Stopped.
  Outcome<Addresses> addresses_of(const std::string& host, const Deadline& deadline);
  void stop();

 private:
  struct Asked {
    std::optional<Result<Addresses>> answer;
    std::int64_t until_ms = 0;
  };
  void work();
  void make_room(std::int64_t now_ms);

  const Lookup lookup_;
  const runtime::Clock& clock_;
  const std::int64_t cache_ms_;
  std::mutex mutex_;
  std::condition_variable work_, answered_;
  bool stopping_ = false;  // guarded by mutex_, as all below
  std::map<std::string, std::shared_ptr<Asked>> asked_;
  std::deque<std::pair<std::string, std::shared_ptr<Asked>>> waiting_;
  std::vector<std::thread> threads_;
};

}  // namespace gateway::net
