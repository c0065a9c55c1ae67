#include "core/http/request.hpp"

namespace gateway::http {

namespace {
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
}  // namespace

bool detail::same_but_for_case(const char* a, const char* b, std::size_t size) noexcept {
  for (std::size_t i = 0; i < size; ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::optional<std::string_view> Request::header(std::string_view name) const noexcept {
  for (const HeaderField& field : headers) {
    if (iequals(field.name, name)) return field.value;
  }
  return std::nullopt;
}

}  // namespace gateway::http
