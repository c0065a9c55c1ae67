// The provider as it is loaded: its manifest, and that its configuration is refused across the boundary.
#include <gateway/conformance/plugin_instance.hpp>

#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

using conformance::PluginInstance;
using conformance::PluginLibrary;

class FirebasePlugin : public FirebaseTest {
 protected:
  const Result<PluginLibrary> library_ = PluginLibrary::open(FIREBASE_PLUGIN);
};

TEST_F(FirebasePlugin, says_what_it_is) {
  ASSERT_TRUE(library_.ok()) << library_.error().detail;
  const Manifest& manifest = library_->manifest();
  EXPECT_EQ(manifest.id, "firebase");
  EXPECT_EQ(manifest.section, "Firebase");
  EXPECT_EQ(manifest.kind, PluginKind::Provider);
  EXPECT_FALSE(manifest.opens_sockets);
  EXPECT_EQ(manifest.capabilities, capabilities_of<FirebaseProvider>());
  EXPECT_TRUE(parse_json(manifest.config_schema.text).ok());
}

TEST_F(FirebasePlugin, answers_through_the_boundary) {
  ASSERT_TRUE(library_.ok());
  const auto plugin = PluginInstance::run(*library_, host_, config());
  ASSERT_TRUE(plugin.ok()) << plugin.error().detail;
  add_person();
  const auto signed_in = plugin->call(SignIn{"zoe@example.com", Secret(std::string(kPassword))}, context());
  const std::string token(authenticated_in(signed_in).tokens->id_token.reveal());
  EXPECT_EQ(name_of_outcome(plugin->call(VerifyToken{Secret(token)}, context())), "authenticated");
  EXPECT_TRUE(plugin->call(ProbeHealth{}, context()).ok());
}

TEST_F(FirebasePlugin, a_refused_configuration_says_why) {
  ASSERT_TRUE(library_.ok());
  const auto plugin =
      PluginInstance::create(*library_, host_, config({{"ApiKey", R"("")"}, {"ProjectId", R"("other")"}}));
  ASSERT_FALSE(plugin.ok());
  EXPECT_NE(plugin.error().detail.find("ApiKey"), std::string::npos);
  EXPECT_NE(plugin.error().detail.find("ProjectId is 'other'"), std::string::npos);
}

TEST_F(FirebasePlugin, check_11_the_emulator_is_refused_in_production) {
  ASSERT_TRUE(library_.ok());
  const std::string emulated =
      R"({"ProjectId":"demo-x","Emulator":{"Host":"127.0.0.1:9099","AllowUnsignedTokens":true}})";
  for (const char* name : {"Production", "production", "PRODUCTION", ""}) {
    const conformance::TestHost host({}, name);
    const auto plugin = PluginInstance::create(*library_, host, emulated);
    ASSERT_FALSE(plugin.ok()) << name;
    EXPECT_NE(plugin.error().detail.find("Production"), std::string::npos) << name;
  }
  const conformance::TestHost development({}, "Development");
  EXPECT_TRUE(PluginInstance::create(*library_, development, emulated).ok());
}

}  // namespace
}  // namespace gateway::firebase
