#include "core/app/request_telemetry.hpp"

#include <algorithm>
#include <exception>
#include <string>

namespace gateway::app {

namespace {

constexpr std::array<std::string_view, kRouteClassCount> kClassNames{"health", "verify",  "auth",  "read",
                                                                     "write",  "unknown", "public"};

const std::vector<double>& duration_buckets() {
  static const std::vector<double> bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                          0.025,  0.05,    0.1,    0.25,  0.5,    1.0,   5.0};
  return bounds;
}

std::size_t index_of(RouteClass route_class) {
  return static_cast<std::size_t>(route_class);
}

}  // namespace

RequestTelemetry::RequestTelemetry(runtime::Logger& logger, runtime::Metrics& metrics)
    : logger_(logger),
      metrics_(metrics),
      exceptions_(metrics.counter("gateway_handler_exceptions_total", "Handlers that threw: bugs.")) {
  for (const std::string_view name : kClassNames) {
    durations_.push_back(
        metrics.histogram("gateway_request_duration_seconds",
                          "From the first byte of a request to its answer, by class of route.",
                          {{"class", std::string(name)}}, duration_buckets()));
  }
}

RequestTelemetry::~RequestTelemetry() = default;

runtime::Counter& RequestTelemetry::counter_of(RouteClass route_class, int status) {
  const auto slot = static_cast<std::size_t>(std::clamp(status - kFirstStatus, 0, kStatuses - 1));
  auto& place = by_status_[index_of(route_class)][slot];
  if (runtime::Counter* known = place.load(std::memory_order_acquire)) return *known;
  const std::lock_guard lock(mutex_);
  if (runtime::Counter* known = place.load(std::memory_order_acquire)) return *known;
  owned_.push_back(std::make_unique<runtime::Counter>(metrics_.counter(
      "gateway_requests_total", "Answered requests, by class of route and status.",
      {{"class", std::string(kClassNames[index_of(route_class)])}, {"status", std::to_string(status)}})));
  place.store(owned_.back().get(), std::memory_order_release);
  return *owned_.back();
}

void RequestTelemetry::finished(const http::FinishedRequest& request) noexcept {
  try {
    counter_of(request.route_class, request.status).add();
    durations_[index_of(request.route_class)].observe(
        std::chrono::duration<double>(request.duration).count());
  } catch (const std::exception&) {
    // No memory for a new counter: the request is answered all the same.
  }
  log_access(request);
}

void RequestTelemetry::log_access(const http::FinishedRequest& request) noexcept {
  const LogLevel level = request.status >= 500 ? LogLevel::Warning : LogLevel::Information;
  if (!logger_.enabled(level, "access")) return;
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(request.duration).count();
  // The pattern, never the path or the query: they may hold what nobody wants in a log.
  logger_.write(level, "access", "request",
                {{"request_id", request.request.request_id},
                 {"method", request.request.method_token},
                 {"route", request.route},
                 {"status", std::int64_t{request.status}},
                 {"duration_us", std::int64_t{micros}},
                 {"client_address", request.request.client_address},
                 {"user_id", request.caller == nullptr ? std::string_view()
                                                       : std::string_view(request.caller->user_id)}});
}

void RequestTelemetry::handler_threw(const http::Request& request, std::string_view route,
                                     std::string_view what) noexcept {
  exceptions_.add();
  logger_.write(LogLevel::Error, "http", "handler threw",
                {{"request_id", request.request_id}, {"route", route}, {"what", what}});
}

}  // namespace gateway::app
