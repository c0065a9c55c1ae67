#include "core/api/paging.hpp"

#include <charconv>

#include <gateway/toolkit/base64url.hpp>

#include "core/http/target.hpp"

namespace gateway::api {

namespace {
using http::ErrorCode;
}

// base64url of "<milliseconds>.<id>".
std::string cursor_of(const ListPlace& place) {
  return toolkit::base64url_encode(std::to_string(place.created_at_ms) + "." + place.id);
}

std::optional<ListPlace> place_at(std::string_view cursor) {
  if (cursor.size() > kMaxCursorBytes) return std::nullopt;
  const auto text = toolkit::base64url_decode(cursor);
  const std::size_t dot = text ? text->find('.') : std::string::npos;
  if (dot == std::string::npos) return std::nullopt;
  ListPlace place{0, text->substr(dot + 1)};
  const auto [end, error] = std::from_chars(text->data(), text->data() + dot, place.created_at_ms);
  const bool is_number = error == std::errc() && end == text->data() + dot && place.created_at_ms >= 0;
  const bool is_id =
      !place.id.empty() && http::is_valid_utf8(place.id) && place.id.find('\0') == std::string::npos;
  // The one way of writing it: no leading zeros.
  if (!is_number || !is_id || cursor_of(place) != cursor) return std::nullopt;
  return place;
}

std::int64_t number_in(const Query& query, std::string_view name, const char* field, std::int64_t fallback,
                       std::int64_t max, http::ValidationProblem& faults) {
  const auto text = query.text(name);
  if (!text) return fallback;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < 1 || value > max) {
    faults.add(ErrorCode::ValidationFailed, field, "Must be a number from 1 to " + std::to_string(max) + ".");
    return fallback;
  }
  return value;
}

std::int64_t limit_in(const Query& query, http::ValidationProblem& faults) {
  return number_in(query, "limit", "Limit", kDefaultLimit, kMaxLimit, faults);
}

std::optional<ListPlace> after_in(const Query& query, http::ValidationProblem& faults) {
  const auto cursors = query.all("after");
  if (cursors.empty()) return std::nullopt;
  auto place = place_at(cursors.front());
  if (!place) faults.add(ErrorCode::ValidationFailed, "After", "Must be the nextCursor of an answer.");
  return place;
}

}  // namespace gateway::api
