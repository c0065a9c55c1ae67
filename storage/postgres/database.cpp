#include "database.hpp"

#include <algorithm>
#include <utility>

#include <poll.h>

namespace gateway::postgres {

namespace {

constexpr int kMostAttempts = 5;

// Two transactions that stood in each other's way should not meet again at once.
void step_aside(const Host& host, int attempt, const Deadline& deadline) {
  std::uint8_t random = 0;
  if (!host.random(&random, sizeof(random))) random = 128;
  ::poll(nullptr, 0, std::min(deadline.left_ms(), 1 + random % (8 << attempt)));
}

Failure nul_refused(const Statement& statement) {
  return {invalid(statement.name + ": a text holds a NUL byte"), {}, {}, true};
}

}  // namespace

template <class Answer, class Work>
Result<Answer, Failure> Database::attempt(const Deadline& deadline, const Work& work) {
  for (int number = 1;; ++number) {
    auto lease = pool_.acquire(deadline);
    if (!lease) return Failure{lease.error(), {}, {}, false};
    Result<Answer, Failure> answer = work(**lease);
    if (answer) return answer;
    const Failure& failure = answer.error();
    if (failure.is_read_only()) {
      host_.log(LogLevel::Warning, "the database has become read-only: all connections are dropped");
      pool_.drop_all();
    }
    if (!failure.may_retry() || number == kMostAttempts || deadline.passed()) return answer;
    host_.count("retries");
    if (!failure.nothing_sent) step_aside(host_, number, deadline);
  }
}

Result<Rows, Failure> Database::run(const Statement& statement, const Parameters& parameters,
                                    const CallContext& context) {
  return run(statement, parameters, Deadline::of(context, host_));
}

Result<Rows, Failure> Database::run(const Statement& statement, const Parameters& parameters,
                                    const Deadline& deadline) {
  if (parameters.has_nul()) return nul_refused(statement);
  return attempt<Rows>(
      deadline, [&](Connection& connection) { return connection.run(statement, parameters, deadline); });
}

Result<std::vector<Rows>, Failure> Database::run_together(const std::vector<Query>& queries,
                                                          const CallContext& context) {
  for (const Query& query : queries) {
    if (query.parameters.has_nul()) return nul_refused(query.statement);
  }
  const Deadline deadline = Deadline::of(context, host_);
  return attempt<std::vector<Rows>>(
      deadline, [&](Connection& connection) { return connection.run_together(queries, deadline); });
}

}  // namespace gateway::postgres
