#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <malloc.h>

#include "core/app/application.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/shutdown.hpp"
#include "core/app/cli/start_voice.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/json_logger.hpp"
#include "core/runtime/metrics.hpp"
#include "core/runtime/random.hpp"

namespace gateway::app::cli {

namespace {

constexpr std::chrono::seconds kHardExitMargin{5};
constexpr std::chrono::seconds kFlushTimeout{1};

// From the configuration to the end of the drain.
int run(LoadedConfiguration loaded, const ShutdownSignals& signals) {
  const runtime::LogFormat format = loaded.settings.log_format;
  const runtime::SystemClock clock;
  runtime::JsonLoggerOptions logging;
  logging.levels = loaded.settings.log_levels;
  logging.format = format;
  runtime::JsonLogger logger(logging, clock);
  runtime::SystemRandom random;
  runtime::Metrics metrics;
  for (const std::string& warning : loaded.warnings)
    logger.write(LogLevel::Warning, "config", warning);
  const std::chrono::milliseconds drain_timeout = loaded.settings.drain_timeout;
  const std::string address = loaded.settings.server.address;
  std::optional<DrainWatch> watch;  // outlives the application, whose plugins may hang when they are stopped
  Application application(std::move(loaded.settings), {logger, clock, random, metrics});
  if (auto faults = application.start(); !faults.empty()) {
    logger.flush(kFlushTimeout);
    return report_start(faults, format);
  }
  // Starting hashes a password and reads every plugin's file; what that took goes back to the system.
  ::malloc_trim(0);
  announce_listening(logger, address, application.port(), format);

  const int signal = signals.wait();
  logger.write(LogLevel::Information, "app", "draining", {{"signal", std::int64_t{signal}}});
  watch.emplace(signal, drain_timeout + kHardExitMargin, logger);
  const bool drained = application.stop();
  logger.write(
      drained ? LogLevel::Information : LogLevel::Warning, "app",
      drained ? std::string_view("stopped") : std::string_view("stopped; some requests were cut off"));
  logger.flush(kFlushTimeout);
  return kDone;
}

}  // namespace

int serve(const ConfigArguments& arguments) {
  const ShutdownSignals signals = ShutdownSignals::block();
  runtime::LogFormat format = runtime::LogFormat::Auto;
  try {
    LoadedConfiguration loaded = load_configuration(arguments);
    format = loaded.settings.log_format;
    if (!loaded.faults.empty()) return report_start(loaded.faults, format);
    return run(std::move(loaded), signals);
  } catch (const std::exception& e) {
    return report_start({std::string("cannot start: ") + e.what()}, format);
  }
}

}  // namespace gateway::app::cli
