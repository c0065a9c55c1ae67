#include "core/server/response_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/http/request.hpp"
#include "core/server/characters.hpp"

namespace gateway::server {

namespace {

using http::iequals;

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_token_character(c); });
}

// Eight bytes at a time, since every byte that is sent is looked at: whether one of them may be below a space
// (a tab among them, which is allowed) or is DEL. The subtraction marks a byte wrongly at most where a lower
// one is marked rightly.
bool has_suspect(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighs = 0x8080808080808080U;
  const std::uint64_t del = bytes ^ (kOnes * 0x7f);
  return (((bytes - kOnes * 0x20) & ~bytes) | ((del - kOnes) & ~del)) & kHighs;
}

bool is_field_value(std::string_view text) noexcept {
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    if (has_suspect(bytes)) break;
    text.remove_prefix(sizeof bytes);
  }
  return std::all_of(text.begin(), text.end(), [](char c) { return is_value_character(c); });
}

bool is_servers_own(std::string_view name) noexcept {
  switch (name.size()) {
    case 4:
      return iequals(name, "Date");
    case 7:
      return iequals(name, "Trailer") || iequals(name, "Upgrade");
    case 10:
      return iequals(name, "Connection") || iequals(name, "Keep-Alive");
    case 12:
      return iequals(name, "X-Request-Id");
    case 14:
      return iequals(name, "Content-Length");
    case 17:
      return iequals(name, "Transfer-Encoding");
    default:
      return false;
  }
}

bool acceptable(const http::Response& response) noexcept {
  if (response.status < 200 || response.status > 599) return false;
  const http::ResponseHeaders& fields = response.headers;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!is_token(fields.name(i)) || !is_field_value(fields.value(i)) || is_servers_own(fields.name(i)))
      return false;
  }
  return true;
}

void append_number(std::string& out, std::size_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

}  // namespace

bool ResponseWriter::write(const http::Response& response, const ResponseFrame& frame, std::string& out) {
  if (!acceptable(response)) return false;
  const bool bodiless = response.status == 204 || response.status == 304;
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  for (std::size_t i = 0; i < response.headers.size(); ++i)
    out += response.headers.line(i);
  out += "X-Request-Id: ";
  out += frame.request_id;
  out += "\r\nDate: ";
  out += date_.at(frame.now);
  if (!bodiless) {
    out += "\r\nContent-Length: ";
    append_number(out, response.body.size());
  }
  if (frame.connection == ConnectionField::Close) out += "\r\nConnection: close";
  if (frame.connection == ConnectionField::KeepAlive) out += "\r\nConnection: keep-alive";
  out += "\r\n\r\n";
  if (!bodiless && !frame.head_only) out += response.body;
  return true;
}

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";
  }
}

}  // namespace gateway::server
