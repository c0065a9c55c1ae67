// Limits how many requests an address or a user may make (api.md, "Rate limits"; OWASP API4:2023).
//
// Per address: decided in on_request, before anything is known or done. Per user: decided in
// on_authenticated; who brings no token is counted by address in on_request. A token that is not known yet
// may turn out to be nobody's: its address must have something left before it is checked, and pays when the
// answer is made, into debt if need be: many at once gain what is on its way at that moment, and pay for it.
// Not so at the auth endpoints, where such a crowd would be one of guesses: there each request pays before it
// is looked at.
//
// Where the host has shared counts, those of the auth endpoints are asked for each request, on a worker; the
// others are decided here, on the I/O thread, and handed in in the background.
#include <memory>
#include <optional>
#include <vector>

#include <gateway/plugin.hpp>
#include <gateway/toolkit/ip_address.hpp>

#include "limit_headers.hpp"
#include "limit_rules.hpp"
#include "memory_limit_store.hpp"
#include "shared_limits.hpp"

namespace gateway::rate_limit {

using toolkit::IpAddress;
using toolkit::IpNetwork;

namespace {

// What holds while the shared counts cannot be asked.
enum class OnFailure { Local, Open, Closed };

OnFailure on_failure_of(const PluginConfig& config) {
  const std::string name = config.text("OnFailure", "local");
  if (name == "open") return OnFailure::Open;
  return name == "closed" ? OnFailure::Closed : OnFailure::Local;
}

std::optional<bool> shared_of(const PluginConfig& config) {
  if (member(config.json(), "Shared") == nullptr) return std::nullopt;
  return config.boolean("Shared", false);
}

}  // namespace

class RateLimitPolicy final : public Policy {
 public:
  RateLimitPolicy(const Host& host, const PluginConfig& config)
      : host_(host),
        rules_(config),
        rules_alone_(config, config.integer("Tasks", 1)),
        entries_(static_cast<std::size_t>(config.integer("MaxEntries", 1'000'000))),
        dry_run_(config.boolean("DryRun", false)),
        wants_shared_(shared_of(config)),
        on_failure_(on_failure_of(config)),
        shared_timeout_ms_(config.integer("SharedTimeoutMs", 250)) {
    for (const std::string& entry : config.texts("ExemptNetworks"))
      add_exemption(entry);
    if (IpNetwork::are_everybody(exempt_)) {
      throw ConfigError(
          "ExemptNetworks: together these are everybody: leave rate-limit out of Plugins:Policies instead");
    }
  }

  Result<Done> start() override {
    HashKey key;
    if (!host_.random(&key, sizeof key)) return unavailable("no randomness to place limits by");
    store_ = std::make_unique<MemoryLimitStore>(entries_, key);
    if (wants_shared_.value_or(true)) {
      shared_ = std::make_unique<SharedLimits>(host_, *store_, shared_timeout_ms_);
      if (!shared_->start()) shared_.reset();
    }
    if (wants_shared_.value_or(false) && shared_ == nullptr)
      return invalid(
          "Shared is true, and no plugin for shared counts is selected: set ConnectionStrings:Redis");
    if (shared_ != nullptr) host_.log(LogLevel::Information, "limits are shared by all instances");
    if (dry_run_) host_.log(LogLevel::Warning, "DryRun: limits are counted and nobody is refused");
    return Done{};
  }

  void stop() noexcept override {
    if (shared_ != nullptr) shared_->stop();
  }

  bool may_block(RouteClass route_class) const override {
    return shared_ != nullptr && route_class == RouteClass::Auth;
  }

  Verdict on_request(const PolicyRequest& request, PolicyReply& reply) override {
    const auto [rule, per_user] = applied_to(request);
    if (rule == nullptr) return Verdict::go_on();
    const auto address = IpAddress::parse(request.client_address());
    if (is_exempt(address)) return Verdict::go_on();
    if (per_user && !request.user_id().empty()) return Verdict::go_on();
    const bool may_be_somebody = per_user && pays_later(request);
    const Judged judged =
        judge(request, *rule, key_of(*rule, address), may_be_somebody ? Cost::None : Cost::One);
    if (judged.decision && judged.decision->admitted && may_be_somebody) return Verdict::go_on();
    return conclude(judged, reply);
  }

