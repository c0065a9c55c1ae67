// The error codes of the code and of the document that clients read are one list.
#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <gateway/json.hpp>

#include "core/http/error_code.hpp"
#include "tests/quality/source_folder.hpp"
#include "tests/quality/source_tree.hpp"

namespace gateway::testing {
namespace {

// Every compiler takes a string of 65536 characters (C++20, annex B); more would have to be embedded another
// way.
constexpr std::size_t kMaxDocumentBytes = 65'000;

const rapidjson::Value& at(const rapidjson::Value& value, std::string_view name) {
  const rapidjson::Value* found = member(value, name);
  if (found == nullptr) throw std::out_of_range("the document lacks " + std::string(name));
  return *found;
}

TEST(ErrorCodes, AreThoseOfTheDocument) {
  const SourceTree tree(kSourceFolder);
  const auto document = parse_json(tree.text_of("core/api/openapi.json"));
  ASSERT_TRUE(document.ok()) << document.error().detail;
  std::set<std::string> documented;
  const auto& codes = at(at(at(at(*document, "components"), "schemas"), "ErrorCode"), "enum");
  for (const auto& code : codes.GetArray())
    EXPECT_TRUE(documented.emplace(text_of(code)).second) << text_of(code) << " is listed twice";
  std::set<std::string> defined;
  for (const http::ErrorCodeInfo& info : http::all_error_codes())
    defined.emplace(info.name);
  EXPECT_EQ(documented, defined);
  EXPECT_GT(defined.size(), 30U);
}

TEST(ErrorCodes, DocumentCanBeEmbedded) {
  const SourceTree tree(kSourceFolder);
  const std::string& text = tree.text_of("core/api/openapi.json");
  EXPECT_LT(text.size(), kMaxDocumentBytes);
  EXPECT_EQ(text.find(std::string(")open") + "api\""), std::string::npos);  // ends the raw string it becomes
}

}  // namespace
}  // namespace gateway::testing
