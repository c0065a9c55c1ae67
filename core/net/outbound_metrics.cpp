#include "core/net/outbound_metrics.hpp"

#include <algorithm>
#include <vector>

namespace gateway::net {

namespace {

constexpr double kMsPerSecond = 1000;
constexpr const char* kRequests = "gateway_outbound_requests_total";
constexpr const char* kRequestsHelp = "Outbound calls, by how they ended.";
constexpr const char* kConnections = "gateway_outbound_connections_total";
constexpr const char* kConnectionsHelp = "Connections that outbound requests were sent on.";

const std::vector<double>& duration_bounds() {
  static const std::vector<double> bounds{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  return bounds;
}

// In the way of a label: "deadline_exceeded".
std::string label_of(ErrorKind kind) {
  std::string label(to_string(kind));
  std::replace(label.begin(), label.end(), ' ', '_');
  return label;
}

}  // namespace

HostMetrics::HostMetrics(runtime::Metrics& metrics, const std::string& host)
    : refused_(metrics.counter(kRequests, kRequestsHelp, {{"host", host}, {"outcome", "left_alone"}})),
      retries_(metrics.counter("gateway_outbound_retries_total", "Outbound requests that were sent again.",
                               {{"host", host}})),
      opened_(metrics.counter(kConnections, kConnectionsHelp, {{"host", host}, {"way", "opened"}})),
      reused_(metrics.counter(kConnections, kConnectionsHelp, {{"host", host}, {"way", "reused"}})),
      duration_(metrics.histogram("gateway_outbound_duration_seconds",
                                  "Outbound calls from start to end, repetitions included.", {{"host", host}},
                                  duration_bounds())),
      in_flight_gauge_(
          metrics.gauge("gateway_outbound_in_flight", "Outbound calls under way.", {{"host", host}})),
      breakers_gauge_(metrics.gauge("gateway_outbound_breaker_open",
                                    "Origins of the host that are being left alone.", {{"host", host}})) {
  const auto outcome = [&](const std::string& name) {
    return std::make_unique<runtime::Counter>(
        metrics.counter(kRequests, kRequestsHelp, {{"host", host}, {"outcome", name}}));
  };
  for (std::size_t digit = 2; digit < by_status_.size(); ++digit)
    by_status_[digit] = outcome(std::to_string(digit) + "xx");
  for (std::size_t kind = 1; kind < by_kind_.size(); ++kind)
    by_kind_[kind] = outcome(label_of(static_cast<ErrorKind>(kind)));
}

void HostMetrics::answered(std::int64_t status, std::int64_t took_ms) noexcept {
  by_status_[static_cast<std::size_t>(std::clamp<std::int64_t>(status / 100, 2, 5))]->add();
  duration_.observe(static_cast<double>(took_ms) / kMsPerSecond);
}

void HostMetrics::failed(ErrorKind kind, std::int64_t took_ms) noexcept {
  by_kind_[static_cast<std::size_t>(kind)]->add();
  duration_.observe(static_cast<double>(took_ms) / kMsPerSecond);
}

void HostMetrics::change_in_flight(int by) noexcept {
  const std::lock_guard lock(mutex_);
  in_flight_gauge_.set(in_flight_ += by);
}

void HostMetrics::change_open_breakers(int by) noexcept {
  const std::lock_guard lock(mutex_);
  breakers_gauge_.set(open_breakers_ += by);
}

HostMetrics& OutboundMetrics::of(const std::string& host) {
  const std::lock_guard lock(mutex_);
  const std::string label = hosts_.count(host) != 0 || hosts_.size() < kMaxHosts ? host : "other";
  auto& found = hosts_[label];
  if (!found) found = std::make_unique<HostMetrics>(metrics_, label);
  return *found;
}

}  // namespace gateway::net
