// PluginFolder: a private folder with copies of the bad plugins, protected as a plugin folder has to be until
// a test changes that. Removed with the object; libraries that were loaded stay loaded. Thread safety: from
// one thread.
#pragma once

#include <filesystem>
#include <string>

namespace gateway::testing {

class PluginFolder {
 public:
  PluginFolder();
  ~PluginFolder();
  PluginFolder(const PluginFolder&) = delete;
  PluginFolder& operator=(const PluginFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path file(const std::string& name) const { return path_ / (name + ".so"); }
  // Copies the plugin of that name into the folder, as `as` where that is given.
  std::filesystem::path put(const std::string& name, const std::string& as = {});

 private:
  std::filesystem::path path_;
};

}  // namespace gateway::testing
