#include "core/runtime/metrics.hpp"

#include <mutex>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace gateway::runtime {

struct Metrics::Impl {
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
  std::mutex mutex;  // guards refreshers
  std::vector<std::function<void()>> refreshers;
};

void Counter::add(double amount) noexcept {
  static_cast<prometheus::Counter*>(impl_)->Increment(amount);
}
void Gauge::set(double value) noexcept {
  static_cast<prometheus::Gauge*>(impl_)->Set(value);
}
void Histogram::observe(double value) noexcept {
  static_cast<prometheus::Histogram*>(impl_)->Observe(value);
}

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return Counter(&prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry).Add(labels));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return Gauge(&prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry).Add(labels));
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, const Labels& labels,
                             const std::vector<double>& bucket_bounds) {
  return Histogram(&prometheus::BuildHistogram()
                        .Name(name)
                        .Help(help)
                        .Register(impl_->registry)
                        .Add(labels, bucket_bounds));
}

void Metrics::on_collect(std::function<void()> refresh) {
  const std::lock_guard lock(impl_->mutex);
  impl_->refreshers.push_back(std::move(refresh));
}

std::string Metrics::expose() {
  {
    const std::lock_guard lock(impl_->mutex);
    for (const auto& refresh : impl_->refreshers)
      refresh();
  }
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace gateway::runtime
