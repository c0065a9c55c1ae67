#include "core/api/recovery_endpoints.hpp"

#include <utility>

#include "core/api/envelope.hpp"
#include "core/api/json_body.hpp"
#include "core/api/scope.hpp"
#include "core/auth/problems.hpp"

namespace gateway::api {

namespace {

using http::Access;
using http::ErrorCode;
using http::Lane;
using http::Method;
using http::Problem;
using http::Route;

constexpr std::int64_t kSendTimeoutMs = 20'000;

}  // namespace

bool RecoveryEndpoints::provider_is_up() const {
  const plugin::PluginInstance* provider = providers_.first_with("out-of-band");
  if (provider == nullptr) return false;
  const auto seen = health_.snapshot();
  const auto it = seen->providers.find(provider->id());
  return it == seen->providers.end() || it->second;
}

// The request's own texts end with it, so the task keeps copies; it has its own deadline, too.
bool RecoveryEndpoints::post(OutOfBandPurpose purpose, const std::string& email, const Context& context) {
  return background_([this, purpose, email, request_id = std::string(context.request().request_id),
                      address = std::string(context.request().client_address)] {
    const CallContext call{clock_.monotonic_ms() + kSendTimeoutMs, request_id};
    codes_.send_code(purpose, email, {call, address});
  });
}

http::Outcome<Done> RecoveryEndpoints::send(OutOfBandPurpose purpose, Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  const std::string email = body->text("email");
  if (auto checked = body->check(); !checked) return checked;
  if (auto requested = codes_.request_code(email); !requested) return requested;
  if (!provider_is_up()) {
    return auth::provider_problem(*providers_.first_with("out-of-band"), unavailable("away", 5'000));
  }
  const auto posted =
      attempts_.guard(auth::AttemptKind::Mail, email, scope_of(context), [&]() -> http::Outcome<Done> {
        if (post(purpose, email, context)) return Done{};
        Problem full(ErrorCode::Overloaded);
        full.retry_after_s = 1;
        return full;
      });
  if (!posted) return posted.error();
  write_success(context.response(), "If this email belongs to an account, a message is on its way.");
  return Done{};
}

http::Outcome<Done> RecoveryEndpoints::forgot_password(Context& context) {
  return send(OutOfBandPurpose::ResetPassword, context);
}

http::Outcome<Done> RecoveryEndpoints::resend_verification(Context& context) {
  return send(OutOfBandPurpose::VerifyEmail, context);
}

void RecoveryEndpoints::send_verification(const store::User& user, const Context& context) {
  if (!codes_.supported() || !user.email || user.email_verified) return;
  // Where the queue is full it can be asked for again.
  (void)post(OutOfBandPurpose::VerifyEmail, *user.email, context);
}

http::Outcome<Done> RecoveryEndpoints::reset_password(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  const Secret code = body->secret("oobCode");
  const Secret password = body->secret("newPassword");
  if (auto checked = body->check(); !checked) return checked;
  if (auto done = codes_.reset_password(code, password, scope_of(context)); !done) return done;
  write_success(context.response(), "The password has been changed.");
  return Done{};
}

http::Outcome<Done> RecoveryEndpoints::verify_email(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  const Secret code = body->secret("oobCode");
  if (auto checked = body->check(); !checked) return checked;
  if (auto done = codes_.verify_email(code, scope_of(context)); !done) return done;
  write_success(context.response(), "The email has been verified.");
  return Done{};
}

std::vector<Route> RecoveryEndpoints::routes(RecoveryEndpoints* endpoints) {
  const auto post = [endpoints](const char* path, Lane lane,
                                http::Outcome<Done> (RecoveryEndpoints::*method)(Context&)) {
    http::Handler handler = [endpoints, method](Context& context) { return (endpoints->*method)(context); };
    // Where no provider can do it: so, rather than that it does not exist.
    if (endpoints == nullptr || !endpoints->codes_.supported()) {
      lane = Lane::Inline;
      handler = [](Context&) -> http::Outcome<Done> { return auth::not_supported(); };
    }
    return Route{
        Method::Post,      std::string("/api/v1/auth/") + path, RouteClass::Auth, Access::Anonymous, lane,
        std::move(handler)};
  };
  return {post("forgot-password", Lane::Blocking, &RecoveryEndpoints::forgot_password),
          post("resend-verification", Lane::Blocking, &RecoveryEndpoints::resend_verification),
          post("reset-password", Lane::Provider, &RecoveryEndpoints::reset_password),
          post("verify-email", Lane::Provider, &RecoveryEndpoints::verify_email)};
}

}  // namespace gateway::api
