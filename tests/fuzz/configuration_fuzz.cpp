// A configuration from hostile text: a settings file, a variable and an override. Whatever they hold, a
// configuration without faults can be used, its plugins get JSON objects, and no report shows a secret.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config_report.hpp"
#include "core/config/configuration.hpp"

namespace {

using namespace gateway;
using namespace gateway::config;

constexpr std::string_view kSecret = "Zq7-never-shown";

void require(bool holds) {
  if (!holds) std::abort();
}

const std::vector<PluginInfo>& plugins() {
  static const std::vector<PluginInfo> known{
      {"local", "Local", R"({"type":"object","additionalProperties":false,"properties":{
        "N":{"type":"integer"},"B":{"type":"boolean"},"L":{"type":"array","items":{"type":"string"}},
        "Secret":{"type":"string","writeOnly":true}}})"},
      {"memory", "Memory", R"({"type":"object"})"},
      {"allowed-hosts", "AllowedHosts", R"({"type":"object","properties":{"Value":{"type":"string"}}})"}};
  return known;
}

}  // namespace

// The input's first line is an override, its second the value of a variable, the rest the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto take_line = [&] {
    const auto end = text.find('\n');
    const std::string line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
  };
  Sources sources;
  sources.overrides = {take_line(), "Local:Secret=" + std::string(kSecret)};
  sources.variables = {{"Local__L", take_line()}, {"NAME", "value"}};
  sources.files.push_back({"appsettings.json", std::string(text)});

  const auto checked = check_configuration(sources, plugins());
  if (checked.ok()) {
    require(!checked.config.plugins.empty() && !checked.config.users.types.empty());
    for (const PluginSelection& plugin : checked.config.plugins) {
      const auto json = parse_json(plugin.config.reveal());
      require(json.ok() && json->IsObject());
    }
  }
  // The name of a key is shown, so a file that has the secret as a name proves nothing.
  if (text.find("Zq7") == std::string_view::npos &&
      sources.overrides.front().find("Zq7") == std::string::npos) {
    for (const auto format : {ReportFormat::Text, ReportFormat::Json}) {
      require(show_report(checked, format).find(kSecret) == std::string::npos);
      require(check_report(checked, format).find(kSecret) == std::string::npos);
    }
  }
  return 0;
}
