#include "normalise.hpp"

#include <algorithm>
#include <cstdlib>

#include <utf8proc.h>

namespace gateway::local {

namespace {

// Normalising can make text shorter (composition) or longer (compatibility forms); what goes in has a bound
// of its own, so that the work has one.
constexpr std::size_t kMaxRawBytes = 4 * kMaxPasswordBytes;

constexpr int kNfkc = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
constexpr int kNfkcCasefold = kNfkc | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

std::optional<Secret> map(std::string_view text, int options) {
  if (text.size() > kMaxRawBytes) return std::nullopt;
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                             static_cast<utf8proc_option_t>(options));
  if (size < 0) return std::nullopt;
  Secret result(std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)));
  std::fill_n(static_cast<volatile utf8proc_uint8_t*>(mapped), size, utf8proc_uint8_t{0});
  std::free(mapped);  // NOLINT(cppcoreguidelines-no-malloc): utf8proc allocates with malloc
  return result;
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<Secret> normalise_password(const Secret& password) {
  auto normalised = map(password.reveal(), kNfkc);
  if (!normalised || normalised->empty() || normalised->reveal().size() > kMaxPasswordBytes)
    return std::nullopt;
  return normalised;
}

std::optional<std::string> login_of(std::string_view email) {
  const std::string_view written = trimmed(email);
  if (written.size() > kMaxLoginBytes) return std::nullopt;
  const auto folded = map(written, kNfkcCasefold);
  if (!folded || folded->reveal().size() > kMaxLoginBytes) return std::nullopt;
  std::string login(folded->reveal());
  const std::size_t at = login.rfind('@');
  if (at == std::string::npos || at == 0 || at + 1 == login.size()) return std::nullopt;
  if (std::any_of(login.begin(), login.end(), is_control)) return std::nullopt;
  return login;
}

}  // namespace gateway::local
