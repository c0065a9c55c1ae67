// /api/v1/auth/*: what goes by mail: forgotten passwords, proving an email.
//
// The two that send answer alike, whether or not the email is known, and send in the background; each counts
// as an attempt, for the email and the address it comes from. 503 where that queue is full or the provider
// was away when it was last probed, again whoever asks. Thread safety: handlers run on several threads at
// once. Ownership: refers to the services.
#pragma once

#include <functional>
#include <vector>

#include "core/api/health_monitor.hpp"
#include "core/auth/attempt_throttle.hpp"
#include "core/auth/out_of_band_service.hpp"
#include "core/http/route.hpp"

namespace gateway::api {

// Runs the task on a worker that may block; false: it is not taken.
using Background = std::function<bool(std::function<void()>)>;

class RecoveryEndpoints {
 public:
  RecoveryEndpoints(auth::OutOfBandService& codes, const auth::ProviderDirectory& providers,
                    const HealthMonitor& health, auth::AttemptThrottle& attempts, const runtime::Clock& clock,
                    Background background)
      : codes_(codes),
        providers_(providers),
        health_(health),
        attempts_(attempts),
        clock_(clock),
        background_(std::move(background)) {}

  // nullptr: the routes to be looked at, not to be called.
  static std::vector<http::Route> routes(RecoveryEndpoints* endpoints);

  // Mails a verification for a new account, where the provider can; never a reason to fail a sign-up.
  void send_verification(const store::User& user, const http::RequestContext& context);

 private:
  using Context = http::RequestContext;
  http::Outcome<Done> forgot_password(Context& context);
  http::Outcome<Done> reset_password(Context& context);
  http::Outcome<Done> verify_email(Context& context);
  http::Outcome<Done> resend_verification(Context& context);
  http::Outcome<Done> send(OutOfBandPurpose purpose, Context& context);
  bool post(OutOfBandPurpose purpose, const std::string& email, const Context& context);
  bool provider_is_up() const;

  auth::OutOfBandService& codes_;
  const auth::ProviderDirectory& providers_;
  const HealthMonitor& health_;
  auth::AttemptThrottle& attempts_;
  const runtime::Clock& clock_;
  const Background background_;
};

}  // namespace gateway::api
