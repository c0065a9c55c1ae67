#include "crypto/ecdsa_signature.hpp"

#include <algorithm>

#include <openssl/ecdsa.h>

#include "crypto/openssl.hpp"

namespace gateway::toolkit {

namespace {

constexpr std::size_t kNumberBytes = 32;

// The order n of P-256 (FIPS 186-4, D.1.2.3), big-endian.
constexpr std::string_view kOrder(
    "\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"
    "\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51",
    kNumberBytes);

// Big-endian numbers of one length compare like strings of unsigned bytes. A signature is public: no
// constant time.
bool in_range(std::string_view number) {
  return number.find_first_not_of('\0') != std::string_view::npos && number < kOrder;
}

void append_integer(EcdsaDer& der, std::string_view number) {
  number.remove_prefix(number.find_first_not_of('\0'));
  const bool pad = (static_cast<unsigned char>(number.front()) & 0x80U) != 0;  // keep it positive
  auto* out = der.bytes.data() + der.size;
  *out++ = 0x02;
  *out++ = static_cast<std::uint8_t>(number.size() + (pad ? 1 : 0));
  if (pad) *out++ = 0;
  out = std::copy(number.begin(), number.end(), out);
  der.size = static_cast<std::size_t>(out - der.bytes.data());
}

}  // namespace

std::optional<EcdsaDer> ecdsa_raw_to_der(std::string_view raw) {
  if (raw.size() != 2 * kNumberBytes) return std::nullopt;
  const auto r = raw.substr(0, kNumberBytes);
  const auto s = raw.substr(kNumberBytes);
  if (!in_range(r) || !in_range(s)) return std::nullopt;

  EcdsaDer der;
  der.size = 2;
  append_integer(der, r);
  append_integer(der, s);
  der.bytes[0] = 0x30;
  der.bytes[1] = static_cast<std::uint8_t>(der.size - 2);
  return der;
}

std::optional<std::string> ecdsa_der_to_raw(std::string_view der) {
  using SignaturePtr = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;
  const unsigned char* in = bytes_of(der);
  const SignaturePtr signature(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())));
  if (signature == nullptr || in != bytes_of(der) + der.size()) return std::nullopt;

  std::string raw(2 * kNumberBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  const int size = static_cast<int>(kNumberBytes);
  if (BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, size) != size ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + kNumberBytes, size) != size) {
    return std::nullopt;
  }
  return raw;
}

}  // namespace gateway::toolkit
