#include "gateway/toolkit/base64url.hpp"

#include <gtest/gtest.h>

namespace gateway::toolkit {
namespace {

TEST(Base64Url, RoundTripsEveryLength) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    const auto decoded = base64url_decode(base64url_encode(bytes));
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(*decoded, bytes);
    bytes.push_back(static_cast<char>(i * 7));
  }
}

TEST(Base64Url, KnownVectors) {
  EXPECT_EQ(base64url_encode(""), "");
  EXPECT_EQ(base64url_encode("f"), "Zg");
  EXPECT_EQ(base64url_encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url_encode("\xfb\xff"), "-_8");
}

// check 5: no padding, no stray characters, no non-canonical tail bits
TEST(Base64Url, check_05_RefusesWhatIsNotCanonical) {
  for (const char* text :
       {"Zg==", "Zg=", "Z", "Zm9vY", "Zm9v YmFy", "Zm9v\n", "+/8", "Zh", "-_9", "Zm9vYmF\x80"}) {
    EXPECT_FALSE(base64url_decode(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace gateway::toolkit
