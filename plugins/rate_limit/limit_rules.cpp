#include "limit_rules.hpp"

#include <algorithm>

namespace gateway::rate_limit {

namespace {

constexpr std::int64_t kMinuteNs = 60'000'000'000;

LimitRule rule_of(std::string name, std::int64_t per_minute, std::int64_t burst, KeyedBy keyed_by,
                  std::int64_t tasks) {
  LimitRule rule;
  rule.name = std::move(name);
  // Rounded up: never faster than the limit.
  rule.limit.interval_ns = (kMinuteNs * tasks + per_minute - 1) / per_minute;
  burst = std::max<std::int64_t>(burst / tasks, 1);
  rule.limit.burst = burst;
  rule.keyed_by = keyed_by;
  rule.per_minute = std::to_string(std::max<std::int64_t>(per_minute / tasks, 1));
  const std::int64_t window_s = std::max<std::int64_t>(1, burst * 60 * tasks / per_minute);
  rule.policy_header = '"' + rule.name + "\";q=" + std::to_string(burst) + ";w=" + std::to_string(window_s);
  return rule;
}

std::int64_t integer_in(const rapidjson::Value& object, std::string_view name, std::int64_t fallback) {
  const rapidjson::Value* value = member(object, name);
  return value != nullptr && value->IsInt64() ? value->GetInt64() : fallback;
}

// Names become a quoted string of a header.
bool is_route(std::string_view route) noexcept {
  return !route.empty() && route.front() == '/' && std::all_of(route.begin(), route.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
  });
}

}  // namespace

LimitRules::LimitRules(const PluginConfig& config, ConfigFaults& faults, std::int64_t tasks)
    : tasks_(tasks), users_count_(config.text("Key", "user") == "user") {
  const auto class_rule = [&](const char* name, const char* key, std::int64_t fallback) {
    const std::int64_t per_minute = config.integer(key, fallback);
    return rule_of(name, per_minute, config.integer("Burst", per_minute), KeyedBy::Class, tasks_);
  };
  auth_ = class_rule("auth", "AuthEndpoints", 10);
  read_ = class_rule("read", "ReadEndpoints", 100);
  write_ = class_rule("write", "WriteEndpoints", 50);
  const rapidjson::Value* routes = member(config.json(), "Routes");
  if (routes == nullptr || !routes->IsObject()) return;
  for (const auto& entry : routes->GetObject())
    add_route(text_of(entry.name), entry.value, faults);
  std::sort(routes_.begin(), routes_.end(),
            [](const LimitRule& a, const LimitRule& b) { return a.name < b.name; });
}

void LimitRules::add_route(std::string_view route, const rapidjson::Value& override, ConfigFaults& faults) {
  const std::string place = "Routes:" + std::string(route);
  if (!is_route(route))
    faults.add(place, "is no route", "write it as the API document does, /api/v1/users/{id}");
  const std::int64_t per_minute = integer_in(override, "PerMinute", 0);
  if (per_minute < 1) {
    faults.add(place + ":PerMinute", "is not a number of at least 1",
               "say how many requests a minute the route may have");
    return;
  }
  KeyedBy keyed_by = KeyedBy::Class;
  if (const rapidjson::Value* key = member(override, "Key"); key != nullptr && key->IsString())
    keyed_by = text_of(*key) == "user" ? KeyedBy::User : KeyedBy::Address;
  routes_.push_back(
      rule_of(std::string(route), per_minute, integer_in(override, "Burst", per_minute), keyed_by, tasks_));
}

Applied LimitRules::applied_to(RouteClass route_class, std::string_view route) const noexcept {
  const LimitRule* rule = of_route(route);
  if (rule == nullptr) rule = of_class(route_class);
  if (rule == nullptr) return {};
  const bool of_users = route_class != RouteClass::Auth && of_class(route_class) != nullptr;
  return {rule,
          rule->keyed_by == KeyedBy::Class ? users_count_ && of_users : rule->keyed_by == KeyedBy::User};
}

const LimitRule* LimitRules::of_route(std::string_view route) const noexcept {
  const auto found =
      std::lower_bound(routes_.begin(), routes_.end(), route,
                       [](const LimitRule& rule, std::string_view name) { return rule.name < name; });
  return found != routes_.end() && found->name == route ? &*found : nullptr;
}

const LimitRule* LimitRules::of_class(RouteClass route_class) const noexcept {
  switch (route_class) {
    case RouteClass::Auth:
      return &auth_;
    case RouteClass::Write:
      return &write_;
    case RouteClass::Health:
    case RouteClass::Verify:
    case RouteClass::Public:
      return nullptr;
    case RouteClass::Read:
    case RouteClass::Unknown:
      break;
  }
  // What is not known, a class of a newer gateway included, is limited.
  return &read_;
}

}  // namespace gateway::rate_limit
