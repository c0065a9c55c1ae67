// Outbound HTTP, which the host does for a plugin: `host.call(FetchHttp{…}, context)`.
//
// The host keeps the connections and their bounds: certificates are always verified, an answer is at most
// max_body_bytes, a call ends at context.deadline_ms, an origin that fails is left alone for a while, and one
// that is slow can take only so many of the gateway's workers. Redirects are answers like any other; they are
// not followed. An answer of any status is a reply.
//
// Errors: Invalid (not a URL, a header that may not be set: Host, Content-Length, Transfer-Encoding,
// Connection and their kin, Accept-Encoding; a GET with a body), Unavailable (no connection, no trust, no
// answer, or the origin is being left alone: nothing was sent when retry_after_ms is set), DeadlineExceeded
// (the call's, or the host's own bound before it), Overloaded (as many calls to this origin as may be;
// nothing was sent), Malformed (not HTTP, cut short by a bound, encoded, or not UTF-8), Unsupported (a host
// without it). After Unavailable without retry_after_ms and after DeadlineExceeded it is not known whether
// the request took effect. Thread safety: as Host::call. Units: bytes. Secrets: header values and bodies are
// redacted wherever a message is shown; a URL is not, so a key travels in a header (`X-Goog-Api-Key`), never
// in the query. Source: RFC 9110, RFC 9112.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <gateway/message.hpp>

namespace gateway {

enum class HttpVerb { Get, Post, Put, Patch, Delete };
constexpr auto enum_names(HttpVerb) {
  return std::array<EnumName<HttpVerb>, 5>{{{HttpVerb::Get, "GET"},
                                            {HttpVerb::Post, "POST"},
                                            {HttpVerb::Put, "PUT"},
                                            {HttpVerb::Patch, "PATCH"},
                                            {HttpVerb::Delete, "DELETE"}}};
}

struct HttpField {
  std::string name;  // in a reply: lower case
  Secret value;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("name", self.name);
    f.required("value", self.value);
  }
};

struct FetchedHttp {
  std::int64_t status = 0;
  std::vector<HttpField> headers;
  Secret body;  // UTF-8; anything else is Malformed
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("status", self.status);
    f.optional("headers", self.headers);
    f.optional("body", self.body);
  }
};

struct FetchHttp {
  static constexpr std::string_view kOperation = "http.fetch";
  using Reply = FetchedHttp;
  HttpVerb verb = HttpVerb::Get;
  std::string url;  // https, or http where the plugin's configuration asks for it; no user, no fragment
  std::vector<HttpField> headers;
  Secret body;  // UTF-8
  // Of the answer, 8 MiB at most whatever is asked for. The reply also has to fit a message (kMessageLimits),
  // in which quotes, backslashes and control characters take more room than they had.
  std::int64_t max_body_bytes = 1 << 20;
  // The same request twice does no more than once: the host may send it again, within the deadline, when the
  // connection broke or the answer was 502, 503 or 504. GET is always.
  bool repeatable = false;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("verb", self.verb);
    f.required("url", self.url);
    f.optional("headers", self.headers);
    f.optional("body", self.body);
    f.optional("max_body_bytes", self.max_body_bytes);
    f.optional("repeatable", self.repeatable);
  }
};

}  // namespace gateway
