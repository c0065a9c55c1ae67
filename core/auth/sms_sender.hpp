// SmsSender: hands a text message to whatever sends them: a POST of {"to": "+14155550100", "message": "…"} to
// a configured URL, which any gateway of messages can be put behind. 2xx: it is on its way.
//
// Thread safety: send() from any thread; it blocks: worker only. Errors: Unavailable, DeadlineExceeded,
// Overloaded. The message is a secret: it is in no log and no Error.
#pragma once

#include <string>
#include <string_view>

#include <gateway/result.hpp>
#include <gateway/secret.hpp>

#include "core/auth/options.hpp"
#include "core/plugin/outbound_http.hpp"

namespace gateway::auth {

class SmsSender {
 public:
  // http: nullptr where there is no outbound HTTP.
  SmsSender(plugin::OutboundHttp* http, const SmsOptions& options) : http_(http), options_(options) {}

  bool configured() const noexcept { return http_ != nullptr && !options_.url.empty(); }
  Result<Done> send(const std::string& phone_number, const Secret& message, const CallContext& context) const;

 private:
  plugin::OutboundHttp* http_;
  const SmsOptions options_;
};

}  // namespace gateway::auth
