#include "gateway/toolkit/uuid.hpp"

#include <gtest/gtest.h>

namespace gateway::toolkit {
namespace {

constexpr std::array<std::uint8_t, 16> kOnes16{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                               0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr std::array<std::uint8_t, 10> kZeros10{};

TEST(Uuid, SetsVersionAndVariant) {
  EXPECT_EQ(Uuid::v4(kOnes16).to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  EXPECT_EQ(Uuid::v7(0, kZeros10).to_string(), "00000000-0000-7000-8000-000000000000");
}

// RFC 9562, appendix A.6
TEST(Uuid, KnownVersion7) {
  const std::array<std::uint8_t, 10> random{0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
  EXPECT_EQ(Uuid::v7(0x017f22e279b0, random).to_string(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(Uuid, Version7SortsByTime) {
  const std::array<std::uint8_t, 10> high{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  const auto earlier = Uuid::v7(1'700'000'000'255, high);
  const auto later = Uuid::v7(1'700'000'000'256, kZeros10);
  EXPECT_LT(earlier, later);
  EXPECT_LT(earlier.to_string(), later.to_string());
}

TEST(Uuid, ReadsBothCasesAndWritesLower) {
  const auto uuid = Uuid::parse("017F22E2-79b0-7CC3-98c4-DC0C0C07398F");
  ASSERT_TRUE(uuid.has_value());
  EXPECT_EQ(uuid->to_string(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  EXPECT_EQ(uuid, Uuid::parse(uuid->to_string()));
}

TEST(Uuid, RefusesOtherForms) {
  for (const char* text : {"", "017f22e279b07cc398c4dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
                           "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
                           "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",
                           "017f22e2079b0-7cc3-98c4-dc0c0c07398f", " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
                           "urn:uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f"}) {
    EXPECT_FALSE(Uuid::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace gateway::toolkit