  Verdict on_authenticated(const PolicyRequest& request, PolicyReply& reply) override {
    const auto [rule, per_user] = applied_to(request);
    if (rule == nullptr || !per_user || request.user_id().empty()) return Verdict::go_on();
    if (is_exempt(IpAddress::parse(request.client_address()))) return Verdict::go_on();
    return conclude(judge(request, *rule, {rule->name, SubjectKind::User, request.user_id()}, Cost::One),
                    reply);
  }

  Verdict on_response(const PolicyRequest& request, PolicyReply& reply) override {
    // What the gateway could not do is not the client's; a refusal here has been told already.
    if (reply.status() == 429 || reply.status() >= 500) return Verdict::go_on();
    const auto [rule, per_user] = applied_to(request);
    if (rule == nullptr || !per_user || !request.user_id().empty() || !pays_later(request))
      return Verdict::go_on();
    const auto address = IpAddress::parse(request.client_address());
    if (is_exempt(address)) return Verdict::go_on();
    const Judged judged = judge(request, *rule, key_of(*rule, address), Cost::Debt);
    if (judged.decision && !dry_run_)
      set_limit_headers(*judged.rule, *judged.decision, host_.wall_ms(), reply);
    return Verdict::go_on();
  }

 private:
  void add_exemption(const std::string& entry) {
    const auto network = IpNetwork::parse(entry);
    if (!network) {
      throw ConfigError(
          "ExemptNetworks: \"" + entry +
          "\" is not a network: write 10.0.0.0/8, 2001:db8::/32 or an address, with nothing set "
          "behind the prefix");
    }
    if (network->is_everybody()) {
      throw ConfigError("ExemptNetworks: \"" + entry +
                        "\" is everybody: leave rate-limit out of Plugins:Policies instead");
    }
    exempt_.push_back(*network);
  }

  Applied applied_to(const PolicyRequest& request) const noexcept {
    return rules_.applied_to(request.route_class(), request.route());
  }
  static bool pays_later(const PolicyRequest& request) noexcept {
    return request.route_class() != RouteClass::Auth && request.header("Authorization").has_value();
  }
  bool is_exempt(const std::optional<IpAddress>& address) const noexcept {
    if (!address) return false;
    for (const IpNetwork& network : exempt_) {
      if (network.contains(*address)) return true;
    }
    return false;
  }
  // Of all that have no usable address: one limit. It is never none.
  static LimitKey key_of(const LimitRule& rule, const std::optional<IpAddress>& address) noexcept {
    if (!address) return {rule.name, SubjectKind::Unknown, {}};
    return {rule.name, SubjectKind::Address, address->client_part()};
  }
  std::int64_t now_ns() const noexcept { return host_.monotonic_ms() * 1'000'000; }

  enum class Cost { None, One, Debt };
  struct Judged {
    const LimitRule* rule = nullptr;   // whose numbers the decision has
    std::optional<Decision> decision;  // none: it could not be made, and OnFailure says what then
  };

  Judged judge(const PolicyRequest& request, const LimitRule& rule, const LimitKey& key, Cost cost) {
    const std::int64_t amount = cost == Cost::None ? 0 : 1;
    if (shared_ == nullptr) return {&rule, decide_here(rule, key, cost)};
    if (may_block(request.route_class())) {
      const auto decision =
          shared_->decide(key, rule.limit, amount, cost == Cost::Debt, request.request_id());
      if (decision) return {&rule, decision};
    } else if (shared_->reachable()) {
      const Decision decision = decide_here(rule, key, cost);
      if (decision.admitted && amount > 0) shared_->report(key, rule.limit, amount, decision.remaining);
      return {&rule, decision};
    }
    if (on_failure_ != OnFailure::Local) return {&rule, std::nullopt};
    const LimitRule& alone = *rules_alone_.applied_to(request.route_class(), request.route()).rule;
    return {&alone, decide_here(alone, key, cost)};
  }

