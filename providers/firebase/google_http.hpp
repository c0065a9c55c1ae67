// GoogleHttp: one request to Google through the host, and its answer read: a message, or a Failure.
//
// Thread safety: full. Errors (Failure::error): what http.fetch answers; Malformed for a 2xx that is not what
// was asked for; DeadlineExceeded before a request that nobody would wait for. `name` goes in front of every
// detail, so that the operator knows which call it was. Secrets travel in headers and bodies only.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include <gateway/host.hpp>
#include <gateway/outbound_http.hpp>

#include "error_mapping.hpp"

namespace gateway::firebase {

template <class T>
using Answer = Result<T, Failure>;

class GoogleHttp {
 public:
  explicit GoogleHttp(const Host& host) : host_(host) {}

  // The answer, when its status is 2xx.
  Answer<FetchedHttp> fetch(std::string_view name, const FetchHttp& request,
                            const CallContext& context) const;

  template <class Reply>
  Answer<Reply> fetch_message(std::string_view name, const FetchHttp& request,
                              const CallContext& context) const {
    const auto fetched = fetch(name, request, context);
    if (!fetched) return fetched.error();
    auto reply = decode<Reply>(fetched->body.reveal());
    if (!reply) return named(name, failed(reply.error()));
    return std::move(*reply);
  }

  static Failure named(std::string_view name, Failure failure);

  // How often Google did not answer, or answered that it is not well (5xx).
  std::uint64_t faults() const noexcept { return faults_; }

 private:
  const Host& host_;
  mutable std::atomic<std::uint64_t> faults_{0};
};

// The value of a header, by its name in lower case; empty where there is none.
std::string_view header_of(const FetchedHttp& answer, std::string_view name);

}  // namespace gateway::firebase
