#include "gateway/toolkit/aead.hpp"

#include <string>

#include <gtest/gtest.h>

namespace gateway::toolkit {
namespace {

const Secret kKey(std::string(kAeadKeyBytes, 'k'));
const std::string kNonce(kAeadNonceBytes, 'n');

std::string opened(const Secret& key, std::string_view associated, std::string_view sealed) {
  const auto plain = aead_open(key, associated, sealed);
  return plain ? std::string(plain->reveal()) : "(refused)";
}

// McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14
TEST(Aead, KnownVector) {
  const Secret zero_key(std::string(32, '\0'));
  const std::string zero_nonce(12, '\0');
  const std::string expected = zero_nonce +
                               "\xce\xa7\x40\x3d\x4d\x60\x6b\x6e\x07\x4e\xc5\xd3\xba\xf3\x9d\x18"
                               "\xd0\xd1\xc8\xa7\x99\x99\x6b\xf0\x26\x5b\x98\xb5\xd4\x8a\xb9\x19";
  EXPECT_EQ(aead_seal(zero_key, zero_nonce, "", Secret(std::string(16, '\0'))), expected);
}

TEST(Aead, WhatWasSealedOpens) {
  for (const std::string& text : {std::string(), std::string("x"), std::string(5000, 'y')}) {
    const std::string sealed = aead_seal(kKey, kNonce, "place", Secret(text));
    EXPECT_EQ(opened(kKey, "place", sealed), text);
  }
  EXPECT_EQ(aead_seal(kKey, kNonce, "", Secret("readable")).find("readable"), std::string::npos);
}

TEST(Aead, EverythingElseIsRefused) {
  const std::string sealed = aead_seal(kKey, kNonce, "place", Secret("text"));
  EXPECT_EQ(opened(kKey, "other place", sealed), "(refused)");
  EXPECT_EQ(opened(Secret(std::string(kAeadKeyBytes, 'o')), "place", sealed), "(refused)");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(opened(kKey, "place", changed), "(refused)") << "byte " << i;
    EXPECT_EQ(opened(kKey, "place", sealed.substr(0, i)), "(refused)") << "cut at " << i;
  }
}

}  // namespace
}  // namespace gateway::toolkit
