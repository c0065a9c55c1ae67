// RequestTelemetry: the access log and the request metrics.
// Thread safety: all members from any thread; nothing blocks. Ownership: refers to logger and metrics.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "core/http/request_observer.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/metrics.hpp"

namespace gateway::app {

class RequestTelemetry final : public http::RequestObserver {
 public:
  RequestTelemetry(runtime::Logger& logger, runtime::Metrics& metrics);
  ~RequestTelemetry() override;

  void finished(const http::FinishedRequest& request) noexcept override;
  void handler_threw(const http::Request& request, std::string_view route,
                     std::string_view what) noexcept override;

 private:
  static constexpr int kFirstStatus = 100;
  static constexpr int kStatuses = 500;

  runtime::Counter& counter_of(RouteClass route_class, int status);
  void log_access(const http::FinishedRequest& request) noexcept;

  runtime::Logger& logger_;
  runtime::Metrics& metrics_;
  runtime::Counter exceptions_;
  std::vector<runtime::Histogram> durations_;  // by route class
  // Counters by class and status, made when first met and kept: the hot path is one atomic load.
  std::array<std::array<std::atomic<runtime::Counter*>, kStatuses>, kRouteClassCount> by_status_{};
  std::mutex mutex_;
  std::vector<std::unique_ptr<runtime::Counter>> owned_;  // guarded by mutex_
};

}  // namespace gateway::app
