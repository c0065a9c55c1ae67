#include "core/api/user_cursor.hpp"

#include <charconv>

#include <gateway/toolkit/base64url.hpp>

#include "core/http/target.hpp"

namespace gateway::api {

// base64url of "<milliseconds>.<id>".
std::string cursor_of(const store::UserPlace& place) {
  return toolkit::base64url_encode(std::to_string(place.created_at_ms) + "." + place.id);
}

std::optional<store::UserPlace> place_at(std::string_view cursor) {
  if (cursor.size() > kMaxCursorBytes) return std::nullopt;
  const auto text = toolkit::base64url_decode(cursor);
  const std::size_t dot = text ? text->find('.') : std::string::npos;
  if (dot == std::string::npos) return std::nullopt;
  store::UserPlace place{0, text->substr(dot + 1)};
  const auto [end, error] = std::from_chars(text->data(), text->data() + dot, place.created_at_ms);
  const bool is_number = error == std::errc() && end == text->data() + dot && place.created_at_ms >= 0;
  const bool is_id =
      !place.id.empty() && http::is_valid_utf8(place.id) && place.id.find('\0') == std::string::npos;
  // The one way of writing it: no leading zeros.
  if (!is_number || !is_id || cursor_of(place) != cursor) return std::nullopt;
  return place;
}

}  // namespace gateway::api
