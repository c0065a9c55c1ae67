// Response headers that make a browser careful (OWASP REST security cheat sheet, ASVS 3.4).
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <gateway/plugin.hpp>

#include "config_schema.hpp"

namespace gateway::security_headers {

struct Header {
  std::string_view key;   // in the configuration
  std::string_view name;  // in the response
  std::string_view value;
};

constexpr std::array kHeaders{
    Header{"XContentTypeOptions", "X-Content-Type-Options", "nosniff"},
    Header{"XFrameOptions", "X-Frame-Options", "DENY"},
    Header{"ReferrerPolicy", "Referrer-Policy", "no-referrer"},
    Header{"ContentSecurityPolicy", "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    Header{"CrossOriginResourcePolicy", "Cross-Origin-Resource-Policy", "same-origin"},
    Header{"StrictTransportSecurity", "Strict-Transport-Security", "max-age=31536000; includeSubDomains"},
};

// For what carries a token or somebody's data.
constexpr Header kCacheControl{"CacheControl", "Cache-Control", "no-store"};

class SecurityHeadersPolicy final : public Policy {
 public:
  SecurityHeadersPolicy(const Host&, const PluginConfig& config, ConfigFaults faults = {}) {
    for (const Header& header : kHeaders) {
      if (std::string value = value_of(header, config, faults); !value.empty())
        headers_.emplace_back(header.name, std::move(value));
    }
    cache_control_ = value_of(kCacheControl, config, faults);
    faults.throw_if_any();
  }

  Verdict on_response(const PolicyRequest& request, PolicyReply& reply) override {
    for (const auto& [name, value] : headers_)
      reply.set_header(name, value);
    if (!cache_control_.empty() && is_private(request.route_class()))
      reply.set_header(kCacheControl.name, cache_control_);
    return Verdict::go_on();
  }

 private:
  static bool is_private(RouteClass route_class) noexcept {
    return route_class != RouteClass::Health && route_class != RouteClass::Public &&
           route_class != RouteClass::Unknown;
  }

  static std::string value_of(const Header& header, const PluginConfig& config, ConfigFaults& faults) {
    std::string value = config.text(header.key, header.value);
    const bool is_one_line = std::none_of(
        value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (!is_one_line) {
      faults.add(std::string(header.key), "holds a control character",
                 "write it on one line, with spaces instead of tabs");
    }
    return value;
  }

  std::vector<std::pair<std::string_view, std::string>> headers_;
  std::string cache_control_;
};

}  // namespace gateway::security_headers

GATEWAY_PLUGIN(gateway::security_headers::SecurityHeadersPolicy,
               {.id = "security-headers",
                .version = "0.1.0",
                .description = "Security headers on every response",
                .license = "Apache-2.0",
                .section = "SecurityHeaders",
                .config_schema = gateway::security_headers::kConfigSchema})
