#include "redis_counters.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace gateway::redis {

namespace {

namespace c = counters;

constexpr int kMostAttempts = 3;
constexpr std::int64_t kDayUs = 86'400'000'000;
constexpr std::int64_t kYearMs = 366LL * 24 * 3600 * 1000;
constexpr std::int64_t kMostCost = 1'000'000;
constexpr std::int64_t kMostApart = 1'000'000;

std::optional<Error> key_fault(std::string_view key) {
  if (!key.empty() && key.size() <= c::kMaxKeyBytes) return std::nullopt;
  return invalid("a key has 1 to " + std::to_string(c::kMaxKeyBytes) + " bytes");
}

bool lies_in(std::int64_t number, std::int64_t least, std::int64_t most) {
  return number >= least && number <= most;
}

std::optional<Error> rule_fault(const c::AttemptRule& rule) {
  const bool sound = lies_in(rule.free, 0, 1'000'000) && lies_in(rule.first_delay_ms, 0, kYearMs) &&
                     lies_in(rule.longest_delay_ms, 0, kYearMs) && lies_in(rule.forget_after_ms, 1, kYearMs);
  if (sound) return std::nullopt;
  return invalid("a rule's number is out of range");
}

std::vector<std::string> values_of(const c::AttemptRule& rule) {
  return {std::to_string(rule.free), std::to_string(rule.first_delay_ms),
          std::to_string(rule.longest_delay_ms), std::to_string(rule.forget_after_ms)};
}

std::int64_t up_to_ms(std::int64_t us) {
  return (us + 999) / 1000;
}

}  // namespace

RedisCounters::RedisCounters(const Host& host, const PluginConfig& config)
    : host_(host), settings_(Settings::from(config)), pool_(host_, settings_) {}

Result<Done> RedisCounters::start() {
  for (const std::string& warning : settings_.warnings())
    host_.log(LogLevel::Warning, warning);
  return pool_.start();
}

void RedisCounters::stop() noexcept {
  pool_.stop();
}

Deadline RedisCounters::deadline_of(const CallContext& context) const {
  return Deadline::of(context, host_).sooner(settings_.timeout_ms);
}

std::string RedisCounters::limit_key(std::string_view key) const {
  return (settings_.key_prefix + ":limit:{").append(key).append("}");
}

std::string RedisCounters::record_key(std::string_view key) const {
  return (settings_.key_prefix + ":{attempts}:failed:").append(key);
}

std::string RedisCounters::cleared_key(std::string_view key) const {
  return (settings_.key_prefix + ":{attempts}:cleared:").append(key);
}

RedisCounters::Texts RedisCounters::attempt_keys(const std::string& key,
                                                 const std::string& trusted_key) const {
  if (trusted_key.empty()) return Texts(3, record_key(key));
  return {record_key(key), record_key(trusted_key),
          settings_.key_prefix + ":{attempts}:trusted:" + trusted_key};
}

Result<Reply, Failure> RedisCounters::attempt(const Script& script, const Arguments& arguments,
                                              const Deadline& deadline) {
  auto lease = pool_.acquire(deadline);
  if (!lease) return Failure{lease.error(), {}, false};
  auto reply = (*lease)->run(script.operation(), arguments, deadline);
  if (!reply && reply.error().code == "NOSCRIPT") {
    // A server that was restarted, or that meets the script for the first time: nothing was done.
    Arguments whole = arguments;
    whole[0] = "EVAL";
    whole[1] = script.text();
    reply = (*lease)->run(script.operation(), whole, deadline);
  }
  if (!reply && reply.error().is_wrong_server()) {
    host_.log(LogLevel::Warning, reply.error().error.detail + ": all connections are dropped");
    pool_.drop_all();
  }
  return reply;
}

Result<std::vector<std::int64_t>> RedisCounters::run(const Script& script, const Texts& keys,
                                                     const Texts& values, std::size_t numbers,
                                                     const CallContext& context) {
  const std::string count = std::to_string(keys.size());
  Arguments arguments{"EVALSHA", script.sha1(), count};
  arguments.insert(arguments.end(), keys.begin(), keys.end());
  arguments.insert(arguments.end(), values.begin(), values.end());
  const Deadline deadline = deadline_of(context);
  for (int number = 1;; ++number) {
    auto reply = attempt(script, arguments, deadline);
    if (!reply) {
      const Failure& failure = reply.error();
      // What a connection of the pool broke on is not asked again of a server that has answered.
      const bool again = failure.nothing_sent || (script.repeatable() && failure.code.empty() &&
                                                  failure.error.kind == ErrorKind::Unavailable);
      if (!again || number == kMostAttempts || deadline.passed()) return failure.error;
      host_.count("retries");
      continue;
    }
    std::vector<std::int64_t> answer;
    const redisReply& got = **reply;
    if (got.type == REDIS_REPLY_INTEGER) answer.push_back(got.integer);
    for (std::size_t i = 0; got.type == REDIS_REPLY_ARRAY && i < got.elements; ++i) {
      if (got.element[i]->type == REDIS_REPLY_INTEGER) answer.push_back(got.element[i]->integer);
    }
    if (answer.size() != numbers)
      return malformed(std::string(script.operation()) + ": an answer of another kind");
    return answer;
  }
}

