// Request methods the gateway routes by (RFC 9110, section 9). Any other token is Other: the server room
// accepts it as well-formed and the router decides (405, or forward-auth, which takes any method).
#pragma once

#include <string_view>

namespace gateway::http {

enum class Method { Get, Head, Post, Put, Patch, Delete, Options, Other };

constexpr Method parse_method(std::string_view token) noexcept {
  if (token == "GET") return Method::Get;
  if (token == "POST") return Method::Post;
  if (token == "HEAD") return Method::Head;
  if (token == "PUT") return Method::Put;
  if (token == "PATCH") return Method::Patch;
  if (token == "DELETE") return Method::Delete;
  if (token == "OPTIONS") return Method::Options;
  return Method::Other;
}

constexpr std::string_view to_string(Method method) noexcept {
  switch (method) {
    case Method::Get:
      return "GET";
    case Method::Head:
      return "HEAD";
    case Method::Post:
      return "POST";
    case Method::Put:
      return "PUT";
    case Method::Patch:
      return "PATCH";
    case Method::Delete:
      return "DELETE";
    case Method::Options:
      return "OPTIONS";
    case Method::Other:
      return "OTHER";
  }
  return "OTHER";
}

}  // namespace gateway::http
