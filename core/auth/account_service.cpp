#include "core/auth/account_service.hpp"

#include <algorithm>
#include <utility>

#include "core/auth/problems.hpp"
#include "core/auth/profile_validation.hpp"
#include "core/auth/validation.hpp"
#include "core/http/validation_problem.hpp"

namespace gateway::auth {

namespace {

using http::ErrorCode;
using http::Problem;

TokenSet from_provider(ProviderTokens tokens) {
  return {std::move(tokens.id_token), std::move(tokens.refresh_token), tokens.expires_in_s};
}

// Only these say for certain that the storage did not take the user.
bool certainly_refused(const Problem& problem) {
  return problem.code == ErrorCode::EmailAlreadyExists || problem.code == ErrorCode::PhoneAlreadyExists ||
         problem.code == ErrorCode::UserAlreadyExists || problem.code == ErrorCode::ConstraintViolation;
}

}  // namespace

AccountService::AccountService(Store& store, const ProviderDirectory& providers, AccountDirectory& directory,
                               SessionService& sessions, SignInCompletion& completion,
                               AttemptThrottle& attempts, AuditLog& audit, const runtime::Clock& clock,
                               runtime::Logger& logger, const TokenOptions& tokens, const UserOptions& users,
                               const PasswordOptions& passwords)
    : store_(store),
      providers_(providers),
      directory_(directory),
      sessions_(sessions),
      completion_(completion),
      attempts_(attempts),
      audit_(audit),
      clock_(clock),
      logger_(logger),
      issuer_(tokens.issuer),
      users_(users),
      passwords_(passwords) {}

http::Outcome<Done> AccountService::validate(const SignUpRequest& request) const {
  http::ValidationProblem faults;
  if (request.email.empty()) {
    faults.missing("Email");
  } else if (!valid_email(request.email)) {
    faults.add(ErrorCode::InvalidEmailFormat, "Email", "The email address is not valid.");
  }
  if (request.password.empty()) {
    faults.missing("Password");
  } else {
    for (std::string& text : passwords_.faults_of(request.password.reveal(), request.email)) {
      faults.add(ErrorCode::InvalidPassword, "Password", std::move(text));
    }
  }
  check_profile({request.full_name, request.phone_number, request.user_type}, users_, faults);
  if (faults.any()) return faults.problem();
  return check_self_signup(request.user_type, users_);
}

http::Outcome<SignedIn> AccountService::sign_up(const SignUpRequest& request, const RequestScope& scope) {
  if (auto valid = validate(request); !valid) return valid.error();
  plugin::PluginInstance* provider = providers_.first_with("password");
  if (provider == nullptr) return not_supported();
  const std::int64_t began_ms = clock_.wall_ms();
  const auto answer = provider->call(SignUp{request.email, request.password, request.full_name}, scope.call);
  if (!answer) return provider_problem(*provider, answer.error());
  if (const auto* rejected = std::get_if<Rejected>(&*answer))
    return rejection_problem(*provider, rejected->reason);
  const auto* made = std::get_if<Authenticated>(&*answer);
  if (made == nullptr) return not_supported();

  auto user =
      directory_.create(provider->id(), made->account,
                        {request.full_name, request.phone_number, request.user_type}, began_ms, scope);
  if (!user) {
    if (certainly_refused(user.error())) remove_account(*provider, made->account.subject, scope);
    return user.error();
  }
  attempts_.note_proof(AttemptKind::Password, request.email, scope);
  audit_.record("sign_up", user->id, {}, scope);
  auto tokens = completion_.grant(*user, provider->id(), *made, began_ms, scope);
  SignedIn result{std::move(*user), std::nullopt};
  // The account exists and is durable; without a session the person signs in, which is better than an error
  // here.
  if (tokens) result.tokens = std::move(*tokens);
  return result;
}

http::Outcome<SignedIn> AccountService::sign_in(const std::string& email, const Secret& password,
                                                const RequestScope& scope) {
  http::ValidationProblem faults;
  if (email.empty()) faults.missing("Email");
  if (password.empty()) faults.missing("Password");
  if (faults.any()) return faults.problem();
  plugin::PluginInstance* provider = providers_.first_with("password");
  if (provider == nullptr) return not_supported();
  return attempts_.guard(AttemptKind::Password, email, scope,
                         [&] { return sign_in_now(*provider, email, password, scope); });
}

http::Outcome<SignedIn> AccountService::sign_in_now(plugin::PluginInstance& provider,
                                                    const std::string& email, const Secret& password,
                                                    const RequestScope& scope) {
  // Twice: where the account changed while the password was being checked, it is checked against what holds
  // now.
  std::int64_t not_before_ms = 0;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const std::int64_t began_ms = std::max(clock_.wall_ms(), not_before_ms);
    const auto checked = check_password(provider, email, password, scope);
    if (!checked) return checked.error();
    auto signed_in = completion_.complete(provider.id(), *checked, {}, {began_ms}, scope);
    if (signed_in || signed_in.error().code != ErrorCode::InvalidCredentials) return signed_in;
    const auto found = store_.find_user_by_identity({provider.id(), checked->account.subject}, scope.call);
    if (!found) return storage_problem(found.error());
    // An end of sessions that is seen here came before the check that follows, also where it bears the very
    // millisecond of now, or a later one by the clock of another instance.
    if (found->user && found->user->sessions_ended_at_ms)
      not_before_ms = *found->user->sessions_ended_at_ms + 1;
  }
  return Problem(ErrorCode::InvalidCredentials);
}

