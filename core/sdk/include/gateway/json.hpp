// Strict JSON (RFC 8259) for input that nobody has checked yet: request bodies, tokens, plugin messages,
// key sets.
//
// parse_json accepts exactly one UTF-8 JSON value and refuses: more bytes than `max_bytes`, nesting beyond
// `max_depth`, more values than `max_values`, duplicate member names in an object (RFC 7515, section 4
// wants them refused), invalid UTF-8, half a surrogate pair, NaN and Infinity, anything behind the value (a
// NUL byte included). The parser is iterative: depth cannot exhaust the stack. The Error is Invalid; its
// detail names the fault and the offset, never the content.
// Thread safety: pure functions.
// Ownership: the document owns its values.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
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

// The member of that name, or nullptr. `object` must be an object. Not FindMember, which compares the bytes
// of every name that is as long as the wanted one, and wants data even of an empty one.
inline const rapidjson::Value* member(const rapidjson::Value& object, std::string_view name) {
  for (auto it = object.MemberBegin(); it != object.MemberEnd(); ++it) {
    const std::string_view other = text_of(it->name);
    if (other.size() != name.size() || (!name.empty() && other.front() != name.front())) continue;
    if (other == name) return &it->value;
  }
  return nullptr;
}

namespace json_detail {

// Stands between the reader and the document: counts while RapidJSON reads, so that a hostile text is
// refused before it has been built, and closes what RapidJSON 1.1 leaves open: half a surrogate pair in a
// string, and numbers such as 1.8e308 whose exponent is in range while they are not (they come as infinite).
class BoundedBuilder {
 public:
  using Ch = char;
  BoundedBuilder(rapidjson::Document& document, const JsonLimits& limits, bool has_escapes = true)
      : document_(document), limits_(limits), has_escapes_(has_escapes) {}

  bool Null() { return count() && document_.Null(); }
  bool Bool(bool value) { return count() && document_.Bool(value); }
  bool Int(int value) { return count() && document_.Int(value); }
  bool Uint(unsigned value) { return count() && document_.Uint(value); }
  bool Int64(std::int64_t value) { return count() && document_.Int64(value); }
  bool Uint64(std::uint64_t value) { return count() && document_.Uint64(value); }
  bool Double(double value) { return count() && std::isfinite(value) && document_.Double(value); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool copy) {
    return count() && document_.RawNumber(text, size, copy);
  }
  bool String(const char* text, rapidjson::SizeType size, bool copy) {
    return count() && is_scalar_text({text, size}) && document_.String(text, size, copy);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) {
    return count() && is_scalar_text({text, size}) && document_.Key(text, size, copy);
  }
  bool StartObject() { return enter() && document_.StartObject(); }
  bool StartArray() { return enter() && document_.StartArray(); }
  bool EndObject(rapidjson::SizeType members) { return --depth_, document_.EndObject(members); }
  bool EndArray(rapidjson::SizeType elements) { return --depth_, document_.EndArray(elements); }

 private:
  bool count() { return ++values_ <= limits_.max_values; }
  bool enter() { return count() && ++depth_ <= limits_.max_depth; }

  // Raw bytes were validated as UTF-8, but a lone low surrogate written as an escape (a "u" escape of DC00
  // to DFFF) comes through as the bytes ED B0..BF xx, which are not UTF-8.
  bool is_scalar_text(std::string_view text) const {
    if (!has_escapes_) return true;
    for (auto at = text.find('\xed'); at != std::string_view::npos; at = text.find('\xed', at + 1)) {
      if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xa0) return false;
    }
    return true;
  }

  rapidjson::Document& document_;
  const JsonLimits& limits_;
  const bool has_escapes_;
  std::size_t depth_ = 0;
  std::size_t values_ = 0;
};

// All at once and before reading: texts are nearly always ASCII, which eight bytes at a time are enough for,
// while RapidJSON's own check looks at each character of each string.
inline bool is_utf8(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof(word) <= text.size(); at += sizeof(word)) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & 0x8080808080808080U) != 0) break;
  }
  struct Nowhere {
    void Put(char) {}
  } nowhere;
  rapidjson::MemoryStream rest(text.data() + at, text.size() - at);
  while (rest.Tell() < text.size() - at) {
    if (!rapidjson::UTF8<>::Validate(rest, nowhere)) return false;
  }
  return true;
}

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

using JsonPool = rapidjson::MemoryPoolAllocator<>;

// parse_json into a document of the caller's, which must not be used after an Error. A document that was made
// with a JsonPool keeps its values there; one of its own would take 64 KiB for the smallest text.
inline Result<Done> read_json(std::string_view text, const JsonLimits& limits,
                              rapidjson::Document& document) {
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag;
  if (text.size() > limits.max_bytes) return invalid("JSON is larger than its bound");
  // RapidJSON takes a NUL for the end of the text; JSON has no place where one may stand.
  if (text.find('\0') != std::string_view::npos) return invalid("not JSON: a NUL byte");
  if (!json_detail::is_utf8(text)) return invalid("not JSON: not UTF-8");

  rapidjson::ParseResult parsed;
  auto read = [&](rapidjson::Document& target) {
    json_detail::BoundedBuilder builder(target, limits, text.find('\\') != std::string_view::npos);
    rapidjson::Reader reader;
    rapidjson::MemoryStream stream(text.data(), text.size());
    parsed = reader.Parse<kFlags>(stream, builder);
    return !parsed.IsError();
  };
  document.Populate(read);
  if (parsed.Code() == rapidjson::kParseErrorTermination) {
    return invalid(
        "JSON is nested too deeply, has too many values, half a surrogate pair or a number out of range");
  }
  if (parsed.IsError()) {
    return invalid(std::string("not JSON: ") + rapidjson::GetParseError_En(parsed.Code()) + " at offset " +
                   std::to_string(parsed.Offset()));
  }
  if (json_detail::has_duplicate_names(document)) return invalid("JSON object with a duplicate member name");
  return Done{};
}

inline Result<rapidjson::Document> parse_json(std::string_view text, const JsonLimits& limits = {}) {
  rapidjson::Document document;
  if (auto read = read_json(text, limits, document); !read) return std::move(read).error();
  return document;
}

// For a text that is read and let go of within one call: what a usual one needs is on the stack.
class ScratchJson {
 public:
  ScratchJson() = default;
  ScratchJson(const ScratchJson&) = delete;
  ScratchJson& operator=(const ScratchJson&) = delete;

  Result<Done> read(std::string_view text, const JsonLimits& limits) {
    return read_json(text, limits, document_);
  }
  const rapidjson::Document& operator*() const noexcept { return document_; }
  const rapidjson::Document* operator->() const noexcept { return &document_; }

 private:
  static constexpr std::size_t kBytes = 4 * 1024;

  alignas(std::max_align_t) std::array<char, kBytes> buffer_;
  JsonPool pool_{buffer_.data(), buffer_.size(), kBytes};
  rapidjson::Document document_{&pool_};
};

inline std::string to_text(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace gateway