Result<c::TakenLimit> RedisCounters::take_limit(const c::TakeLimit& request, const CallContext& context) {
  if (auto fault = key_fault(request.key)) return *std::move(fault);
  if (!lies_in(request.interval_us, 1, kDayUs) || !lies_in(request.burst, 1, 1'000'000) ||
      !lies_in(request.cost, 0, kMostCost) || request.interval_us * request.burst > kYearMs * 1000)
    return invalid("a limit's number is out of range");
  const Script& script = request.cost == 0 ? look_limit_script() : take_limit_script();
  const auto answer = run(script, {limit_key(request.key)},
                          {std::to_string(request.interval_us), std::to_string(request.burst),
                           std::to_string(request.cost), request.debt ? "1" : "0"},
                          4, context);
  if (!answer) return answer.error();
  const auto& numbers = *answer;
  return c::TakenLimit{numbers[0] == 1, numbers[1], up_to_ms(numbers[2]), up_to_ms(numbers[3])};
}

Result<c::BegunAttempt> RedisCounters::begin_attempt(const c::BeginAttempt& request,
                                                     const CallContext& context) {
  if (auto fault = key_fault(request.key)) return *std::move(fault);
  if (auto fault = rule_fault(request.rule)) return *std::move(fault);
  if (request.trusted_key.size() > c::kMaxKeyBytes) return *key_fault(request.trusted_key);
  Texts keys = attempt_keys(request.key, request.trusted_key);
  keys.push_back(cleared_key(request.key));
  Texts values = values_of(request.rule);
  for (const auto& apart : {request.apart, request.apart_trusted}) {
    const bool sound =
        !apart || (lies_in(apart->failures, 1, kMostApart) && lies_in(apart->since_last_ms, 0, kYearMs));
    if (!sound) return invalid("what was counted apart is out of range");
    values.push_back(std::to_string(apart ? apart->failures : 0));
    values.push_back(std::to_string(apart ? apart->since_last_ms : 0));
  }
  const auto answer = run(begin_attempt_script(), keys, values, 4, context);
  if (!answer) return answer.error();
  return c::BegunAttempt{(*answer)[0] == 1, (*answer)[1], (*answer)[2], (*answer)[3] == 1};
}

Result<Empty> RedisCounters::settle_attempt(const c::SettleAttempt& request, const CallContext& context) {
  if (auto fault = key_fault(request.key)) return *std::move(fault);
  if (auto fault = rule_fault(request.rule)) return *std::move(fault);
  if (request.trusted_key.size() > c::kMaxKeyBytes) return *key_fault(request.trusted_key);
  if (!lies_in(request.trust_ms, 0, kYearMs)) return invalid("trust_ms is out of range");
  Texts values = values_of(request.rule);
  values.push_back(std::to_string(request.trust_ms));
  const bool succeeded = request.outcome == c::AttemptOutcome::Succeeded;
  const auto answer = run(succeeded ? attempt_succeeded_script() : attempt_withdrawn_script(),
                          attempt_keys(request.key, request.trusted_key), values, 1, context);
  if (!answer) return answer.error();
  return Empty{};
}

Result<c::AttemptState> RedisCounters::get_attempts(const c::GetAttempts& request,
                                                    const CallContext& context) {
  if (auto fault = key_fault(request.key)) return *std::move(fault);
  const auto answer =
      run(get_attempts_script(), {record_key(request.key), cleared_key(request.key)}, {}, 3, context);
  if (!answer) return answer.error();
  c::AttemptState state{(*answer)[0], (*answer)[1]};
  if ((*answer)[2] >= 0) state.since_clear_ms = (*answer)[2];
  return state;
}

Result<Empty> RedisCounters::clear_attempts(const c::ClearAttempts& request, const CallContext& context) {
  if (auto fault = key_fault(request.key)) return *std::move(fault);
  if (!lies_in(request.remember_ms, 0, kYearMs)) return invalid("remember_ms is out of range");
  const auto answer = run(clear_attempts_script(), {record_key(request.key), cleared_key(request.key)},
                          {std::to_string(request.remember_ms)}, 1, context);
  if (!answer) return answer.error();
  return Empty{};
}

// A write, since a server that only reads would refuse every decision.
Result<Empty> RedisCounters::probe(const ProbeHealth&, const CallContext& context) {
  static const Script kProbe("health.probe", true, "redis.call('SET', KEYS[1], '1', 'PX', 60000) return 1");
  const auto answer = run(kProbe, {settings_.key_prefix + ":probe"}, {}, 1, context);
  if (!answer) return answer.error();
  return Empty{};
}

}  // namespace gateway::redis
