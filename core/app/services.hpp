// Services: the auth room, wired over a started plugin set. Members are built in the order in which they need
// each other. Thread safety: the services are thread-safe. Ownership: owns the services, refers to the
// plugins and the process.
#pragma once

#include <optional>

#include "core/app/settings.hpp"
#include "core/auth/access_tokens.hpp"
#include "core/auth/account_directory.hpp"
#include "core/auth/account_service.hpp"
#include "core/auth/address_attempts.hpp"
#include "core/auth/api_key_service.hpp"
#include "core/auth/attempt_throttle.hpp"
#include "core/auth/audit_log.hpp"
#include "core/auth/authenticator.hpp"
#include "core/auth/fallback_attempt_counters.hpp"
#include "core/auth/key_ring.hpp"
#include "core/auth/local_attempt_counters.hpp"
#include "core/auth/out_of_band_service.hpp"
#include "core/auth/phone_service.hpp"
#include "core/auth/provider_directory.hpp"
#include "core/auth/revocation_listener.hpp"
#include "core/auth/session_service.hpp"
#include "core/auth/shared_attempt_counters.hpp"
#include "core/auth/sign_in_completion.hpp"
#include "core/auth/social_service.hpp"
#include "core/auth/user_attempts.hpp"
#include "core/auth/user_service.hpp"
#include "core/auth/verified_token_cache.hpp"
#include "core/plugin/plugin_set.hpp"

namespace gateway::app {

struct Services {
  // `api_key_verifier`: what the plugins were given to ask.
  Services(plugin::PluginSet& plugins, const Settings& settings, const plugin::HostContext& process,
           auth::ApiKeyVerifier& api_key_verifier);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  Store& store;
  auth::ProviderDirectory providers;
  auth::KeyRing keys;
  auth::VerifiedTokenCache verified_tokens;
  auth::AccessTokens access_tokens;
  auth::AuditLog audit;
  auth::LocalAttemptCounters local_attempts;
  std::optional<auth::SharedAttemptCounters> shared_attempts;  // with a counters plugin
  std::optional<auth::FallbackAttemptCounters> attempts_of_all;
  auth::AttemptThrottle attempts;
  auth::SessionService sessions;
  auth::AccountDirectory directory;
  auth::SignInCompletion completion;
  auth::AccountService accounts;
  auth::SocialService social;
  auth::OutOfBandService out_of_band;
  auth::PhoneService phones;
  auth::UserService users;
  auth::UserAttempts user_attempts;
  auth::ApiKeyService api_keys;
  auth::AddressAttempts address_attempts;
  auth::Authenticator authenticator;
  auth::RevocationListener revocations;
};

}  // namespace gateway::app
