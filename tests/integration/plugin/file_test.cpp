// Check 36, files: what may not be loaded is not even opened.
#include <algorithm>
#include <cctype>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/plugin/plugin_catalog.hpp"
#include "tests/integration/plugin/plugin_folder.hpp"

namespace gateway::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr ::uid_t kSomebodyElse = 65534;
constexpr const char* kName = "sound-provider";

class FileTest : public ::testing::Test {
 protected:
  // Empty: it was loaded.
  std::string refusal(const std::optional<std::string>& pin = std::nullopt) {
    const auto library = plugin::PluginCatalog(folder_.path()).open(kName, PluginKind::Provider, pin);
    return library ? std::string() : library.error().detail;
  }
  void expect_refused(const fs::path& named, const std::string& reason) {
    EXPECT_THAT(refusal(),
                AllOf(HasSubstr("plugin 'sound-provider': "), HasSubstr(named.string()), HasSubstr(reason)));
  }
  static void add_mode(const fs::path& path, fs::perms mode) {
    fs::permissions(path, mode, fs::perm_options::add);
  }

  PluginFolder folder_;
};

TEST_F(FileTest, ASoundPluginIsLoaded) {
  folder_.put(kName);
  EXPECT_EQ(refusal(), "");
}

TEST_F(FileTest, check_36_AMissingFileIsNamedWithWhatIsThere) {
  folder_.put("sound-policy");
  folder_.put("sound-store");
  expect_refused(folder_.file(kName), "the folder has: sound-policy, sound-store");
}

TEST_F(FileTest, check_36_ANameThatLeavesTheFolderIsRefused) {
  const PluginFolder other;
  for (const char* name : {"../sound-provider", "a/b", "", "Sound", "a.b"}) {
    const auto library = plugin::PluginCatalog(folder_.path()).open(name, PluginKind::Provider, std::nullopt);
    ASSERT_FALSE(library.ok()) << name;
    EXPECT_THAT(library.error().detail, HasSubstr("lower-case letters")) << name;
  }
}

TEST_F(FileTest, check_36_AFileThatOthersCanWriteIsRefused) {
  for (const fs::perms mode : {fs::perms::others_write, fs::perms::group_write}) {
    const fs::path file = folder_.put(kName);
    add_mode(file, mode);
    expect_refused(file, "writable by group or others");
    fs::remove(file);
  }
}

TEST_F(FileTest, check_36_AFolderThatOthersCanWriteIsRefused) {
  folder_.put(kName);
  for (const fs::perms mode : {fs::perms::others_write, fs::perms::group_write}) {
    add_mode(folder_.path(), mode);
    expect_refused(folder_.path(), "writable by group or others");
    fs::permissions(folder_.path(), mode, fs::perm_options::remove);
  }
  EXPECT_EQ(refusal(), "");
}

TEST_F(FileTest, check_36_ALinkIsJudgedByWhatItPointsAt) {
  PluginFolder elsewhere;
  const fs::path target = elsewhere.put(kName);
  fs::create_symlink(target, folder_.file(kName));
  EXPECT_EQ(refusal(), "");
  add_mode(target, fs::perms::others_write);
  expect_refused(target, "writable by group or others");
  fs::permissions(target, fs::perms::others_write, fs::perm_options::remove);
  add_mode(elsewhere.path(), fs::perms::others_write);
  expect_refused(elsewhere.path(), "writable by group or others");
}

TEST_F(FileTest, check_36_AForeignOwnerIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const fs::path file = folder_.put(kName);
  ASSERT_EQ(::chown(file.c_str(), kSomebodyElse, kSomebodyElse), 0);
  expect_refused(file, "owned by user 65534");
  ASSERT_EQ(::chown(file.c_str(), 0, 0), 0);
  ASSERT_EQ(::chown(folder_.path().c_str(), kSomebodyElse, kSomebodyElse), 0);
  expect_refused(folder_.path(), "owned by user 65534");
}

TEST_F(FileTest, check_36_WhatIsNoFileOrNoLibraryIsRefused) {
  fs::create_directory(folder_.file(kName));
  expect_refused(folder_.file(kName), "not a regular file");
  fs::remove(folder_.file(kName));
  std::ofstream(folder_.file(kName)) << "not a library";
  fs::permissions(folder_.file(kName), fs::perms::owner_all);
  expect_refused(folder_.file(kName), "cannot be loaded");
}

TEST_F(FileTest, check_36_APinDecides) {
  const fs::path file = folder_.put(kName);
  const auto checked = plugin::check_plugin_file(file, std::nullopt);
  ASSERT_TRUE(checked.ok());
  ASSERT_EQ(checked->sha256.size(), 64U);
  std::string upper = checked->sha256;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_EQ(refusal(checked->sha256), "");
  EXPECT_EQ(refusal(upper), "");

  std::string other = checked->sha256;
  other.back() = other.back() == '0' ? '1' : '0';
  EXPECT_THAT(refusal(other),
              AllOf(HasSubstr("plugin 'sound-provider'"), HasSubstr(checked->sha256), HasSubstr(other)));
  EXPECT_THAT(refusal(""), HasSubstr("the configuration pins"));
  // One more byte, and it is another file.
  std::ofstream(file, std::ios::app) << 'x';
  EXPECT_THAT(refusal(checked->sha256), HasSubstr("the configuration pins " + checked->sha256));
}

}  // namespace
}  // namespace gateway::testing
