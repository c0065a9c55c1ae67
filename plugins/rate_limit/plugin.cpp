// Limits how many requests an address or a user may make (api.md, "Rate limits"; OWASP API4:2023).
//
// Per address: decided in on_request, before anything is known or done. Per user: decided in
// on_authenticated; who brings no token is counted by address in on_request. A token that is not known yet
// may turn out to be nobody's: its address pays before it is checked, so that many at once get no more than
// the limit, and gets back what it paid as soon as a user is found, who then pays instead. At the auth
// endpoints nothing is given back: a crowd with tokens of somebody would else be one of guesses.
//
// Where the host has shared counts, those of the auth endpoints are asked for each request, on a worker; the
// others are decided here, on the I/O thread, and handed in in the background.
#include <memory>
#include <optional>
#include <vector>

#include <gateway/plugin.hpp>
#include <gateway/toolkit/ip_address.hpp>

#include "config_schema.hpp"
#include "limit_headers.hpp"
#include "limit_rules.hpp"
#include "memory_limit_store.hpp"
#include "shared_limits.hpp"

namespace gateway::rate_limit {

using toolkit::IpAddress;
using toolkit::IpNetwork;

namespace {

constexpr const char* kNoLimits = "leave rate-limit out of Plugins:Policies instead";

// What holds while the shared counts cannot be asked.
enum class OnFailure { Local, Open, Closed };

OnFailure on_failure_of(const PluginConfig& config) {
  const std::string name = config.text("OnFailure", "local");
  if (name == "open") return OnFailure::Open;
  return name == "closed" ? OnFailure::Closed : OnFailure::Local;
}

// Of one of the Tasks. What is wrong with them, the rules of all of them have told.
LimitRules rules_alone(const PluginConfig& config) {
  ConfigFaults told_already;
  return {config, told_already, config.integer("Tasks", 1)};
}

std::optional<bool> shared_of(const PluginConfig& config) {
  if (member(config.json(), "Shared") == nullptr) return std::nullopt;
  return config.boolean("Shared", false);
}

}  // namespace

class RateLimitPolicy final : public Policy {
 public:
  RateLimitPolicy(const Host& host, const PluginConfig& config, ConfigFaults faults = {})
      : host_(host),
        rules_(config, faults),
        rules_alone_(rules_alone(config)),
        entries_(static_cast<std::size_t>(config.integer("MaxEntries", 1'000'000))),
        dry_run_(config.boolean("DryRun", false)),
        wants_shared_(shared_of(config)),
        on_failure_(on_failure_of(config)),
        shared_timeout_ms_(config.integer("SharedTimeoutMs", 250)) {
    const std::vector<std::string> exempt = config.texts("ExemptNetworks");
    for (std::size_t i = 0; i < exempt.size(); ++i)
      add_exemption(exempt[i], "ExemptNetworks:" + std::to_string(i), faults);
    if (IpNetwork::are_everybody(exempt_))
      faults.add("ExemptNetworks", "together these are everybody", kNoLimits);
    faults.throw_if_any();
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
    const LimitKey key = key_of(*rule, address);
    if (!per_user || !may_be_somebody(request))
      return conclude(judge(request, *rule, key, Cost::Paid), reply);
    const Judged judged = judge(request, *rule, key, Cost::Held);
    if (!judged.decision || !judged.decision->admitted) return conclude(judged, reply);
    request.set_memo(judged.rule == rule ? kHeld : kHeldAlone);
    return Verdict::go_on();
  }

  Verdict on_authenticated(const PolicyRequest& request, PolicyReply& reply) override {
    const auto [rule, per_user] = applied_to(request);
    if (rule == nullptr || !per_user || request.user_id().empty()) return Verdict::go_on();
    const auto address = IpAddress::parse(request.client_address());
    if (is_exempt(address)) return Verdict::go_on();
    give_back(request, address);
    return conclude(judge(request, *rule, {rule->name, SubjectKind::User, request.user_id()}, Cost::Paid),
                    reply);
  }

