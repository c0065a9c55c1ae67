// HttpClient: outbound HTTP requests with a deadline and a size cap. Poco lives behind this header alone.
//
// Plain http for now: the one user is the container's health check, which asks its own process.
// Thread safety: pure function. It blocks for at most `timeout`: worker or command line only.
// Errors: Invalid for a URL that is not one, Unavailable when there was no answer in time, Malformed when it
// was too large.
#pragma once

#include <chrono>
#include <string>

#include <gateway/result.hpp>

namespace gateway::net {

struct HttpReply {
  int status = 0;
  std::string body;
};

Result<HttpReply> http_get(const std::string& url, std::chrono::milliseconds timeout);

}  // namespace gateway::net
