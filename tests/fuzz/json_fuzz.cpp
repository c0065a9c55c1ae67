// parse_json on hostile text.
// Held: what is accepted is within the bounds, and written out again it is accepted again (so it holds no
// text that is not UTF-8, no duplicate name, nothing deeper than before) with the same members.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include <gateway/json.hpp>

#include "tests/fuzz/fuzz_require.hpp"

namespace {

using namespace gateway;
using gateway::fuzz::require;

constexpr JsonLimits kLimits{.max_bytes = 64 * 1024, .max_depth = 8, .max_values = 1'000};

std::size_t depth_of(const rapidjson::Value& value) {
  std::size_t deepest = 0;
  if (value.IsArray()) {
    for (const auto& entry : value.GetArray())
      deepest = std::max(deepest, depth_of(entry));
  } else if (value.IsObject()) {
    for (const auto& entry : value.GetObject()) {
      require(member(value, text_of(entry.name)) == &entry.value, "a member is the only one of its name");
      deepest = std::max(deepest, depth_of(entry.value));
    }
  } else {
    return 0;
  }
  return deepest + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto document = parse_json(input, kLimits);
  if (!document.ok()) {
    require(document.error().kind == ErrorKind::Invalid && !document.error().detail.empty(),
            "a refusal has a reason");
    return 0;
  }
  require(size <= kLimits.max_bytes, "an accepted text is within its bound");
  require(input.find('\0') == std::string_view::npos, "an accepted text has no NUL");
  require(depth_of(*document) <= kLimits.max_depth, "an accepted text is not too deep");

  const auto text = to_text(*document);
  const auto again = parse_json(text, {.max_depth = kLimits.max_depth, .max_values = kLimits.max_values});
  require(again.ok(), "what is written reads back");
  require(depth_of(*again) == depth_of(*document), "with the same shape");
  return 0;
}
