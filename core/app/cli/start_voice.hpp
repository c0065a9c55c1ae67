// What `serve` says outside its logger: why it did not start, and where it listens. As JSON lines where the
// log is JSON, so that a container, which merges both streams, has one kind of line; as plain text on a
// terminal. Thread safety: from one thread.
#pragma once

#include <string>
#include <vector>

#include "core/runtime/json_logger.hpp"

namespace gateway::app::cli {

// Auto: JSON where neither standard output nor standard error is a terminal.
bool speaks_json(runtime::LogFormat format);

// One line per fault to standard error; returns the exit status.
int report_start(const std::vector<std::string>& faults, runtime::LogFormat format);

// In JSON through the logger, or to standard error where the log levels leave it out; else as text for people
// and scripts to standard error, and through the logger.
void announce_listening(runtime::Logger& logger, const std::string& address, std::uint16_t port,
                        runtime::LogFormat format);

}  // namespace gateway::app::cli
