// What every file and folder of the tree must look like.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/quality/source_folder.hpp"
#include "tests/quality/source_tree.hpp"
#include "tests/quality/text_rules.hpp"

namespace gateway::testing {
namespace {

constexpr std::ptrdiff_t kMaxLines = 400;

class TreeTest : public ::testing::Test {
 protected:
  const SourceTree tree_{kSourceFolder};
};

// Lists are as long as what they list.
bool is_list(const SourceFile& file) {
  return file.name() == "common_passwords.hpp";
}

// Whose README speaks for what is below it too: headers and sources of the installed libraries, whose folders
// only spell out the path of an include, and the unit tests, which mirror the tree.
bool spoken_for(const std::string& folder) {
  constexpr std::string_view kUnit = "tests/unit/";
  return folder.find("/include") != std::string::npos || folder.find("/src") != std::string::npos ||
         folder.compare(0, kUnit.size(), kUnit) == 0;
}

TEST_F(TreeTest, NoSourceIsLongerThanOneCanRead) {
  std::size_t looked_at = 0;
  for (const SourceFile& file : tree_.files()) {
    if (!(file.is_cpp() || file.is_header()) || file.below("tests/") || is_list(file)) continue;
    ++looked_at;
    const auto lines = std::count(file.text.begin(), file.text.end(), '\n');
    EXPECT_LE(lines, kMaxLines) << file.path;
  }
  EXPECT_GT(looked_at, 100U);
}

TEST_F(TreeTest, HeadersOpenWithWhatTheyAre) {
  for (const SourceFile& file : tree_.files()) {
    if (!file.is_header()) continue;
    const std::string opening = file.text.substr(0, 2);
    EXPECT_TRUE(opening == "//" || opening == "/*") << file.path;
  }
}

TEST_F(TreeTest, EveryFolderSaysWhatItIsFor) {
  ASSERT_GT(tree_.folders().size(), 20U);
  for (const std::string& folder : tree_.folders()) {
    if (spoken_for(folder)) continue;
    EXPECT_TRUE(tree_.has(folder + "/README.md")) << folder;
  }
}

TEST_F(TreeTest, NothingIsLeftUndoneSwitchedOffOrBoundToAMachine) {
  for (const SourceFile& file : tree_.files()) {
    for (const std::string& fault : text_faults(file.path, file.text))
      ADD_FAILURE() << fault;
  }
}

TEST(TextRules, PlantedViolationsAreFound) {
  const std::vector<std::string> planted{std::string("// TO") + "DO: later",
                                         std::string("int a;  // FIX") + "ME",
                                         std::string("XX") + "X",
                                         std::string("TEST(Suite, DISABLED") + "_Name) {",
                                         std::string("include(/wo") + "rk/main)",
                                         std::string("path = '/ho") + "me/somebody'",
                                         std::string("cp x /ro") + "ot/y"};
  for (const std::string& line : planted) {
    const auto faults = text_faults("some/file", "first line\n" + line);
    ASSERT_EQ(faults.size(), 1U) << line;
    EXPECT_EQ(faults.front().substr(0, 12), "some/file:2:") << line;
  }
  EXPECT_TRUE(
      text_faults("some/file", "\\uXXXX, USER_DISABLED_TEXT, workers/, mkstemp(\"/tmp/x.XXXXXX\")").empty());
}

}  // namespace
}  // namespace gateway::testing
