#include "gateway/toolkit/sha256.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include "crypto/openssl.hpp"

namespace gateway::toolkit {

namespace {

using MacCtxPtr = std::unique_ptr<EVP_MAC_CTX, FreeWith<EVP_MAC_CTX_free>>;

EVP_MAC_CTX* new_hmac_sha256() {
  static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
  EVP_MAC_CTX* context = EVP_MAC_CTX_new(hmac);
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0), OSSL_PARAM_construct_end()};
  must(context != nullptr && EVP_MAC_CTX_set_params(context, parameters.data()) == 1, "HMAC");
  return context;
}

}  // namespace

const EVP_MD* sha256_method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  must(method != nullptr, "SHA256 is not available");
  return method;
}

Sha256Digest sha256(std::string_view bytes) {
  thread_local const MdCtxPtr context(EVP_MD_CTX_new());
  Sha256Digest digest{};
  must(EVP_DigestInit_ex2(context.get(), sha256_method(), nullptr) == 1 &&
           EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
           EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1,
       "SHA256");
  return digest;
}

Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  thread_local const MacCtxPtr context(new_hmac_sha256());
  if (key.data() == nullptr) key = "";  // to OpenSSL, null means: keep the previous key
  Sha256Digest digest{};
  std::size_t size = 0;
  must(EVP_MAC_init(context.get(), bytes_of(key), key.size(), nullptr) == 1 &&
           EVP_MAC_update(context.get(), bytes_of(bytes), bytes.size()) == 1 &&
           EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1 && size == digest.size(),
       "HMAC");
  return digest;
}

bool constant_time_equal(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace gateway::toolkit
