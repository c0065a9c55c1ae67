// LimitRules: which limit a request falls under: the one of its route where the configuration names it, else
// the one of its class, else none. Thread safety: immutable. Errors: what cannot be meant is added to
// `faults`; an object with faults must not be used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/config.hpp>
#include <gateway/policy.hpp>

#include "limit_store.hpp"

namespace gateway::rate_limit {

// Who shares a limit. Class: whoever does for the class of the request.
enum class KeyedBy { Class, Address, User };

struct LimitRule {
  std::string name;  // "auth", "read", "write", or the route
  Limit limit;
  KeyedBy keyed_by = KeyedBy::Class;
  std::string per_minute;     // X-RateLimit-Limit
  std::string policy_header;  // RateLimit-Policy
};

// How a request is limited; no rule: not at all.
struct Applied {
  const LimitRule* rule = nullptr;
  bool per_user = false;  // else per address
};

class LimitRules {
 public:
  // `tasks`: of so many that divide each limit among them, what is one's own.
  LimitRules(const PluginConfig& config, ConfigFaults& faults, std::int64_t tasks = 1);

  // Does not allocate.
  Applied applied_to(RouteClass route_class, std::string_view route) const noexcept;

 private:
  void add_route(std::string_view route, const rapidjson::Value& override, ConfigFaults& faults);
  const LimitRule* of_route(std::string_view route) const noexcept;
  const LimitRule* of_class(RouteClass route_class) const noexcept;

  std::int64_t tasks_ = 1;
  bool users_count_ = true;  // else addresses count, whoever asks
  LimitRule auth_, read_, write_;
  std::vector<LimitRule> routes_;  // by name
};

}  // namespace gateway::rate_limit
