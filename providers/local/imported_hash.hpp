// Password hashes of accounts that moved here from Firebase: "$firebase-scrypt$<salt>$<hash>", in base64url.
// What one Firebase project has in common (signer key, cost) is configuration, not part of the hash.
//
// Such a hash lives until its owner's next sign-in, which replaces it by Argon2id. While they are expected,
// every sign-in pays for both kinds, so that its time does not tell who has not been here yet. Thread safety:
// immutable; each call takes the memory of one scrypt (toolkit/firebase_scrypt.hpp). Errors: Malformed for a
// stored hash that is not acceptable, Overloaded when memory is short.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gateway/config.hpp>
#include <gateway/result.hpp>
#include <gateway/secret.hpp>
#include <gateway/toolkit/firebase_scrypt.hpp>

namespace gateway::local {

// Whether this is the form of an imported hash, acceptable or not.
bool is_imported(std::string_view stored) noexcept;

class ImportedHashes {
 public:
  // From the member `FirebaseScrypt` of the section; nullopt where it is left out. What is wrong with it is
  // added to `faults`; an object with faults must not be used.
  static std::optional<ImportedHashes> from(const PluginConfig& config, ConfigFaults& faults);

  bool acceptable(std::string_view stored) const;
  // `password` as it was typed: Firebase normalises nothing.
  Result<bool> verify(const Secret& password, const Secret& stored) const;
  // Takes as long as verify().
  void verify_nobodys(const Secret& password) const;

 private:
  explicit ImportedHashes(toolkit::FirebaseScryptParameters parameters)
      : parameters_(std::move(parameters)) {}

  toolkit::FirebaseScryptParameters parameters_;
};

}  // namespace gateway::local
