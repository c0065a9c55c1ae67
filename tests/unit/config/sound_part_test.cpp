// What is left of a section without what is known to be wrong in it.
#include "core/config/sound_part.hpp"

#include <gtest/gtest.h>

namespace gateway::config {
namespace {

constexpr const char* kSchema = R"({"type":"object","additionalProperties":false,"properties":{
  "Number":{"type":"integer"},"Text":{"type":"string"},
  "List":{"type":"array","minItems":1,"items":{"type":"string"}},
  "Rules":{"type":"array","items":{"type":"object","required":["Class"],"properties":{
    "Class":{"type":"string"},"Names":{"type":"array","items":{"type":"string"}}}}},
  "Emulator":{"type":"object","required":["Host"],"properties":{"Host":{"type":"string"}}}}})";

std::optional<SoundPart> part_of(const char* section, std::initializer_list<const char*> faulty,
                                 const char* schema = kSchema) {
  const auto json = parse_json(section);
  const auto rules = parse_json(schema);
  Faults faults{{"Other:Number", "is another section's", "", ""}};
  for (const char* path : faulty)
    faults.push_back({path, "is wrong", "", ""});
  return SoundPart::of(*json, SchemaNode(*rules), "Own", faults);
}

std::string text_of_part(const std::optional<SoundPart>& part) {
  return part ? to_text(part->json()) : "nothing";
}

TEST(SoundPart, WithoutFaultsIsTheWhole) {
  const auto whole = part_of(R"({"Number":1,"List":["a"]})", {"Owner:Number"});
  EXPECT_EQ(text_of_part(whole), R"({"Number":1,"List":["a"]})");
  EXPECT_TRUE(whole->is_whole());
  EXPECT_EQ(whole->original("List:0"), "List:0");
}

TEST(SoundPart, LeavesOutWhatIsWrong) {
  const auto part = part_of(R"({"Number":"x","Text":"t","Extra":1})",
                            {"Own:Number", "Own:Extra", "Own:Number", "Own:NotThere"});
  EXPECT_EQ(text_of_part(part), R"({"Text":"t"})");
  EXPECT_FALSE(part->is_whole());
}

TEST(SoundPart, PutsPathsOfListsBack) {
  const auto part =
      part_of(R"({"List":[1,"a",2,3,"b"],"Rules":[{"Class":5},{"Class":"c","Names":[7,"n"]}]})",
              {"Own:List:0", "Own:List:2", "Own:List:3", "Own:Rules:0:Class", "Own:Rules:1:Names:0"});
  // An element without what it needs goes as a whole.
  EXPECT_EQ(text_of_part(part), R"({"List":["a","b"],"Rules":[{"Class":"c","Names":["n"]}]})");
  EXPECT_EQ(part->original("List:0"), "List:1");
  EXPECT_EQ(part->original("List:1"), "List:4");
  EXPECT_EQ(part->original("Rules:0:Class"), "Rules:1:Class");
  EXPECT_EQ(part->original("Rules:0:Names:0"), "Rules:1:Names:1");
  EXPECT_EQ(part->original("Text"), "Text");
}

TEST(SoundPart, LeavesOutWhatThatMakesIncomplete) {
  EXPECT_EQ(text_of_part(part_of(R"({"List":[1],"Text":"t"})", {"Own:List:0"})), R"({"Text":"t"})");
  EXPECT_EQ(text_of_part(part_of(R"({"Emulator":{},"Text":"t"})", {"Own:Emulator:Host"})), R"({"Text":"t"})");
}

TEST(SoundPart, KnowsNamesWithColonsAndNone) {
  constexpr const char* kRoutes =
      R"({"type":"object","properties":{"":{"type":"string"},"Routes":{"type":"object",
    "additionalProperties":{"type":"object","properties":{"N":{"type":"integer"}}}}},"additionalProperties":false})";
  EXPECT_EQ(text_of_part(part_of(R"({"Routes":{"/users/:id":{"N":"x"},"/users":{"N":"y"}}})",
                                 {"Own:Routes:/users/:id:N", "Own:Routes:/users:N"}, kRoutes)),
            R"({"Routes":{"/users/:id":{},"/users":{}}})");
  EXPECT_EQ(text_of_part(part_of(R"({"Routes":{"/a:b":5,"/a":{}}})", {}, kRoutes)),
            R"({"Routes":{"/a":{}}})");
  EXPECT_EQ(text_of_part(part_of(R"({"":5,"Routes":{}})", {"Own:"}, kRoutes)), R"({"Routes":{}})");
}

TEST(SoundPart, PathsCompareWithoutCase) {
  EXPECT_EQ(text_of_part(part_of(R"({"Number":"x","Text":"t"})", {"own:number"})), R"({"Text":"t"})");
}

TEST(SoundPart, IsNothingWhereTheSectionItselfIsIncomplete) {
  EXPECT_EQ(text_of_part(part_of(R"({"Text":"t"})", {"Own"})), "nothing");
  EXPECT_EQ(
      text_of_part(part_of(R"({"Text":"t"})", {"Own:Number"}, R"({"type":"object","required":["Number"]})")),
      "nothing");
  EXPECT_EQ(text_of_part(part_of(R"({"Text":"t"})", {"Own:Number"}, R"({"required":"Number"})")), "nothing");
}

}  // namespace
}  // namespace gateway::config
