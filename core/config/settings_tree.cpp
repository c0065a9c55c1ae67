#include "core/config/settings_tree.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/config/key_names.hpp"

namespace gateway::config {

namespace {

constexpr std::size_t kMaxElements = 256;  // of an array that is set element by element
constexpr std::size_t kMaxSegments = 16;   // as deep as a file may be nested

}  // namespace

const rapidjson::Value::Member* find_member(const rapidjson::Value& object, std::string_view name) {
  for (auto it = object.MemberBegin(); it != object.MemberEnd(); ++it) {
    if (same_name(text_of(it->name), name)) return &*it;
  }
  return nullptr;
}

std::span<rapidjson::Value::Member> members_of(rapidjson::Value& object) {
  if (object.ObjectEmpty()) return {};
  return {&*object.MemberBegin(), object.MemberCount()};
}

rapidjson::Value::Member* find_member(rapidjson::Value& object, std::string_view name) {
  for (rapidjson::Value::Member& entry : members_of(object)) {
    if (same_name(text_of(entry.name), name)) return &entry;
  }
  return nullptr;
}

void SettingsTree::merge(const rapidjson::Value& object, const std::string& layer) {
  merge_into(document_, object, "", layer);
}

void SettingsTree::merge_into(rapidjson::Value& target, const rapidjson::Value& source,
                              const std::string& path, const std::string& layer) {
  for (const auto& entry : source.GetObject()) {
    const std::string entry_path = join_path(path, text_of(entry.name));
    auto* existing = find_member(target, text_of(entry.name));
    if (existing != nullptr && existing->value.IsObject() && entry.value.IsObject()) {
      merge_into(existing->value, entry.value, entry_path, layer);
      continue;
    }
    rapidjson::Value copy(entry.value, allocator());
    if (existing != nullptr) {
      existing->value = copy;
    } else {
      target.AddMember(rapidjson::Value(entry.name, allocator()), copy, allocator());
    }
    forget(entry_path);
    record(entry.value, entry_path, {.layer = layer, .is_text = false, .expands = true});
  }
}

Result<Done> SettingsTree::set(const std::vector<std::string>& segments, std::string_view text,
                               const Origin& origin) {
  if (segments.size() > kMaxSegments) return invalid("the key has too many parts");
  rapidjson::Value* at = &document_;
  std::string path;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string& segment = segments[i];
    if (segment.empty()) return invalid("the key has an empty part");
    const bool is_last = i + 1 == segments.size();
    const bool holds_elements = !is_last && index_in(segments[i + 1]).has_value();
    rapidjson::Value* next = nullptr;
    if (at->IsArray()) {
      const auto index = index_in(segment);
      if (!index || *index >= kMaxElements) {
        return invalid(
            std::string(path).append(" is a list: \"").append(segment).append("\" is no index of it"));
      }
      while (at->Size() <= *index)
        at->PushBack(rapidjson::Value(), allocator());  // a gap is a fault of the schema check
      next = &(*at)[static_cast<rapidjson::SizeType>(*index)];
    } else {
      auto* existing = find_member(*at, segment);
      if (existing == nullptr) {
        at->AddMember(rapidjson::Value(segment, allocator()), rapidjson::Value(), allocator());
        existing = find_member(*at, segment);
      }
      next = &existing->value;
    }
    path = join_path(path, segment);
    // What is in the way (a plain value where a section is meant) gives way to the higher layer.
    if (!is_last && !next->IsObject() && !(next->IsArray() && holds_elements)) {
      forget(path);
      holds_elements ? next->SetArray() : next->SetObject();
    }
    at = next;
  }
  forget(path);
  at->SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator());
  origins_[lower_case(path)] = origin;
  return Done{};
}

void SettingsTree::add_default(rapidjson::Value& object, const std::string& path,
                               const rapidjson::Value& name, const rapidjson::Value& value) {
  object.AddMember(rapidjson::Value(name, allocator()), rapidjson::Value(value, allocator()), allocator());
  record(value, path, {.layer = "default", .is_text = false, .expands = false});
}

const rapidjson::Value* SettingsTree::find(std::string_view path) const {
  const rapidjson::Value* at = &document_;
  for (const std::string& segment : split(path, ":")) {
    if (at->IsObject()) {
      const auto* entry = find_member(*at, segment);
      if (entry == nullptr) return nullptr;
      at = &entry->value;
    } else if (const auto index = index_in(segment); at->IsArray() && index && *index < at->Size()) {
      at = &(*at)[static_cast<rapidjson::SizeType>(*index)];
    } else {
      return nullptr;
    }
  }
  return at;
}

rapidjson::Value* SettingsTree::find(std::string_view path) {
  return const_cast<rapidjson::Value*>(std::as_const(*this).find(path));  // the document is not const
}

Origin* SettingsTree::origin(std::string_view path) {
  const auto it = origins_.find(lower_case(path));
  return it == origins_.end() ? nullptr : &it->second;
}

std::string SettingsTree::layer_of(std::string_view path) const {
  const std::string key = lower_case(path);
  if (const auto exact = origins_.find(key); exact != origins_.end()) return exact->second.layer;
  const auto below = origins_.lower_bound(key + ':');
  if (below != origins_.end() && below->first.starts_with(key + ':')) return below->second.layer;
  // Of a part of a text that was read as a list or an object.
  for (auto end = key.rfind(':'); end != std::string::npos && end > 0; end = key.rfind(':', end - 1)) {
    const auto around = origins_.find(std::string_view(key).substr(0, end));
    if (around != origins_.end()) return around->second.layer;
  }
  return "";
}

// Containers are recorded only where they are empty: otherwise their values speak for them.
void SettingsTree::record(const rapidjson::Value& value, const std::string& path, const Origin& origin) {
  if (value.IsObject() && value.MemberCount() > 0) {
    for (const auto& entry : value.GetObject())
      record(entry.value, join_path(path, text_of(entry.name)), origin);
  } else if (value.IsArray() && !value.Empty()) {
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
      record(value[i], join_path(path, std::to_string(i)), origin);
  } else {
    origins_[lower_case(path)] = origin;
  }
}

void SettingsTree::forget(const std::string& path) {
  const std::string key = lower_case(path);
  origins_.erase(key);
  // ';' is the character behind ':'.
  origins_.erase(origins_.lower_bound(key + ':'), origins_.lower_bound(key + ';'));
}

}  // namespace gateway::config
