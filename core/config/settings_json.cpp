#include "core/config/settings_json.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "core/config/key_names.hpp"

namespace gateway::config {

namespace {

std::string place_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto last_break = before.rfind('\n');
  const auto column = last_break == std::string_view::npos ? offset + 1 : offset - last_break;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// The path of a name that an object has twice.
std::optional<std::string> find_duplicate(const rapidjson::Value& value, const std::string& path) {
  if (value.IsArray()) {
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
      if (auto found = find_duplicate(value[i], join_path(path, std::to_string(i)))) return found;
    }
  }
  if (!value.IsObject()) return std::nullopt;
  std::set<std::string> names;
  for (const auto& entry : value.GetObject()) {
    const std::string entry_path = join_path(path, text_of(entry.name));
    if (!names.insert(lower_case(text_of(entry.name))).second) return entry_path;
    if (auto found = find_duplicate(entry.value, entry_path)) return found;
  }
  return std::nullopt;
}

}  // namespace

Result<rapidjson::Document> parse_settings_json(std::string_view text) {
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                              rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const JsonLimits limits;
  if (text.size() > limits.max_bytes)
    return invalid("larger than " + std::to_string(limits.max_bytes) + " bytes");
  if (text.find('\0') != std::string_view::npos) return invalid("not JSON: a NUL byte");
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());

  rapidjson::Document document;
  rapidjson::ParseResult parsed;
  auto read = [&](rapidjson::Document& target) {
    json_detail::BoundedBuilder builder(target, limits);
    rapidjson::Reader reader;
    rapidjson::MemoryStream stream(text.data(), text.size());
    parsed = reader.Parse<kFlags>(stream, builder);
    return !parsed.IsError();
  };
  document.Populate(read);
  if (parsed.Code() == rapidjson::kParseErrorTermination) {
    return invalid("nested too deeply, too many values or half a surrogate pair at " +
                   place_of(text, parsed.Offset()));
  }
  if (parsed.IsError()) {
    return invalid(std::string("not JSON: ") + rapidjson::GetParseError_En(parsed.Code()) + " at " +
                   place_of(text, parsed.Offset()));
  }
  if (!document.IsObject()) return invalid("not a JSON object");
  if (const auto duplicate = find_duplicate(document, ""))
    return invalid("the key " + *duplicate + " is there twice");
  return document;
}

}  // namespace gateway::config
