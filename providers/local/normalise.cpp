#include "normalise.hpp"

#include <algorithm>

#include <gateway/toolkit/unicode.hpp>

namespace gateway::local {

namespace {

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
  auto normalised = toolkit::to_nfkc(password.reveal());
  if (!normalised || normalised->empty() || normalised->reveal().size() > kMaxPasswordBytes)
    return std::nullopt;
  return normalised;
}

std::optional<std::string> login_of(std::string_view email) {
  const std::string_view written = trimmed(email);
  if (written.size() > kMaxLoginBytes) return std::nullopt;
  const auto normal = toolkit::to_nfkc(written);
  if (!normal || normal->reveal().size() > kMaxLoginBytes) return std::nullopt;
  auto lower = toolkit::to_lower(normal->reveal());
  if (!lower) return std::nullopt;
  std::string login = *std::move(lower);
  const std::size_t at = login.rfind('@');
  if (at == std::string::npos || at == 0 || at + 1 == login.size()) return std::nullopt;
  if (std::any_of(login.begin(), login.end(), is_control)) return std::nullopt;
  return login;
}

}  // namespace gateway::local
