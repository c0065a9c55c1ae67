#include "tests/support/fake_google_call.hpp"

#include <algorithm>

namespace gateway::testing {

namespace {

std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size()) {
      plain.push_back(static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16)));
      at += 2;
    } else {
      plain.push_back(text[at] == '+' ? ' ' : text[at]);
    }
  }
  return plain;
}

}  // namespace

std::map<std::string, std::string> parse_fields(std::string_view text) {
  std::map<std::string, std::string> fields;
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(field.size() + 1, text.size()));
    const auto equals = field.find('=');
    if (equals == std::string_view::npos) continue;
    fields[unescape(field.substr(0, equals))] = unescape(field.substr(equals + 1));
  }
  return fields;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

bool is_email(const std::string& text) {
  const auto at = text.find('@');
  return at != std::string::npos && at > 0 && at + 1 < text.size() && at == text.rfind('@') &&
         text.size() <= 256 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

FakeGoogle::Call::Call(const Request& asked) : request(asked) {
  const auto mark = asked.target.find('?');
  path = asked.target.substr(0, mark);
  if (mark != std::string::npos) query = parse_fields(std::string_view(asked.target).substr(mark + 1));
  // The emulator has Google's hosts as folders.
  for (const char* host : {"/identitytoolkit.googleapis.com", "/securetoken.googleapis.com"}) {
    if (path.rfind(host, 0) == 0) path.erase(0, std::string_view(host).size());
  }
  if (header("content-type").rfind("application/x-www-form-urlencoded", 0) == 0) {
    form = parse_fields(asked.body);
  } else if (!asked.body.empty()) {
    json.Parse(asked.body.data(), asked.body.size());
    body_is_object = !json.HasParseError() && json.IsObject();
  }
}

std::string FakeGoogle::Call::header(std::string_view lower_name) const {
  for (const auto& [name, value] : request.headers) {
    if (lower(name) == lower_name) return value;
  }
  return "";
}

std::string FakeGoogle::Call::text(const char* name) const {
  if (!has(name) || !json[name].IsString()) return "";
  return {json[name].GetString(), json[name].GetStringLength()};
}

std::vector<std::string> FakeGoogle::Call::texts(const char* name) const {
  std::vector<std::string> all;
  if (!has(name) || !json[name].IsArray()) return all;
  for (const auto& item : json[name].GetArray())
    all.emplace_back(item.IsString() ? item.GetString() : "");
  return all;
}

std::string text_in(const std::string& json, const char* name) {
  rapidjson::Document document;
  document.Parse(json.c_str());
  if (document.HasParseError() || !document.IsObject() || !document.HasMember(name)) return "";
  return document[name].IsString() ? document[name].GetString() : "";
}

std::int64_t number_in(const std::string& json, const char* name) {
  rapidjson::Document document;
  document.Parse(json.c_str());
  if (document.HasParseError() || !document.IsObject() || !document.HasMember(name)) return 0;
  return document[name].IsInt64() ? document[name].GetInt64() : 0;
}

}  // namespace gateway::testing
