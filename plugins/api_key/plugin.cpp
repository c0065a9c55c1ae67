// Machine callers: a request that the configuration names must bring an API key that is good for it. The host
// says whether a key is good (gateway/api_keys.hpp); nothing of it is kept here.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <variant>

#include <gateway/api_keys.hpp>
#include <gateway/plugin.hpp>

#include "config_schema.hpp"
#include "key_requirements.hpp"

namespace gateway::api_key {

namespace {

constexpr std::int64_t kTimeoutMs = 3000;
constexpr std::size_t kMaxKeyBytes = 256;  // far more than a key has
constexpr std::size_t kMaxNameBytes = 64;

// A name that clients, proxies or the gateway take for something else is a slip: a key under X-Request-Id
// would be in every log.
bool means_something_else(std::string_view lower) {
  static constexpr std::array<std::string_view, 17> kTaken{"authorization",
                                                           "cookie",
                                                           "host",
                                                           "origin",
                                                           "x-request-id",
                                                           "forwarded",
                                                           "content-length",
                                                           "content-type",
                                                           "content-encoding",
                                                           "connection",
                                                           "keep-alive",
                                                           "transfer-encoding",
                                                           "te",
                                                           "trailer",
                                                           "upgrade",
                                                           "expect",
                                                           "proxy-authorization"};
  const auto begins = [&](std::string_view with) { return lower.substr(0, with.size()) == with; };
  return std::find(kTaken.begin(), kTaken.end(), lower) != kTaken.end() || begins("x-auth-") ||
         begins("x-forwarded-") || begins("access-control-");
}

std::string header_of(const PluginConfig& config, ConfigFaults& faults) {
  std::string name = config.text("Header", "X-API-Key");
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  if (name.empty() || name.size() > kMaxNameBytes || !std::all_of(name.begin(), name.end(), allowed))
    faults.add("Header", "is no name of a header", "write letters, digits and '-', at most 64");
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (means_something_else(lower))
    faults.add("Header", "means something else to clients, proxies or the gateway",
               "give it a name of its own, such as X-API-Key");
  return name;
}

}  // namespace

class ApiKeyPolicy final : public Policy {
 public:
  ApiKeyPolicy(const Host& host, const PluginConfig& config, ConfigFaults faults = {})
      : host_(host),
        requirements_(config, faults),
        header_(header_of(config, faults)),
        challenge_("ApiKey header=\"" + header_ + "\""),
        max_age_ms_(config.integer("CacheSeconds", 30) * 1000) {
    faults.throw_if_any();
  }

  bool may_block(RouteClass route_class) const override { return requirements_.any_of(route_class); }

  Verdict on_request(const PolicyRequest& request, PolicyReply& reply) override {
    if (!requirements_.need_key(request.route_class(), request.route())) return Verdict::go_on();
    const auto key = request.header(header_);
    // Of two keys nobody can say which one counts.
    if (!key || key->size() > kMaxKeyBytes || request.header(header_, 1)) return refuse(reply);
    const AuthenticateApiKey question{Secret(std::string(*key)), max_age_ms_};
    const auto answer = host_.call(question, {host_.monotonic_ms() + kTimeoutMs, request.request_id()});
    if (!answer) return cannot_decide(reply, answer.error());
    const auto* accepted = std::get_if<ApiKeyAccepted>(&*answer);
    if (accepted == nullptr) return refuse(reply);
    if (!requirements_.met_by(accepted->scopes, request.route_class(), request.route())) {
      tell("is not good for this", accepted->id, request);
      return forbid(reply);
    }
    host_.count("api_key_accepted");
    tell("was used", accepted->id, request);
    if (request.route_class() == RouteClass::Verify) reply.set_header("X-Auth-Api-Key", accepted->id);
    return Verdict::go_on();
  }

 private:
  Verdict refuse(PolicyReply& reply) const {
    host_.count("api_key_refused");
    const Verdict verdict = reject(reply, 401, "UNAUTHORIZED_ACCESS", "A valid API key is required.");
    reply.set_header("WWW-Authenticate", challenge_);
    return verdict;
  }
  Verdict forbid(PolicyReply& reply) const {
    host_.count("api_key_forbidden");
    const Verdict verdict =
        reject(reply, 403, "INSUFFICIENT_PERMISSIONS", "The API key is not good for this request.");
    reply.set_header("WWW-Authenticate", challenge_ + ", error=\"insufficient_scope\"");
    return verdict;
  }
  Verdict cannot_decide(PolicyReply& reply, const Error& error) const {
    host_.count("api_key_undecided");
    const std::int64_t retry_s = std::clamp<std::int64_t>((error.retry_after_ms + 999) / 1000, 1, 60);
    return reject(reply, 503, "DATABASE_ERROR", "The API key cannot be checked; try again later.", retry_s);
  }
  // By its public id; the access log has the rest under the request's id.
  void tell(std::string_view what, const std::string& id, const PolicyRequest& request) const {
    std::string text = "key ";
    text.append(id).append(" ").append(what).append(", request ").append(request.request_id());
    host_.log(LogLevel::Information, text);
  }

  const Host& host_;
  const KeyRequirements requirements_;
  const std::string header_;
  const std::string challenge_;
  const std::int64_t max_age_ms_;
};

}  // namespace gateway::api_key

GATEWAY_PLUGIN(gateway::api_key::ApiKeyPolicy,
               {.id = "api-key",
                .version = "0.1.0",
                .description = "Machine callers: requests that need an API key with the right scopes",
                .license = "Apache-2.0",
                .section = "ApiKey",
                .config_schema = gateway::api_key::kConfigSchema})
