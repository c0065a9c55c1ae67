#include "tests/integration/plugin/plugin_folder.hpp"

#include <cstdlib>
#include <stdexcept>

#include "tests/integration/plugin/fixture_folder.hpp"

namespace gateway::testing {

namespace fs = std::filesystem;

PluginFolder::PluginFolder() {
  std::string pattern = (fs::temp_directory_path() / "gateway-plugins-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

PluginFolder::~PluginFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path PluginFolder::put(const std::string& name, const std::string& as) {
  fs::path target = file(as.empty() ? name : as);
  fs::copy_file(fs::path(kFixtureFolder) / (name + ".so"), target);
  fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write);
  return target;
}

}  // namespace gateway::testing
