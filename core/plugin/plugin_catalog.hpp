// PluginCatalog: the plugin folder. Finds a plugin by its name, checks and loads it; each library once.
//
// The plugin `rate-limit` is the file `rate-limit.so`. What the file says of itself (manifest id and kind)
// must be what was asked for. Errors: Invalid, naming the plugin, the file and the reason; for a file that is
// not there, what is. Thread safety: from one thread, at start. Ownership: libraries are shared with their
// instances.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/plugin/plugin_library.hpp"

namespace gateway::plugin {

class PluginCatalog {
 public:
  explicit PluginCatalog(std::filesystem::path directory) : directory_(std::move(directory)) {}

  Result<std::shared_ptr<const PluginLibrary>> open(const std::string& name, PluginKind kind,
                                                    const std::optional<std::string>& pin);
  // The names of all files in the folder that may be plugins, sorted.
  std::vector<std::string> names() const;
  // Without knowing what to expect: for listing and for the command line.
  Result<std::shared_ptr<const PluginLibrary>> inspect(const std::string& name,
                                                       const std::optional<std::string>& pin = std::nullopt);

  const std::filesystem::path& directory() const noexcept { return directory_; }

 private:
  std::filesystem::path file_of(const std::string& name) const;
  Result<std::shared_ptr<const PluginLibrary>> load(const std::string& name,
                                                    const std::optional<std::string>& pin);

  std::filesystem::path directory_;
  std::map<std::string, std::shared_ptr<const PluginLibrary>> loaded_;
};

}  // namespace gateway::plugin
