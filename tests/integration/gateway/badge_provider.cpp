// A second provider for the tests: its token is a badge that says who it is,
// "badge.<subject>.<verified|unverified>.<name>", for the email <name>@example.com. It checks nothing.
#include <gateway/plugin.hpp>

using namespace gateway;

namespace {

std::string_view next_part(std::string_view& rest) {
  const std::size_t dot = rest.find('.');
  const std::string_view part = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return part;
}

class BadgeProvider final : public Provider, public TokenCapability {
 public:
  BadgeProvider(const Host& host, const PluginConfig&) : host_(host) {}

  Result<AuthenticationOutcome> verify_token(const VerifyToken& request, const CallContext&) override {
    std::string_view rest = request.token.reveal();
    AuthenticationOutcome outcome = NotApplicable{};
    if (next_part(rest) != "badge") return outcome;
    Authenticated authenticated;
    authenticated.account.subject = next_part(rest);
    authenticated.account.email_verified = next_part(rest) == "verified";
    authenticated.account.email = std::string(rest) + "@example.com";
    authenticated.expires_at_ms = host_.wall_ms() + 3'600'000;
    outcome = std::move(authenticated);
    return outcome;
  }

 private:
  const Host& host_;
};

}  // namespace

GATEWAY_PLUGIN(BadgeProvider, {.id = "badge", .version = "0.1.0", .license = "Apache-2.0"})
