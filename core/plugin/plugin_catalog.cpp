#include "core/plugin/plugin_catalog.hpp"

#include <algorithm>
#include <utility>

namespace gateway::plugin {

namespace {

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

bool safe_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

std::filesystem::path PluginCatalog::file_of(const std::string& name) const {
  return directory_ / (name + ".so");
}

std::vector<std::string> PluginCatalog::names() const {
  std::vector<std::string> found;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, failed)) {
    if (entry.path().extension() != ".so") continue;
    found.push_back(entry.path().stem().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<std::shared_ptr<const PluginLibrary>> PluginCatalog::load(const std::string& name,
                                                                 const std::optional<std::string>& pin) {
  if (!safe_name(name))
    return invalid("plugin '" + name + "': a name has lower-case letters, digits and '-' only");
  const auto path = file_of(name);
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) {
    return invalid("plugin '" + name + "': there is no " + path.string() +
                   "; the folder has: " + join(names()));
  }
  const auto file = check_plugin_file(path, pin);
  if (!file) return invalid("plugin '" + name + "': " + file.error().detail);
  if (const auto known = loaded_.find(file->path.string()); known != loaded_.end()) return known->second;
  auto library = PluginLibrary::load(*file);
  if (!library) return invalid("plugin '" + name + "': " + library.error().detail);
  loaded_[file->path.string()] = *library;
  return library;
}

Result<std::shared_ptr<const PluginLibrary>> PluginCatalog::inspect(const std::string& name,
                                                                    const std::optional<std::string>& pin) {
  return load(name, pin);
}

Result<std::shared_ptr<const PluginLibrary>> PluginCatalog::open(const std::string& name, PluginKind kind,
                                                                 const std::optional<std::string>& pin) {
  auto library = load(name, pin);
  if (!library) return library;
  const Manifest& manifest = (*library)->manifest();
  if (manifest.id != name) {
    return invalid("plugin '" + name + "': " + (*library)->file().path.string() + " says it is '" +
                   manifest.id + "'");
  }
  if (manifest.kind != kind) {
    return invalid("plugin '" + name + "': is of kind " + std::string(name_of(manifest.kind)) +
                   ", selected as " + std::string(name_of(kind)));
  }
  return library;
}

}  // namespace gateway::plugin
