#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "core/api/envelope.hpp"
#include "core/app/cli/commands.hpp"
#include "core/plugin/plugin_catalog.hpp"
#include "core/plugin/plugin_instance.hpp"
#include "core/plugin/store_client.hpp"
#include "core/runtime/clock.hpp"
#include "core/runtime/log.hpp"
#include "core/runtime/metrics.hpp"
#include "core/runtime/random.hpp"

namespace gateway::app::cli {

namespace {

// A step may have to read a whole table.
constexpr std::int64_t kMigrateTimeoutMs = 30LL * 60 * 1000;
constexpr std::string_view kConnectionPath = "ConnectionStrings:IdentityServiceDb";
constexpr std::string_view kConnectionKey = "IdentityServiceDb";

const PluginChoice* storage_of(const Settings& settings) {
  for (const PluginChoice& choice : settings.plugins) {
    if (choice.kind == PluginKind::Storage) return &choice;
  }
  return nullptr;
}

// As --set takes it, where "${" begins a variable: a password may hold one.
std::string as_override(const std::string& connection) {
  std::string text = std::string(kConnectionPath) + "=";
  for (std::size_t i = 0; i < connection.size(); ++i) {
    if (connection.compare(i, 2, "${") == 0) text += '$';
    text += connection[i];
  }
  return text;
}

// The override has reached the section ConnectionStrings; a storage with a Config of its own has it there.
std::string with_connection(const std::string& config_json, const std::optional<std::string>& connection) {
  auto config = parse_json(config_json);
  if (!connection || !config || !config->IsObject()) return config_json;
  const auto text = [&](std::string_view value) {
    return rapidjson::Value(value.data(), static_cast<rapidjson::SizeType>(value.size()),
                            config->GetAllocator());
  };
  config->RemoveMember(text(kConnectionKey));
  config->AddMember(text(kConnectionKey), text(*connection), config->GetAllocator());
  return to_text(*config);
}

void print(const store::SchemaState& state, bool pending_only) {
  for (const store::SchemaStep& step : state.steps) {
    const bool pending = step.state == store::StepState::Pending;
    if (pending_only && !pending) continue;
    const std::string when = step.applied_at_ms ? "  " + api::iso_time(*step.applied_at_ms) : "";
    std::printf("%04lld  %-8s %s%s\n", static_cast<long long>(step.version),
                std::string(name_of(step.state)).c_str(), step.name.c_str(), when.c_str());
  }
}

std::vector<std::string> texts_of(const std::string& plugin, const std::vector<ConfigFault>& faults) {
  std::vector<std::string> texts;
  texts.reserve(faults.size());
  for (const ConfigFault& fault : faults)
    texts.push_back("plugin '" + plugin + "': " + to_text(fault));
  return texts;
}

}  // namespace

int migrate(const MigrateArguments& arguments) {
  ConfigArguments config = arguments.config;
  if (arguments.connection) config.overrides.push_back(as_override(*arguments.connection));
  const LoadedConfiguration loaded = load_configuration(config);
  if (!loaded.faults.empty()) return report(loaded.faults);
  const PluginChoice* choice = storage_of(loaded.settings);
  if (choice == nullptr) return report({"no storage is selected"});

  plugin::PluginCatalog catalog(loaded.settings.plugin_directory);
  auto library = catalog.open(choice->name, choice->kind, choice->sha256);
  if (!library) return report({library.error().detail});
  const runtime::SystemClock clock;
  runtime::NullLogger logger;
  runtime::SystemRandom random;
  runtime::Metrics metrics;
  plugin::PluginSelection selection;
  selection.id = choice->id;
  selection.config_json = with_connection(choice->config_json, arguments.connection);
  // Created, never started: start() wants the schema that this command makes.
  plugin::PluginInstance storage(std::move(*library), std::move(selection),
                                 {logger, clock, random, metrics, nullptr, loaded.settings.environment});
  if (const auto faults = storage.create(); !faults.empty()) return report(texts_of(choice->id, faults));

  store::MigrateStore request;
  request.mode = arguments.status    ? store::MigrateMode::Status
                 : arguments.dry_run ? store::MigrateMode::DryRun
                                     : store::MigrateMode::Apply;
  request.service_role = arguments.service_role;
  plugin::StoreClient store(storage);
  const auto state = store.migrate(request, {clock.monotonic_ms() + kMigrateTimeoutMs, "migrate"});
  if (!state) return report({state.error().detail});
  if (state->required == 0) {
    std::printf("storage '%s' has no schema to migrate\n", choice->name.c_str());
    return kDone;
  }
  print(*state, request.mode == store::MigrateMode::DryRun);
  std::printf("schema version %lld, required %lld\n", static_cast<long long>(state->current),
              static_cast<long long>(state->required));
  return kDone;
}

}  // namespace gateway::app::cli
