// The hash of accounts exported from Firebase, against the vector of the README of
// github.com/firebase/scrypt.
#include <gtest/gtest.h>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/firebase_scrypt.hpp>

namespace gateway::toolkit {
namespace {

FirebaseScryptParameters published() {
  FirebaseScryptParameters parameters;
  parameters.signer_key = Secret(*base64_decode(
      "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="));
  parameters.salt_separator = *base64_decode("Bw==");
  return parameters;
}
const std::string kSalt = *base64_decode("42xEC+ixf3L2lw==");

TEST(FirebaseScrypt, check_21_the_published_vector) {
  const auto hash = firebase_scrypt("user1password", kSalt, published());
  ASSERT_TRUE(hash);
  EXPECT_EQ(hash->reveal(),
            *base64_decode(
                "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="));
  EXPECT_NE(firebase_scrypt("user2password", kSalt, published())->reveal(), hash->reveal());
}

TEST(FirebaseScrypt, check_21_parameters_beyond_the_bounds_cost_nothing) {
  const auto refused = [](auto change) {
    FirebaseScryptParameters parameters = published();
    change(parameters);
    return !firebase_scrypt("user1password", kSalt, parameters).has_value();
  };
  EXPECT_TRUE(refused([](auto& p) { p.memory_cost = 15; }));
  EXPECT_TRUE(refused([](auto& p) { p.memory_cost = 0; }));
  EXPECT_TRUE(refused([](auto& p) { p.rounds = 9; }));
  EXPECT_TRUE(refused([](auto& p) { p.rounds = 0; }));
  EXPECT_TRUE(refused([](auto& p) { p.signer_key = Secret(); }));
  EXPECT_TRUE(refused([](auto& p) { p.signer_key = Secret(std::string(257, 'k')); }));
  EXPECT_TRUE(refused([](auto& p) { p.salt_separator = std::string(65, 's'); }));
  EXPECT_FALSE(firebase_scrypt("user1password", std::string(65, 's'), published()));
}

TEST(Base64, either_alphabet_with_or_without_padding) {
  EXPECT_EQ(base64_decode("Bw=="), "\x07");
  EXPECT_EQ(base64_decode("Bw"), "\x07");
  EXPECT_EQ(base64_decode("+/+/"), base64_decode("-_-_"));
  EXPECT_EQ(base64_decode(""), "");
  for (const char* bad : {"B", "Bw=", "Bw===", "B=w=", "Bw==Bw==", "B w=", "Bx=="})
    EXPECT_FALSE(base64_decode(bad)) << bad;
}

}  // namespace
}  // namespace gateway::toolkit
