// SettingsTree: the merged configuration, and for every value the layer it came from.
//
// Layers are put on top of each other in the order of the calls. Names compare without case; the first
// spelling stays until the schema gives its own (schema_fit.hpp). An array of a file replaces the array below
// it whole: a list of origins or trusted networks must not keep elements that nobody sees in the file that
// counts. A single element can be set by its index from the environment and the command line.
// Thread safety: none while it is changed. Ownership: owns the values.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/json.hpp>
#include <gateway/result.hpp>

namespace gateway::config {

struct Origin {
  std::string layer;
  bool is_text = false;  // a string that the schema may read as a number, a boolean or JSON
  bool expands = false;  // ${NAME} in it is looked up
};

class SettingsTree {
 public:
  SettingsTree() { document_.SetObject(); }

  // A file.
  void merge(const rapidjson::Value& object, const std::string& layer);
  // One value of the environment or the command line. Errors: Invalid.
  Result<Done> set(const std::vector<std::string>& segments, std::string_view text, const Origin& origin);
  // What nobody set; the names as the schema spells them.
  void add_default(rapidjson::Value& object, const std::string& path, const rapidjson::Value& name,
                   const rapidjson::Value& value);

  const rapidjson::Value& root() const noexcept { return document_; }
  rapidjson::Value& root() noexcept { return document_; }
  rapidjson::Document::AllocatorType& allocator() noexcept { return document_.GetAllocator(); }
  // nullptr: nothing there. Path segments compare without case.
  const rapidjson::Value* find(std::string_view path) const;
  rapidjson::Value* find(std::string_view path);

  // Of a value without children. nullptr: not known.
  Origin* origin(std::string_view path);
  // Where the value, the first value below it, or the text that it was read from came from; empty where none
  // is there.
  std::string layer_of(std::string_view path) const;

 private:
  void merge_into(rapidjson::Value& target, const rapidjson::Value& source, const std::string& path,
                  const std::string& layer);
  void record(const rapidjson::Value& value, const std::string& path, const Origin& origin);
  void forget(const std::string& path);

  rapidjson::Document document_;
  std::map<std::string, Origin, std::less<>> origins_;  // by lower-case path
};

// The members of an object for a loop that changes them. (clang finds the comparison of RapidJSON's own
// iterators ambiguous in C++20.)
std::span<rapidjson::Value::Member> members_of(rapidjson::Value& object);

// The member of that name in any case, or nullptr. `object` must be an object.
rapidjson::Value::Member* find_member(rapidjson::Value& object, std::string_view name);
const rapidjson::Value::Member* find_member(const rapidjson::Value& object, std::string_view name);

}  // namespace gateway::config
