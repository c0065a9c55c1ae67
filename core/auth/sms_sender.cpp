#include "core/auth/sms_sender.hpp"

#include <utility>

#include "core/http/json_writer.hpp"

namespace gateway::auth {

Result<Done> SmsSender::send(const std::string& phone_number, const Secret& message,
                             const CallContext& context) const {
  if (!configured()) return unavailable("nothing that sends text messages is configured");
  http::JsonWriter body;
  body.begin_object().put("to", phone_number).put("message", message.reveal()).end_object();
  FetchHttp request;
  request.verb = HttpVerb::Post;
  request.url = options_.url;
  request.headers.push_back({"Content-Type", Secret("application/json")});
  if (!options_.authorization.empty()) request.headers.push_back({"Authorization", options_.authorization});
  request.body = Secret(std::string(body.text()));
  request.max_body_bytes = 64 * 1024;
  const auto reply = http_->fetch(request, context);
  if (!reply) return reply.error();
  if (reply->status >= 200 && reply->status < 300) return Done{};
  return unavailable("the sender of text messages answered " + std::to_string(reply->status), 5'000);
}

}  // namespace gateway::auth
