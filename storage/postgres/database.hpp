// Database: runs statements on a pooled connection before a call's deadline, and again where that is safe:
// after a serialization failure, a deadlock, or the loss of a connection before anything was sent. Thread
// safety: full. Ownership: owns the pool. Errors: Failure (errors.hpp); Invalid for a text that holds a NUL,
// which no column can store.
#pragma once

#include <functional>
#include <vector>

#include <gateway/host.hpp>

#include "pool.hpp"

namespace gateway::postgres {

class Database {
 public:
  Database(const Host& host, const ConnectionSettings& settings) : host_(host), pool_(host, settings) {}

  Pool& pool() noexcept { return pool_; }
  const Host& host() const noexcept { return host_; }

  Result<Rows, Failure> run(const Statement& statement, const Parameters& parameters,
                            const CallContext& context);
  Result<Rows, Failure> run(const Statement& statement, const Parameters& parameters,
                            const Deadline& deadline);
  // Several statements in one transaction and one round trip.
  Result<std::vector<Rows>, Failure> run_together(const std::vector<Query>& queries,
                                                  const CallContext& context);

 private:
  template <class Answer, class Work>
  Result<Answer, Failure> attempt(const Deadline& deadline, const Work& work);

  const Host& host_;
  Pool pool_;
};

}  // namespace gateway::postgres
