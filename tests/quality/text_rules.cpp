#include "tests/quality/text_rules.hpp"

#include <algorithm>
#include <array>

namespace gateway::testing {

namespace {

struct Unwanted {
  std::string text;
  bool ends_open;  // what follows may go on the word
};

// In halves, so that this file is not its own fault.
const std::array<Unwanted, 7>& unwanted() {
  static const std::array<Unwanted, 7> all{{{std::string("TO") + "DO", false},
                                            {std::string("FIX") + "ME", false},
                                            {std::string("XX") + "X", false},
                                            {std::string("DISABLED") + "_", true},
                                            {std::string("/wo") + "rk/", true},
                                            {std::string("/ro") + "ot/", true},
                                            {std::string("/ho") + "me/", true}}};
  return all;
}

bool continues_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool holds(std::string_view line, const Unwanted& what) {
  for (std::size_t at = line.find(what.text); at != std::string_view::npos;
       at = line.find(what.text, at + 1)) {
    const std::size_t end = at + what.text.size();
    const bool begins_word = at == 0 || !continues_word(line[at - 1]);
    const bool ends_word = what.ends_open || end == line.size() || !continues_word(line[end]);
    if (begins_word && ends_word) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> text_faults(std::string_view path, std::string_view text) {
  std::vector<std::string> faults;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    for (const Unwanted& what : unwanted()) {
      if (holds(line, what))
        faults.push_back(std::string(path) + ":" + std::to_string(number) + ": " + what.text);
    }
  }
  return faults;
}

}  // namespace gateway::testing
