#include "core/app/cli/start_voice.hpp"

#include <array>
#include <cstdio>

#include <unistd.h>

#include "core/app/cli/commands.hpp"
#include "core/app/version.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/log_line.hpp"

namespace gateway::app::cli {

namespace {

void put_json(const runtime::LogRecord& record) {
  const std::string line = runtime::json_log_line(record) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace

bool speaks_json(runtime::LogFormat format) {
  if (format != runtime::LogFormat::Auto) return format == runtime::LogFormat::Json;
  return ::isatty(STDOUT_FILENO) != 1 && ::isatty(STDERR_FILENO) != 1;
}

int report_start(const std::vector<std::string>& faults, runtime::LogFormat format) {
  if (!speaks_json(format)) return report(faults);
  const runtime::SystemClock clock;
  for (const std::string& fault : faults)
    put_json({clock.wall_ms(), LogLevel::Critical, "start", fault, {}});
  return kFailed;
}

void announce_listening(runtime::Logger& logger, const std::string& address, std::uint16_t port,
                        runtime::LogFormat format) {
  constexpr const char* kCategory = "app";
  constexpr const char* kMessage = "listening";
  const std::string host = address.find(':') == std::string::npos ? address : "[" + address + "]";
  const std::string url = "http://" + host + ":" + std::to_string(port);
  const bool is_logged = logger.enabled(LogLevel::Information, kCategory);
  logger.write(LogLevel::Information, kCategory, kMessage,
               {{"url", std::string_view(url)},
                {"address", std::string_view(address)},
                {"port", std::int64_t{port}},
                {"version", kVersion}});
  if (!speaks_json(format)) {
    std::fprintf(stderr, "identity-gateway %.*s listening on %s\n", static_cast<int>(kVersion.size()),
                 kVersion.data(), url.c_str());
  } else if (!is_logged) {
    const std::array<runtime::LogField, 2> fields{{{"url", std::string_view(url)}, {"version", kVersion}}};
    put_json({runtime::SystemClock().wall_ms(), LogLevel::Information, kCategory, kMessage, fields});
  }
}

}  // namespace gateway::app::cli
