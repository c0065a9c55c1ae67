#include "core/auth/account_import.hpp"

#include <utility>

#include "core/auth/ids.hpp"
#include "core/auth/provider_profile.hpp"
#include "core/auth/validation.hpp"

namespace gateway::auth {

namespace {

ImportOutcome skipped(std::string reason) {
  return {ImportState::Skipped, std::move(reason), {}};
}
ImportOutcome refused(std::string reason) {
  return {ImportState::Refused, std::move(reason), {}};
}

// A sign-in that began before everything: no deletion is too old to count.
constexpr std::int64_t kBeforeEverything = 0;

}  // namespace

AccountImport::AccountImport(Store& store, plugin::PluginInstance& into, std::string from,
                             const runtime::Clock& clock, runtime::Random& random, const UserOptions& options)
    : store_(store), into_(into), from_(std::move(from)), clock_(clock), random_(random), options_(options) {}

Result<ImportOutcome> AccountImport::take(const ImportedAccount& given, const CallContext& context) {
  if (!given.fault.empty()) return refused(given.fault);
  if (!valid_subject(given.account.subject)) return refused("it has no usable id");
  if (!given.account.email) return skipped("it has no email to sign in with");
  if (!valid_email(*given.account.email)) return refused("its email is not acceptable");
  if (!given.password_hash) return skipped("it has no password");
  ImportedAccount imported = given;
  AcceptedProfile accepted = accepted_profile(given.account);
  imported.account = std::move(accepted.account);
  auto in_the_way = keep_account(imported, context);
  if (!in_the_way) return in_the_way.error();
  if (*in_the_way) return std::move(**in_the_way);
  auto outcome = attach_user(imported, context);
  if (!outcome || outcome->state != ImportState::Taken) return outcome;
  for (const std::string_view field : accepted.left_out) {
    outcome->reason += outcome->reason.empty() ? "" : "; ";
    outcome->reason.append("without its ").append(field).append(", which is not acceptable");
  }
  return outcome;
}

Result<std::optional<ImportOutcome>> AccountImport::keep_account(const ImportedAccount& imported,
                                                                 const CallContext& context) {
  CreateAccount create;
  create.subject = imported.account.subject;
  create.email = imported.account.email;
  create.email_verified = imported.account.email_verified;
  create.password_hash = imported.password_hash;
  create.full_name = imported.account.full_name;
  create.disabled = imported.account.disabled;
  const auto created = into_.call(create, context);
  // Invalid is what the provider says of this account, and what it would say of it the next time.
  if (!created && created.error().kind == ErrorKind::Invalid)
    return std::optional(refused(created.error().detail));
  if (!created) return created.error();
  const auto* rejected = std::get_if<Rejected>(&*created);
  if (rejected == nullptr) return std::optional<ImportOutcome>();
  if (rejected->reason != RejectReason::AccountExists) {
    std::string reason(name_of(rejected->reason));
    if (!rejected->detail.empty()) reason += ": " + rejected->detail;
    return std::optional(refused(std::move(reason)));
  }
  // Taken before, or somebody else's email?
  const auto existing = into_.call(GetAccount{imported.account.subject}, context);
  if (!existing) return existing.error();
  if (std::holds_alternative<Authenticated>(*existing)) return std::optional<ImportOutcome>();
  return std::optional(refused("its email belongs to another account here"));
}

Result<ImportOutcome> AccountImport::attach_user(const ImportedAccount& imported,
                                                 const CallContext& context) {
  const std::string& subject = imported.account.subject;
  const auto own = store_.find_user_by_identity({into_.id(), subject}, context);
  if (!own) return own.error();
  if (own->user) return ImportOutcome{ImportState::AlreadyTaken, {}, own->user->id};
  const auto known = store_.find_user_by_identity({from_, subject}, context);
  if (!known) return known.error();
  if (!known->user) return make_user(imported, context);
  store::LinkIdentity link;
  link.user_id = known->user->id;
  link.identity = identity_of(into_.id(), imported.account, clock_.wall_ms());
  link.now_ms = clock_.wall_ms();
  const auto linked = store_.link_identity(link, context);
  if (!linked) return linked.error();
  if (!std::holds_alternative<store::UserRow>(*linked))
    return refused("its user changed meanwhile; import again");
  return ImportOutcome{ImportState::Taken, {}, known->user->id};
}

Result<ImportOutcome> AccountImport::make_user(const ImportedAccount& imported, const CallContext& context) {
  const ProviderAccount& account = imported.account;
  auto id = new_user_id(clock_, random_);
  if (!id) return id.error();
  store::CreateUser create;
  create.authenticated_at_ms = kBeforeEverything;
  store::User& user = create.user;
  user.id = *id;
  user.email = account.email;
  user.email_verified = account.email_verified;
  user.full_name = account.full_name;
  user.phone_number = account.phone_number;
  user.phone_verified = account.phone_verified;
  user.profile_image_url = account.profile_image_url;
  user.user_type =
      options_.self_signup_types.empty() ? options_.types.front() : options_.self_signup_types.front();
  user.status = account.disabled ? store::UserStatus::Suspended : store::UserStatus::Active;
  user.updated_at_ms = clock_.wall_ms();
  user.created_at_ms = imported.created_at_ms.value_or(user.updated_at_ms);
  user.last_login_at_ms = imported.last_login_at_ms;
  user.identities = {identity_of(into_.id(), account, user.updated_at_ms),
                     identity_of(from_, account, user.updated_at_ms)};
  // Once more without the number, where it is somebody's: it is a property, not the key.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto created = store_.create_user(create, context);
    if (!created) return created.error();
    const auto* conflict = std::get_if<store::Conflict>(&*created);
    if (conflict == nullptr) {
      return ImportOutcome{ImportState::Taken, attempt == 0 ? "" : "without its phone number, which is taken",
                           *id};
    }
    // Nobody has one of its identities, as was seen before: who had it is gone.
    if (conflict->field == "identity") return take_back(imported, "its user was deleted here", context);
    if (conflict->field != "phone_number" || attempt == 1)
      return take_back(imported, "a user with its " + conflict->field + " exists", context);
    user.phone_number.reset();
    user.phone_verified = false;
  }
  return take_back(imported, "its phone number is taken", context);
}

Result<ImportOutcome> AccountImport::take_back(const ImportedAccount& imported, std::string reason,
                                               const CallContext& context) {
  const auto removed = into_.call(DeleteAccount{imported.account.subject}, context);
  if (!removed) return removed.error();
  return refused(std::move(reason));
}

}  // namespace gateway::auth
