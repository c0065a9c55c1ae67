#include "core/config/sound_part.hpp"

#include <algorithm>
#include <utility>

#include "core/config/key_names.hpp"
#include "core/config/schema_check.hpp"
#include "core/config/settings_tree.hpp"

namespace gateway::config {

namespace {

// Each pass takes out what the one before has made incomplete: an object without a key that it needs.
constexpr int kMaxPasses = 16;

// The member whose name the path begins with. Names may hold a ':' (/users/:id), so the longest one counts.
rapidjson::Value::Member* member_on(rapidjson::Value& object, std::string_view path) {
  rapidjson::Value::Member* found = nullptr;
  for (auto& entry : members_of(object)) {
    const std::string_view name = text_of(entry.name);
    const bool fits = same_name(path.substr(0, name.size()), name) &&
                      (path.size() == name.size() || path[name.size()] == ':');
    if (fits && (found == nullptr || name.size() > text_of(found->name).size())) found = &entry;
  }
  return found;
}

}  // namespace

std::optional<SoundPart> SoundPart::of(const rapidjson::Value& section, const SchemaNode& schema,
                                       const std::string& path, const Faults& faults) {
  // Nobody reads on behind so many.
  constexpr std::size_t kMostFaults = 1000;
  if (faults.size() > kMostFaults) return std::nullopt;
  SoundPart part;
  part.json_.CopyFrom(section, part.json_.GetAllocator());
  for (const Fault& fault : faults) {
    if (same_name(fault.path, path)) return std::nullopt;
    if (!same_name(std::string_view(fault.path).substr(0, path.size() + 1), path + ":")) continue;
    part.is_whole_ = false;
    part.leave_out(fault.path.substr(path.size() + 1), IfAbsent::Nothing);
  }
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    Faults left;
    check_schema(SettingsTree(), part.json_, schema, "", left);
    if (left.empty()) return part;
    part.is_whole_ = false;
    for (const Fault& fault : left) {
      if (!part.leave_out(part.original(fault.path), IfAbsent::ItsParent)) return std::nullopt;
    }
  }
  return std::nullopt;
}

bool SoundPart::leave_out(const std::string& key, IfAbsent if_absent) {
  // What is missing now because it was left out takes along what it was in.
  if (is_left_out(key, if_absent == IfAbsent::Nothing)) return true;
  rapidjson::Value* value = &json_;
  std::string walked;
  std::string_view rest = key;
  for (;;) {
    std::string_view name = rest.substr(0, rest.find(':'));
    if (value->IsArray()) {
      const auto place = place_of(walked, name, *value);
      if (!place) return true;
      if (name.size() == rest.size()) {
        value->Erase(value->Begin() + *place);
        left_out_[walked].insert(*index_in(name));
        gone_.insert(key);
        return true;
      }
      value = &(*value)[*place];
    } else {
      auto* entry = value->IsObject() ? member_on(*value, rest) : nullptr;
      if (entry == nullptr) {
        if (if_absent == IfAbsent::Nothing) return true;
        return !walked.empty() && leave_out(walked, if_absent);
      }
      name = rest.substr(0, entry->name.GetStringLength());
      if (name.size() == rest.size()) {
        value->RemoveMember(entry->name);
        gone_.insert(key);
        return true;
      }
      value = &entry->value;
    }
    walked = join_path(walked, name);
    rest.remove_prefix(name.size() + 1);
  }
}

bool SoundPart::is_left_out(const std::string& key, bool itself_counts) const {
  return std::any_of(gone_.begin(), gone_.end(), [&](const std::string& each) {
    return same_name(std::string_view(key).substr(0, each.size()), each) &&
           (key.size() == each.size() ? itself_counts : key[each.size()] == ':');
  });
}

std::optional<rapidjson::SizeType> SoundPart::place_of(const std::string& list, std::string_view index,
                                                       const rapidjson::Value& elements) const {
  const auto first = index_in(index);
  if (!first) return std::nullopt;
  const auto gone = left_out_.find(list);
  std::size_t place = *first;
  if (gone != left_out_.end()) {
    if (gone->second.count(*first) > 0) return std::nullopt;
    place -= static_cast<std::size_t>(std::distance(gone->second.begin(), gone->second.lower_bound(*first)));
  }
  if (place >= elements.Size()) return std::nullopt;
  return static_cast<rapidjson::SizeType>(place);
}

std::string SoundPart::original(std::string_view key) const {
  if (left_out_.empty()) return std::string(key);
  std::string path;
  bool is_first = true;
  for (const std::string& segment : split(key, ":")) {
    std::string name = segment;
    const auto gone = left_out_.find(path);
    const auto index = index_in(segment);
    if (gone != left_out_.end() && index) {
      std::size_t before = *index;
      for (const std::size_t each : gone->second) {
        if (each <= before) ++before;
      }
      name = std::to_string(before);
    }
    if (!std::exchange(is_first, false)) path += ':';
    path += name;
  }
  return path;
}

}  // namespace gateway::config
