#include "firebase_provider.hpp"
#include "inputs.hpp"

namespace gateway::firebase {

namespace {

constexpr const char* kResetPassword = "PASSWORD_RESET";

// Google's reasons that depend on the account. Its owner gets no mail, and whoever asked gets the answer that
// everybody gets.
bool tells_of_account(RejectReason reason, const std::string& code) {
  return reason == RejectReason::WrongCredentials || reason == RejectReason::AccountDisabled ||
         reason == RejectReason::InvalidEmail || reason == RejectReason::InvalidToken ||
         reason == RejectReason::TokenExpired || code == "RESET_PASSWORD_EXCEED_LIMIT";
}

Result<AccountOutcome> sent_or_silent(const Host& host, const Answer<ToolkitReply>& reply) {
  if (reply) return {Accepted{}};
  const Failure& failure = reply.error();
  if (!failure.reason || !tells_of_account(*failure.reason, failure.code))
    return outcome_of<AccountOutcome>(failure);
  host.count("codes_not_sent");
  return {Accepted{}};
}

}  // namespace

Result<AccountOutcome> FirebaseProvider::send_code(const SendCode& request, const CallContext& context) {
  if (!is_possible_email(request.email)) return {Accepted{}};
  if (request.purpose == OutOfBandPurpose::VerifyEmail) return send_verification(request.email, context);
  ToolkitRequest send;
  send.requestType = kResetPassword;
  send.email = request.email;
  return sent_or_silent(host_, toolkit_.call("sendOobCode", std::move(send), Repeat::Never, context));
}

// Google mails a verification only to who is signed in (a request by the project gets the link as its answer
// instead, and no mail), so the account is signed in by a custom token. An email without an account costs the
// same three requests, with tokens that lead nowhere.
Result<AccountOutcome> FirebaseProvider::send_verification(const std::string& email,
                                                           const CallContext& context) {
  const auto user = toolkit_.find_by_email(email, context);
  if (!user) return outcome_of<AccountOutcome>(user.error());
  Secret token(std::string("nobody"));
  if (*user) {
    auto made = custom_token((*user)->localId);
    if (!made) return made.error();
    token = std::move(*made);
  }
  auto exchanged = exchange_custom_token(token, *user ? (*user)->localId : std::string(), context);
  if (!exchanged && *user && !exchanged.error().reason) return exchanged.error().error;

  ToolkitRequest send;
  send.requestType = "VERIFY_EMAIL";
  send.idToken = exchanged ? std::move(exchanged->idToken) : Secret(std::string("nobody"));
  return sent_or_silent(host_, toolkit_.call("sendOobCode", std::move(send), Repeat::Never, context));
}

Result<AccountOutcome> FirebaseProvider::apply_code(const ApplyCode& request, const CallContext& context) {
  if (!is_possible_code(request.code.reveal())) return {Rejected{RejectReason::InvalidCode, ""}};
  if (request.purpose == OutOfBandPurpose::ResetPassword) return reset_password(request, context);
  ToolkitRequest update;
  update.oobCode = request.code;
  auto reply = toolkit_.call("update", std::move(update), Repeat::Never, context);
  if (!reply) return outcome_of<AccountOutcome>(reply.error());
  if (reply->localId.empty()) return {Accepted{}};
  return {Accepted{reply->localId}};
}

// Who the code belongs to is found out first: once it has been used, a failure to do so would leave the
// sessions of the old password alive.
Result<AccountOutcome> FirebaseProvider::reset_password(const ApplyCode& request,
                                                        const CallContext& context) {
  if (!request.new_password || !is_possible_password(request.new_password->reveal()))
    return {Rejected{RejectReason::WeakPassword, ""}};
  ToolkitRequest check;
  check.oobCode = request.code;
  const auto checked = toolkit_.call("resetPassword", std::move(check), Repeat::Safe, context);
  if (!checked) return outcome_of<AccountOutcome>(checked.error());
  if (checked->requestType != kResetPassword || checked->email.empty())
    return {Rejected{RejectReason::InvalidCode, "a code for something else"}};
  const auto user = toolkit_.find_by_email(checked->email, context);
  if (!user) return outcome_of<AccountOutcome>(user.error());
  if (!*user) return {Rejected{RejectReason::InvalidCode, "a code of an account that is gone"}};

  ToolkitRequest reset;
  reset.oobCode = request.code;
  reset.newPassword = request.new_password;
  const auto reply = toolkit_.call("resetPassword", std::move(reset), Repeat::Never, context);
  if (!reply) return outcome_of<AccountOutcome>(reply.error());
  return {Accepted{(*user)->localId}};
}

}  // namespace gateway::firebase
