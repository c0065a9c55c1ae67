#include "gateway/toolkit/form.hpp"

#include <algorithm>
#include <optional>

namespace gateway::toolkit {

namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '*';
}

void append_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(c)) {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('+');
    } else {
      out.push_back('%');
      out.push_back(kHexDigits[byte >> 4U]);
      out.push_back(kHexDigits[byte & 0x0fU]);
    }
  }
}

int hex_value(char c) {
  const char upper = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto at = kHexDigits.find(upper);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

std::optional<std::string> decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+') {
      c = ' ';
    } else if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c <= ' ' || c > '~') {
      return std::nullopt;  // controls and anything beyond ASCII travel escaped
    }
    if (c == '\0') return std::nullopt;
    out.push_back(c);
  }
  return out;
}

}  // namespace

std::string encode_form(const FormFields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out.push_back('&');
    append_encoded(out, name);
    out.push_back('=');
    append_encoded(out, value);
  }
  return out;
}

Result<FormFields> parse_form(std::string_view text, const FormLimits& limits) {
  if (text.size() > limits.max_bytes) return invalid("form is larger than its bound");
  FormFields fields;
  while (!text.empty()) {
    if (fields.size() >= limits.max_fields) return invalid("form has too many fields");
    const auto end = text.find('&');
    const auto field = text.substr(0, end);
    const auto equals = field.find('=');
    if (equals == std::string_view::npos) return invalid("form field without '='");
    auto name = decode(field.substr(0, equals));
    auto value = decode(field.substr(equals + 1));
    if (!name || !value || name->empty()) return invalid("form field that is not encoded correctly");
    if (std::any_of(fields.begin(), fields.end(), [&](const auto& known) { return known.first == *name; })) {
      return invalid("form field that comes twice");
    }
    fields.emplace_back(*std::move(name), *std::move(value));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
    if (text.empty()) return invalid("form ends in '&'");
  }
  return fields;
}

}  // namespace gateway::toolkit
