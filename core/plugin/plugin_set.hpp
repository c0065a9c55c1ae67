// PluginSet: all instances of one process, started and stopped together: all or none.
//
// add() in any order; create_all(), then start_all(): storage first, then counters, since the others may use
// them. A failure
// anywhere stops and destroys what had come up. Destruction stops everything in reverse order. Thread safety:
// from one thread; the instances themselves are thread-safe. Ownership: owns the instances.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/plugin/counter_client.hpp"
#include "core/plugin/plugin_instance.hpp"
#include "core/plugin/store_client.hpp"

namespace gateway::plugin {

class PluginSet {
 public:
  explicit PluginSet(const HostContext& context) : context_(context) {}
  ~PluginSet() { stop_all(); }
  PluginSet(const PluginSet&) = delete;
  PluginSet& operator=(const PluginSet&) = delete;

  void add(std::shared_ptr<const PluginLibrary> library, PluginSelection selection);

  // Every fault there is; empty: done.
  std::vector<std::string> create_all();
  std::vector<std::string> start_all();
  void stop_all() noexcept;

  // After start_all().
  Store& store() noexcept { return *store_; }
  // nullptr: nothing is shared between instances but the storage.
  CounterStore* counters() noexcept { return counters_.get(); }
  std::vector<PluginInstance*> of_kind(PluginKind kind) const;

 private:
  HostContext context_;
  std::vector<std::unique_ptr<PluginInstance>> instances_;
  std::unique_ptr<StoreClient> store_;
  std::unique_ptr<CounterClient> counters_;
};

}  // namespace gateway::plugin
