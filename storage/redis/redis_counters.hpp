// RedisCounters: the counts that all instances share, in Redis 5 or newer: every operation of
// gateway/counters.hpp is one script, which Redis runs whole or not at all, by its own clock. Every key has
// an end. What a call touches lies in one slot of a cluster: a limit is one key; all attempts share the tag
// {attempts}.
//
// start() does not wait for Redis. Thread safety: full. Errors: as the contract has them; the detail names
// the operation and the server's error code. An operation is run again only where nothing was sent, or where
// it changes nothing (a look, a get) or the same (a clear).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gateway/config.hpp>
#include <gateway/counters.hpp>

#include "pool.hpp"
#include "scripts.hpp"

namespace gateway::redis {

class RedisCounters final : public CounterStore {
 public:
  RedisCounters(const Host& host, const PluginConfig& config);

  Result<Done> start() override;
  void stop() noexcept override;

  Result<counters::TakenLimit> take_limit(const counters::TakeLimit&, const CallContext&) override;
  Result<counters::BegunAttempt> begin_attempt(const counters::BeginAttempt&, const CallContext&) override;
  Result<Empty> settle_attempt(const counters::SettleAttempt&, const CallContext&) override;
  Result<counters::AttemptState> get_attempts(const counters::GetAttempts&, const CallContext&) override;
  Result<Empty> clear_attempts(const counters::ClearAttempts&, const CallContext&) override;
  Result<Empty> probe(const ProbeHealth&, const CallContext&) override;

  Pool& pool() noexcept { return pool_; }

 private:
  using Texts = std::vector<std::string>;

  // The script's answer: one number, or some.
  Result<std::vector<std::int64_t>> run(const Script& script, const Texts& keys, const Texts& values,
                                        std::size_t numbers, const CallContext& context);
  Result<Reply, Failure> attempt(const Script& script, const Arguments& arguments, const Deadline& deadline);
  Deadline deadline_of(const CallContext& context) const;
  std::string limit_key(std::string_view key) const;
  std::string record_key(std::string_view key) const;
  std::string cleared_key(std::string_view key) const;
  // The record of `key`, that of `trusted_key`, and whether it is trusted.
  Texts attempt_keys(const std::string& key, const std::string& trusted_key) const;

  const Host& host_;
  const Settings settings_;
  Pool pool_;
};

}  // namespace gateway::redis
