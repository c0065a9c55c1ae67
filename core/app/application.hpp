// Application: the whole gateway: plugins, services, HTTP. The only place that wires rooms together.
//
// start() brings everything up or nothing: its faults are all that could be found, in words for the operator.
// stop() drains; the destructor stops without waiting. Thread safety: from one thread. Ownership: refers to
// the process's logger, clock, randomness and metrics; a process that brings outbound HTTP of its own has
// plugins use that.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/app/settings.hpp"
#include "core/plugin/host_services.hpp"

namespace gateway::app {

struct Services;

class Application {
 public:
  Application(Settings settings, const plugin::HostContext& process);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Loads, creates and starts the plugins and reads the keys; no HTTP. Empty: done. For the command line.
  std::vector<std::string> start_services();
  // start_services() and then HTTP.
  std::vector<std::string> start();

  // After start_services(): whether what is stored ends with this process.
  bool storage_is_ephemeral() const;
  std::uint16_t port() const;
  Services& services();
  // True when everything in flight was answered before the drain timeout.
  bool stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::app
