// HttpClient: outbound HTTP and HTTPS for the whole process, as gateway/outbound_http.hpp promises it.
//
// Connections are kept and used again per origin (scheme://host:port). A call ends at its own deadline or
// after total_timeout_ms, whatever the other side or the resolver does. A request that is repeatable (GET, or
// so marked) is sent at most three times in all, where nothing answered or the answer was 502, 503 or 504;
// once more on a new connection where a kept one turned out to be closed. Any other request is sent once.
//
// An origin's breaker counts as failures: no connection or no trust, a connection that broke, an answer that
// is not HTTP, a time-out that left the origin fair_chance_ms at least, and the answers 502, 503 and 504.
// Every other answer is a success, 429 and 500 included.
//
// Thread safety: fetch() and drop_idle() from any thread; it blocks, so never on an I/O thread. stop() ends
// the calls under way (Unavailable), waits until they have returned, and joins the client's threads; fetch()
// refuses afterwards. Ownership: refers
// to clock, randomness, logger and metrics. Units: milliseconds, monotonic. Source: RFC 9110, RFC 9112.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gateway/call.hpp>
#include <gateway/outbound_http.hpp>

#include "core/net/circuit_breaker.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/metrics.hpp"
#include "core/runtime/random.hpp"

namespace gateway::net {

struct HttpClientOptions {
  std::string ca_file;  // PEM; trusted on top of the system's authorities; empty: none
  std::int64_t connect_timeout_ms = 2'000;
  std::int64_t total_timeout_ms = 10'000;
  std::size_t max_per_origin = 64;
  std::size_t max_idle_per_origin = 16;
  std::int64_t idle_limit_ms = 30'000;
  std::int64_t name_cache_ms = 30'000;
  std::int64_t fair_chance_ms = 1'000;
  std::int64_t first_pause_ms = 100;  // before a repetition, doubled each time, give or take half
  BreakerOptions breaker;
  // Numeric addresses of a host name; may block. Unset: the system's.
  std::function<Result<std::vector<std::string>>(const std::string& host)> lookup;
};

class HttpClient {
 public:
  struct Process {
    const runtime::Clock& clock;
    runtime::Random& random;
    runtime::Logger& logger;
    runtime::Metrics& metrics;
  };

  // Errors: Invalid for a ca_file that cannot be used.
  static Result<std::unique_ptr<HttpClient>> create(const HttpClientOptions& options, const Process& process);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Result<FetchedHttp> fetch(const FetchHttp& request, const CallContext& context);
  // Ends the kept connections that are too old; from time to time.
  void drop_idle();
  void stop();

 private:
  struct Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// For `config check`: whether create() would take the file. Errors: Invalid.
Result<Done> check_ca_file(const std::string& ca_file);

}  // namespace gateway::net
