// Internals of fake_google: a request taken apart, and how answers are written.
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "tests/support/fake_google.hpp"

namespace gateway::testing {

// Writes one JSON object.
class JsonObject {
 public:
  JsonObject() { writer_.StartObject(); }
  JsonObject& text(const char* name, const std::string& value) {
    writer_.Key(name);
    writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    return *this;
  }
  JsonObject& text_unless_empty(const char* name, const std::string& value) {
    return value.empty() ? *this : text(name, value);
  }
  JsonObject& number(const char* name, std::int64_t value) {
    writer_.Key(name);
    writer_.Int64(value);
    return *this;
  }
  JsonObject& flag(const char* name, bool value) {
    writer_.Key(name);
    writer_.Bool(value);
    return *this;
  }
  JsonObject& raw(const std::string& name, const std::string& json) {
    writer_.Key(name.c_str());
    writer_.RawValue(json.data(), json.size(), rapidjson::kObjectType);
    return *this;
  }
  std::string end() {
    writer_.EndObject();
    return {buffer_.GetString(), buffer_.GetSize()};
  }

 private:
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

struct FakeGoogle::Call {
  const Request& request;
  std::string path;
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> form;
  rapidjson::Document json;
  bool body_is_object = false;

  explicit Call(const Request& asked);

  std::string header(std::string_view lower_name) const;
  bool has(const char* name) const { return body_is_object && json.HasMember(name); }
  std::string text(const char* name) const;
  bool flag(const char* name) const { return has(name) && json[name].IsBool() && json[name].GetBool(); }
  std::vector<std::string> texts(const char* name) const;
};

inline FakeGoogle::Answer ok(std::string body) {
  return {200, {{"Content-Type", "application/json; charset=UTF-8"}}, std::move(body)};
}

inline FakeGoogle::Answer refusal(const std::string& message, int status = 400) {
  const std::string detail = JsonObject().text("message", message).text("domain", "global").end();
  const std::string error =
      JsonObject().number("code", status).text("message", message).raw("errors", "[" + detail + "]").end();
  return {
      status, {{"Content-Type", "application/json; charset=UTF-8"}}, JsonObject().raw("error", error).end()};
}

std::map<std::string, std::string> parse_fields(std::string_view text);
std::string lower(std::string text);
bool is_email(const std::string& text);
// A member of a payload; empty when it is not a text.
std::string text_in(const std::string& json, const char* name);
std::int64_t number_in(const std::string& json, const char* name);

}  // namespace gateway::testing
