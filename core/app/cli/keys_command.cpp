#include <cstdio>
#include <string>
#include <utility>

#include "core/api/envelope.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/service_session.hpp"
#include "core/http/json_writer.hpp"

namespace gateway::app::cli {

namespace {

std::string until(const store::Key& key) {
  return key.verifies_until_ms == 0 ? std::string("-") : api::iso_time(key.verifies_until_ms);
}

}  // namespace

int keys_list(const ConfigArguments& arguments, bool as_json) {
  LoadedConfiguration loaded = load_configuration(arguments);
  if (!loaded.faults.empty()) return report(loaded.faults);
  ServiceSession session(std::move(loaded.settings));
  if (auto faults = session.start(); !faults.empty()) return report(faults);
  const auto keys = session.services().keys.list(session.scope().call);
  if (!keys) return report({keys.error().detail});
  http::JsonWriter json;
  json.begin_array();
  for (const store::Key& key : keys->keys) {
    json.begin_object().put("id", key.id).put("algorithm", key.algorithm);
    json.put("createdAt", api::iso_time(key.created_at_ms))
        .put("signsFrom", api::iso_time(key.signs_from_ms));
    json.put("verifiesUntil", until(key)).end_object();
    if (!as_json) {
      std::printf("%s  %-6s signs from %s  verifies until %s\n", key.id.c_str(), key.algorithm.c_str(),
                  api::iso_time(key.signs_from_ms).c_str(), until(key).c_str());
    }
  }
  json.end_array();
  if (as_json) std::printf("%.*s\n", static_cast<int>(json.text().size()), json.text().data());
  return kDone;
}

int keys_rotate(const ConfigArguments& arguments) {
  LoadedConfiguration loaded = load_configuration(arguments);
  if (!loaded.faults.empty()) return report(loaded.faults);
  ServiceSession session(std::move(loaded.settings));
  if (auto faults = session.start(); !faults.empty()) return report(faults);
  const auto id = session.services().keys.rotate(session.scope().call);
  if (!id) return report({id.error().detail});
  std::printf("%s\n", id->c_str());
  return kDone;
}

}  // namespace gateway::app::cli
