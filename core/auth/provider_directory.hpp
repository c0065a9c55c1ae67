// ProviderDirectory: the identity providers in use, in the configured order.
//
// The first with capability `password` signs people up and in; tokens are offered to each with capability
// `token`. Thread safety: immutable. Ownership: refers to the plugin instances, which outlive it.
#pragma once

#include <string_view>
#include <vector>

#include "core/plugin/plugin_instance.hpp"

namespace gateway::auth {

class ProviderDirectory {
 public:
  explicit ProviderDirectory(std::vector<plugin::PluginInstance*> providers)
      : providers_(std::move(providers)) {}

  const std::vector<plugin::PluginInstance*>& all() const noexcept { return providers_; }

  // nullptr: none.
  plugin::PluginInstance* first_with(std::string_view capability) const noexcept {
    for (plugin::PluginInstance* provider : providers_) {
      if (provider->has_capability(capability)) return provider;
    }
    return nullptr;
  }
  plugin::PluginInstance* find(std::string_view id) const noexcept {
    for (plugin::PluginInstance* provider : providers_) {
      if (provider->id() == id) return provider;
    }
    return nullptr;
  }

 private:
  std::vector<plugin::PluginInstance*> providers_;
};

}  // namespace gateway::auth
