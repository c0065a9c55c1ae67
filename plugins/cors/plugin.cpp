// Cross-origin requests of browsers (CORS: Fetch standard, section 3.2): says which origins may read answers,
// and answers their preflights.
#include <optional>
#include <string>

#include <gateway/plugin.hpp>

#include "config_schema.hpp"
#include "origin_patterns.hpp"
#include "response_headers.hpp"

namespace gateway::cors {

class CorsPolicy final : public Policy {
 public:
  CorsPolicy(const Host&, const PluginConfig& config, ConfigFaults faults = {})
      : headers_(config, faults),
        allow_credentials_(config.boolean("AllowCredentials", false)),
        origins_(config.texts("AllowedOrigins"), faults) {
    if (origins_.allow_any() && allow_credentials_) {
      faults.add("AllowedOrigins",
                 "\"*\" and AllowCredentials would let every page act as whoever looks at it",
                 "list the origins, or leave AllowCredentials out", {"AllowCredentials"});
    }
    faults.throw_if_any();
  }

  Verdict on_request(const PolicyRequest& request, PolicyReply& reply) override {
    // Whatever the path and whoever asks: a preflight carries no credentials, and what it says of a path is
    // what it says of all. A refused one is answered alike: without the headers the browser stops.
    return is_preflight(request) ? finish(reply, 204) : Verdict::go_on();
  }

  // Here, so that errors and refusals by other policies can be read by the page that caused them.
  Verdict on_response(const PolicyRequest& request, PolicyReply& reply) override {
    const bool preflight = is_preflight(request);
    reply.add_header("Vary", preflight
                                 ? "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
                                 : "Origin");
    const auto origin = origin_of(request);
    if (!origin || !origins_.allow(*origin)) return Verdict::go_on();
    reply.set_header("Access-Control-Allow-Origin", origins_.allow_any() ? "*" : *origin);
    if (allow_credentials_) reply.set_header("Access-Control-Allow-Credentials", "true");
    if (!preflight) {
      set_unless_empty(reply, "Access-Control-Expose-Headers", headers_.exposed);
      return Verdict::go_on();
    }
    set_unless_empty(reply, "Access-Control-Allow-Methods", headers_.methods);
    set_unless_empty(reply, "Access-Control-Allow-Headers", headers_.headers);
    reply.set_header("Access-Control-Max-Age", headers_.max_age_s);
    return Verdict::go_on();
  }

 private:
  // The one origin that the request names; none where it names several.
  static std::optional<std::string_view> origin_of(const PolicyRequest& request) noexcept {
    const auto origin = request.header("Origin");
    return origin && !request.header("Origin", 1) ? origin : std::nullopt;
  }
  // Not at forward-auth: there a proxy asks about somebody else's preflight, and any success lets that in.
  static bool is_preflight(const PolicyRequest& request) noexcept {
    return request.method() == "OPTIONS" && request.route_class() != RouteClass::Verify &&
           request.header("Origin") && request.header("Access-Control-Request-Method");
  }
  static void set_unless_empty(PolicyReply& reply, std::string_view name, const std::string& value) noexcept {
    if (!value.empty()) reply.set_header(name, value);
  }

  const ResponseHeaders headers_;
  const bool allow_credentials_;
  const OriginPatterns origins_;
};

}  // namespace gateway::cors

GATEWAY_PLUGIN(gateway::cors::CorsPolicy,
               {.id = "cors",
                .version = "0.1.0",
                .description = "Says which web origins may call the gateway from a browser",
                .license = "Apache-2.0",
                .section = "Cors",
                .config_schema = gateway::cors::kConfigSchema})
