#include "core/app/services.hpp"

namespace gateway::app {

namespace {

auth::AttemptCounters& attempt_counters_of(Services& services, plugin::PluginSet& plugins,
                                           const plugin::HostContext& process) {
  if (plugins.counters() == nullptr) return services.local_attempts;
  services.shared_attempts.emplace(*plugins.counters(), process.clock);
  return services.attempts_of_all.emplace(*services.shared_attempts, services.local_attempts, process.clock,
                                          process.logger, process.metrics);
}

}  // namespace

Services::Services(plugin::PluginSet& plugins, const Settings& s, const plugin::HostContext& p,
                   auth::ApiKeyVerifier& api_key_verifier)
    : store(plugins.store()),
      providers(plugins.of_kind(PluginKind::Provider)),
      keys(store, p.clock, p.random, p.logger, s.tokens),
      verified_tokens(static_cast<std::size_t>(s.tokens.verified_cache_entries),
                      s.tokens.verified_cache_s * 1000),
      access_tokens(keys, p.clock, p.random, s.tokens),
      audit(store, p.clock, p.random, p.logger),
      local_attempts(static_cast<std::size_t>(s.attempts.entries), p.clock, p.random),
      attempts(attempt_counters_of(*this, plugins, p), keys, audit, p.clock, p.metrics, s.attempts),
      sessions(store, keys, access_tokens, verified_tokens, p.clock, p.random, audit, p.logger, s.tokens),
      directory(store, providers, sessions, p.clock, p.random, p.logger, s.users),
      completion(store, directory, sessions, audit, p.clock, s.tokens),
      accounts(store, providers, directory, sessions, completion, attempts, audit, p.clock, p.logger,
               s.tokens, s.users, s.passwords),
      social(providers, completion, p.clock, s.users),
      out_of_band(store, providers, sessions, attempts, audit, p.clock, p.logger, s.passwords),
      phones(providers, completion, auth::OneTimePasswords(store, keys, p.clock, p.random),
             auth::SmsSender(p.http, s.sms), attempts, audit, p.clock, p.logger, s.users),
      users(store, providers, sessions, audit, p.clock, s.users),
      user_attempts(users, attempts, audit),
      api_keys(store, api_key_verifier, audit, p.clock, p.random, s.users),
      address_attempts(users, attempts, audit),
      authenticator(store, providers, access_tokens, directory, verified_tokens, p.clock, s.tokens),
      revocations(store, verified_tokens, api_key_verifier, p.clock, p.logger, p.metrics) {}

}  // namespace gateway::app
