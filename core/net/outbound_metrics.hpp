// OutboundMetrics: what there is to see of outbound calls, by host.
//
// The first kMaxHosts hosts have a label of their own, all others share `other`. Gauges are sums: two origins
// of one host (ports, schemes) share its label. Thread safety: all members from any thread. Ownership: refers
// to the metrics; a HostMetrics lives as long as the OutboundMetrics.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/net/failure.hpp"
#include "core/runtime/metrics.hpp"

namespace gateway::net {

class HostMetrics {
 public:
  HostMetrics(runtime::Metrics& metrics, const std::string& host);

  void answered(std::int64_t status, std::int64_t took_ms) noexcept;
  void failed(ErrorKind kind, std::int64_t took_ms) noexcept;
  void refused_by_breaker() noexcept { refused_.add(); }
  void retried() noexcept { retries_.add(); }
  void opened_connection() noexcept { opened_.add(); }
  void reused_connection() noexcept { reused_.add(); }
  void change_in_flight(int by) noexcept;
  void change_open_breakers(int by) noexcept;

 private:
  std::array<std::unique_ptr<runtime::Counter>, 6> by_status_;  // by the first digit
  std::array<std::unique_ptr<runtime::Counter>, 8> by_kind_;    // by ErrorKind
  runtime::Counter refused_;
  runtime::Counter retries_;
  runtime::Counter opened_;
  runtime::Counter reused_;
  runtime::Histogram duration_;
  std::mutex mutex_;
  runtime::Gauge in_flight_gauge_;  // guarded by mutex_, as all below
  runtime::Gauge breakers_gauge_;
  int in_flight_ = 0;
  int open_breakers_ = 0;
};

class OutboundMetrics {
 public:
  static constexpr std::size_t kMaxHosts = 64;

  explicit OutboundMetrics(runtime::Metrics& metrics) : metrics_(metrics) {}
  HostMetrics& of(const std::string& host);

 private:
  runtime::Metrics& metrics_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<HostMetrics>> hosts_;  // guarded by mutex_
};

}  // namespace gateway::net
