// PluginLibrary: a plugin's shared object, opened and looked at, for tests. The gateway itself has a stricter
// loader (owner, mode, digest); this one checks the boundary only, so that a suite can say what is wrong.
//
// Ownership: the library stays open until the process ends, as in the gateway: plugins are never unloaded.
// Thread safety: immutable. Errors: Invalid, with the reason, when it cannot be opened, lacks the entry
// point, has another ABI or a manifest that does not parse.
#pragma once

#include <string>
#include <utility>

#include <dlfcn.h>

#include <gateway/abi.h>
#include <gateway/call.hpp>
#include <gateway/manifest.hpp>

namespace gateway::conformance {

class PluginLibrary {
 public:
  static Result<PluginLibrary> open(const std::string& path) {
    void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (handle == nullptr) return invalid(path + " cannot be opened: " + dl_fault());
    const auto entry = reinterpret_cast<gateway_plugin_entry>(::dlsym(handle, GATEWAY_PLUGIN_SYMBOL));
    if (entry == nullptr) return invalid(path + " does not export " GATEWAY_PLUGIN_SYMBOL);
    const gateway_plugin* plugin = entry();
    if (plugin == nullptr || plugin->struct_size < sizeof(gateway_plugin))
      return invalid(path + " answers a structure that is too small");
    if (plugin->abi_major != GATEWAY_ABI_MAJOR || plugin->abi_minor != GATEWAY_ABI_MINOR)
      return invalid(path + " was built for another ABI");
    Result<Manifest> manifest = decode<Manifest>(from_abi(plugin->manifest));
    if (!manifest) return invalid(path + ": manifest: " + manifest.error().detail);
    return PluginLibrary(plugin, std::move(*manifest));
  }

  const gateway_plugin& plugin() const noexcept { return *plugin_; }
  const Manifest& manifest() const noexcept { return manifest_; }

 private:
  PluginLibrary(const gateway_plugin* plugin, Manifest manifest)
      : plugin_(plugin), manifest_(std::move(manifest)) {}

  static std::string dl_fault() {
    const char* fault = ::dlerror();
    return fault == nullptr ? "unknown reason" : fault;
  }

  const gateway_plugin* plugin_;
  Manifest manifest_;
};

}  // namespace gateway::conformance
