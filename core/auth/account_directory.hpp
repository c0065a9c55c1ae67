// AccountDirectory: finds the user that belongs to a provider's account, and makes or links it where there is
// none yet.
//
// A user takes over of an account what people may say of themselves (provider_profile.hpp).
// The key is (provider, subject), never the email. An account whose email belongs to another user is linked
// to it only when both sides have the email verified; when only the newcomer has, the earlier, unproven
// accounts of that user are removed at their providers and its sessions end before the link (otherwise
// whoever registered somebody else's address first would keep a way in). An unverified newcomer is refused.
// Where it is the user's own account whose email comes to be verified, what was signed in to before that
// proof ends: a provider that gives the account to its owner takes the password away, but not the tokens.
// Thread safety: all members from any thread; they block on storage and providers: worker only.
#pragma once

#include <optional>
#include <string>

#include <gateway/provider_messages.hpp>
#include <gateway/store.hpp>

#include "core/auth/options.hpp"
#include "core/auth/provider_directory.hpp"
#include "core/auth/request_scope.hpp"
#include "core/auth/session_service.hpp"
#include "core/http/problem.hpp"

namespace gateway::auth {

// What a person says about itself where the provider does not know it.
struct ProfileHints {
  std::optional<std::string> full_name;
  std::optional<std::string> phone_number;
  std::optional<std::string> user_type;
};

// When somebody whom a token is about proved to be it: as the provider tells, at the latest when the check
// began.
inline std::int64_t authenticated_at_ms(const Authenticated& verified, std::int64_t began_ms) {
  const std::int64_t told_ms = verified.authenticated_at_ms;
  return told_ms > 0 && told_ms < began_ms ? told_ms : began_ms;
}

// Whether what a token is about is from before the end of all the user's sessions: a logout, a changed or
// reset password, a user that was disabled, an email that its owner came to prove. To the second, as tokens
// tell it: who signed in within the second of that end is let in. An identity that was linked after it was
// not meant by it. A token that calls the email unproven that is proven here is older than the proof,
// whatever second it tells, and whenever its identity was linked.
bool is_over(const store::User& user, const std::string& provider, const Authenticated& verified);

// As of when the session of a sign-in is opened that is_over() has let pass. The storage compares to the
// millisecond and knows of no identities: an end that is_over() has weighed is not held against the sign-in a
// second time, any later one is. began_ms: as authenticated_at_ms() tells it; of a check that this request
// made it is exact, and so is the comparison.
std::int64_t opened_as_of_ms(const store::User& user, const std::string& provider,
                             const Authenticated& verified, std::int64_t began_ms);

// What a user keeps of a provider's account.
store::Identity identity_of(const std::string& provider, const ProviderAccount& account, std::int64_t now_ms);

class AccountDirectory {
 public:
  AccountDirectory(Store& store, const ProviderDirectory& providers, SessionService& sessions,
                   const runtime::Clock& clock, runtime::Random& random, runtime::Logger& logger,
                   const UserOptions& options);

  // The user of that account; provisioned or linked when there is none. A problem when the email or the phone
  // number belongs to somebody else. authenticated_at_ms: when the check of the credentials began (of a
  // token: when they were checked that it was given for), on the wall clock; InvalidCredentials where the
  // user has been deleted since. An email that the provider has come to know as verified is verified here,
  // too.
  http::Outcome<store::User> find_or_provision(const std::string& provider, const ProviderAccount& account,
                                               const ProfileHints& hints, std::int64_t authenticated_at_ms,
                                               const RequestScope& scope);
  // A new user for a new account. The conflicts of CreateUser as problems.
  http::Outcome<store::User> create(const std::string& provider, const ProviderAccount& account,
                                    const ProfileHints& hints, std::int64_t authenticated_at_ms,
                                    const RequestScope& scope);

 private:
  // Without what no user may have; each such field is logged by its name.
  ProviderAccount acceptable(const std::string& provider, const ProviderAccount& account,
                             const RequestScope& scope);
  // The next two take an account that is acceptable.
  http::Outcome<store::User> make(const std::string& provider, const ProviderAccount& account,
                                  const ProfileHints& hints, std::int64_t authenticated_at_ms,
                                  const RequestScope& scope);
  http::Outcome<store::User> provision(const std::string& provider, const ProviderAccount& account,
                                       const ProfileHints& hints, std::int64_t authenticated_at_ms,
                                       const RequestScope& scope);
  // From a user that has not proven it; false where nobody has it or its holder has proven it.
  http::Outcome<bool> take_unproven_number(const std::string& phone_number, const RequestScope& scope);
  http::Outcome<store::User> note_verified_email(store::User user, const ProviderAccount& account,
                                                 std::int64_t authenticated_at_ms, const RequestScope& scope);
  http::Outcome<store::User> link(const std::string& provider, const ProviderAccount& account,
                                  const RequestScope& scope);
  http::Outcome<Done> purge_unverified(const store::User& user, const RequestScope& scope);

  Store& store_;
  const ProviderDirectory& providers_;
  SessionService& sessions_;
  const runtime::Clock& clock_;
  runtime::Random& random_;
  runtime::Logger& logger_;
  const UserOptions options_;
};

}  // namespace gateway::auth
