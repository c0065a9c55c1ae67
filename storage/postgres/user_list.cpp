// users.list: pages through an index that holds all that decides a place, then the rows of that page alone.
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "postgres_store.hpp"
#include "rows.hpp"

namespace gateway::postgres {

namespace {

constexpr std::int64_t kMaxPage = 100;

struct Shape {
  bool by_type = false;
  bool by_status = false;
  bool searches = false;
  bool after = false;

  std::size_t number() const {
    return (by_type ? 1U : 0U) | (by_status ? 2U : 0U) | (searches ? 4U : 0U) | (after ? 8U : 0U);
  }
  static Shape of(const store::ListUsers& request) {
    return {request.user_type.has_value(), request.status.has_value(), request.search.has_value(),
            request.after.has_value()};
  }
};

// Parameters: limit, offset, then, as far as the shape has them: type, status, search, time and id of
// `after`.
std::string sql_of(const Shape& shape) {
  int next = 3;
  std::string filter;
  const auto narrow = [&](const std::string& condition) {
    filter.append(filter.empty() ? "" : " AND ").append(condition);
  };
  const auto parameter = [&] { return "$" + std::to_string(next++); };
  if (shape.by_type) narrow("user_type = " + parameter());
  // Deleted is asked for by name only. The condition is a constant, or no partial index would fit it.
  narrow(shape.by_status ? "status = " + parameter() : "status <> 'Deleted'");
  const std::string counted = filter;
  if (shape.searches) {
    narrow(
        "lower(coalesce(email, '') || E'\\n' || coalesce(full_name, '') || E'\\n' || coalesce(phone_number, "
        "'')) "
        "LIKE lower(" +
        parameter() + "::text)");
  }
  // Up to 10000 where it has to be counted; the kept numbers otherwise.
  const std::string total =
      shape.searches
          ? "SELECT count(*) AS total FROM (SELECT 1 FROM users WHERE " + filter + " LIMIT 10000) matching"
          : "SELECT coalesce(sum(number), 0)::bigint AS total FROM user_counts WHERE " + counted;
  if (shape.after) {
    const std::string time = parameter();
    // The first half alone is what an index can begin at.
    narrow("created_at_ms <= " + time + "::bigint AND (created_at_ms < " + time + "::bigint OR id > " +
           parameter() + "::text)");
  }
  // OFFSET 0 keeps the rows a look-up for each of the page's ids: the server, which does not know that a page
  // is short when it plans without parameters, would join the whole table.
  return "WITH place AS MATERIALIZED (SELECT id FROM users WHERE " + filter +
         " ORDER BY created_at_ms DESC, id LIMIT $1::bigint OFFSET $2::bigint) SELECT " + user_columns() +
         ", number.total FROM (" + total +
         ") number LEFT JOIN (place CROSS JOIN LATERAL (SELECT * FROM users WHERE users.id = place.id OFFSET "
         "0) u) "
         "ON true ORDER BY u.created_at_ms DESC, u.id";
}

std::array<std::unique_ptr<Statement>, 16> every_shape() {
  std::array<std::unique_ptr<Statement>, 16> made;
  for (std::size_t n = 0; n < made.size(); ++n) {
    const Shape shape{(n & 1U) != 0, (n & 2U) != 0, (n & 4U) != 0, (n & 8U) != 0};
    made.at(n) = std::make_unique<Statement>("users.list." + std::to_string(n), sql_of(shape));
  }
  return made;
}
const auto kOfEveryShape = every_shape();

// How common a part of a name is decides the way to it: a search is planned with its parameters.
const Statement kPlanAnew{"users.list.plan_anew",
                          "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)"};

// LIKE's own characters become plain ones.
std::string pattern_of(const std::string& part) {
  std::string pattern = "%";
  for (const char c : part) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

Result<store::UserPage> PostgresStore::list_users(const store::ListUsers& request,
                                                  const CallContext& context) {
  if (request.offset < 0 || request.limit < 1 || request.limit > kMaxPage)
    return invalid("offset or limit out of range");
  Parameters parameters;
  parameters.add(request.limit).add(request.offset);
  if (request.user_type) parameters.add(*request.user_type);
  if (request.status) parameters.add(name_of(*request.status));
  if (request.search) parameters.add(pattern_of(*request.search));
  if (request.after) parameters.add(request.after->created_at_ms).add(request.after->id);
  const Statement& list = *kOfEveryShape.at(Shape::of(request).number());
  const Parameters none;
  std::vector<Query> queries;
  if (request.search) queries.push_back({kPlanAnew, none});
  queries.push_back({list, parameters});
  const auto answers = database_.run_together(queries, context);
  if (!answers) return answers.error().error;
  const Rows& rows = answers->back();
  store::UserPage page;
  page.total = rows.number(0, kUserColumns);
  for (int row = 0; row < rows.count() && !rows.is_null(row, 0); ++row) {
    auto user = user_in(rows, row);
    if (!user) return user.error();
    page.users.push_back(std::move(*user));
  }
  return page;
}

}  // namespace gateway::postgres
