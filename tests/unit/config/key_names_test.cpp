#include "core/config/key_names.hpp"

#include <gtest/gtest.h>

namespace gateway::config {
namespace {

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