  Decision decide_here(const LimitRule& rule, const LimitKey& key, Cost cost) {
    if (cost == Cost::Debt) return store_->charge(key, rule.limit, 1, now_ns());
    return store_->decide(key, rule.limit, cost == Cost::None ? 0 : 1, now_ns());
  }

  Verdict conclude(const Judged& judged, PolicyReply& reply) const noexcept {
    if (!judged.decision) {
      if (dry_run_ || on_failure_ == OnFailure::Open) return Verdict::go_on();
      return Verdict::undecided();
    }
    const Decision& decision = *judged.decision;
    if (!decision.admitted) host_.count(dry_run_ ? "rate_limit_would_refuse" : "rate_limit_refused");
    if (dry_run_) return Verdict::go_on();
    set_limit_headers(*judged.rule, decision, host_.wall_ms(), reply);
    if (decision.admitted) return Verdict::go_on();
    return reject(reply, 429, "RATE_LIMIT_EXCEEDED", "Too many requests; try again later.",
                  seconds_of(decision.retry_in_ns));
  }

  const Host& host_;
  const LimitRules rules_;
  const LimitRules rules_alone_;  // of one of the Tasks, while the shared counts cannot be asked
  const std::size_t entries_;
  const bool dry_run_;
  const std::optional<bool> wants_shared_;
  const OnFailure on_failure_;
  const std::int64_t shared_timeout_ms_;
  std::vector<IpNetwork> exempt_;
  std::unique_ptr<MemoryLimitStore> store_;
  std::unique_ptr<SharedLimits> shared_;  // nullptr: this process counts by itself
};

}  // namespace gateway::rate_limit

GATEWAY_PLUGIN(gateway::rate_limit::RateLimitPolicy,
               {.id = "rate-limit",
                .version = "0.1.0",
                .description = "Limits how many requests an address or a user may make",
                .license = "Apache-2.0",
                .section = "RateLimit",
                .config_schema = R"({
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {
                    "AuthEndpoints": {"$ref": "#/definitions/count"},
                    "ReadEndpoints": {"$ref": "#/definitions/count"},
                    "WriteEndpoints": {"$ref": "#/definitions/count"},
                    "Burst": {"$ref": "#/definitions/count"},
                    "Key": {"$ref": "#/definitions/key"},
                    "Routes": {
                      "type": "object",
                      "maxProperties": 100,
                      "x-gateway-routes": {},
                      "additionalProperties": {
                        "type": "object",
                        "additionalProperties": false,
                        "required": ["PerMinute"],
                        "properties": {
                          "PerMinute": {"$ref": "#/definitions/count"},
                          "Burst": {"$ref": "#/definitions/count"},
                          "Key": {"$ref": "#/definitions/key"}
                        }
                      }
                    },
                    "ExemptNetworks": {
                      "type": "array", "maxItems": 100, "items": {"type": "string", "maxLength": 64}
                    },
                    "DryRun": {"type": "boolean"},
                    "Shared": {"type": "boolean", "x-gateway-needs": {"plugin": "counters"}},
                    "OnFailure": {
                      "enum": ["local", "open", "closed"],
                      "x-gateway-only-with": {"plugin": "counters", "switch": "Shared"}
                    },
                    "Tasks": {
                      "type": "integer", "minimum": 1, "maximum": 10000,
                      "x-gateway-only-with": {"plugin": "counters", "switch": "Shared"}
                    },
                    "SharedTimeoutMs": {
                      "type": "integer", "minimum": 10, "maximum": 10000,
                      "x-gateway-only-with": {"plugin": "counters", "switch": "Shared"}
                    },
                    "MaxEntries": {"type": "integer", "minimum": 1000, "maximum": 10000000}
                  },
                  "definitions": {
                    "count": {"type": "integer", "minimum": 1, "maximum": 1000000},
                    "key": {"enum": ["address", "user"]}
                  }
                })"})
