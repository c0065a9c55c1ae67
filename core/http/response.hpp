// Response: what a handler or a policy answers. The server room adds Connection, Date and Content-Length and
// leaves out the body for HEAD, 204 and 304; a handler never sets those. A header whose name is not a token
// or whose value holds a control character is a bug of its writer: the server then answers 500 instead of
// sending it. Thread safety: a plain value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/http/response_headers.hpp"

namespace gateway::http {

struct Response {
  int status = 200;
  ResponseHeaders headers;
  std::string body;

  std::optional<std::string_view> header(std::string_view name) const noexcept { return headers.find(name); }
  void set(std::string_view name, std::string_view value) { headers.set(name, value); }
  void add(std::string_view name, std::string_view value) { headers.add(name, value); }
  void remove(std::string_view name) { headers.remove(name); }
};

}  // namespace gateway::http