  Verdict on_response(const PolicyRequest& request, PolicyReply& reply) override {
    if (request.memo() == kNothing) return Verdict::go_on();
    const auto address = IpAddress::parse(request.client_address());
    // What the gateway could not do is not the client's, and what is a user's is not the address's.
    if (reply.status() >= 500 || !request.user_id().empty()) {
      give_back(request, address);
      return Verdict::go_on();
    }
    const LimitRule& rule = held_by(request);
    const LimitKey key = key_of(rule, address);
    const Decision now = store_->decide(key, rule.limit, 0, now_ns());
    if (request.memo() == kHeld) report(key, rule, now);
    request.set_memo(kNothing);
    if (!dry_run_) set_limit_headers(rule, now, host_.wall_ms(), reply);
    return Verdict::go_on();
  }

 private:
  void add_exemption(const std::string& entry, const std::string& key, ConfigFaults& faults) {
    const auto network = IpNetwork::parse(entry);
    if (!network) {
      faults.add(key, '"' + entry + "\" is not a network",
                 "write 10.0.0.0/8, 2001:db8::/32 or an address, with nothing set behind the prefix");
    } else if (network->is_everybody()) {
      faults.add(key, '"' + entry + "\" is everybody", kNoLimits);
    } else {
      exempt_.push_back(*network);
    }
  }

  Applied applied_to(const PolicyRequest& request) const noexcept {
    return rules_.applied_to(request.route_class(), request.route());
  }
  static bool may_be_somebody(const PolicyRequest& request) noexcept {
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

  // What a request's memo says: whether its address has paid for what may yet be a user's, and by which
  // rules.
  static constexpr std::uint64_t kNothing = 0;
  static constexpr std::uint64_t kHeld = 1;
  static constexpr std::uint64_t kHeldAlone = 2;  // by rules_alone_

  const LimitRule& rule_alone(const PolicyRequest& request) const noexcept {
    return *rules_alone_.applied_to(request.route_class(), request.route()).rule;
  }
  const LimitRule& held_by(const PolicyRequest& request) const noexcept {
    return request.memo() == kHeld ? *applied_to(request).rule : rule_alone(request);
  }
  void give_back(const PolicyRequest& request, const std::optional<IpAddress>& address) noexcept {
    if (request.memo() == kNothing) return;
    const LimitRule& rule = held_by(request);
    store_->give_back(key_of(rule, address), rule.limit, now_ns());
    request.set_memo(kNothing);
  }

  enum class Cost {
    Paid,
    Held  // may be given back, so that other instances are told of it only when it is not
  };
  struct Judged {
    const LimitRule* rule = nullptr;   // whose numbers the decision has
    std::optional<Decision> decision;  // none: it could not be made, and OnFailure says what then
  };

  Judged judge(const PolicyRequest& request, const LimitRule& rule, const LimitKey& key, Cost cost) {
    if (shared_ == nullptr) return {&rule, store_->decide(key, rule.limit, 1, now_ns())};
    if (may_block(request.route_class())) {
      const auto decision = shared_->decide(key, rule.limit, request.request_id());
      if (decision) return {&rule, decision};
    } else if (shared_->reachable()) {
      const Decision decision = store_->decide(key, rule.limit, 1, now_ns());
      if (decision.admitted && cost == Cost::Paid) report(key, rule, decision);
      return {&rule, decision};
    }
    if (on_failure_ != OnFailure::Local) return {&rule, std::nullopt};
    const LimitRule& alone = rule_alone(request);
    return {&alone, store_->decide(key, alone.limit, 1, now_ns())};
  }

  void report(const LimitKey& key, const LimitRule& rule, const Decision& decision) {
    if (shared_ != nullptr && shared_->reachable()) shared_->report(key, rule.limit, 1, decision.remaining);
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
                .config_schema = gateway::rate_limit::kConfigSchema})
