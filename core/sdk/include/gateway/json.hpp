// Strict JSON (RFC 8259) for input that nobody has checked yet: request bodies, tokens, plugin messages, key
// sets.
//
// parse_json accepts exactly one UTF-8 JSON value and refuses: more bytes than `max_bytes`, nesting beyond
// `max_depth`, more values than `max_values`, duplicate member names in an object (RFC 7515, section 4 wants
// them refused), invalid UTF-8, NaN and Infinity, anything behind the value. The parser is iterative: depth
// cannot exhaust the stack. The Error is Invalid; its detail names the fault and the offset, never the
// content. Thread safety: pure functions. Ownership: the document owns its values.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#define RAPIDJSON_HAS_STDSTRING 1
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <gateway/result.hpp>

namespace gateway {

struct JsonLimits {
  std::size_t max_bytes = 1 << 20;
  std::size_t max_depth = 16;
  std::size_t max_values = 100'000;
};

inline std::string_view text_of(const rapidjson::Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

// The member of that name, or nullptr. `object` must be an object.
inline const rapidjson::Value* member(const rapidjson::Value& object, std::string_view name) {
  const auto it = object.FindMember(
      rapidjson::Value(rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size()))));
  return it == object.MemberEnd() ? nullptr : &it->value;
}

namespace json_detail {

// Counts depth and values while RapidJSON reads, before anything is built: a hostile document is refused
// early.
class BoundsCheck : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, BoundsCheck> {
 public:
  explicit BoundsCheck(const JsonLimits& limits) : limits_(limits) {}
  bool Default() { return ++values_ <= limits_.max_values; }
  bool StartObject() { return Default() && ++depth_ <= limits_.max_depth; }
  bool StartArray() { return Default() && ++depth_ <= limits_.max_depth; }
  bool EndObject(rapidjson::SizeType) { return --depth_, true; }
  bool EndArray(rapidjson::SizeType) { return --depth_, true; }

 private:
  const JsonLimits& limits_;
  std::size_t depth_ = 0;
  std::size_t values_ = 0;
};

inline bool has_duplicate_names(const rapidjson::Value& value) {
  if (value.IsArray()) {
    return std::any_of(value.Begin(), value.End(), has_duplicate_names);
  }
  if (!value.IsObject()) return false;
  std::vector<std::string_view> names;
  names.reserve(value.MemberCount());
  for (const auto& entry : value.GetObject()) {
    if (has_duplicate_names(entry.value)) return true;
    names.push_back(text_of(entry.name));
  }
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

}  // namespace json_detail

inline Result<rapidjson::Document> parse_json(std::string_view text, const JsonLimits& limits = {}) {
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
  if (text.size() > limits.max_bytes) return invalid("JSON is larger than its bound");
  {
    json_detail::BoundsCheck check(limits);
    rapidjson::Reader reader;
    rapidjson::MemoryStream stream(text.data(), text.size());
    const rapidjson::ParseResult checked = reader.Parse<kFlags>(stream, check);
    if (checked.Code() == rapidjson::kParseErrorTermination)
      return invalid("JSON is nested too deeply or has too many values");
    if (checked.IsError()) {
      return invalid(std::string("not JSON: ") + rapidjson::GetParseError_En(checked.Code()) + " at offset " +
                     std::to_string(checked.Offset()));
    }
  }
  rapidjson::Document document;
  document.Parse<kFlags>(text.data(), text.size());
  if (document.HasParseError()) return invalid("not JSON");
  if (json_detail::has_duplicate_names(document)) return invalid("JSON object with a duplicate member name");
  return document;
}

inline std::string to_text(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace gateway
