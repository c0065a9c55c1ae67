#include "core/net/request_text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace gateway::net {

namespace {

constexpr std::array<std::string_view, 11> kOwnFields{
    "host", "content-length", "transfer-encoding", "connection", "keep-alive",     "proxy-connection",
    "te",   "trailer",        "upgrade",           "expect",     "accept-encoding"};

std::string host_field(const toolkit::Url& url) {
  const std::string origin = url.origin();
  return origin.substr(origin.find("://") + 3);
}

bool needs_length(const FetchHttp& request) {
  return !request.body.empty() || request.verb == HttpVerb::Post || request.verb == HttpVerb::Put ||
         request.verb == HttpVerb::Patch;
}

Result<Done> check_field(const HttpField& field) {
  if (!is_field_name(field.name)) return invalid("a header's name is not one");
  const std::string name = to_lower_ascii(field.name);
  if (std::find(kOwnFields.begin(), kOwnFields.end(), name) != kOwnFields.end())
    return invalid("header '" + name + "' may not be set");
  if (!is_field_value(field.value.reveal()))
    return invalid("header '" + name + "' has a character that does not belong there");
  return Done{};
}

}  // namespace

bool is_field_name(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

std::string to_lower_ascii(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

Result<toolkit::Url> check_request(const FetchHttp& request) {
  auto url = toolkit::parse_url(request.url);
  if (!url) return url.error();
  if (request.headers.size() > kMaxRequestFields) return invalid("the request has too many headers");
  std::size_t head_bytes = request.url.size();
  for (const HttpField& field : request.headers) {
    if (auto sound = check_field(field); !sound) return sound.error();
    head_bytes += field.name.size() + field.value.reveal().size() + 4;
  }
  if (head_bytes > kMaxRequestHeadBytes) return invalid("the request's headers are larger than their bound");
  if (request.body.reveal().size() > kMaxRequestBodyBytes)
    return invalid("the request's body is larger than its bound");
  if (request.verb == HttpVerb::Get && !request.body.empty()) return invalid("a GET request has no body");
  if (request.max_body_bytes < 0) return invalid("max_body_bytes is negative");
  return url;
}

Secret request_text(const FetchHttp& request, const toolkit::Url& url) {
  constexpr std::size_t kOwnHeadBytes = 512;
  std::string text;
  // All at once: growing would leave copies of what is in it behind.
  text.reserve(kOwnHeadBytes + kMaxRequestHeadBytes + url.host.size() + request.body.reveal().size());
  text.append(name_of(request.verb)).append(" ").append(url.target()).append(" HTTP/1.1\r\n");
  text.append("Host: ").append(host_field(url)).append("\r\n");
  bool names_agent = false;
  for (const HttpField& field : request.headers) {
    names_agent = names_agent || to_lower_ascii(field.name) == "user-agent";
    text.append(field.name).append(": ").append(field.value.reveal()).append("\r\n");
  }
  if (!names_agent) text.append("User-Agent: identity-gateway\r\n");
  text.append("Accept-Encoding: identity\r\n");
  if (needs_length(request)) {
    text.append("Content-Length: ").append(std::to_string(request.body.reveal().size())).append("\r\n");
  }
  text.append("\r\n").append(request.body.reveal());
  return Secret(std::move(text));
}

}  // namespace gateway::net
