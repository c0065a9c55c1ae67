#include "core/app/configuration.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include <gateway/json.hpp>

#include "core/app/plugin_inspection.hpp"
#include "core/app/preflight.hpp"
#include "core/app/settings_from_config.hpp"
#include "core/config/config_report.hpp"
#include "core/config/configuration.hpp"

namespace gateway::app {

namespace {

// Beside the program, as an installation has it: bin/identity-gateway, lib/identity-gateway/plugins.
std::filesystem::path installed_plugin_directory() {
  std::error_code failed;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed);
  return (program.parent_path().parent_path() / "lib" / "identity-gateway" / "plugins").lexically_normal();
}

std::vector<std::string> texts_of(const config::Faults& faults) {
  std::vector<std::string> texts;
  std::transform(faults.begin(), faults.end(), std::back_inserter(texts), config::fault_line);
  return texts;
}

config::Sources read(const ConfigArguments& arguments) {
  config::SourceOptions options;
  if (arguments.path) options.config = *arguments.path;
  options.environment = arguments.environment;
  options.overrides = arguments.overrides;
  options.variables = config::process_environment();
  return config::read_sources(options);
}

std::filesystem::path directory_of(const config::Sources& sources) {
  const std::string configured = config::plugin_directory(sources);
  return configured.empty() ? installed_plugin_directory() : std::filesystem::path(configured);
}

config::CheckedConfiguration check_all(const config::Sources& sources,
                                       const std::filesystem::path& directory) {
  PluginInspection plugins(sources, directory, installed_plugin_directory());
  config::CheckedConfiguration checked =
      config::check_configuration(sources, plugins.known(), plugins.knows_all_sections());
  preflight(checked, plugins);
  return checked;
}

}  // namespace

LoadedConfiguration load_configuration(const ConfigArguments& arguments) {
  const config::Sources sources = read(arguments);
  const std::filesystem::path directory = directory_of(sources);
  const config::CheckedConfiguration checked = check_all(sources, directory);
  LoadedConfiguration loaded;
  loaded.faults = texts_of(checked.faults);
  loaded.warnings = texts_of(checked.warnings);
  if (checked.ok()) loaded.settings = settings_from_config(checked.config);
  loaded.settings.log_format = log_format_of(checked.config.log_format);
  loaded.settings.plugin_directory = directory;
  return loaded;
}

Result<std::string> live_url(const ConfigArguments& arguments) {
  const auto listen = config::listen_address(read(arguments));
  if (!listen) return listen.error();
  const auto url = config::local_url(*listen);
  if (!url) return invalid("Urls: " + url.error().detail + "; say with --url which it became");
  return *url + "/api/v1/live";
}

std::filesystem::path plugin_directory(const ConfigArguments& arguments) {
  return directory_of(read(arguments));
}

ConfigurationReport report_configuration(const ConfigArguments& arguments, bool show, bool as_json) {
  const config::Sources sources = read(arguments);
  const config::CheckedConfiguration checked = check_all(sources, directory_of(sources));
  const auto format = as_json ? config::ReportFormat::Json : config::ReportFormat::Text;
  return {show ? config::show_report(checked, format) : config::check_report(checked, format), checked.ok()};
}

}  // namespace gateway::app
