// PluginLibrary: a shared library that has been loaded and whose ABI, life-cycle functions and manifest are
// sound.
//
// Loading runs the library's initialisers; nothing else of it runs here but its entry function. A library
// stays loaded until the process ends (its code may still be on some thread's stack), so there is no unload.
// Thread safety: immutable. Ownership: shared; several instances may be made of one library.
#pragma once

#include <memory>

#include <gateway/abi.h>
#include <gateway/manifest.hpp>
#include <gateway/result.hpp>

#include "core/plugin/plugin_file.hpp"

namespace gateway::plugin {

class PluginLibrary {
 public:
  // Errors: Invalid, naming the file and the reason.
  static Result<std::shared_ptr<const PluginLibrary>> load(const PluginFile& file);

  PluginLibrary(PluginFile file, const gateway_plugin& abi, Manifest manifest);

  const PluginFile& file() const noexcept { return file_; }
  const gateway_plugin& abi() const noexcept { return abi_; }
  const Manifest& manifest() const noexcept { return manifest_; }

 private:
  PluginFile file_;
  const gateway_plugin& abi_;
  Manifest manifest_;
};

}  // namespace gateway::plugin
