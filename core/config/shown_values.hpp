// What `config show` may print: every value of the tree with its layer, secrets as "***". A value is a secret
// when its schema says "writeOnly", when it belongs to a plugin and its name or one above it sounds like one,
// unless its schema says "writeOnly": false, and when no schema knows it. Of a URL user information, query
// and fragment are secrets in any case; its path is not. Thread safety: a pure function.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/config/configuration.hpp"
#include "core/config/settings_tree.hpp"

namespace gateway::config {

// `schemas`: by plugin name.
std::vector<ShownValue> shown_values(const SettingsTree& tree, const std::vector<PluginInfo>& plugins,
                                     const std::map<std::string, rapidjson::Document>& schemas);

}  // namespace gateway::config
