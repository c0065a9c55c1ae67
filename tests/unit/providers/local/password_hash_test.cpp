#include "providers/local/password_hash.hpp"

#include <array>
#include <chrono>

#include <gtest/gtest.h>

namespace gateway::local {
namespace {

constexpr std::array<std::uint8_t, kSaltBytes> kSalt{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
constexpr HashParameters kSmall{.memory_kib = 64, .iterations = 1, .parallelism = 1};

Secret hashed(std::string_view password, const HashParameters& parameters = kSmall) {
  auto hash = hash_password(password, kSalt, parameters);
  EXPECT_TRUE(hash) << hash.error().detail;
  return std::move(*hash);
}

std::string phc(std::string_view parameters, std::string_view salt = "c29tZXNhbHRzb21lc2FsdA",
                std::string_view hash = "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g") {
  return "$argon2id$v=19$" + std::string(parameters) + "$" + std::string(salt) + "$" + std::string(hash);
}

TEST(PasswordHash, a_hash_fits_its_password_only) {
  const Secret hash = hashed("Aa1!secret");
  EXPECT_TRUE(*verify_password("Aa1!secret", hash));
  for (const std::string_view wrong : {"", "Aa1!secre", "Aa1!secrets", "aa1!secret"})
    EXPECT_FALSE(*verify_password(wrong, hash)) << wrong;
}

TEST(PasswordHash, check_20_every_byte_counts) {
  const std::string whole("a\0b", 3);
  const Secret hash = hashed(whole);
  EXPECT_TRUE(*verify_password(whole, hash));
  EXPECT_FALSE(*verify_password(std::string("a\0c", 3), hash));
  EXPECT_FALSE(*verify_password("a", hash));
  std::string longest(1024, 'x');
  const Secret long_hash = hashed(longest);
  EXPECT_TRUE(*verify_password(longest, long_hash));
  longest.back() = 'y';
  EXPECT_FALSE(*verify_password(longest, long_hash));
}

TEST(PasswordHash, the_known_answer_of_another_implementation_fits) {
  // From the test suite of libargon2: password "password", salt "somesalt", Argon2id, 64 MiB, 2 passes.
  const Secret known(
      "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
  EXPECT_TRUE(*verify_password("password", known));
  EXPECT_FALSE(*verify_password("passwore", known));
}

TEST(PasswordHash, parameters_are_written_and_read_back) {
  const HashParameters parameters{.memory_kib = 72, .iterations = 3, .parallelism = 2};
  const Secret hash = hashed("x", parameters);
  EXPECT_EQ(parameters_of(hash.reveal()), parameters);
  EXPECT_EQ(hash.reveal().substr(0, 30), "$argon2id$v=19$m=72,t=3,p=2$AQ");
}

TEST(PasswordHash, check_21_parameters_beyond_the_bounds_are_refused_before_any_work) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::string_view parameters :
       {"m=262145,t=1,p=1", "m=4294967295,t=1,p=1", "m=99999999999999999999,t=1,p=1", "m=64,t=17,p=1",
        "m=64,t=4294967295,p=1", "m=72,t=1,p=9", "m=8,t=1,p=2", "m=64,t=0,p=1", "m=64,t=1,p=0", "m=7,t=1,p=1",
        "m=-64,t=1,p=1", "m=+64,t=1,p=1", "m= 64,t=1,p=1", "m=64,p=1,t=1", "m=64,t=1", "m=64,t=1,p=1,x=1",
        ""}) {
    const auto verified = verify_password("x", Secret(phc(parameters)));
    ASSERT_FALSE(verified) << parameters;
    EXPECT_EQ(verified.error().kind, ErrorKind::Malformed) << parameters;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(PasswordHash, check_21_other_formats_and_short_hashes_are_refused) {
  const std::string good = phc("m=64,t=1,p=1");
  EXPECT_TRUE(parameters_of(good));
  for (const std::string& text :
       {std::string(), std::string("$"), std::string("password"),
        std::string("$2b$12$abcdefghijklmnopqrstuv"), "$argon2i" + good.substr(9),
        "$argon2d" + good.substr(9), "x" + good,
        std::string("$argon2id$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2g"),
        phc("m=64,t=1,p=1", "c2FsdA"), phc("m=64,t=1,p=1", "c29tZXNhbHRzb21lc2FsdA", "aGFzaA"),
        phc("m=64,t=1,p=1", "", ""), good + std::string(300, 'A')}) {
    EXPECT_FALSE(parameters_of(text)) << text;
    EXPECT_FALSE(verify_password("x", Secret(text))) << text;
  }
  EXPECT_FALSE(verify_password("x", Secret(phc("m=64,t=1,p=1", "c29tZXNhbHRzb21l!2FsdA")))) << "not base64";
  EXPECT_FALSE(verify_password("x", Secret(good + "$extra")));
}

}  // namespace
}  // namespace gateway::local
