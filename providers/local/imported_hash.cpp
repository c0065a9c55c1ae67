#include "imported_hash.hpp"

#include <utility>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/sha256.hpp>

namespace gateway::local {

namespace {

constexpr std::string_view kImportedPrefix = "$firebase-scrypt$";
constexpr std::size_t kMaxImportedBytes = 512;

constexpr const char* kNotBase64 = "is not base64 text";
constexpr const char* kWhereItIs = "copy it from the Firebase console: Authentication, Users, menu";

struct Parts {
  std::string salt;
  std::string hash;
};

std::optional<Parts> parts_of(std::string_view stored) {
  if (!is_imported(stored) || stored.size() > kMaxImportedBytes) return std::nullopt;
  stored.remove_prefix(kImportedPrefix.size());
  const std::size_t end = stored.find('$');
  if (end == std::string_view::npos) return std::nullopt;
  auto salt = toolkit::base64url_decode(stored.substr(0, end));
  auto hash = toolkit::base64url_decode(stored.substr(end + 1));
  // A short hash would make a wrong password likely to fit.
  if (!salt || !hash || hash->size() < 16) return std::nullopt;
  return Parts{std::move(*salt), std::move(*hash)};
}

}  // namespace

bool is_imported(std::string_view stored) noexcept {
  return stored.substr(0, kImportedPrefix.size()) == kImportedPrefix;
}

std::optional<ImportedHashes> ImportedHashes::from(const PluginConfig& config, ConfigFaults& faults) {
  const rapidjson::Value* member_value = member(config.json(), "FirebaseScrypt");
  if (member_value == nullptr) return std::nullopt;
  const PluginConfig section(to_text(*member_value));
  toolkit::FirebaseScryptParameters parameters;
  auto key = toolkit::base64_decode(section.text("SignerKey", ""));
  if (!key || key->empty()) faults.add("FirebaseScrypt:SignerKey", kNotBase64, kWhereItIs);
  parameters.signer_key = Secret(std::move(key).value_or(""));
  auto separator = toolkit::base64_decode(section.text("SaltSeparator", ""));
  if (!separator) faults.add("FirebaseScrypt:SaltSeparator", kNotBase64, kWhereItIs);
  parameters.salt_separator = std::move(separator).value_or("");
  parameters.rounds = static_cast<std::uint32_t>(section.integer("Rounds", parameters.rounds));
  parameters.memory_cost = static_cast<std::uint32_t>(section.integer("MemoryCost", parameters.memory_cost));
  return ImportedHashes(std::move(parameters));
}

bool ImportedHashes::acceptable(std::string_view stored) const {
  const auto parts = parts_of(stored);
  return parts && parts->hash.size() == parameters_.signer_key.reveal().size();
}

Result<bool> ImportedHashes::verify(const Secret& password, const Secret& stored) const {
  if (!acceptable(stored.reveal())) return malformed("an imported password hash is not acceptable");
  const auto parts = parts_of(stored.reveal());
  const auto hash = toolkit::firebase_scrypt(password.reveal(), parts->salt, parameters_);
  if (!hash) return Error{ErrorKind::Overloaded, "no memory for scrypt", 0};
  return toolkit::constant_time_equal(hash->reveal(), parts->hash);
}

void ImportedHashes::verify_nobodys(const Secret& password) const {
  (void)toolkit::firebase_scrypt(password.reveal(), "nobody", parameters_);
}

}  // namespace gateway::local