http::Outcome<Authenticated> AccountService::check_password(plugin::PluginInstance& provider,
                                                            const std::string& email, const Secret& password,
                                                            const RequestScope& scope) {
  auto answer = provider.call(SignIn{email, password}, scope.call);
  if (!answer) return provider_problem(provider, answer.error());
  if (const auto* rejected = std::get_if<Rejected>(&*answer)) {
    note_rejection(provider, email, rejected->reason, scope);
    return rejection_problem(provider, rejected->reason);
  }
  if (auto* authenticated = std::get_if<Authenticated>(&*answer)) return std::move(*authenticated);
  return Problem(ErrorCode::InvalidCredentials);
}

// Whose email it is, where the account was one of this provider. The look-up is made for an email that nobody
// has as well, so that the time tells no difference; what was typed is not kept. That the user cannot be
// looked up changes nothing about the rejection.
void AccountService::note_rejection(const plugin::PluginInstance& provider, const std::string& email,
                                    RejectReason reason, const RequestScope& scope) {
  const auto found = store_.find_user_by_email({email}, scope.call);
  std::string user_id;
  if (found && found->user) {
    const auto& identities = found->user->identities;
    if (std::any_of(identities.begin(), identities.end(),
                    [&](const store::Identity& own) { return own.provider == provider.id(); })) {
      user_id = found->user->id;
    }
  }
  audit_.record("sign_in.rejected", user_id, {}, scope,
                audit_detail({{"provider", provider.id()}, {"reason", name_of(reason)}}));
}

http::Outcome<TokenSet> AccountService::refresh(const Secret& refresh_token, const RequestScope& scope) {
  if (issuer_ == TokenIssuer::Gateway) return sessions_.refresh(refresh_token, scope);
  plugin::PluginInstance* provider = providers_.first_with("refresh");
  if (provider == nullptr) return not_supported();
  const std::int64_t began_ms = clock_.wall_ms();
  auto answer = provider->call(RefreshTokens{refresh_token}, scope.call);
  if (!answer) return provider_problem(*provider, answer.error());
  if (const auto* rejected = std::get_if<Rejected>(&*answer))
    return rejection_problem(*provider, rejected->reason);
  auto* refreshed = std::get_if<Authenticated>(&*answer);
  if (refreshed == nullptr || !refreshed->tokens) return Problem(ErrorCode::InvalidToken);
  const auto user = directory_.find_or_provision(provider->id(), refreshed->account, {},
                                                 authenticated_at_ms(*refreshed, began_ms), scope);
  // The user was deleted after the session began, which a provider that was not selected then knows nothing
  // of.
  if (!user && user.error().code == ErrorCode::InvalidCredentials)
    return rejection_problem(*provider, RejectReason::TokenRevoked);
  if (!user) return user.error();
  if (user->status != store::UserStatus::Active) return Problem(ErrorCode::UserDisabled);
  // A provider that was not told, or not heard, that the sessions have ended.
  if (is_over(*user, provider->id(), *refreshed))
    return rejection_problem(*provider, RejectReason::TokenRevoked);
  return from_provider(std::move(*refreshed->tokens));
}

