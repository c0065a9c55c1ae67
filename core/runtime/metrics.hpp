// Metrics: counters, gauges and histograms in the Prometheus text format. prometheus-cpp lives behind this
// header alone.
//
// Instruments are created once, at start or when a label value is first met, and kept by reference: adding to
// one is an atomic operation and safe on an I/O thread. Creating one takes a lock. Label values must come
// from bounded sets (route patterns, plugin ids), never from a request. Thread safety: all members from any
// thread. Ownership: instruments live as long as the Metrics object.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::runtime {

class Counter {
 public:
  explicit Counter(void* impl) noexcept : impl_(impl) {}
  void add(double amount = 1) noexcept;

 private:
  void* impl_;
};

class Gauge {
 public:
  explicit Gauge(void* impl) noexcept : impl_(impl) {}
  void set(double value) noexcept;

 private:
  void* impl_;
};

class Histogram {
 public:
  explicit Histogram(void* impl) noexcept : impl_(impl) {}
  void observe(double value) noexcept;

 private:
  void* impl_;
};

using Labels = std::map<std::string, std::string>;

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The same name and labels give the same instrument again.
  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram histogram(const std::string& name, const std::string& help, const Labels& labels,
                      const std::vector<double>& bucket_bounds);

  // Runs before each exposition, to copy figures that live elsewhere (queue depths, connections) into gauges.
  void on_collect(std::function<void()> refresh);

  // Prometheus text exposition format 0.0.4.
  std::string expose();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::runtime
