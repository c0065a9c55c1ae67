#include "access_token_source.hpp"

#include <algorithm>
#include <chrono>

#include <gateway/toolkit/form.hpp>
#include <gateway/toolkit/jose/jws.hpp>
#include <gateway/toolkit/sha256.hpp>

namespace gateway::firebase {

namespace {

constexpr std::string_view kName = "oauth2 token";
constexpr std::int64_t kRefreshAheadMs = 300'000;
constexpr std::int64_t kLastMomentMs = 10'000;  // a token this close to its end may not arrive alive
constexpr std::int64_t kRetryMs = 2'000;
constexpr std::int64_t kAssertionLifetimeS = 3'600;
constexpr std::int64_t kMaxLifetimeS = 24 * 3'600;
constexpr int kMaxWaiting = 4;

struct TokenReply {
  Secret access_token;
  std::int64_t expires_in = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("access_token", self.access_token);
    f.required("expires_in", self.expires_in);
  }
};

struct Assertion {
  std::string iss, scope, aud;
  std::int64_t iat = 0;
  std::int64_t exp = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("iss", self.iss);
    f.required("scope", self.scope);
    f.required("aud", self.aud);
    f.required("iat", self.iat);
    f.required("exp", self.exp);
  }
};

}  // namespace

AccessTokenSource::AccessTokenSource(const Host& host, const GoogleHttp& http, ServiceAccount account,
                                     std::string token_url)
    : host_(host), http_(http), account_(std::move(account)), token_url_(std::move(token_url)) {}

Answer<Secret> AccessTokenSource::bearer(const CallContext& context) {
  Lock lock(mutex_);
  while (true) {
    const auto now_ms = host_.monotonic_ms();
    if (is_fresh(now_ms) || (lives(now_ms) && fetching_)) return held_->token;
    if (!fetching_) break;
    if (auto failure = wait_for_flight(lock, context)) return std::move(*failure);
    // The one who fetched ran out of time, which says nothing about Google: somebody else goes on.
    const bool was_hurried = last_failure_ && last_failure_->error.kind == ErrorKind::DeadlineExceeded;
    if (!was_hurried) return current(host_.monotonic_ms());
  }
  if (is_retry_too_early(host_.monotonic_ms())) return current(host_.monotonic_ms());

  fetching_ = true;
  lock.unlock();
  auto fetched = fetch(context);
  lock.lock();
  fetching_ = false;
  if (fetched) {
    held_ = std::move(*fetched);
    last_failure_.reset();
  } else {
    last_failure_ = fetched.error();
    failed_at_ms_ = host_.monotonic_ms();
  }
  fetched_.notify_all();
  return current(host_.monotonic_ms());
}

bool AccessTokenSource::is_retry_too_early(std::int64_t now_ms) const {
  return last_failure_ && last_failure_->error.kind != ErrorKind::DeadlineExceeded &&
         now_ms - failed_at_ms_ < kRetryMs;
}

void AccessTokenSource::forget(const Secret& bearer) {
  const Lock lock(mutex_);
  if (held_ && toolkit::constant_time_equal(held_->token.reveal(), bearer.reveal())) held_.reset();
}

bool AccessTokenSource::lives(std::int64_t now_ms) const {
  return held_ && now_ms < held_->expires_at_ms - kLastMomentMs;
}

bool AccessTokenSource::is_fresh(std::int64_t now_ms) const {
  return held_ && now_ms < held_->expires_at_ms - kRefreshAheadMs;
}

Answer<Secret> AccessTokenSource::current(std::int64_t now_ms) const {
  if (lives(now_ms)) return held_->token;
  if (last_failure_) return *last_failure_;
  return GoogleHttp::named(kName, failed(unavailable("no token", kRetryMs)));
}

std::optional<Failure> AccessTokenSource::wait_for_flight(Lock& lock, const CallContext& context) {
  if (waiting_ >= kMaxWaiting)
    return GoogleHttp::named(kName, failed(unavailable("too many wait for it", kRetryMs)));
  const auto left_ms = std::max<std::int64_t>(context.deadline_ms - host_.monotonic_ms(), 0);
  ++waiting_;
  const bool done =
      fetched_.wait_for(lock, std::chrono::milliseconds(left_ms), [this] { return !fetching_; });
  --waiting_;
  if (!done)
    return GoogleHttp::named(kName,
                             failed({ErrorKind::DeadlineExceeded, "is still being fetched", kRetryMs}));
  return std::nullopt;
}

Answer<AccessTokenSource::Held> AccessTokenSource::fetch(const CallContext& context) const {
  const auto signed_assertion = assertion();
  if (!signed_assertion) return GoogleHttp::named(kName, failed(signed_assertion.error()));
  FetchHttp request;
  request.verb = HttpVerb::Post;
  request.url = token_url_;
  request.headers.push_back({"Content-Type", Secret("application/x-www-form-urlencoded")});
  request.body = Secret(toolkit::encode_form(
      {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", *signed_assertion}}));
  request.max_body_bytes = 64 * 1024;
  request.repeatable = true;
  const auto asked_at_ms = host_.monotonic_ms();
  auto reply = http_.fetch_message<TokenReply>(kName, request, context);
  if (!reply) {
    // Whatever it was, it is not about the person who wants to sign in.
    reply.error().reason.reset();
    return reply.error();
  }
  if (reply->access_token.empty() || reply->expires_in <= 0)
    return GoogleHttp::named(kName, failed(malformed("an empty token or lifetime")));
  return Held{std::move(reply->access_token),
              asked_at_ms + std::min(reply->expires_in, kMaxLifetimeS) * 1000};
}

Result<std::string> AccessTokenSource::assertion() const {
  const std::int64_t now_s = host_.wall_ms() / 1000;
  Assertion claims;
  claims.iss = account_.client_email;
  claims.scope =
      "https://www.googleapis.com/auth/identitytoolkit https://www.googleapis.com/auth/cloud-platform";
  claims.aud = account_.token_uri;
  claims.iat = now_s;
  claims.exp = now_s + kAssertionLifetimeS;
  return toolkit::sign_jws(account_.private_key, account_.private_key_id, "JWT", encode(claims));
}

}  // namespace gateway::firebase
