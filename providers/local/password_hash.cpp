#include "password_hash.hpp"

#include <charconv>
#include <string>

#include <argon2.h>

namespace gateway::local {

namespace {

constexpr std::uint32_t kHashBytes = 32;
constexpr std::size_t kMaxPhcBytes = 256;
constexpr std::size_t kMinTextOfSalt = 11;  // base64 of 8 bytes
constexpr std::size_t kMinTextOfHash = 22;  // base64 of 16 bytes
constexpr std::string_view kPrefix = "$argon2id$v=19$";

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_number(std::string_view& text, std::uint32_t min, std::uint32_t max, std::uint32_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < min || value > max) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

Error argon2_error(int code) {
  const ErrorKind kind = code == ARGON2_MEMORY_ALLOCATION_ERROR || code == ARGON2_THREAD_FAIL
                             ? ErrorKind::Overloaded
                             : ErrorKind::Malformed;
  return {kind, std::string("argon2: ") + argon2_error_message(code), 0};
}

}  // namespace

std::optional<HashParameters> parameters_of(std::string_view phc) {
  if (phc.size() > kMaxPhcBytes) return std::nullopt;
  HashParameters p;
  const bool parsed =
      take(phc, kPrefix) && take(phc, "m=") &&
      take_number(phc, kMinParameters.memory_kib, kMaxParameters.memory_kib, p.memory_kib) &&
      take(phc, ",t=") &&
      take_number(phc, kMinParameters.iterations, kMaxParameters.iterations, p.iterations) &&
      take(phc, ",p=") &&
      take_number(phc, kMinParameters.parallelism, kMaxParameters.parallelism, p.parallelism) &&
      take(phc, "$");
  if (!parsed || p.memory_kib < 8 * p.parallelism) return std::nullopt;
  // A short hash would make a wrong password likely to fit. libargon2 checks the rest of the text.
  const std::size_t salt_end = phc.find('$');
  if (salt_end == std::string_view::npos || salt_end < kMinTextOfSalt) return std::nullopt;
  if (phc.size() - salt_end - 1 < kMinTextOfHash) return std::nullopt;
  return p;
}

Result<Secret> hash_password(std::string_view password, std::span<const std::uint8_t, kSaltBytes> salt,
                             const HashParameters& p) {
  std::string encoded(
      argon2_encodedlen(p.iterations, p.memory_kib, p.parallelism, kSaltBytes, kHashBytes, Argon2_id), '\0');
  const int code = argon2_hash(p.iterations, p.memory_kib, p.parallelism, password.data(), password.size(),
                               salt.data(), salt.size(), nullptr, kHashBytes, encoded.data(), encoded.size(),
                               Argon2_id, ARGON2_VERSION_13);
  if (code != ARGON2_OK) return argon2_error(code);
  encoded.resize(encoded.find('\0'));
  return Secret(std::move(encoded));
}

Result<bool> verify_password(std::string_view password, const Secret& phc) {
  if (!parameters_of(phc.reveal())) return malformed("a stored password hash is not acceptable");
  const Secret terminated(std::string(phc.reveal()) + '\0');  // argon2_verify reads a C string
  const int code = argon2_verify(terminated.reveal().data(), password.data(), password.size(), Argon2_id);
  if (code == ARGON2_OK) return true;
  if (code == ARGON2_VERIFY_MISMATCH) return false;
  return argon2_error(code);
}

}  // namespace gateway::local
