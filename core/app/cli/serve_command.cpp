#include <csignal>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>

#include <malloc.h>
#include <pthread.h>
#include <unistd.h>

#include "core/app/application.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/version.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/json_logger.hpp"
#include "core/runtime/metrics.hpp"
#include "core/runtime/random.hpp"

namespace gateway::app::cli {

namespace {

constexpr std::chrono::seconds kHardExitMargin{5};
constexpr std::chrono::seconds kFlushTimeout{1};

// SIGTERM and SIGINT are waited for by this thread alone. Blocked before any other thread exists.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A client that goes away is an error of its own write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

// A plugin that hangs in stop() must not keep the process beyond what it was told: the orchestrator would
// kill it anyway, and say so less clearly.
void arm_hard_exit(std::chrono::milliseconds drain_timeout) {
  std::thread([drain_timeout] {
    std::this_thread::sleep_for(drain_timeout + kHardExitMargin);
    constexpr char kText[] = "identity-gateway: shutdown did not end in time\n";
    (void)!::write(STDERR_FILENO, kText, sizeof(kText) - 1);
    ::_exit(kFailed);
  }).detach();
}

}  // namespace

int serve(const ConfigArguments& arguments) {
  const sigset_t signals = block_signals();
  LoadedConfiguration loaded = load_configuration(arguments);
  if (!loaded.faults.empty()) return report(loaded.faults);

  const runtime::SystemClock clock;
  runtime::JsonLoggerOptions logging;
  logging.levels = loaded.settings.log_levels;
  logging.format = loaded.settings.log_format;
  runtime::JsonLogger logger(logging, clock);
  runtime::SystemRandom random;
  runtime::Metrics metrics;
  for (const std::string& warning : loaded.warnings)
    logger.write(LogLevel::Warning, "config", warning);
  const std::chrono::milliseconds drain_timeout = loaded.settings.drain_timeout;
  const std::string address = loaded.settings.server.address;
  Application application(std::move(loaded.settings), {logger, clock, random, metrics});
  if (auto faults = application.start(); !faults.empty()) {
    logger.flush(kFlushTimeout);
    return report(faults);
  }
  // Starting hashes a password and reads every plugin's file; what that took goes back to the system.
  ::malloc_trim(0);
  logger.write(LogLevel::Information, "app", "listening",
               {{"address", std::string_view(address)},
                {"port", std::int64_t{application.port()}},
                {"version", kVersion}});
  // For people and scripts, whatever the log level: where it listens.
  std::fprintf(stderr, "identity-gateway %.*s listening on http://%s:%u\n", static_cast<int>(kVersion.size()),
               kVersion.data(), address.c_str(), static_cast<unsigned>(application.port()));

  int signal = 0;
  ::sigwait(&signals, &signal);
  logger.write(LogLevel::Information, "app", "draining", {{"signal", std::int64_t{signal}}});
  arm_hard_exit(drain_timeout);
  const bool drained = application.stop();
  logger.write(
      drained ? LogLevel::Information : LogLevel::Warning, "app",
      drained ? std::string_view("stopped") : std::string_view("stopped; some requests were cut off"));
  logger.flush(kFlushTimeout);
  return kDone;
}

}  // namespace gateway::app::cli
