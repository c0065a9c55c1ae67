// FakeGoogle as an HttpsOrigin answers it: the one without a transport, the other with nothing but one. For
// programs that link both. Thread safety: as FakeGoogle::handle.
#pragma once

#include <utility>

#include "tests/support/fake_google.hpp"
#include "tests/support/https_origin.hpp"

namespace gateway::testing {

// Of the certificate that a client of such an origin is to see.
inline constexpr const char* kGoogleOriginNames = "DNS:localhost,IP:127.0.0.1";

inline OriginReply answer_of(FakeGoogle& google, const OriginRequest& request) {
  FakeGoogle::Answer answer = google.handle(request.method, request.target, request.headers, request.body);
  OriginReply reply;
  reply.status = answer.status;
  reply.headers = std::move(answer.headers);
  reply.body = std::move(answer.body);
  return reply;
}

}  // namespace gateway::testing
