// One GET over plain http on a connection of its own: for the container's health check, which asks its own
// process and has nothing of a running gateway around it.
//
// Thread safety: pure function. It blocks for at most `timeout`, and for the system's lookup where the host
// is a name: command line only. Errors: Invalid for a URL that is not one, Unavailable without an answer,
// DeadlineExceeded without one in time, Malformed for one that is none.
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
