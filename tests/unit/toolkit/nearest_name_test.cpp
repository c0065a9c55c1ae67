#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <gateway/toolkit/nearest_name.hpp>

namespace gateway::toolkit {
namespace {

TEST(NearestName, IsTheOneThatWasMeant) {
  const std::vector<std::string> keys{"AccessTokenMinutes", "SessionDays", "Urls", "Issuer"};
  EXPECT_EQ(nearest_name("AccesTokenMinutes", keys), "AccessTokenMinutes");
  EXPECT_EQ(nearest_name("accesstokenminute", keys), "AccessTokenMinutes");
  EXPECT_EQ(nearest_name("SessoinDays", keys), "SessionDays");
  EXPECT_EQ(nearest_name("Url", keys), "Urls");
  EXPECT_EQ(nearest_name("Completely", keys), "");
  EXPECT_EQ(nearest_name("", keys), "");
  EXPECT_EQ(nearest_name(std::string(100'000, 'U'), keys), "");
}

}  // namespace
}  // namespace gateway::toolkit
