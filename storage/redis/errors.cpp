#include "errors.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gateway::redis {

namespace {

struct Entry {
  std::string_view code;
  std::string_view meaning;
  bool wrong_server = false;
};

// What passes, or has to be put right at the server. Anything else is a bug on this side.
constexpr std::array kKnown{
    Entry{"READONLY", "the server is a replica and takes no writes (a failover?)", true},
    Entry{"MOVED", "the key is another node's: name a Redis that is not a cluster, or one shard of it", true},
    Entry{"ASK", "the key is moving to another node of a cluster", true},
    Entry{"CROSSSLOT", "keys are in different slots of a cluster"},
    Entry{"TRYAGAIN", "keys are moving between nodes of a cluster"},
    Entry{"CLUSTERDOWN", "the cluster is down"},
    Entry{"LOADING", "the server is reading its data and not ready yet", true},
    Entry{"MASTERDOWN", "the server is a replica that has lost its master", true},
    Entry{"OOM", "the server is out of memory: raise maxmemory, or let it evict (maxmemory-policy)"},
    Entry{"MISCONF", "the server cannot save and refuses to write"},
    Entry{"NOREPLICAS", "the server has fewer replicas than it wants for a write"},
    Entry{"BUSY", "a script of somebody else's is running"},
    Entry{"NOAUTH", "the server wants a user and a password", true},
    Entry{"WRONGPASS", "the server refused user and password", true},
    Entry{"NOPERM", "the user may not run this command or use this key (ACL)"},
    Entry{"UNBLOCKED", "the server ended the call"},
};

const Entry* find(std::string_view code) {
  const auto* it =
      std::find_if(kKnown.begin(), kKnown.end(), [&](const Entry& entry) { return entry.code == code; });
  return it == kKnown.end() ? nullptr : it;
}

std::string about(std::string_view operation, std::string_view what) {
  return std::string(operation).append(": ").append(what);
}

bool is_code(std::string_view word) {
  return !word.empty() && word.size() <= 20 &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

bool Failure::is_wrong_server() const noexcept {
  const Entry* known = find(code);
  return known != nullptr && known->wrong_server;
}

Failure server_failure(std::string_view operation, std::string_view text) {
  Failure failure;
  const std::string_view word = text.substr(0, text.find(' '));
  failure.code = is_code(word) ? word : "ERR";
  // Before Redis 7 what failed within a script stands in the middle: "ERR Error running script …: -OOM …".
  for (const Entry& entry : kKnown) {
    const std::string within = std::string(": -").append(entry.code).append(" ");
    if (failure.code == "ERR" && text.find(within) != std::string_view::npos) failure.code = entry.code;
  }
  if (const Entry* known = find(failure.code)) {
    failure.error = unavailable(
        about(operation, "Redis answered " + failure.code + ": ").append(known->meaning), kRetryAfterMs);
  } else {
    failure.error = internal_error(about(operation, "Redis answered " + failure.code));
  }
  return failure;
}

Failure connection_lost(std::string_view operation, bool nothing_sent) {
  Failure failure;
  failure.error = unavailable(about(operation, "the connection to Redis was lost"), kRetryAfterMs);
  failure.nothing_sent = nothing_sent;
  return failure;
}

Failure overran(std::string_view operation) {
  Failure failure;
  failure.error = {ErrorKind::DeadlineExceeded, about(operation, "Redis did not answer in time"), 0};
  return failure;
}

Failure not_connected(std::string detail) {
  Failure failure;
  failure.error = unavailable("connecting to Redis: " + std::move(detail), kRetryAfterMs);
  failure.nothing_sent = true;
  return failure;
}

}  // namespace gateway::redis
