// From numbers to OpenSSL keys and back. The checks of what numbers make a good key are here, once, for
// every way in.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <gateway/result.hpp>

#include "crypto/openssl.hpp"

namespace gateway::toolkit {

constexpr std::size_t kMaxPemBytes = 16 * 1024;

struct RsaNumbers {
  std::string modulus;
  std::string exponent;
};

struct P256Point {
  std::string x;
  std::string y;
};

Result<PkeyPtr> make_rsa_key(std::string_view modulus, std::string_view exponent);
Result<PkeyPtr> make_p256_key(std::string_view x, std::string_view y);
Result<PkeyPtr> make_ed25519_key(std::string_view point);

Result<RsaNumbers> rsa_numbers_of(const EVP_PKEY* pkey);
Result<P256Point> p256_point_of(
    const EVP_PKEY* pkey);  // refuses other curves and curves given by their parameters
Result<std::string> ed25519_point_of(const EVP_PKEY* pkey);

// A pem_password_cb that gives none: OpenSSL's own would ask on the terminal.
int no_password(char* buffer, int size, int writing, void* context);

}  // namespace gateway::toolkit
