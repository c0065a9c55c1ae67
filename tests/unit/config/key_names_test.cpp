#include "core/config/key_names.hpp"

#include <gtest/gtest.h>

namespace gateway::config {
namespace {

TEST(KeyNames, FindsTheNearest) {
  const std::vector<std::string> keys{"AccessTokenMinutes", "SessionDays", "Urls", "Issuer"};
  EXPECT_EQ(nearest("AccesTokenMinutes", keys), "AccessTokenMinutes");
  EXPECT_EQ(nearest("accesstokenminute", keys), "AccessTokenMinutes");
  EXPECT_EQ(nearest("SessoinDays", keys), "SessionDays");
  EXPECT_EQ(nearest("Url", keys), "Urls");
  EXPECT_EQ(nearest("Completely", keys), "");
  EXPECT_EQ(nearest("", keys), "");
  EXPECT_EQ(nearest(std::string(100'000, 'U'), keys), "");
}

TEST(KeyNames, SplitsAndJoins) {
  EXPECT_EQ(split("A:B:0", ":"), (std::vector<std::string>{"A", "B", "0"}));
  EXPECT_EQ(split("A__B_C", "__"), (std::vector<std::string>{"A", "B_C"}));
  EXPECT_EQ(split("", ":"), std::vector<std::string>{""});
  EXPECT_EQ(split("A__", "__"), (std::vector<std::string>{"A", ""}));
  EXPECT_EQ(join_path("", "A"), "A");
  EXPECT_EQ(join_path("A", "B"), "A:B");
}

TEST(KeyNames, HearsSecrets) {
  for (const auto* name : {"Password", "ClientSecret", "APIKEY", "Key", "PrivateKey", "ConnectionString",
                           "ConnectionStrings", "CredentialsPath", "AccessToken"}) {
    EXPECT_TRUE(sounds_secret(name)) << name;
  }
  for (const auto* name : {"ProjectId", "KeyFile2", "Url", "Keyboard"}) {
    EXPECT_FALSE(sounds_secret(name)) << name;
  }
}

}  // namespace
}  // namespace gateway::config
