#include "storage/redis/settings.hpp"

#include <string>

#include <gtest/gtest.h>

namespace gateway::redis {
namespace {

TEST(RedisSettings, the_section_says_the_rest) {
  const Settings settings = Settings::from(PluginConfig(
      R"({"ConnectionString":"h,ssl=True,connectTimeout=700","RootCertificate":"/ca.pem","KeyPrefix":"p",
          "MaximumPoolSize":3,"TimeoutMs":99,"ConnectionLifetimeSeconds":0})"));
  EXPECT_EQ(settings.root_certificate, "/ca.pem");
  EXPECT_EQ(settings.key_prefix, "p");
  EXPECT_EQ(settings.max_connections, 3U);
  EXPECT_EQ(settings.connect_timeout_ms, 700);
  EXPECT_EQ(settings.timeout_ms, 99);
  EXPECT_EQ(settings.lifetime_ms, 0);
}

TEST(RedisSettings, clear_text_to_another_machine_is_told) {
  const auto warned = [](const char* text) {
    return !Settings::from(PluginConfig(std::string(R"({"ConnectionString":")") + text + "\"}"))
                .warnings()
                .empty();
  };
  EXPECT_TRUE(warned("redis://cache.example.com"));
  EXPECT_TRUE(warned("localhost,cache.example.com"));
  EXPECT_FALSE(warned("rediss://cache.example.com"));
  EXPECT_FALSE(warned("redis://127.0.0.1:7000"));
}

TEST(RedisSettings, what_excludes_each_other_is_refused) {
  for (const char* section : {"{}", R"({"ConnectionString":"redis://h","RootCertificate":"/ca.pem"})",
                              R"({"ConnectionString":"rediss://u:p@h","PasswordFile":"/p"})",
                              R"({"ConnectionString":"serviceName=x,h"})"})
    EXPECT_THROW(Settings::from(PluginConfig(section)), ConfigError) << section;
}

TEST(RedisSettings, a_password_file_that_is_not_there_passes) {
  const auto settings =
      Settings::from(PluginConfig(R"({"ConnectionString":"rediss://u@h","PasswordFile":"/none"})"));
  const auto password = settings.password();
  ASSERT_FALSE(password);
  EXPECT_EQ(password.error().kind, ErrorKind::Unavailable);
}

}  // namespace
}  // namespace gateway::redis
