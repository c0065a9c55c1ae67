#include "tests/support/fake_google_crypto.hpp"

#include <map>
#include <mutex>
#include <stdexcept>
#include <vector>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace gateway::testing {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

template <class Write>
std::string pem_by(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), &BIO_free_all);
  must(bio != nullptr && write(bio.get()) == 1, "PEM");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string self_signed(EVP_PKEY* key) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  must(certificate != nullptr, "certificate");
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3'600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 16L * 24 * 3'600);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, bytes_of("securetoken.system.example.com"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  must(X509_set_pubkey(certificate.get(), key) == 1 && X509_sign(certificate.get(), key, EVP_sha256()) > 0,
       "certificate");
  return pem_by([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); });
}

std::string input_of(std::string_view header, std::string_view payload) {
  return to_base64url(header) + "." + to_base64url(payload);
}

}  // namespace

std::string to_base64url(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(bytes.size() - at, 3);
    unsigned group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8U | (i < count ? bytes_of(bytes)[at + i] : 0U);
    for (std::size_t i = 0; i <= count; ++i)
      text.push_back(kAlphabet[group >> (18 - 6 * i) & 63U]);
  }
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  unsigned group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    group = group << 6U | static_cast<unsigned>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(group >> bits & 255U));
  }
  return bytes;
}

RsaKey::RsaKey(std::string key_id, int bits)
    : key_id_(std::move(key_id)),
      key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)), &EVP_PKEY_free) {
  must(key_ != nullptr, "RSA key");
  certificate_pem_ = self_signed(key_.get());
}

std::string RsaKey::private_key_pem() const {
  return pem_by([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string RsaKey::public_key_pem() const {
  return pem_by([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key_.get()); });
}

std::string RsaKey::sign(std::string_view input, bool sha512) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const EVP_MD* digest = sha512 ? EVP_sha512() : EVP_sha256();
  must(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get()) == 1, "sign");
  std::vector<unsigned char> signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
  std::size_t size = signature.size();
  must(EVP_DigestSign(context.get(), signature.data(), &size, bytes_of(input), input.size()) == 1, "sign");
  return {reinterpret_cast<const char*>(signature.data()), size};
}

bool RsaKey::verifies(std::string_view input, std::string_view signature) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  must(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1, "verify");
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(input),
                          input.size()) == 1;
}

std::string RsaKey::token(std::string_view header, std::string_view payload, bool sha512) const {
  const std::string input = input_of(header, payload);
  return input + "." + to_base64url(sign(input, sha512));
}

std::string RsaKey::token(std::string_view payload) const {
  return token(R"({"alg":"RS256","kid":")" + key_id_ + R"(","typ":"JWT"})", payload);
}

std::optional<std::string> RsaKey::payload_of(std::string_view token) const {
  const auto last = token.rfind('.');
  const auto first = token.find('.');
  if (first == std::string_view::npos || last == first) return std::nullopt;
  const auto signature = from_base64url(token.substr(last + 1));
  if (!signature || !verifies(token.substr(0, last), *signature)) return std::nullopt;
  return from_base64url(token.substr(first + 1, last - first - 1));
}

RsaKey shared_key(const std::string& key_id) {
  static std::mutex mutex;
  static std::map<std::string, RsaKey> keys;
  const std::lock_guard guard(mutex);
  return keys.try_emplace(key_id, key_id).first->second;
}

std::string hmac_token(std::string_view header, std::string_view payload, std::string_view secret) {
  const std::string input = input_of(header, payload);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  must(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(input), input.size(),
            digest, &size) != nullptr,
       "HMAC");
  return input + "." + to_base64url({reinterpret_cast<const char*>(digest), size});
}

}  // namespace gateway::testing
