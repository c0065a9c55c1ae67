#include "local_provider.hpp"

#include <array>
#include <utility>

#include <gateway/toolkit/uuid.hpp>

#include "normalise.hpp"

namespace gateway::local {

using store::Credential;

namespace {

// A change that meets another writer starts over: the other may only have rehashed the same password.
constexpr int kChangeAttempts = 3;

Rejected rejected(RejectReason reason) {
  return {reason, ""};
}

Authenticated authenticated(const Credential& credential) {
  Authenticated outcome;
  outcome.account.subject = credential.subject;
  outcome.account.email = credential.email;
  outcome.account.email_verified = credential.email_verified;
  outcome.account.full_name = credential.full_name;
  outcome.account.disabled = credential.disabled;
  return outcome;
}

HashParameters parameters_from(const PluginConfig& config, ConfigFaults& faults) {
  const HashParameters defaults;
  const auto read = [&](std::string_view name, std::uint32_t fallback) {
    return static_cast<std::uint32_t>(config.integer(name, fallback));
  };
  HashParameters parameters{.memory_kib = read("MemoryKiB", defaults.memory_kib),
                            .iterations = read("Iterations", defaults.iterations),
                            .parallelism = read("Parallelism", defaults.parallelism)};
  if (parameters.memory_kib < 8 * parameters.parallelism) {
    faults.add("MemoryKiB", "is less than 8 times Parallelism", "raise it, or lower Parallelism",
               {"Parallelism"});
  }
  return parameters;
}

template <std::size_t N>
Result<std::array<std::uint8_t, N>> random_bytes(const Host& host) {
  std::array<std::uint8_t, N> bytes{};
  if (!host.random(bytes.data(), bytes.size())) return unavailable("the host has no randomness");
  return bytes;
}

}  // namespace

LocalProvider::LocalProvider(const Host& host, const PluginConfig& config, ConfigFaults faults)
    : host_(host),
      parameters_(parameters_from(config, faults)),
      imported_(ImportedHashes::from(config, faults)) {
  faults.throw_if_any();
}

Result<Done> LocalProvider::start() {
  const auto random = random_bytes<32 + kSaltBytes>(host_);
  if (!random) return random.error();
  const Secret nobodys(std::string(random->begin(), random->begin() + 32));
  auto hashed = hash_password(nobodys.reveal(), std::span(*random).last<kSaltBytes>(), parameters_);
  if (!hashed) return hashed.error();
  dummy_hash_ = std::move(*hashed);
  return Done{};
}

Result<AuthenticationOutcome> LocalProvider::sign_up(const SignUp& request, const CallContext& context) {
  auto login = login_of(request.email);
  if (!login) return {rejected(RejectReason::InvalidEmail)};
  const auto password = normalise_password(request.password);
  if (!password) return {rejected(RejectReason::WeakPassword)};
  auto hashed = hash(*password, context);
  if (!hashed) return hashed.error();
  const auto random = random_bytes<16>(host_);
  if (!random) return random.error();

  store::CreateCredential create;
  Credential& credential = create.credential;
  credential.subject = toolkit::Uuid::v4(*random).to_string();
  credential.login = std::move(*login);
  credential.email = request.email;
  credential.full_name = request.full_name;
  credential.secret_hash = std::move(*hashed);
  credential.updated_at_ms = host_.wall_ms();
  const auto reply = host_.call(create, context);
  if (!reply) return reply.error();
  const auto* conflict = std::get_if<store::Conflict>(&*reply);
  if (conflict == nullptr) return {authenticated(credential)};
  if (conflict->field == "login") return {rejected(RejectReason::AccountExists)};
  return internal_error("a new subject exists already");
}

Result<AuthenticationOutcome> LocalProvider::sign_in(const SignIn& request, const CallContext& context) {
  const auto password = normalise_password(request.password);
  if (!password) return {rejected(RejectReason::WrongCredentials)};  // nobody's, whatever the account
  const auto credential = find_by_login(login_of(request.email), context);
  if (!credential) return credential.error();
  const auto matches = is_password_of(*credential, {request.password, *password}, context);
  if (!matches) return matches.error();
  if (!*matches) return {rejected(RejectReason::WrongCredentials)};
  if ((*credential)->disabled) return {rejected(RejectReason::AccountDisabled)};
  rehash_if_outdated(**credential, *password, context);
  return {authenticated(**credential)};
}

Result<AuthenticationOutcome> LocalProvider::change_password(const ChangePassword& request,
                                                             const CallContext& context) {
  const auto current = normalise_password(request.current_password);
  if (!current) return {rejected(RejectReason::WrongCredentials)};
  const auto next = normalise_password(request.new_password);
  for (int attempt = 0; attempt < kChangeAttempts; ++attempt) {
    const auto credential = find_by_subject(request.subject, context);
    if (!credential) return credential.error();
    const auto matches = is_password_of(*credential, {request.current_password, *current}, context);
    if (!matches) return matches.error();
    if (!*matches) return {rejected(RejectReason::WrongCredentials)};
    if ((*credential)->disabled) return {rejected(RejectReason::AccountDisabled)};
    if (!next) return {rejected(RejectReason::WeakPassword)};
    auto hashed = hash(*next, context);
    if (!hashed) return hashed.error();
    const auto reply = replace_secret(**credential, std::move(*hashed), context);
    if (!reply) return reply.error();
    if (std::holds_alternative<store::Stored>(*reply)) return {authenticated(**credential)};
    if (std::holds_alternative<store::NotFound>(*reply)) return {rejected(RejectReason::WrongCredentials)};
  }
  return unavailable("the password is being changed by others");
}

Result<AuthenticationOutcome> LocalProvider::get_account(const GetAccount& request,
                                                         const CallContext& context) {
  const auto credential = find_by_subject(request.subject, context);
  if (!credential) return credential.error();
  if (!*credential) return {rejected(RejectReason::WrongCredentials)};
  return {authenticated(**credential)};
}

Result<Secret> LocalProvider::hash_for(const CreateAccount& request, const CallContext& context) const {
  if (request.password_hash) {
    const std::string_view text = request.password_hash->reveal();
    const bool acceptable =
        is_imported(text) ? imported_ && imported_->acceptable(text) : parameters_of(text).has_value();
    return acceptable ? *request.password_hash : Secret();
  }
  const auto password = request.password ? normalise_password(*request.password) : std::nullopt;
  if (!password) return Secret();
  return hash(*password, context);
}

Result<AuthenticationOutcome> LocalProvider::create_account(const CreateAccount& request,
                                                            const CallContext& context) {
  if (request.subject && (request.subject->empty() || request.subject->size() > 128))
    return {Rejected{RejectReason::OperationNotAllowed, "a subject has 1 to 128 characters"}};
  auto login = request.email ? login_of(*request.email) : std::nullopt;
  if (!login) return {rejected(RejectReason::InvalidEmail)};
  auto hashed = hash_for(request, context);
  if (!hashed) return hashed.error();
  if (hashed->empty()) {
    return {request.password_hash
                ? Rejected{RejectReason::OperationNotAllowed, imported_ ? "a password hash of an unknown form"
                                                                        : "Local:FirebaseScrypt is not set"}
                : rejected(RejectReason::WeakPassword)};
  }
  const auto random = random_bytes<16>(host_);
  if (!random) return random.error();
  store::CreateCredential create;
  Credential& credential = create.credential;
  credential.subject = request.subject.value_or(toolkit::Uuid::v4(*random).to_string());
  credential.login = std::move(*login);
  credential.email = *request.email;
  credential.email_verified = request.email_verified;
  credential.full_name = request.full_name;
  credential.secret_hash = std::move(*hashed);
  credential.disabled = request.disabled;
  credential.updated_at_ms = host_.wall_ms();
  const auto reply = host_.call(create, context);
  if (!reply) return reply.error();
  if (std::holds_alternative<store::Conflict>(*reply)) return {rejected(RejectReason::AccountExists)};
  return {authenticated(credential)};
}

Result<AccountOutcome> LocalProvider::set_account_disabled(const SetAccountDisabled& request,
                                                           const CallContext& context) {
  store::SetCredentialDisabled set;
  set.subject = request.subject;
  set.disabled = request.disabled;
  set.now_ms = host_.wall_ms();
  const auto reply = host_.call(set, context);
  if (!reply) return reply.error();
  if (std::holds_alternative<store::NotFound>(*reply)) return {rejected(RejectReason::WrongCredentials)};
  return {Accepted{request.subject}};
}

Result<AccountOutcome> LocalProvider::delete_account(const DeleteAccount& request,
                                                     const CallContext& context) {
  store::DeleteCredential remove;
  remove.subject = request.subject;
  const auto reply = host_.call(remove, context);
  if (!reply) return reply.error();
  return {Accepted{request.subject}};
}

// The gateway issues the tokens of local accounts and ends their sessions itself; there are none here.
Result<AccountOutcome> LocalProvider::revoke_sessions(const RevokeSessions& request, const CallContext&) {
  return {Accepted{request.subject}};
}

// No login (an email that nobody can have) is looked up as well, as a login that nobody has: it costs the
// same.
Result<LocalProvider::MaybeCredential> LocalProvider::find_by_login(const std::optional<std::string>& login,
                                                                    const CallContext& context) {
  store::FindCredential find;
  find.login = login.value_or("");
  auto found = host_.call(find, context);
  if (!found) return found.error();
  return std::move(found->credential);
}

Result<LocalProvider::MaybeCredential> LocalProvider::find_by_subject(const std::string& subject,
                                                                      const CallContext& context) {
  store::FindCredential find;
  find.subject = subject;
  auto found = host_.call(find, context);
  if (!found) return found.error();
  return std::move(found->credential);
}

// Without a credential the dummy hash is verified, and the answer is no: an unknown account takes as long as
// a wrong password. Where imported hashes are expected, both kinds are paid for whatever the account has.
Result<bool> LocalProvider::is_password_of(const MaybeCredential& credential, const Given& password,
                                           const CallContext& context) const {
  if (host_.monotonic_ms() >= context.deadline_ms)
    return Error{ErrorKind::DeadlineExceeded, "no time is left for a password hash", 0};
  const bool imported = credential && is_imported(credential->secret_hash.reveal());
  if (imported && !imported_)
    return unavailable(
        "this password was imported from Firebase, and Local:FirebaseScrypt is not configured");
  const auto matches = verify_password(password.normalised.reveal(),
                                       credential && !imported ? credential->secret_hash : dummy_hash_);
  if (!matches) return matches.error();
  if (imported) return imported_->verify(password.typed, credential->secret_hash);
  if (imported_) imported_->verify_nobodys(password.typed);
  return *matches && credential.has_value();
}

Result<Secret> LocalProvider::hash(const Secret& password, const CallContext& context) const {
  if (host_.monotonic_ms() >= context.deadline_ms)
    return Error{ErrorKind::DeadlineExceeded, "no time is left for a password hash", 0};
  const auto salt = random_bytes<kSaltBytes>(host_);
  if (!salt) return salt.error();
  return hash_password(password.reveal(), *salt, parameters_);
}

Result<store::ReplaceSecret::Reply> LocalProvider::replace_secret(const Credential& credential,
                                                                  Secret secret_hash,
                                                                  const CallContext& context) {
  store::ReplaceSecret replace;
  replace.subject = credential.subject;
  replace.expected_hash = credential.secret_hash;
  replace.secret_hash = std::move(secret_hash);
  replace.now_ms = host_.wall_ms();
  return host_.call(replace, context);
}

// A sign-in is the one moment when the password is known. That it cannot be rehashed now is no reason to
// refuse it.
void LocalProvider::rehash_if_outdated(const Credential& credential, const Secret& password,
                                       const CallContext& context) {
  if (parameters_of(credential.secret_hash.reveal()) == parameters_) return;
  auto hashed = hash(password, context);
  const bool stored = hashed && replace_secret(credential, std::move(*hashed), context).ok();
  host_.count(stored ? "rehashed" : "rehash_failed");
}

}  // namespace gateway::local
