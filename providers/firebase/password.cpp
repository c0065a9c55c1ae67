#include "firebase_provider.hpp"
#include "inputs.hpp"

namespace gateway::firebase {

// Of concurrent changes of one password that begin here, one at a time: Google would let two that have both
// been seen with the right old password through, the second over the first. Instances beside this one are
// told apart by Google alone, which ends the older one's ID token, to the second.
class FirebaseProvider::PasswordChange {
 public:
  PasswordChange(FirebaseProvider& provider, const std::string& subject) : provider_(provider) {
    const std::lock_guard guard(provider_.changing_mutex_);
    const auto [entry, is_new] = provider_.changing_.insert(subject);
    entry_ = entry;
    owns_ = is_new;
  }
  PasswordChange(const PasswordChange&) = delete;
  PasswordChange& operator=(const PasswordChange&) = delete;
  ~PasswordChange() {
    if (!owns_) return;
    const std::lock_guard guard(provider_.changing_mutex_);
    provider_.changing_.erase(entry_);
  }
  bool is_alone() const { return owns_; }

 private:
  FirebaseProvider& provider_;
  std::set<std::string, std::less<>>::iterator entry_;
  bool owns_ = false;
};

Result<AuthenticationOutcome> FirebaseProvider::sign_up(const SignUp& request, const CallContext& context) {
  if (!is_possible_email(request.email)) return {Rejected{RejectReason::InvalidEmail, ""}};
  if (!is_possible_password(request.password.reveal())) return {Rejected{RejectReason::WeakPassword, ""}};
  ToolkitRequest create;
  create.email = request.email;
  create.password = request.password;
  create.displayName = request.full_name;
  create.returnSecureToken = true;
  // Not repeatable: the second would find the first one's account and say EMAIL_EXISTS.
  auto reply = toolkit_.call("signUp", std::move(create), Repeat::Never, context);
  if (!reply) return outcome_of<AuthenticationOutcome>(reply.error());
  if (reply->localId.empty()) return malformed("signUp answered no account");
  Authenticated outcome;
  outcome.account.subject = reply->localId;
  outcome.account.email = reply->email.empty() ? request.email : reply->email;
  outcome.account.full_name = request.full_name;
  outcome.tokens = tokens_of(*reply);
  if (!outcome.tokens) return malformed("signUp answered no tokens");
  return {std::move(outcome)};
}

Result<AuthenticationOutcome> FirebaseProvider::sign_in(const SignIn& request, const CallContext& context) {
  // What cannot be an email or a password is nobody's.
  if (!is_possible_email(request.email) || !is_possible_password(request.password.reveal()))
    return {Rejected{RejectReason::WrongCredentials, ""}};
  auto reply = check_password(request.email, request.password, context);
  if (!reply) return outcome_of<AuthenticationOutcome>(reply.error());
  if (!reply->mfaPendingCredential.empty()) return {Rejected{RejectReason::SecondFactorRequired, ""}};
  auto tokens = tokens_of(*reply);
  if (!tokens || reply->localId.empty()) return malformed("signInWithPassword answered no tokens");
  return authenticated(std::move(*tokens), reply->localId, Proof::Now, context);
}

// Identity Toolkit's ways of saying that email and password do not go together, those for an email that is
// none included, come out as one.
Answer<ToolkitReply> FirebaseProvider::check_password(const std::string& email, const Secret& password,
                                                      const CallContext& context) const {
  ToolkitRequest request;
  request.email = email;
  request.password = password;
  request.returnSecureToken = true;
  auto reply = toolkit_.call("signInWithPassword", std::move(request), Repeat::Safe, context);
  if (reply) return reply;
  const auto reason = reply.error().reason;
  if (reason == RejectReason::InvalidEmail || reason == RejectReason::WeakPassword)
    reply.error().reason = RejectReason::WrongCredentials;
  return reply;
}

Result<AuthenticationOutcome> FirebaseProvider::change_password(const ChangePassword& request,
                                                                const CallContext& context) {
  const AuthenticationOutcome wrong = Rejected{RejectReason::WrongCredentials, ""};
  if (!is_possible_subject(request.subject) || !is_possible_password(request.current_password.reveal()))
    return wrong;
  const PasswordChange change(*this, request.subject);
  if (!change.is_alone()) return unavailable("the password is being changed by others", 1'000);
  const auto user = toolkit_.find_by_subject(request.subject, context);
  if (!user) return outcome_of<AuthenticationOutcome>(user.error());
  if (!*user || !(*user)->email) return wrong;
  return change_checked(**user, request, context);
}

Result<AuthenticationOutcome> FirebaseProvider::change_checked(const ToolkitUser& user,
                                                               const ChangePassword& request,
                                                               const CallContext& context) {
  auto checked = check_password(*user.email, request.current_password, context);
  if (!checked) return outcome_of<AuthenticationOutcome>(checked.error());
  if (!checked->mfaPendingCredential.empty()) return {Rejected{RejectReason::SecondFactorRequired, ""}};
  // The email may have gone to another account since it was looked up.
  if (checked->localId != user.localId) return {Rejected{RejectReason::WrongCredentials, ""}};
  if (!is_possible_password(request.new_password.reveal())) return {Rejected{RejectReason::WeakPassword, ""}};

  ToolkitRequest update;
  update.idToken = std::move(checked->idToken);
  update.password = request.new_password;
  update.returnSecureToken = true;
  auto reply = toolkit_.call("update", std::move(update), Repeat::Never, context);
  if (!reply) {
    const auto reason = reply.error().reason;
    // The session was ended between the two calls: somebody else has changed the password.
    if (reason == RejectReason::TokenExpired || reason == RejectReason::InvalidToken)
      return {Rejected{RejectReason::WrongCredentials, ""}};
    return outcome_of<AuthenticationOutcome>(reply.error());
  }
  Authenticated outcome;
  outcome.account = account_of(user);
  outcome.tokens = tokens_of(*reply);
  return {std::move(outcome)};
}

}  // namespace gateway::firebase
