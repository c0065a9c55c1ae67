#include "core/http/response.hpp"

#include <algorithm>

#include "core/http/request.hpp"

namespace gateway::http {

std::optional<std::string_view> Response::header(std::string_view name) const noexcept {
  for (const ResponseHeader& field : headers) {
    if (iequals(field.name, name)) return field.value;
  }
  return std::nullopt;
}

void Response::set(std::string_view name, std::string_view value) {
  bool replaced = false;
  auto kept = headers.begin();
  for (auto it = headers.begin(); it != headers.end(); ++it) {
    if (iequals(it->name, name)) {
      if (replaced) continue;
      it->value.assign(value);
      replaced = true;
    }
    if (kept != it) *kept = std::move(*it);
    ++kept;
  }
  headers.erase(kept, headers.end());
  if (!replaced) add(name, value);
}

void Response::add(std::string_view name, std::string_view value) {
  headers.push_back({std::string(name), std::string(value)});
}

void Response::remove(std::string_view name) {
  headers.erase(std::remove_if(headers.begin(), headers.end(),
                               [&](const ResponseHeader& field) { return iequals(field.name, name); }),
                headers.end());
}

}  // namespace gateway::http
