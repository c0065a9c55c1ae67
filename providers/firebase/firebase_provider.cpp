#include "firebase_provider.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "emulator_token_verifier.hpp"
#include "id_token_verifier.hpp"

namespace gateway::firebase {

namespace {

constexpr std::int64_t kLoadMs = 2'000;
// The probe comes every few seconds; a Google that has just answered is not asked again each time.
constexpr std::int64_t kContactIntervalMs = 30'000;
constexpr std::int64_t kKeyCheckIntervalMs = 300'000;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();
// Nobody's: a lookup that finds nobody says as much about Google as any other.
constexpr const char* kNobody = "identity-gateway-probe";

std::unique_ptr<AdminCredential> make_credential(const Host& host, const GoogleHttp& http,
                                                 const FirebaseConfig& config) {
  if (config.is_emulated()) return std::make_unique<EmulatorOwner>();
  return std::make_unique<AccessTokenSource>(host, http, *config.service_account,
                                             config.endpoints.oauth_token);
}

std::unique_ptr<TokenVerifier> make_verifier(const Host& host, const FirebaseConfig& config,
                                             const IdentityToolkit& toolkit, SigningKeys& token_keys,
                                             SigningKeys& session_cookie_keys) {
  if (config.is_emulated()) return std::make_unique<EmulatorTokenVerifier>(host, config, toolkit);
  return std::make_unique<IdTokenVerifier>(host, config, token_keys, session_cookie_keys);
}

}  // namespace

FirebaseProvider::FirebaseProvider(const Host& host, const PluginConfig& config)
    : FirebaseProvider(host, read_config(config, host.environment())) {}

FirebaseProvider::FirebaseProvider(const Host& host, FirebaseConfig config)
    : host_(host),
      config_(std::move(config)),
      http_(host_),
      credential_(make_credential(host_, http_, config_)),
      toolkit_(config_, http_, *credential_),
      token_keys_(host_, http_, config_.endpoints.token_keys, "keys.id-tokens." + config_.project_id),
      session_cookie_keys_(host_, http_, config_.endpoints.session_cookie_keys,
                           "keys.session-cookies." + config_.project_id),
      verifier_(make_verifier(host_, config_, toolkit_, token_keys_, session_cookie_keys_)),
      contacted_at_ms_(kNever),
      key_checked_at_ms_(kNever) {}

Result<Done> FirebaseProvider::start() {
  if (config_.is_emulated()) {
    host_.log(
        LogLevel::Critical,
        "Firebase runs against the Auth emulator: tokens are not signed and anybody on this machine can "
        "sign in as anybody. Never with real users.");
    return Done{};
  }
  const CallContext context{host_.monotonic_ms() + kLoadMs, ""};
  token_keys_.load(context);
  session_cookie_keys_.load(context);
  return Done{};
}

// Everything that could become due while nobody asks: keys and the access token, so that no request has to
// wait for them. The first fault ends it, as the rest would wait for the same Google.
Result<Empty> FirebaseProvider::probe(const ProbeHealth&, const CallContext& context) {
  if (!config_.is_emulated()) {
    if (const auto done = token_keys_.refresh_if_due(context); !done) return done.error();
    if (session_cookie_keys_.is_in_use()) {
      if (const auto done = session_cookie_keys_.refresh_if_due(context); !done) return done.error();
    }
  }
  if (const auto bearer = credential_->bearer(context); !bearer) return bearer.error().error;
  if (const auto done = contact_google(context); !done) return done.error();
  return Empty{};
}

// The project's credential every half minute, the API key (which is of no use for that) now and then. What
// has failed is tried again at the next probe, and where a request of anybody's has found Google unwell, it
// is asked then, too: whoever reads the health should not learn it last.
Result<Done> FirebaseProvider::contact_google(const CallContext& context) {
  const std::int64_t now_ms = host_.monotonic_ms();
  const auto is_due = [now_ms](const std::atomic<std::int64_t>& last_ms, std::int64_t interval_ms) {
    const std::int64_t at_ms = last_ms;
    return at_ms == kNever || now_ms - at_ms >= interval_ms;
  };
  const std::uint64_t faults = http_.faults();
  if (faults != faults_at_contact_ || is_due(contacted_at_ms_, kContactIntervalMs)) {
    contacted_at_ms_ = kNever;
    const auto nobody = toolkit_.find_by_subject(kNobody, context);
    if (!nobody) return nobody.error().error;
    contacted_at_ms_ = now_ms;
    faults_at_contact_ = faults;
  }
  if (is_due(key_checked_at_ms_, kKeyCheckIntervalMs)) {
    key_checked_at_ms_ = kNever;
    ToolkitRequest request;
    request.idToken = Secret(std::string(kNobody));
    const auto checked = toolkit_.call("lookup", std::move(request), Repeat::Safe, context);
    // A good key gets as far as the token.
    if (!checked && checked.error().reason != RejectReason::InvalidToken) return checked.error().error;
    key_checked_at_ms_ = now_ms;
  }
  return Done{};
}

// An ID token that came from Google a moment ago is read by the same rules as any other: no second request,
// and no second opinion on what a token says. Only without keys is the account looked up instead.
Result<AuthenticationOutcome> FirebaseProvider::authenticated(ProviderTokens tokens,
                                                              const std::string& subject, Proof proof,
                                                              const CallContext& context) {
  const auto verdict = verifier_->verify(tokens.id_token.reveal(), context);
  Authenticated outcome;
  if (!verdict) {
    const auto user = toolkit_.find_by_subject(subject, context);
    if (!user) return user.error().error;
    if (!*user) return malformed("Google gave tokens of an account that it does not know");
    outcome.account = account_of(**user);
  } else if (const auto* verified = std::get_if<VerifiedToken>(&*verdict)) {
    outcome = verified->authenticated;
    if (proof == Proof::Now) outcome.authenticated_at_ms = 0;
  } else {
    const auto* rejected = std::get_if<Rejected>(&*verdict);
    // That is about the account and not the token: the sessions were ended meanwhile, or before a refresh,
    // which the emulator does not look at.
    if (rejected != nullptr &&
        (rejected->reason == RejectReason::TokenRevoked || rejected->reason == RejectReason::AccountDisabled))
      return {*rejected};
    return malformed("Google's own ID token is refused: " +
                     (rejected == nullptr ? std::string("of another issuer") : rejected->detail));
  }
  if (!subject.empty() && outcome.account.subject != subject)
    return malformed("Google's ID token is about another account than its answer");
  if (outcome.account.disabled) return {Rejected{RejectReason::AccountDisabled, ""}};
  outcome.tokens = std::move(tokens);
  return {std::move(outcome)};
}

ProviderAccount account_of(const ToolkitUser& user) {
  const auto unless_empty = [](const std::optional<std::string>& text) {
    return text && !text->empty() ? text : std::nullopt;
  };
  ProviderAccount account;
  account.subject = user.localId;
  account.email = unless_empty(user.email);
  account.email_verified = account.email && user.emailVerified;
  account.full_name = unless_empty(user.displayName);
  account.phone_number = unless_empty(user.phoneNumber);
  account.phone_verified = account.phone_number.has_value();
  account.profile_image_url = unless_empty(user.photoUrl);
  account.disabled = user.disabled;
  return account;
}

std::optional<ProviderTokens> tokens_of(ToolkitReply& reply) {
  return tokens_of(std::move(reply.idToken), std::move(reply.refreshToken), reply.expiresIn);
}

std::optional<ProviderTokens> tokens_of(Secret id_token, Secret refresh_token, std::string_view expires_in) {
  std::int64_t expires_in_s = 0;
  const auto [end, fault] =
      std::from_chars(expires_in.data(), expires_in.data() + expires_in.size(), expires_in_s);
  const bool has_lifetime =
      fault == std::errc() && end == expires_in.data() + expires_in.size() && expires_in_s > 0;
  if (id_token.empty() || refresh_token.empty() || !has_lifetime) return std::nullopt;
  return ProviderTokens{std::move(id_token), std::move(refresh_token), expires_in_s};
}

}  // namespace gateway::firebase
