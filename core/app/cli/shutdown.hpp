// How a serving process is told to end: SIGTERM, SIGINT and SIGHUP, taken by waiting instead of by handlers.
//
// SIGHUP counts unless it was ignored when the process began (nohup). Thread safety: block() before any other
// thread exists, the rest from one thread.
#pragma once

#include <chrono>
#include <thread>

#include <signal.h>

#include "core/runtime/json_logger.hpp"

namespace gateway::app::cli {

class ShutdownSignals {
 public:
  // Blocks them for this thread and all that it starts.
  static ShutdownSignals block();
  // The first of them.
  int wait() const;

 private:
  sigset_t set_{};
};

// DrainWatch: ends the process with status 1 and a log line where draining is not to be waited for: at the
// second SIGTERM or SIGINT (systemd may send SIGHUP along with the first), or when it takes longer than it
// was allowed, because a plugin hangs in stop(): the orchestrator would kill the process anyway, and say so
// less clearly. Ownership: refers to the logger; its destructor calls it off.
class DrainWatch {
 public:
  // `first`: the signal that began it.
  DrainWatch(int first, std::chrono::milliseconds timeout, runtime::JsonLogger& logger);
  ~DrainWatch();
  DrainWatch(const DrainWatch&) = delete;
  DrainWatch& operator=(const DrainWatch&) = delete;

 private:
  void run(int still_bearable, std::chrono::milliseconds timeout);
  [[noreturn]] void end(const char* why);

  runtime::JsonLogger& logger_;
  int signals_;
  int called_off_;
  std::thread thread_;
};

}  // namespace gateway::app::cli
