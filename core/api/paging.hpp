// Paging: which part of a list a request asks for, by `limit` and by the cursor `after`, read alike for every
// list that is in the order of creation, then of ids.
//
// A cursor is a place in that order, as a text that fits into a URL as it stands. To clients it is opaque. It
// is neither secret nor signed: it leads an administrator, who may see the whole list, to a place in it, and
// any place will do. Strict: a place has one cursor, and everything else is refused. Faults of the query are
// added to those that are there. Thread safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/api/query.hpp"
#include "core/http/validation_problem.hpp"

namespace gateway::api {

inline constexpr std::int64_t kMaxLimit = 100;
inline constexpr std::int64_t kDefaultLimit = 20;
inline constexpr std::size_t kMaxCursorBytes = 400;

struct ListPlace {
  std::int64_t created_at_ms = 0;
  std::string id;
};

std::string cursor_of(const ListPlace& place);
// nullopt: no cursor of any place.
std::optional<ListPlace> place_at(std::string_view cursor);

// A whole number from 1 to `max`; `field` is what a fault calls it.
std::int64_t number_in(const Query& query, std::string_view name, const char* field, std::int64_t fallback,
                       std::int64_t max, http::ValidationProblem& faults);
// 1 to kMaxLimit, or kDefaultLimit.
std::int64_t limit_in(const Query& query, http::ValidationProblem& faults);
std::optional<ListPlace> after_in(const Query& query, http::ValidationProblem& faults);

// Between this and the places of the store's messages, which are of the same members.
template <class StorePlace>
std::optional<StorePlace> store_place(std::optional<ListPlace> place) {
  if (!place) return std::nullopt;
  return StorePlace{place->created_at_ms, std::move(place->id)};
}
template <class StorePlace>
std::string cursor_of(const StorePlace& place) {
  return cursor_of(ListPlace{place.created_at_ms, place.id});
}

}  // namespace gateway::api
