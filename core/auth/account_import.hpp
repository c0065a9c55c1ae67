// AccountImport: takes accounts of another service over into a provider that keeps passwords here, each with
// its user. The user that the account had here already keeps its id; a new one is made for who never came.
//
// It may be repeated and goes on where it was interrupted: what is there is found, not made twice, and whose
// user was deleted here stays deleted, for as long as the storage remembers it. Thread safety: all members
// from any thread; they block on storage and the provider: worker or command line only.
#pragma once

#include <optional>
#include <string>

#include "core/auth/account_directory.hpp"

namespace gateway::auth {

struct ImportedAccount {
  ProviderAccount account;              // `subject` as the other service had it
  std::optional<Secret> password_hash;  // as account.create takes it
  std::optional<std::int64_t> created_at_ms;
  std::optional<std::int64_t> last_login_at_ms;
  std::string fault;  // why it cannot be taken, found by who read it; empty: nothing
};

enum class ImportState {
  Taken,         // can sign in here now
  AlreadyTaken,  // by an earlier import
  Skipped,       // cannot sign in with a password: `reason` says why
  Refused,       // something here is in its way
};

struct ImportOutcome {
  ImportState state = ImportState::Taken;
  std::string reason;   // empty where there is nothing to say
  std::string user_id;  // where there is a user
};

class AccountImport {
 public:
  // from: the provider id that the accounts' users have here so far; into: who keeps them from now on, with
  // capability `account-admin`.
  AccountImport(Store& store, plugin::PluginInstance& into, std::string from, const runtime::Clock& clock,
                runtime::Random& random, const UserOptions& options);

  // An Error: could not be decided; try again from here. What is wrong with the account itself is Refused,
  // and the next one may follow.
  Result<ImportOutcome> take(const ImportedAccount& imported, const CallContext& context);

 private:
  // nullopt: the account is there, whether or not it was.
  Result<std::optional<ImportOutcome>> keep_account(const ImportedAccount& imported,
                                                    const CallContext& context);
  Result<ImportOutcome> attach_user(const ImportedAccount& imported, const CallContext& context);
  Result<ImportOutcome> make_user(const ImportedAccount& imported, const CallContext& context);
  // Nothing half: an account without a user would get one of its own at its first sign-in.
  Result<ImportOutcome> take_back(const ImportedAccount& imported, std::string reason,
                                  const CallContext& context);

  Store& store_;
  plugin::PluginInstance& into_;
  const std::string from_;
  const runtime::Clock& clock_;
  runtime::Random& random_;
  const UserOptions options_;
};

}  // namespace gateway::auth
