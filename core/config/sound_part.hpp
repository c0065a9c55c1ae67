// SoundPart: a plugin's section without what is known to be wrong in it, so that the plugin can be asked
// about the rest at once and not only when the first faults are mended.
//
// What is left satisfies the plugin's schema, which is what a plugin may rely on. An element that is left out
// of a list moves those behind it; original() puts the paths that the plugin names back. Thread safety: a
// plain value.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <gateway/json.hpp>

#include "core/config/fault.hpp"
#include "core/config/schema_fit.hpp"

namespace gateway::config {

class SoundPart {
 public:
  // `path`: of the section; the faults at it and below count. nullopt: nothing is left that satisfies the
  // schema.
  static std::optional<SoundPart> of(const rapidjson::Value& section, const SchemaNode& schema,
                                     const std::string& path, const Faults& faults);

  const rapidjson::Value& json() const noexcept { return json_; }
  bool is_whole() const noexcept { return is_whole_; }
  // Where a key of json() stands in the section: "Origins:0" may be "Origins:2".
  std::string original(std::string_view key) const;

 private:
  enum class IfAbsent { Nothing, ItsParent };

  SoundPart() = default;
  // Of a path in the section. False: only the section as a whole could be left out.
  bool leave_out(const std::string& key, IfAbsent if_absent);
  // With something that it is in, or by itself.
  bool is_left_out(const std::string& key, bool itself_counts) const;
  // The element that has that index in the section; nullopt: it is left out, or was never there.
  std::optional<rapidjson::SizeType> place_of(const std::string& list, std::string_view index,
                                              const rapidjson::Value& elements) const;

  rapidjson::Document json_;
  bool is_whole_ = true;
  std::set<std::string> gone_;  // every path that was left out
  // Of the list at that path which elements are left out; both in the numbering of the section.
  std::map<std::string, std::set<std::size_t>> left_out_;
};

}  // namespace gateway::config
