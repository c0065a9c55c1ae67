#include "gateway/toolkit/aead.hpp"

#include "crypto/openssl.hpp"

namespace gateway::toolkit {

namespace {

constexpr std::size_t kTagBytes = 16;

using CipherCtxPtr = std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>>;

unsigned char* buffer_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string aead_seal(const Secret& key, std::string_view nonce, std::string_view associated,
                      const Secret& plain) {
  must(key.reveal().size() == kAeadKeyBytes && nonce.size() == kAeadNonceBytes, "AES-256-GCM sizes");
  const std::string_view text = plain.reveal();
  std::string sealed(nonce);
  sealed.resize(nonce.size() + text.size() + kTagBytes);
  unsigned char* out = buffer_of(sealed) + nonce.size();
  const CipherCtxPtr context(EVP_CIPHER_CTX_new());
  int size = 0;
  must(context != nullptr &&
           EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.reveal()),
                              bytes_of(nonce)) == 1 &&
           EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(associated),
                             static_cast<int>(associated.size())) == 1 &&
           EVP_EncryptUpdate(context.get(), out, &size, bytes_of(text), static_cast<int>(text.size())) == 1 &&
           EVP_EncryptFinal_ex(context.get(), out + text.size(), &size) == 1 &&
           EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagBytes),
                               out + text.size()) == 1,
       "AES-256-GCM");
  return sealed;
}

std::optional<Secret> aead_open(const Secret& key, std::string_view associated, std::string_view sealed) {
  must(key.reveal().size() == kAeadKeyBytes, "AES-256-GCM key size");
  if (sealed.size() < kAeadNonceBytes + kTagBytes) return std::nullopt;
  const ErrorQueueGuard errors;
  const std::string_view nonce = sealed.substr(0, kAeadNonceBytes);
  const std::string_view text = sealed.substr(kAeadNonceBytes, sealed.size() - kAeadNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string plain(text.size(), '\0');
  const CipherCtxPtr context(EVP_CIPHER_CTX_new());
  int size = 0;
  must(context != nullptr &&
           EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.reveal()),
                              bytes_of(nonce)) == 1 &&
           EVP_DecryptUpdate(context.get(), nullptr, &size, bytes_of(associated),
                             static_cast<int>(associated.size())) == 1 &&
           EVP_DecryptUpdate(context.get(), buffer_of(plain), &size, bytes_of(text),
                             static_cast<int>(text.size())) == 1 &&
           EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTagBytes),
                               tag.data()) == 1,
       "AES-256-GCM");
  Secret opened(std::move(plain));  // wiped where the tag says no
  unsigned char nothing = 0;
  if (EVP_DecryptFinal_ex(context.get(), &nothing, &size) != 1) return std::nullopt;
  return opened;
}

}  // namespace gateway::toolkit
