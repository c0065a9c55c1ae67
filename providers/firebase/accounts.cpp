#include <algorithm>
#include <array>

#include "firebase_provider.hpp"
#include "inputs.hpp"

namespace gateway::firebase {

namespace {

constexpr std::int64_t kMaxPage = 500;  // Google takes 1000; half of it is sure to fit into a message
constexpr std::size_t kMaxClaimsBytes = 1'000;
constexpr std::array<std::string_view, 19> kReservedClaims{
    "acr", "amr", "at_hash", "aud",   "auth_time", "azp",      "cnf",     "c_hash",         "exp",  "iat",
    "iss", "jti", "nbf",     "nonce", "sub",       "firebase", "user_id", "email_verified", "email"};

AccountOutcome nobody() {
  return Rejected{RejectReason::WrongCredentials, ""};
}

// Google refuses the reserved ones as well; the last three it would overwrite, which nobody expects.
std::optional<Rejected> fault_of(const JsonText& claims) {
  if (claims.text.size() > kMaxClaimsBytes)
    return Rejected{RejectReason::OperationNotAllowed, "claims of more than 1000 bytes"};
  const auto object = parse_json(claims.text);
  if (!object || !object->IsObject())
    return Rejected{RejectReason::OperationNotAllowed, "claims that are no object"};
  const bool reserved = std::any_of(kReservedClaims.begin(), kReservedClaims.end(),
                                    [&](std::string_view name) { return member(*object, name) != nullptr; });
  if (reserved) return Rejected{RejectReason::OperationNotAllowed, "a reserved claim"};
  return std::nullopt;
}

}  // namespace

Result<AuthenticationOutcome> FirebaseProvider::get_account(const GetAccount& request,
                                                            const CallContext& context) {
  const AuthenticationOutcome unknown = Rejected{RejectReason::WrongCredentials, ""};
  if (!is_possible_subject(request.subject)) return unknown;
  const auto user = toolkit_.find_by_subject(request.subject, context);
  if (!user) return outcome_of<AuthenticationOutcome>(user.error());
  if (!*user) return unknown;
  Authenticated outcome;
  outcome.account = account_of(**user);
  return {std::move(outcome)};
}

// Changes of an account are what is to be, not what is to happen: the same twice is the same once.
Result<AccountOutcome> FirebaseProvider::change_account(const ToolkitRequest& request,
                                                        const CallContext& context) {
  if (!is_possible_subject(*request.localId)) return nobody();
  const auto reply = toolkit_.admin_call(":update", request, Repeat::Safe, context);
  if (!reply) return outcome_of<AccountOutcome>(reply.error());
  return {Accepted{*request.localId}};
}

Result<AccountOutcome> FirebaseProvider::set_account_disabled(const SetAccountDisabled& request,
                                                              const CallContext& context) {
  ToolkitRequest update;
  update.localId = request.subject;
  update.disableUser = request.disabled;
  return change_account(update, context);
}

Result<AccountOutcome> FirebaseProvider::revoke_sessions(const RevokeSessions& request,
                                                         const CallContext& context) {
  ToolkitRequest update;
  update.localId = request.subject;
  update.validSince = std::to_string(host_.wall_ms() / 1000);
  return change_account(update, context);
}

Result<AccountOutcome> FirebaseProvider::update_account(const UpdateAccount& request,
                                                        const CallContext& context) {
  if (request.email && !is_possible_email(*request.email)) return {Rejected{RejectReason::InvalidEmail, ""}};
  if (request.password && !is_possible_password(request.password->reveal()))
    return {Rejected{RejectReason::WeakPassword, ""}};
  const bool removes_phone = request.phone_number && request.phone_number->empty();
  if (request.phone_number && !removes_phone && !is_phone_number(*request.phone_number))
    return {Rejected{RejectReason::InvalidPhoneNumber, ""}};
  ToolkitRequest update;
  update.localId = request.subject;
  update.email = request.email;
  update.emailVerified = request.email_verified;
  update.password = request.password;
  if (request.full_name && request.full_name->empty()) {
    update.deleteAttribute = std::vector<std::string>{"DISPLAY_NAME"};
  } else {
    update.displayName = request.full_name;
  }
  if (removes_phone) {
    update.deleteProvider = std::vector<std::string>{"phone"};
  } else {
    update.phoneNumber = request.phone_number;
  }
  if (request.claims) {
    if (auto fault = fault_of(*request.claims)) return {std::move(*fault)};
    update.customAttributes = request.claims->text;
  }
  return change_account(update, context);
}

Result<AccountOutcome> FirebaseProvider::delete_account(const DeleteAccount& request,
                                                        const CallContext& context) {
  const AccountOutcome gone = Accepted{request.subject};
  if (!is_possible_subject(request.subject)) return gone;
  ToolkitRequest remove;
  remove.localId = request.subject;
  const auto reply = toolkit_.admin_call(":delete", remove, Repeat::Safe, context);
  if (reply || reply.error().code == "USER_NOT_FOUND") return gone;
  return outcome_of<AccountOutcome>(reply.error());
}

Result<AuthenticationOutcome> FirebaseProvider::create_account(const CreateAccount& request,
                                                               const CallContext& context) {
  if (request.email && !is_possible_email(*request.email)) return {Rejected{RejectReason::InvalidEmail, ""}};
  if (request.password && !is_possible_password(request.password->reveal()))
    return {Rejected{RejectReason::WeakPassword, ""}};
  if (request.phone_number && !is_phone_number(*request.phone_number))
    return {Rejected{RejectReason::InvalidPhoneNumber, ""}};
  if (request.subject && !is_possible_subject(*request.subject))
    return invalid("a subject that Google takes none of");
  ToolkitRequest create;
  create.localId = request.subject;
  create.email = request.email;
  if (request.email) create.emailVerified = request.email_verified;
  create.password = request.password;
  create.displayName = request.full_name;
  create.phoneNumber = request.phone_number;
  create.disabled = request.disabled;
  const auto reply = toolkit_.admin_call("", create, Repeat::Never, context);
  if (!reply) return outcome_of<AuthenticationOutcome>(reply.error());
  if (reply->localId.empty()) return malformed("creating an account answered no account");
  ToolkitUser user;
  user.localId = reply->localId;
  user.email = reply->email.empty() ? request.email : std::optional(reply->email);
  user.emailVerified = request.email_verified;
  user.displayName = request.full_name;
  user.phoneNumber = request.phone_number;
  user.disabled = request.disabled;
  Authenticated outcome;
  outcome.account = account_of(user);
  return {std::move(outcome)};
}

Result<AccountPage> FirebaseProvider::list_accounts(const ListAccounts& request, const CallContext& context) {
  if (request.limit < 1) return invalid("a page has at least one account");
  auto reply = toolkit_.list(request.after, std::min(request.limit, kMaxPage), context);
  if (!reply) return reply.error().error;
  AccountPage page;
  page.accounts.reserve(reply->users.size());
  for (const ToolkitUser& user : reply->users)
    page.accounts.push_back(account_of(user));
  page.next = std::move(reply->nextPageToken);
  return page;
}

}  // namespace gateway::firebase
