// TokenVerifier: how the pipeline learns who a bearer token belongs to; the auth room implements it.
// Thread safety: all members from any thread.
#pragma once

#include <string_view>

#include "core/http/caller.hpp"
#include "core/http/problem.hpp"
#include "core/http/request_context.hpp"

namespace gateway::http {

class TokenVerifier {
 public:
  TokenVerifier() = default;
  TokenVerifier(const TokenVerifier&) = delete;
  TokenVerifier& operator=(const TokenVerifier&) = delete;
  virtual ~TokenVerifier() = default;

  // The caller if the token was verified lately, else null. Tells what verify() will want to know the token
  // by. Never blocks: called on I/O threads.
  virtual CallerPtr cached(std::string_view token, TokenFingerprint& fingerprint) noexcept = 0;
  // After cached(), with the context's token_fingerprint from there. May block: called on workers.
  virtual Outcome<CallerPtr> verify(std::string_view token, const RequestContext& context) = 0;
};

}  // namespace gateway::http
