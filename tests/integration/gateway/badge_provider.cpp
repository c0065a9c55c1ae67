// A second provider for the tests. Its token is a badge that says who it is,
// "badge.<subject>.<verified|unverified>.<name>", for the email <name>@example.com; "badge.hang" takes its
// time. Its mailed codes are "reset.<subject>" and "verify.<subject>", what it mails is in the log, and it
// exchanges
// "<service>.<subject>.<name>" of any service without a dot. It checks nothing.
#include <array>

#include <gateway/plugin.hpp>

using namespace gateway;

namespace {

std::string_view next_part(std::string_view& rest) {
  const std::size_t dot = rest.find('.');
  const std::string_view part = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return part;
}

class BadgeProvider final : public Provider,
                            public TokenCapability,
                            public OutOfBandCapability,
                            public PhoneCapability,
                            public SocialCapability {
 public:
  BadgeProvider(const Host& host, const PluginConfig& config)
      : host_(host), is_away_(config.boolean("Away", false)) {}

  Result<Empty> probe(const ProbeHealth&, const CallContext&) override {
    if (is_away_) return unavailable("away, as configured");
    return Empty{};
  }

  Result<AuthenticationOutcome> verify_token(const VerifyToken& request, const CallContext&) override {
    std::string_view rest = request.token.reveal();
    AuthenticationOutcome outcome = NotApplicable{};
    if (next_part(rest) != "badge") return outcome;
    if (rest == "expired") return AuthenticationOutcome(Rejected{RejectReason::TokenExpired, {}});
    Authenticated authenticated;
    authenticated.account.subject = next_part(rest);
    authenticated.account.email_verified = next_part(rest) == "verified";
    authenticated.account.email = std::string(rest) + "@example.com";
    authenticated.expires_at_ms = host_.wall_ms() + 3'600'000;
    outcome = std::move(authenticated);
    return outcome;
  }

  Result<AccountOutcome> send_code(const SendCode& request, const CallContext&) override {
    host_.log(LogLevel::Information,
              std::string("mailed ").append(name_of(request.purpose)) + " to " + request.email);
    return AccountOutcome(Accepted{});
  }

  Result<AccountOutcome> apply_code(const ApplyCode& request, const CallContext&) override {
    std::string_view rest = request.code.reveal();
    const bool is_reset = request.purpose == OutOfBandPurpose::ResetPassword;
    if (next_part(rest) != (is_reset ? "reset" : "verify"))
      return AccountOutcome(Rejected{RejectReason::InvalidCode, {}});
    return AccountOutcome(Accepted{std::string(rest)});
  }

  Result<AuthenticationOutcome> sign_in_by_phone(const SignInByPhone& request, const CallContext&) override {
    if (is_away_) return unavailable("away, as configured");
    Authenticated authenticated;
    authenticated.account.subject = "phone" + request.phone_number;
    authenticated.account.phone_number = request.phone_number;
    return AuthenticationOutcome(std::move(authenticated));
  }

  Result<AuthenticationOutcome> sign_in_with_social_token(const SignInWithSocialToken& request,
                                                          const CallContext&) override {
    std::string_view rest = request.id_token.reveal();
    if (next_part(rest) != request.service)
      return AuthenticationOutcome(Rejected{RejectReason::InvalidToken, {}});
    Authenticated authenticated;
    authenticated.account.subject = next_part(rest);
    authenticated.account.email = std::string(rest) + "@example.com";
    authenticated.account.email_verified = true;
    authenticated.account.full_name = "From The Service";
    return AuthenticationOutcome(std::move(authenticated));
  }

 private:
  const Host& host_;
  const bool is_away_;
};

}  // namespace

GATEWAY_PLUGIN(BadgeProvider, {.id = "badge",
                               .version = "0.1.0",
                               .license = "Apache-2.0",
                               .invalid_token_code = "INVALID_FIREBASE_TOKEN",
                               .unavailable_code = "FIREBASE_AUTH_FAILED"})
