#include "core/auth/account_import.hpp"

#include <utility>

#include "core/auth/ids.hpp"
#include "core/auth/validation.hpp"

namespace gateway::auth {

namespace {

ImportOutcome skipped(std::string reason) {
  return {ImportState::Skipped, std::move(reason), {}};
}
ImportOutcome refused(std::string reason) {
  return {ImportState::Refused, std::move(reason), {}};
}

}  // namespace

AccountImport::AccountImport(Store& store, plugin::PluginInstance& into, std::string from,
                             const runtime::Clock& clock, runtime::Random& random, const UserOptions& options)
    : store_(store), into_(into), from_(std::move(from)), clock_(clock), random_(random), options_(options) {}

Result<ImportOutcome> AccountImport::take(const ImportedAccount& imported, const CallContext& context) {
  const ProviderAccount& account = imported.account;
  if (account.subject.empty() || account.subject.size() > 128) return refused("it has no usable id");
  if (!account.email) return skipped("it has no email to sign in with");
  if (!valid_email(*account.email)) return refused("its email is not acceptable");
  if (!imported.password_hash) return skipped("it has no password");
  auto in_the_way = keep_account(imported, context);
  if (!in_the_way) return in_the_way.error();
  if (*in_the_way) return std::move(**in_the_way);
  return attach_user(imported, context);
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
  store::User& user = create.user;
  user.id = *id;
  user.email = account.email;
  user.email_verified = account.email_verified;
  if (account.full_name && valid_full_name(*account.full_name)) user.full_name = account.full_name;
  if (account.phone_number && valid_phone_number(*account.phone_number)) {
    user.phone_number = account.phone_number;
    user.phone_verified = account.phone_verified;
  }
  if (account.profile_image_url && valid_image_url(*account.profile_image_url))
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
    if (conflict->field != "phone_number" || attempt == 1) {
      // Nothing half: an account without a user would get one of its own at its first sign-in.
      const auto removed = into_.call(DeleteAccount{account.subject}, context);
      if (!removed) return removed.error();
      return refused("a user with its " + conflict->field + " exists");
    }
    user.phone_number.reset();
    user.phone_verified = false;
  }
  return refused("its phone number is taken");
}

}  // namespace gateway::auth
