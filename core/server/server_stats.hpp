// ServerStats: what the server counts, for metrics and for drain. Counters only rise; `open` and `in_flight`
// are gauges. Thread safety: atomics; values read together need not be from one moment.
#pragma once

#include <atomic>
#include <cstdint>

namespace gateway::server {

struct ServerStats {
  using Value = std::atomic<std::uint64_t>;

  Value connections_open{0};
  Value connections_accepted{0};
  Value connections_refused{0};  // over max_connections
  Value requests{0};             // completely received, whatever the answer
  Value requests_refused{0};     // over max_in_flight
  Value in_flight{0};            // with the application: handed over and not let go of yet
  Value framing_errors{0};
  Value timeouts{0};  // header, body and request deadlines; not idle connections
  Value slow_readers_dropped{0};
};

}  // namespace gateway::server