http::Outcome<TokenSet> AccountService::change_password(const http::Caller& caller, const Secret& current,
                                                        const Secret& replacement,
                                                        const RequestScope& scope) {
  http::ValidationProblem faults;
  if (current.empty()) faults.missing("CurrentPassword");
  if (replacement.empty()) faults.missing("NewPassword");
  if (faults.any()) return faults.problem();
  for (std::string& text : passwords_.faults_of(replacement.reveal(), caller.email.value_or(""))) {
    faults.add(ErrorCode::InvalidPassword, "NewPassword", std::move(text));
  }
  if (current.reveal() == replacement.reveal()) {
    faults.add(ErrorCode::InvalidPassword, "NewPassword",
               "The new password must differ from the current one.");
  }
  if (faults.any()) return faults.problem();
  plugin::PluginInstance* provider = providers_.find(caller.provider);
  if (provider == nullptr || !provider->has_capability("password")) return not_supported();
  // Counted as a sign-in with that email is: a stolen session is no second way to guess the password.
  const std::string& account = caller.email ? *caller.email : caller.subject;
  return attempts_.guard(AttemptKind::Password, account, scope, [&] {
    return change_password_now(*provider, caller, {caller.subject, current, replacement}, scope);
  });
}

http::Outcome<TokenSet> AccountService::change_password_now(plugin::PluginInstance& provider,
                                                            const http::Caller& caller,
                                                            const ChangePassword& change,
                                                            const RequestScope& scope) {
  const auto answer = provider.call(change, scope.call);
  if (!answer) return provider_problem(provider, answer.error());
  if (const auto* rejected = std::get_if<Rejected>(&*answer))
    return rejection_problem(provider, rejected->reason, "NewPassword");
  const auto* changed = std::get_if<Authenticated>(&*answer);
  if (changed == nullptr) return not_supported();
  // From here the old password is gone, and no session that was opened with it may go on.
  if (auto revoked = sessions_.revoke_user(caller.user_id, scope); !revoked) return revoked.error();
  const std::int64_t after_ms =
      clock_.wall_ms() + 1;  // later than the revocation, which is this request's own
  audit_.record("password_changed", caller.user_id, {}, scope);
  const auto user = store_.get_user({caller.user_id}, scope.call);
  if (!user) return storage_problem(user.error());
  if (!user->user) return Problem(ErrorCode::UserNotFound);
  if (issuer_ == TokenIssuer::Gateway || !changed->tokens || !changed->account.email)
    return completion_.grant(*user->user, provider.id(), *changed, after_ms, scope);
  // The provider's own tokens are of the moment of the change, and end with all that was before: the person
  // is signed in anew. Where that cannot be done now, the change is no less done, and they are what there is.
  const auto anew = provider.call(SignIn{*changed->account.email, change.new_password}, scope.call);
  const auto* signed_in = anew ? std::get_if<Authenticated>(&*anew) : nullptr;
  const bool is_same = signed_in != nullptr && signed_in->account.subject == change.subject;
  return completion_.grant(*user->user, provider.id(), is_same ? *signed_in : *changed, after_ms, scope);
}

http::Outcome<Done> AccountService::end_provider_sessions(const http::Caller& caller,
                                                          const RequestScope& scope) {
  plugin::PluginInstance* provider = providers_.find(caller.provider);
  if (provider == nullptr || !provider->has_capability("account-admin")) return Done{};
  const auto answer = provider->call(RevokeSessions{caller.subject}, scope.call);
  if (!answer) return provider_problem(*provider, answer.error());
  return Done{};
}

http::Outcome<Done> AccountService::log_out(const http::Caller& caller, bool everywhere,
                                            const RequestScope& scope) {
  if (everywhere || caller.session_id.empty()) {
    if (auto ended = sessions_.revoke_user(caller.user_id, scope); !ended) return ended;
    if (auto ended = end_provider_sessions(caller, scope); !ended) return ended;
  } else if (auto ended = sessions_.revoke_session(caller.session_id, scope); !ended) {
    return ended;
  }
  audit_.record(everywhere ? "log_out.everywhere" : "log_out", caller.user_id, {}, scope);
  return Done{};
}

void AccountService::remove_account(plugin::PluginInstance& provider, const std::string& subject,
                                    const RequestScope& scope) {
  const bool removed =
      provider.has_capability("account-admin") && provider.call(DeleteAccount{subject}, scope.call).ok();
  if (removed) return;
  logger_.write(LogLevel::Error, "auth",
                "a provider's account is left without a user; its owner's next login decides",
                {{"provider", std::string_view(provider.id())},
                 {"subject", std::string_view(subject)},
                 {"request_id", scope.call.request_id}});
}

}  // namespace gateway::auth
