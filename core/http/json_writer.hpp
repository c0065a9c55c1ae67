// JsonWriter: writes one JSON document, members in the order they are put. A thin hand on RapidJSON's writer,
// so that the rooms above say what they write and not how. Thread safety: belongs to one thread.
// Precondition: begin and end calls are balanced (asserted by RapidJSON).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gateway/json.hpp>

namespace gateway::http {

class JsonWriter {
 public:
  JsonWriter() : out_(buffer_) {}

  JsonWriter& begin_object() { return out_.StartObject(), *this; }
  JsonWriter& end_object() { return out_.EndObject(), *this; }
  JsonWriter& begin_array() { return out_.StartArray(), *this; }
  JsonWriter& end_array() { return out_.EndArray(), *this; }
  JsonWriter& key(std::string_view name) { return out_.Key(name.data(), length(name)), *this; }

  JsonWriter& value(std::string_view text) { return out_.String(text.data(), length(text)), *this; }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(std::int64_t number) { return out_.Int64(number), *this; }
  JsonWriter& value(int number) { return out_.Int(number), *this; }
  JsonWriter& value(bool flag) { return out_.Bool(flag), *this; }
  JsonWriter& null() { return out_.Null(), *this; }
  // A JSON object that is written already.
  JsonWriter& raw(std::string_view json) {
    return out_.RawValue(json.data(), json.size(), rapidjson::kObjectType), *this;
  }

  template <class T>
  JsonWriter& put(std::string_view name, const T& v) {
    return key(name).value(v);
  }
  // null where there is none.
  JsonWriter& put(std::string_view name, const std::optional<std::string>& text) {
    key(name);
    return text ? value(*text) : null();
  }

  std::string_view text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  static rapidjson::SizeType length(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> out_;
};

}  // namespace gateway::http
