#include "gateway/toolkit/firebase_scrypt.hpp"

#include <array>

#include "crypto/openssl.hpp"

namespace gateway::toolkit {

namespace {

constexpr std::size_t kMaxSignerKeyBytes = 256;
constexpr std::size_t kMaxSaltBytes = 64;  // of the salt and of its separator
constexpr std::uint64_t kMaxMemoryBytes = 64ULL << 20U;

using CipherCtxPtr = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;

bool acceptable(std::string_view salt, const FirebaseScryptParameters& p) {
  return p.rounds >= 1 && p.rounds <= kMaxFirebaseRounds && p.memory_cost >= 1 &&
         p.memory_cost <= kMaxFirebaseMemoryCost && !p.signer_key.empty() &&
         p.signer_key.reveal().size() <= kMaxSignerKeyBytes && salt.size() <= kMaxSaltBytes &&
         p.salt_separator.size() <= kMaxSaltBytes;
}

}  // namespace

std::optional<Secret> firebase_scrypt(std::string_view password, std::string_view salt,
                                      const FirebaseScryptParameters& p) {
  if (!acceptable(salt, p)) return std::nullopt;
  const ErrorQueueGuard errors;
  const std::string whole_salt = std::string(salt) + p.salt_separator;
  std::array<unsigned char, 32> derived{};
  if (EVP_PBE_scrypt(password.data(), password.size(), bytes_of(whole_salt), whole_salt.size(),
                     1ULL << p.memory_cost, p.rounds, 1, kMaxMemoryBytes, derived.data(),
                     derived.size()) != 1) {
    return std::nullopt;
  }
  constexpr std::array<unsigned char, 16> kCounter{};
  const std::string_view plain = p.signer_key.reveal();
  std::string hash(plain.size(), '\0');
  const CipherCtxPtr context(EVP_CIPHER_CTX_new());
  int size = 0;
  must(context != nullptr &&
           EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr, derived.data(), kCounter.data()) ==
               1 &&
           EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(hash.data()), &size,
                             bytes_of(plain), static_cast<int>(plain.size())) == 1,
       "AES-256-CTR");
  OPENSSL_cleanse(derived.data(), derived.size());
  return Secret(std::move(hash));
}

}  // namespace gateway::toolkit
