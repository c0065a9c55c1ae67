#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include <gateway/json.hpp>
#include <gateway/toolkit/nearest_name.hpp>

#include "core/app/cli/commands.hpp"
#include "core/app/plugin_opinion.hpp"
#include "core/config/key_names.hpp"
#include "core/config/reference.hpp"
#include "core/http/json_writer.hpp"
#include "core/plugin/plugin_catalog.hpp"

namespace gateway::app::cli {

namespace {

void write_manifest(http::JsonWriter& out, const plugin::PluginLibrary& library) {
  const Manifest& manifest = library.manifest();
  out.begin_object()
      .put("id", manifest.id)
      .put("kind", name_of(manifest.kind))
      .put("version", manifest.version);
  out.put("description", manifest.description)
      .put("license", manifest.license)
      .put("section", manifest.section);
  out.key("capabilities").begin_array();
  for (const std::string& capability : manifest.capabilities)
    out.value(capability);
  out.end_array().put("file", library.file().path.string()).put("sha256", library.file().sha256);
  out.key("configSchema").raw(manifest.config_schema.text).end_object();
}

void print_line(const plugin::PluginLibrary& library) {
  const Manifest& manifest = library.manifest();
  std::printf("%-18s %-9s %-8s %s\n", manifest.id.c_str(), std::string(name_of(manifest.kind)).c_str(),
              manifest.version.c_str(), manifest.description.c_str());
}

void print_field(const char* name, const std::string& value) {
  if (!value.empty()) std::printf("%-13s %s\n", name, value.c_str());
}

}  // namespace

int plugins_list(const ConfigArguments& arguments, bool as_json) {
  plugin::PluginCatalog catalog(plugin_directory(arguments));
  if (auto folder = plugin::check_plugin_folder(catalog.directory()); !folder)
    return report({"Plugins:Directory: " + folder.error().detail});
  http::JsonWriter json;
  json.begin_array();
  std::vector<std::string> faults;
  for (const std::string& name : catalog.names()) {
    const auto library = catalog.inspect(name);
    if (!library) {
      faults.push_back(library.error().detail);
    } else if (as_json) {
      write_manifest(json, **library);
    } else {
      print_line(**library);
    }
  }
  json.end_array();
  if (as_json) std::printf("%.*s\n", static_cast<int>(json.text().size()), json.text().data());
  return faults.empty() ? kDone : report(faults);
}

int plugins_show(const ConfigArguments& arguments, const std::string& id, bool as_json) {
  plugin::PluginCatalog catalog(plugin_directory(arguments));
  const auto library = catalog.inspect(id);
  if (!library) {
    const std::string meant = toolkit::did_you_mean(id, catalog.names());
    return report({library.error().detail + (meant.empty() ? "" : "; " + meant)});
  }
  const Manifest& manifest = (*library)->manifest();
  if (as_json) {
    http::JsonWriter json;
    write_manifest(json, **library);
    std::printf("%.*s\n", static_cast<int>(json.text().size()), json.text().data());
    return kDone;
  }
  print_line(**library);
  print_field("license", manifest.license);
  print_field("capabilities", config::joined(manifest.capabilities));
  print_field("file", (*library)->file().path.string());
  print_field("sha256", (*library)->file().sha256);
  print_field("section", manifest.section);
  if (const auto schema = parse_json(manifest.config_schema.text))
    std::printf("%s", config::reference_text(*schema, manifest.section).c_str());
  return kDone;
}

int plugins_check(const std::string& file, const std::optional<std::string>& config_file) {
  const auto checked = plugin::check_plugin_file(file, std::nullopt);
  if (!checked) return report({checked.error().detail});
  const auto library = plugin::PluginLibrary::load(*checked);
  if (!library) return report({library.error().detail});
  print_line(**library);
  std::printf("sha256 %s\n", checked->sha256.c_str());
  if (!config_file) {
    std::printf("loaded; no configuration was checked: --config FILE checks a section\n");
    return kDone;
  }

  std::ifstream stream(*config_file);
  const std::string section{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream) return report({*config_file + ": cannot be read"});
  if (const auto faults = section_faults(*library, section, *config_file); !faults.empty())
    return report(faults);
  std::printf("configuration accepted\n");
  return kDone;
}

}  // namespace gateway::app::cli
