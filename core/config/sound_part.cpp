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

std::vector<std::string> segments_of(std::string_view path) {
  return path.empty() ? std::vector<std::string>() : split(path, ":");
}

}  // namespace

std::optional<SoundPart> SoundPart::of(const rapidjson::Value& section, const SchemaNode& schema,
                                       const std::string& path, const Faults& faults) {
  SoundPart part;
  part.json_.CopyFrom(section, part.json_.GetAllocator());
  for (const Fault& fault : faults) {
    if (fault.path == path) return std::nullopt;
    if (fault.path.rfind(path + ":", 0) != 0) continue;
    part.is_whole_ = false;
    part.leave_out(segments_of(std::string_view(fault.path).substr(path.size() + 1)), IfAbsent::Nothing);
  }
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    Faults left;
    check_schema(SettingsTree(), part.json_, schema, "", left);
    if (left.empty()) return part;
    part.is_whole_ = false;
    for (const Fault& fault : left) {
      if (!part.leave_out(segments_of(part.original(fault.path)), IfAbsent::ItsParent)) return std::nullopt;
    }
  }
  return std::nullopt;
}

bool SoundPart::leave_out(std::vector<std::string> segments, IfAbsent if_absent) {
  if (segments.empty()) return false;
  rapidjson::Value* value = &json_;
  std::string walked;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool is_last = i + 1 == segments.size();
    if (value->IsArray()) {
      auto& gone = left_out_[walked];
      const auto index = index_in(segments[i]);
      if (!index || gone.count(*index) > 0) return true;
      const auto now = static_cast<rapidjson::SizeType>(
          *index - static_cast<std::size_t>(std::distance(gone.begin(), gone.lower_bound(*index))));
      if (now >= value->Size()) return true;
      if (is_last) {
        value->Erase(value->Begin() + now);
        gone.insert(*index);
        return true;
      }
      value = &(*value)[now];
    } else {
      auto* entry = value->IsObject() ? find_member(*value, segments[i]) : nullptr;
      if (entry == nullptr) {
        if (!is_last || if_absent == IfAbsent::Nothing) return true;
        segments.pop_back();
        return leave_out(std::move(segments), if_absent);
      }
      if (is_last) {
        value->RemoveMember(entry->name);
        return true;
      }
      value = &entry->value;
    }
    walked = join_path(walked, segments[i]);
  }
  return true;
}

std::string SoundPart::original(std::string_view key) const {
  std::string path;
  for (const std::string& segment : segments_of(key)) {
    const auto gone = left_out_.find(path);
    const auto index = index_in(segment);
    if (gone == left_out_.end() || !index) {
      path = join_path(path, segment);
      continue;
    }
    std::size_t before = *index;
    for (const std::size_t each : gone->second) {
      if (each <= before) ++before;
    }
    path = join_path(path, std::to_string(before));
  }
  return path;
}

}  // namespace gateway::config
