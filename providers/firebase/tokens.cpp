#include "firebase_provider.hpp"
#include "inputs.hpp"
#include "revocation.hpp"

namespace gateway::firebase {

Result<AuthenticationOutcome> FirebaseProvider::verify_token(const VerifyToken& request,
                                                             const CallContext& context) {
  auto verdict = verifier_->verify(request.token.reveal(), context);
  if (!verdict) return verdict.error();
  if (auto* rejected = std::get_if<Rejected>(&*verdict)) return {std::move(*rejected)};
  auto* token = std::get_if<VerifiedToken>(&*verdict);
  if (token == nullptr) return {NotApplicable{}};
  if (config_.check_revoked && !config_.is_emulated()) {  // the emulator's tokens have been looked up already
    const auto user = toolkit_.find_by_subject(token->authenticated.account.subject, context);
    if (!user) return user.error().error;
    if (auto revoked = revocation_of(*user, token->authenticated_at_s)) return {std::move(*revoked)};
  }
  return {std::move(token->authenticated)};
}

Result<AuthenticationOutcome> FirebaseProvider::refresh_tokens(const RefreshTokens& request,
                                                               const CallContext& context) {
  if (!is_possible_token(request.refresh_token.reveal())) return {Rejected{RejectReason::InvalidToken, ""}};
  auto reply = toolkit_.refresh(request.refresh_token, context);
  if (!reply) {
    // Of a refresh token there are no credentials to be wrong: its account is gone.
    if (reply.error().reason == RejectReason::WrongCredentials)
      return {Rejected{RejectReason::TokenRevoked, ""}};
    return outcome_of<AuthenticationOutcome>(reply.error());
  }
  auto tokens = tokens_of(std::move(reply->id_token), std::move(reply->refresh_token), reply->expires_in);
  if (!tokens || reply->user_id.empty()) return malformed("the token endpoint answered no tokens");
  return authenticated(std::move(*tokens), reply->user_id, Proof::Earlier, context);
}

}  // namespace gateway::firebase
