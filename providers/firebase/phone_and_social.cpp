#include <gateway/toolkit/form.hpp>

#include "custom_token.hpp"
#include "firebase_provider.hpp"
#include "inputs.hpp"

namespace gateway::firebase {

Result<AuthenticationOutcome> FirebaseProvider::sign_in_by_phone(const SignInByPhone& request,
                                                                 const CallContext& context) {
  if (!is_phone_number(request.phone_number)) return {Rejected{RejectReason::InvalidPhoneNumber, ""}};
  const auto user = find_or_create_by_phone(request.phone_number, context);
  if (!user) return outcome_of<AuthenticationOutcome>(user.error());
  if (user->disabled) return {Rejected{RejectReason::AccountDisabled, ""}};
  const auto token = custom_token(user->localId);
  if (!token) return token.error();
  auto reply = exchange_custom_token(*token, user->localId, context);
  if (!reply) return outcome_of<AuthenticationOutcome>(reply.error());
  if (!reply->mfaPendingCredential.empty()) return {Rejected{RejectReason::SecondFactorRequired, ""}};
  auto tokens = tokens_of(*reply);
  if (!tokens) return malformed("signInWithCustomToken answered no tokens");
  return authenticated(std::move(*tokens), user->localId, Proof::Now, context);
}

// Two that come at once with a new number both find nobody; the one whose account comes second finds the
// first one's.
Answer<ToolkitUser> FirebaseProvider::find_or_create_by_phone(const std::string& phone_number,
                                                              const CallContext& context) {
  auto found = toolkit_.find_by_phone(phone_number, context);
  if (!found) return found.error();
  if (*found) return std::move(**found);
  ToolkitRequest create;
  create.phoneNumber = phone_number;
  const auto created = toolkit_.admin_call("", create, Repeat::Never, context);
  if (created) {
    ToolkitUser user;
    user.localId = created->localId;
    user.phoneNumber = phone_number;
    return user;
  }
  if (created.error().code != "PHONE_NUMBER_EXISTS") return created.error();
  found = toolkit_.find_by_phone(phone_number, context);
  if (!found) return found.error();
  if (!*found) return failed(unavailable("the account of a phone number came and went"));
  return std::move(**found);
}

Result<AuthenticationOutcome> FirebaseProvider::sign_in_with_social_token(
    const SignInWithSocialToken& request, const CallContext& context) {
  if (!is_service_name(request.service)) return {Rejected{RejectReason::OperationNotAllowed, ""}};
  if (!is_possible_token(request.id_token.reveal())) return {Rejected{RejectReason::InvalidToken, ""}};
  ToolkitRequest sign_in;
  sign_in.requestUri = "http://localhost";  // Google wants one; it matters where a browser is sent back
  sign_in.postBody = Secret(toolkit::encode_form(
      {{"providerId", request.service}, {"id_token", std::string(request.id_token.reveal())}}));
  sign_in.returnSecureToken = true;
  sign_in.returnIdpCredential = false;
  auto reply = toolkit_.call("signInWithIdp", std::move(sign_in), Repeat::Never, context);
  if (!reply) return outcome_of<AuthenticationOutcome>(reply.error());
  if (!reply->errorMessage.empty()) {
    const Failure failure = failure_of_code(200, code_of(reply->errorMessage), std::nullopt);
    return outcome_of<AuthenticationOutcome>(GoogleHttp::named("accounts:signInWithIdp", failure));
  }
  if (reply->needConfirmation) return {Rejected{RejectReason::AccountExists, "another way of signing in"}};
  if (!reply->mfaPendingCredential.empty()) return {Rejected{RejectReason::SecondFactorRequired, ""}};
  auto tokens = tokens_of(*reply);
  if (!tokens || reply->localId.empty()) return malformed("signInWithIdp answered no tokens");
  return authenticated(std::move(*tokens), reply->localId, Proof::Now, context);
}

Result<Secret> FirebaseProvider::custom_token(const std::string& subject) const {
  const std::int64_t now_s = host_.wall_ms() / 1000;
  if (config_.is_emulated()) return make_unsigned_custom_token(subject, config_.tenant_id, now_s);
  return make_custom_token(*config_.service_account, subject, config_.tenant_id, now_s);
}

// To Google a custom token of an account that is gone makes a new one of that subject. Who was deleted since
// the account was looked up stays deleted.
Answer<ToolkitReply> FirebaseProvider::exchange_custom_token(const Secret& token, const std::string& subject,
                                                             const CallContext& context) const {
  ToolkitRequest request;
  request.token = token;
  request.returnSecureToken = true;
  auto reply = toolkit_.call("signInWithCustomToken", std::move(request), Repeat::Safe, context);
  if (!reply || !reply->isNewUser) return reply;
  constexpr const char* kGone = "USER_NOT_FOUND";
  ToolkitRequest remove;
  remove.localId = subject;
  const auto removed = toolkit_.admin_call(":delete", remove, Repeat::Safe, context);
  if (!removed && removed.error().code != kGone) return removed.error();
  return GoogleHttp::named("accounts:signInWithCustomToken", failure_of_code(200, kGone, std::nullopt));
}

}  // namespace gateway::firebase
