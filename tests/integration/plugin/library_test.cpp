// Check 36, libraries: what a library says of itself has to be sound and what was asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/plugin/plugin_catalog.hpp"
#include "tests/integration/plugin/plugin_folder.hpp"

namespace gateway::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class LibraryTest : public ::testing::Test {
 protected:
  std::string refusal(const std::string& name, PluginKind kind = PluginKind::Provider) {
    folder_.put(name);
    const auto library = plugin::PluginCatalog(folder_.path()).open(name, kind, std::nullopt);
    return library ? std::string() : library.error().detail;
  }
  // Names the plugin, its file and the reason.
  void expect_refused(const std::string& name, const std::string& reason,
                      PluginKind kind = PluginKind::Provider) {
    EXPECT_THAT(refusal(name, kind), AllOf(HasSubstr("plugin '" + name + "': "),
                                           HasSubstr(folder_.file(name).string()), HasSubstr(reason)));
  }

  PluginFolder folder_;
};

TEST_F(LibraryTest, SoundPluginsOfEachKindAreLoaded) {
  EXPECT_EQ(refusal("sound-provider"), "");
  EXPECT_EQ(refusal("sound-store", PluginKind::Storage), "");
  EXPECT_EQ(refusal("sound-policy", PluginKind::Policy), "");
}

TEST_F(LibraryTest, check_36_AWrongAbiMajorIsRefused) {
  expect_refused("wrong-abi-major", "built for ABI " + std::to_string(GATEWAY_ABI_MAJOR + 1) + "." +
                                        std::to_string(GATEWAY_ABI_MINOR));
}

TEST_F(LibraryTest, check_36_AWrongAbiMinorOfADraftIsRefused) {
  static_assert(GATEWAY_ABI_MAJOR == 0, "from 1.0 on a differing minor has to be accepted");
  expect_refused("wrong-abi-minor", "rebuild it against this gateway's SDK");
}

TEST_F(LibraryTest, check_36_ADescriptionThatEndsEarlyIsRefused) {
  expect_refused("struct-too-small", "bytes, this gateway needs " + std::to_string(sizeof(gateway_plugin)));
}

TEST_F(LibraryTest, check_36_AMissingEntryIsRefused) {
  expect_refused("no-entry", "does not export gateway_plugin_v1");
}

// In the words of the dynamic linker alone.
TEST_F(LibraryTest, check_36_AMissingSymbolIsRefused) {
  expect_refused("symbol-missing", "so: cannot be loaded: undefined symbol: gateway_function_of_nobody");
}

TEST_F(LibraryTest, check_36_AnEntryThatReturnsNullIsRefused) {
  expect_refused("entry-returns-null", "returned nothing");
}

TEST_F(LibraryTest, check_36_AMissingFunctionIsRefused) {
  expect_refused("function-missing", "lacks a function");
}

TEST_F(LibraryTest, check_36_AManifestThatIsNoJsonIsRefused) {
  expect_refused("manifest-not-json", "bad manifest");
}

TEST_F(LibraryTest, check_36_AManifestWithoutAVersionIsRefused) {
  expect_refused("manifest-without-version", "version");
}

TEST_F(LibraryTest, check_36_AnotherKindThanSelectedIsRefused) {
  EXPECT_THAT(
      refusal("sound-provider", PluginKind::Policy),
      AllOf(HasSubstr("plugin 'sound-provider'"), HasSubstr("is of kind provider, selected as policy")));
}

TEST_F(LibraryTest, check_36_AnotherIdThanTheFilesIsRefused) {
  expect_refused("wrong-id", "says it is 'somebody-else'");
}

TEST_F(LibraryTest, check_36_APolicyWithoutHooksIsRefused) {
  expect_refused("policy-without-hooks", "lacks policy hooks", PluginKind::Policy);
}

TEST_F(LibraryTest, check_36_HooksOfWhatIsNoPolicyAreRefused) {
  expect_refused("hooks-without-policy", "it says it is no policy but has policy hooks");
}

}  // namespace
}  // namespace gateway::testing
