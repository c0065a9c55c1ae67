#include "core/api/user_endpoints.hpp"

#include <algorithm>
#include <utility>

#include "core/api/envelope.hpp"
#include "core/api/json_body.hpp"
#include "core/api/paging.hpp"
#include "core/api/query.hpp"
#include "core/api/scope.hpp"
#include "core/http/validation_problem.hpp"

namespace gateway::api {

namespace {

using http::Access;
using http::ErrorCode;
using http::JsonWriter;
using http::Lane;
using http::Method;
using http::Route;

constexpr std::int64_t kMaxPage = 1'000'000;

// UUIDs are the same in either case (RFC 9562, section 4); stored ones are in lower case.
std::string id_of(const http::RequestContext& context) {
  std::string id(context.parameter);
  std::transform(id.begin(), id.end(), id.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return id;
}

struct Paging {
  std::optional<std::int64_t>
      page;  // none: behind a cursor, which does not know how many pages are before it
  std::int64_t limit = kDefaultLimit;
};

std::optional<store::UserStatus> status_of(const std::string& text, http::ValidationProblem& faults) {
  const auto status = parse_name<store::UserStatus>(text);
  if (!status) faults.add(ErrorCode::ValidationFailed, "Status", "There is no such status.");
  return status;
}

void check_type(const std::string& type, const std::vector<std::string>& types,
                http::ValidationProblem& faults) {
  if (std::find(types.begin(), types.end(), type) == types.end()) {
    faults.add(ErrorCode::InvalidUserType, "UserType", "There is no such user type.");
  }
}

// An index or a name, as in a body.
std::string type_of(const std::string& text, const std::vector<std::string>& types) {
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (text == std::to_string(i)) return types[i];
  }
  return text;
}

void put_pagination(JsonWriter& out, const Paging& paging, const auth::UserListing& listing) {
  out.key("pagination").begin_object().key("page");
  if (paging.page) {
    out.value(*paging.page);
  } else {
    out.null();
  }
  out.put("limit", paging.limit).put("totalItems", listing.total);
  out.put("totalPages", (listing.total + paging.limit - 1) / paging.limit);
  out.put("hasNext", listing.next.has_value());
  out.put("hasPrevious", !paging.page || (*paging.page > 1 && listing.total > 0));
  if (listing.next) out.put("nextCursor", cursor_of(*listing.next));
  out.end_object();
}

// `after` is a place of its own: a page's number counts from the beginning, and cannot be meant beside it.
std::optional<store::UserPlace> place_of(const Query& query, http::ValidationProblem& faults) {
  if (!query.all("after").empty() && !query.all("page").empty())
    faults.add(ErrorCode::ValidationFailed, "Page", "Must be left out where after is given.");
  return store_place<store::UserPlace>(after_in(query, faults));
}

void write_user_answer(http::Response& response, std::string_view message, const store::User& user) {
  JsonWriter out;
  out.begin_object().put("success", true).put("message", message).key("data");
  write_user(out, user);
  out.end_object();
  write_json(response, out.text());
}

void put_account_attempts(JsonWriter& out, std::string_view name,
                          const std::optional<auth::AttemptStatus>& status) {
  out.key(name);
  if (!status) {
    out.null();
    return;
  }
  out.begin_object();
  put_attempts(out, *status);
  out.end_object();
}

}  // namespace

http::Outcome<Done> UserEndpoints::list(Context& context) {
  if (!users_.is_admin(*context.caller)) return http::Problem(ErrorCode::InsufficientPermissions);
  const auto query = Query::parse(context.request().query);
  if (!query) return query.error();
  if (auto unique = query->check_unique(); !unique) return unique;
  http::ValidationProblem faults;
  Paging paging;
  store::ListUsers request;
  paging.limit = request.limit = limit_in(*query, faults);
  request.after = place_of(*query, faults);
  if (!request.after) {
    paging.page = number_in(*query, "page", "Page", 1, kMaxPage, faults);
    request.offset = (*paging.page - 1) * paging.limit;
  }
  request.search = query->text("search");
  if (const auto type = query->text("userType")) {
    request.user_type = type_of(*type, options_.types);
    check_type(*request.user_type, options_.types, faults);
  }
  if (const auto status = query->text("status")) request.status = status_of(*status, faults);
  if (request.search && request.search->size() > 200) {
    faults.add(ErrorCode::ValidationFailed, "Search", "Must have at most 200 bytes.");
  }
  if (faults.any()) return faults.problem();
  const auto listing = users_.list(*context.caller, request, scope_of(context));
  if (!listing) return listing.error();
  write_success(context.response(), "Users.", [&](JsonWriter& out) {
    out.key("items").begin_array();
    for (const store::User& user : listing->users)
      write_user(out, user);
    out.end_array();
    put_pagination(out, paging, *listing);
  });
  return Done{};
}

http::Outcome<Done> UserEndpoints::get(Context& context) {
  const auto user = users_.get(*context.caller, id_of(context), scope_of(context));
  if (!user) return user.error();
  write_user_answer(context.response(), "The user.", *user);
  return Done{};
}

http::Outcome<Done> UserEndpoints::update(Context& context) {
  auto body = JsonBody::parse(context.request());
  if (!body) return body.error();
  auth::UserChange change;
  change.full_name = body->optional_text("fullName");
  change.phone_number = body->optional_text("phoneNumber");
  change.profile_image_url = body->optional_text("profileImageUrl");
  const std::string type = body->user_type("userType", options_.types);
  const auto status = body->optional_text("status");
  if (auto checked = body->check(); !checked) return checked;
  http::ValidationProblem faults;
  if (!type.empty()) {
    check_type(type, options_.types, faults);
    change.user_type = type;
  }
  if (status) change.status = status_of(*status, faults);
  if (faults.any()) return faults.problem();
  const auto user = users_.update(*context.caller, id_of(context), change, scope_of(context));
  if (!user) return user.error();
  write_user_answer(context.response(), "The user has been changed.", *user);
  return Done{};
}

http::Outcome<Done> UserEndpoints::remove(Context& context) {
  if (auto done = users_.remove(*context.caller, id_of(context), scope_of(context)); !done) return done;
  write_success(context.response(), "The user has been deleted.");
  return Done{};
}

http::Outcome<Done> UserEndpoints::attempts(Context& context) {
  const auto counted = attempts_.get(*context.caller, id_of(context), scope_of(context));
  if (!counted) return counted.error();
  write_success(context.response(), "What counts against the account.", [&](JsonWriter& out) {
    put_account_attempts(out, "login", counted->login);
    put_account_attempts(out, "phone", counted->phone);
    put_account_attempts(out, "mail", counted->mail);
  });
  return Done{};
}

http::Outcome<Done> UserEndpoints::clear_attempts(Context& context) {
  if (auto done = attempts_.clear(*context.caller, id_of(context), scope_of(context)); !done) return done;
  write_success(context.response(), "Nothing counts against the account any more.");
  return Done{};
}

std::vector<Route> UserEndpoints::routes(UserEndpoints* endpoints) {
  const auto bind = [endpoints](http::Outcome<Done> (UserEndpoints::*method)(Context&)) {
    return [endpoints, method](Context& context) { return (endpoints->*method)(context); };
  };
  return {
      {Method::Get, "/api/v1/users", RouteClass::Read, Access::Bearer, Lane::Blocking,
       bind(&UserEndpoints::list)},
      {Method::Get, "/api/v1/users/{id}", RouteClass::Read, Access::Bearer, Lane::Blocking,
       bind(&UserEndpoints::get)},
      {Method::Put, "/api/v1/users/{id}", RouteClass::Write, Access::Bearer, Lane::Blocking,
       bind(&UserEndpoints::update)},
      {Method::Delete, "/api/v1/users/{id}", RouteClass::Write, Access::Bearer, Lane::Provider,
       bind(&UserEndpoints::remove)},
      {Method::Get, "/api/v1/users/{id}/attempts", RouteClass::Read, Access::Bearer, Lane::Blocking,
       bind(&UserEndpoints::attempts)},
      {Method::Delete, "/api/v1/users/{id}/attempts", RouteClass::Write, Access::Bearer, Lane::Blocking,
       bind(&UserEndpoints::clear_attempts)},
  };
}

}  // namespace gateway::api
