// Network: http.fetch as a provider meets it in service, with the gateway's own client (core/net): its trust,
// its bounds and its time-outs. The one part of the suites that is not made of the SDK.
//
// Thread safety: fetch() from any thread; it blocks. Ownership: owns the client, whose threads end with it.
// Errors: gateway/outbound_http.hpp; deadlines are on the system's monotonic clock (TestClock::Running).
#pragma once

#include <memory>
#include <string>

#include <gateway/call.hpp>
#include <gateway/outbound_http.hpp>

namespace gateway::conformance {

class Network {
 public:
  // `ca_file`: PEM, trusted beside the system's authorities; empty: none. Errors: Invalid for a file that
  // cannot be used.
  static Result<std::unique_ptr<Network>> create(const std::string& ca_file);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  Result<FetchedHttp> fetch(const FetchHttp& request, const CallContext& context);

 private:
  struct Impl;
  explicit Network(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::conformance
