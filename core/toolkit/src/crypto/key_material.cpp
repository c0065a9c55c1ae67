#include "crypto/key_material.hpp"

#include <algorithm>
#include <array>

#include <openssl/core_names.h>

namespace gateway::toolkit {

namespace {

constexpr std::size_t kMinRsaBytes = 2048 / 8;
constexpr std::size_t kMaxRsaBytes = 8192 / 8;
constexpr std::size_t kMinExponentBytes = 3;
constexpr std::size_t kMaxExponentBytes = 4;
constexpr std::size_t kFieldBytes = 32;

bool is_even(std::string_view number) {
  return (static_cast<unsigned char>(number.back()) & 1U) == 0;
}

bool is_minimal(std::string_view number) {
  return !number.empty() && number.front() != '\0';
}

std::string bytes_of_bignum(const BIGNUM* number) {
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

BignumPtr bignum_of(std::string_view bytes) {
  return BignumPtr(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

BignumPtr number_of(const EVP_PKEY* pkey, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(pkey, name, &number);
  return BignumPtr(number);
}

PkeyPtr public_key_from(const char* type, OSSL_PARAM* parameters) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* pkey = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &pkey, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    return nullptr;
  }
  return PkeyPtr(pkey);
}

bool passes_public_check(EVP_PKEY* pkey) {
  const PkeyCtxPtr context(EVP_PKEY_CTX_new(pkey, nullptr));
  return context != nullptr && EVP_PKEY_public_check(context.get()) == 1;
}

// RFC 8032, 5.1.3 wants y below p = 2^255 - 19. Points of small order (1, 2, 4 or 8) verify signatures that
// nobody made; their five canonical y are listed. Little-endian; the top bit is the sign of x.
bool is_good_ed25519_point(std::string_view point) {
  std::string y(point);
  y.back() = static_cast<char>(static_cast<unsigned char>(y.back()) & 0x7fU);
  std::string p(kFieldBytes, '\xff');
  p.front() = '\xed';
  p.back() = '\x7f';
  if (!std::lexicographical_compare(y.rbegin(), y.rend(), p.rbegin(), p.rend(), [](char a, char b) {
        return static_cast<unsigned char>(a) < static_cast<unsigned char>(b);
      })) {
    return false;
  }
  const std::string zero(kFieldBytes, '\0');
  std::string one = zero;
  one.front() = '\x01';
  std::string minus_one = p;
  minus_one.front() = '\xec';
  constexpr std::string_view kOrder8a(
      "\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0"
      "\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05",
      kFieldBytes);
  constexpr std::string_view kOrder8b(
      "\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f"
      "\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a",
      kFieldBytes);
  return y != zero && y != one && y != minus_one && y != kOrder8a && y != kOrder8b;
}

}  // namespace

Result<PkeyPtr> make_rsa_key(std::string_view modulus, std::string_view exponent) {
  const ErrorQueueGuard errors;
  if (!is_minimal(modulus) || !is_minimal(exponent)) {
    return invalid("RSA number is empty or has a leading zero");
  }
  // A modulus with its top byte set but not its top bit is a few bits short.
  if (modulus.size() < kMinRsaBytes ||
      (modulus.size() == kMinRsaBytes && (static_cast<unsigned char>(modulus.front()) & 0x80U) == 0)) {
    return invalid("RSA key is shorter than 2048 bits");
  }
  if (modulus.size() > kMaxRsaBytes) return invalid("RSA key is longer than 8192 bits");
  if (is_even(modulus)) return invalid("RSA modulus is even");
  // Three minimal bytes and odd: at least 65537.
  if (exponent.size() < kMinExponentBytes || exponent.size() > kMaxExponentBytes || is_even(exponent)) {
    return invalid("RSA exponent is not an odd number from 65537 to 2^32");
  }
  const BignumPtr n = bignum_of(modulus);
  const BignumPtr e = bignum_of(exponent);
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (n == nullptr || e == nullptr || builder == nullptr ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return internal_error("RSA parameters");
  }
  const ParamsPtr parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  PkeyPtr pkey = public_key_from("RSA", parameters.get());
  if (pkey == nullptr) return invalid("not an RSA key");
  return pkey;
}

Result<PkeyPtr> make_p256_key(std::string_view x, std::string_view y) {
  const ErrorQueueGuard errors;
  if (x.size() != kFieldBytes || y.size() != kFieldBytes) return invalid("P-256 coordinate is not 32 bytes");
  std::string point = "\x04";
  point.append(x).append(y);
  std::string group = "P-256";
  std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  PkeyPtr pkey = public_key_from("EC", parameters.data());
  if (pkey == nullptr || !passes_public_check(pkey.get())) return invalid("not a point on P-256");
  return pkey;
}

Result<PkeyPtr> make_ed25519_key(std::string_view point) {
  const ErrorQueueGuard errors;
  if (point.size() != kFieldBytes) return invalid("Ed25519 key is not 32 bytes");
  if (!is_good_ed25519_point(point)) return invalid("Ed25519 key is not canonical or of small order");
  PkeyPtr pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(point), point.size()));
  if (pkey == nullptr) return invalid("not an Ed25519 key");
  return pkey;
}

Result<RsaNumbers> rsa_numbers_of(const EVP_PKEY* pkey) {
  const BignumPtr n = number_of(pkey, OSSL_PKEY_PARAM_RSA_N);
  const BignumPtr e = number_of(pkey, OSSL_PKEY_PARAM_RSA_E);
  if (n == nullptr || e == nullptr) return invalid("RSA key without its numbers");
  return RsaNumbers{bytes_of_bignum(n.get()), bytes_of_bignum(e.get())};
}

Result<P256Point> p256_point_of(const EVP_PKEY* pkey) {
  std::array<char, 32> group{};
  std::size_t size = 0;
  int explicit_parameters = 0;
  if (EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), &size) !=
          1 ||
      std::string_view(group.data(), size) != "prime256v1") {
    return invalid("EC key of another curve than P-256");
  }
  if (EVP_PKEY_get_int_param(pkey, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit_parameters) !=
          1 ||
      explicit_parameters != 0) {
    return invalid("EC key with explicit curve parameters");
  }
  const BignumPtr x = number_of(pkey, OSSL_PKEY_PARAM_EC_PUB_X);
  const BignumPtr y = number_of(pkey, OSSL_PKEY_PARAM_EC_PUB_Y);
  P256Point point{std::string(kFieldBytes, '\0'), std::string(kFieldBytes, '\0')};
  const int field_size = static_cast<int>(kFieldBytes);
  if (x == nullptr || y == nullptr ||
      BN_bn2binpad(x.get(), reinterpret_cast<unsigned char*>(point.x.data()), field_size) != field_size ||
      BN_bn2binpad(y.get(), reinterpret_cast<unsigned char*>(point.y.data()), field_size) != field_size) {
    return invalid("EC key without its point");
  }
  return point;
}

Result<std::string> ed25519_point_of(const EVP_PKEY* pkey) {
  std::string point(kFieldBytes, '\0');
  std::size_t size = point.size();
  if (EVP_PKEY_get_raw_public_key(pkey, reinterpret_cast<unsigned char*>(point.data()), &size) != 1 ||
      size != kFieldBytes) {
    return invalid("Ed25519 key without its point");
  }
  return point;
}

int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) {
  return -1;
}

}  // namespace gateway::toolkit
