#include "core/plugin/plugin_set.hpp"

#include <algorithm>
#include <utility>

namespace gateway::plugin {

namespace {
// Storage, counters, providers, policies: the order of starting. The configured order within a kind is kept.
int rank(const PluginInstance& instance) {
  switch (instance.manifest().kind) {
    case PluginKind::Storage:
      return 0;
    case PluginKind::Counters:
      return 1;
    case PluginKind::Provider:
      return 2;
    case PluginKind::Policy:
      return 3;
  }
  return 3;
}
}  // namespace

void PluginSet::add(std::shared_ptr<const PluginLibrary> library, PluginSelection selection) {
  instances_.push_back(std::make_unique<PluginInstance>(std::move(library), std::move(selection), context_));
}

std::vector<PluginInstance*> PluginSet::of_kind(PluginKind kind) const {
  std::vector<PluginInstance*> found;
  for (const auto& instance : instances_) {
    if (instance->manifest().kind == kind) found.push_back(instance.get());
  }
  return found;
}

std::vector<std::string> PluginSet::create_all() {
  std::vector<std::string> faults;
  for (const auto& instance : instances_) {
    const auto same_id = [&](const auto& other) {
      return other != instance && other->id() == instance->id();
    };
    if (std::any_of(instances_.begin(), instances_.end(), same_id)) {
      faults.push_back("plugin id '" + instance->id() + "' is used twice");
    }
    for (const ConfigFault& fault : instance->create())
      faults.push_back("plugin '" + instance->id() + "': " + to_text(fault));
  }
  if (of_kind(PluginKind::Storage).size() != 1)
    faults.emplace_back("exactly one storage plugin must be selected");
  if (of_kind(PluginKind::Counters).size() > 1)
    faults.emplace_back("more than one counters plugin is selected");
  return faults;
}

std::vector<std::string> PluginSet::start_all() {
  std::stable_sort(instances_.begin(), instances_.end(),
                   [](const auto& a, const auto& b) { return rank(*a) < rank(*b); });
  store_ = std::make_unique<StoreClient>(*instances_.front());
  if (const auto counting = of_kind(PluginKind::Counters); !counting.empty())
    counters_ = std::make_unique<CounterClient>(*counting.front());
  for (const auto& instance : instances_) {
    const PluginKind kind = instance->manifest().kind;
    if (kind != PluginKind::Storage) instance->use_store(store_.get());
    if (kind == PluginKind::Provider || kind == PluginKind::Policy) instance->use_counters(counters_.get());
    if (kind == PluginKind::Policy) instance->use_api_keys(context_.api_keys);
    if (auto started = instance->start(); !started) {
      stop_all();
      return {std::move(started.error().detail)};
    }
  }
  return {};
}

void PluginSet::stop_all() noexcept {
  for (auto instance = instances_.rbegin(); instance != instances_.rend(); ++instance)
    (*instance)->stop();
}

}  // namespace gateway::plugin
