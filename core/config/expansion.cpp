#include "core/config/expansion.hpp"

#include <algorithm>

namespace gateway::config {

namespace {

bool is_variable_name(std::string_view name) {
  constexpr std::size_t kMaxNameBytes = 256;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && name.size() <= kMaxNameBytes && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

Result<Expansion> expand(std::string_view text, const Environment& environment) {
  constexpr std::string_view kOpen = "${";
  constexpr std::string_view kDefault = ":-";
  Expansion out;
  for (auto at = text.find(kOpen); at != std::string_view::npos; at = text.find(kOpen)) {
    const bool is_escaped = at > 0 && text[at - 1] == '$';
    out.text += text.substr(0, at);
    text.remove_prefix(at + kOpen.size());
    if (is_escaped) {
      out.text += '{';
      continue;
    }
    const auto close = text.find('}');
    if (close == std::string_view::npos) return invalid("\"${\" without \"}\" (write $${ for a plain ${)");
    const auto inside = text.substr(0, close);
    text.remove_prefix(close + 1);
    const auto mark = inside.find(kDefault);
    const std::string name(inside.substr(0, mark));
    if (!is_variable_name(name)) return invalid("\"${…}\" holds no variable name (write $${ for a plain ${)");
    const auto variable = environment.find(name);
    const bool has_default = mark != std::string_view::npos;
    if (variable != environment.end() && !(has_default && variable->second.empty())) {
      out.text += variable->second;
    } else if (has_default) {
      out.text += inside.substr(mark + kDefault.size());
    } else {
      return invalid("the environment variable " + name + " is not set");
    }
    out.variables.push_back(name);
  }
  out.text += text;
  return out;
}

}  // namespace gateway::config
