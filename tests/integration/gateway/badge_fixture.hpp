// BadgeFixture: a gateway with the badge provider of the tests beside the local one.
#pragma once

#include <filesystem>

#include "tests/integration/gateway/gateway_fixture.hpp"
#include "tests/integration/gateway/plugin_folder.hpp"

namespace gateway::testing {

class BadgeFixture : public GatewayFixture {
 protected:
  void SetUp() override {
    // One folder with the plugins of this tree and the badge provider of the tests.
    std::string name = (std::filesystem::temp_directory_path() / "gateway-badge-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    for (const auto& entry : std::filesystem::directory_iterator(kPluginFolder)) {
      if (entry.path().extension() == ".so") std::filesystem::copy(entry.path(), folder_);
    }
    std::filesystem::copy(std::filesystem::path(kTestPluginFolder) / "badge.so", folder_);
  }
  void TearDown() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  app::Settings badge_settings(const std::string& config = "{}") const {
    app::Settings settings = default_settings();
    settings.plugin_directory = folder_;
    settings.plugins.push_back({PluginKind::Provider, "badge", "badge", std::nullopt, config});
    return settings;
  }

  Answer me(const std::string& token) { return get("/api/v1/auth/me", token); }

  std::filesystem::path folder_;
};

}  // namespace gateway::testing
