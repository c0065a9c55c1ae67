#include "core/config/sources.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include <unistd.h>

#include <gateway/toolkit/nearest_name.hpp>
#include <gateway/toolkit/unicode.hpp>

#include "core/config/key_names.hpp"
#include "core/config/settings_json.hpp"

namespace gateway::config {

namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;

std::string variable(const Environment& variables, const std::string& name) {
  const auto it = variables.find(name);
  return it == variables.end() ? "" : it->second;
}

void read_file(const std::filesystem::path& path, Sources& sources) {
  const std::string name = path.lexically_normal().string();
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.eof() || in.bad()) {
    const bool is_open = in.is_open() && !in.bad();
    sources.faults.push_back({name, is_open ? "is larger than 1 MiB" : "cannot be read",
                              is_open ? "" : "check that the gateway's user may read it", ""});
    return;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  sources.files.push_back({name, std::move(text)});
}

void read_folder(const std::filesystem::path& folder, Sources& sources) {
  for (const std::string& name :
       {std::string("appsettings.json"), "appsettings." + sources.environment + ".json"}) {
    std::error_code error;
    if (std::filesystem::exists(folder / name, error)) read_file(folder / name, sources);
  }
}

void read_files(const SourceOptions& options, Sources& sources) {
  if (!options.config) {
    read_folder(options.working_folder, sources);
    return;
  }
  const std::string name = options.config->string();
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(*options.config, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    sources.faults.push_back({"--config", name + " does not exist", "", ""});
  } else if (status.type() != std::filesystem::file_type::directory) {
    read_file(*options.config, sources);
  } else {
    read_folder(*options.config, sources);
    if (!sources.files.empty() || !sources.faults.empty()) return;
    sources.faults.push_back({"--config", "the folder " + name + " holds no appsettings.json",
                              "and no appsettings." + sources.environment + ".json", ""});
  }
}

void apply_variable(SettingsTree& tree, const std::string& name, const std::string& value,
                    const KnownKeys& known, Faults& faults) {
  const auto segments = split(name, "__");
  const auto& keys = segments.size() == 1 ? known.values : known.sections;
  if (std::none_of(keys.begin(), keys.end(),
                   [&](const std::string& key) { return same_name(key, segments.front()); })) {
    return;
  }
  if (!toolkit::is_utf8(name)) {
    faults.push_back(
        {segments.front(), "the name of an environment variable below it is not UTF-8", "rename it", ""});
    return;
  }
  const std::string layer = "environment variable " + name;
  // What comes from a secret store is taken as it is: a "${" in a password is no reference.
  if (auto set = tree.set(segments, value, {.layer = layer, .is_text = true, .expands = false}); !set) {
    faults.push_back({name, set.error().detail, "", layer});
  }
}

void apply_override(SettingsTree& tree, const std::string& text, Faults& faults) {
  const auto equals = text.find('=');
  const std::string key = text.substr(0, equals);
  if (equals == std::string::npos || key.empty() || !toolkit::is_utf8(key)) {
    faults.push_back({"--set", "is not of the form Key:Path=value", "", "--set"});
    return;
  }
  if (auto set = tree.set(split(key, ":"), std::string_view(text).substr(equals + 1),
                          {.layer = "--set", .is_text = true, .expands = true});
      !set) {
    faults.push_back({key, set.error().detail, "", "--set"});
  }
}

// The variable that was probably meant.
std::string hint_for_variable(std::string_view text, const Environment& variables) {
  std::vector<std::string> names;
  names.reserve(variables.size());
  for (const auto& variable : variables)
    names.push_back(variable.first);
  for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    const std::string name(text.substr(at + 2, text.find('}', at) - at - 2));
    if (variables.count(name) > 0) continue;
    std::string meant = toolkit::did_you_mean(name, names);
    if (!meant.empty()) return meant;
  }
  if (text.find('}') == std::string_view::npos) return "close it with }; $${ is a plain ${";
  return "set it; ${NAME:-default} says what holds where it is not set, $${ is a plain ${";
}

void expand_text(SettingsTree& tree, rapidjson::Value& value, const std::string& path,
                 const Environment& variables, Faults& faults) {
  Origin* origin = tree.origin(path);
  if (origin == nullptr) return;
  if (origin->expands && text_of(value).find("${") != std::string_view::npos) {
    const auto expanded = expand(text_of(value), variables);
    if (!expanded) {
      faults.push_back(
          {path, expanded.error().detail, hint_for_variable(text_of(value), variables), origin->layer});
      return;
    }
    value.SetString(expanded->text, tree.allocator());
    for (const std::string& name : expanded->variables) {
      origin->layer += " ${" + name + "}";
      origin->is_text = true;
    }
  }
  // A file is JSON and so UTF-8; a variable may be anything.
  if (!toolkit::is_utf8(text_of(value))) {
    faults.push_back({path, "is not UTF-8", "save or set it in that encoding", origin->layer});
    value.SetString("", tree.allocator());
  }
}

void expand_strings(SettingsTree& tree, rapidjson::Value& value, const std::string& path,
                    const Environment& variables, Faults& faults) {
  if (value.IsObject()) {
    for (auto& entry : members_of(value))
      expand_strings(tree, entry.value, join_path(path, text_of(entry.name)), variables, faults);
  } else if (value.IsArray()) {
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
      expand_strings(tree, value[i], join_path(path, std::to_string(i)), variables, faults);
  } else if (value.IsString()) {
    expand_text(tree, value, path, variables, faults);
  }
}

}  // namespace

Faults misspelt_variables(const Sources& sources, const KnownKeys& known) {
  Faults warnings;
  for (const auto& [name, value] : sources.variables) {
    const auto segments = split(name, "__");
    const bool is_known = std::any_of(known.sections.begin(), known.sections.end(), [&](const auto& section) {
      return same_name(section, segments.front());
    });
    const std::string meant = toolkit::nearest_name(segments.front(), known.sections);
    if (segments.size() > 1 && !is_known && !meant.empty() && toolkit::is_utf8(name))
      warnings.push_back({name, "is not read: there is no section " + segments.front(),
                          "did you mean " + meant + name.substr(segments.front().size()) + "?",
                          "environment variable"});
  }
  return warnings;
}

bool is_environment_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Sources read_sources(const SourceOptions& options) {
  Sources sources;
  sources.variables = options.variables;
  sources.overrides = options.overrides;
  std::string name = options.environment.value_or("");
  for (const char* key : {"GATEWAY_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT"}) {
    if (name.empty()) name = variable(options.variables, key);
  }
  if (!name.empty()) sources.environment = name;
  if (!is_environment_name(sources.environment)) {
    sources.faults.push_back({"environment",
                              "the environment's name has other characters than letters, digits, - and _",
                              "for example Production or Staging", ""});
    sources.environment = "Production";
    return sources;
  }
  read_files(options, sources);
  return sources;
}

SettingsTree merge_sources(const Sources& sources, const KnownKeys& known, Faults& faults) {
  SettingsTree tree;
  for (const SourceFile& file : sources.files) {
    const auto document = parse_settings_json(file.text);
    if (!document) {
      faults.push_back({file.name, document.error().detail, "", ""});
      continue;
    }
    tree.merge(*document, file.name);
  }
  for (const auto& [name, value] : sources.variables)
    apply_variable(tree, name, value, known, faults);
  for (const char* name : {"GATEWAY_URLS", "ASPNETCORE_URLS"}) {
    const std::string urls = variable(sources.variables, name);
    if (urls.empty()) continue;
    static_cast<void>(
        tree.set({"Urls"}, urls,
                 {.layer = std::string("environment variable ") + name, .is_text = false, .expands = false}));
    break;
  }
  for (const std::string& text : sources.overrides)
    apply_override(tree, text, faults);
  expand_strings(tree, tree.root(), "", sources.variables, faults);
  return tree;
}

Environment process_environment() {
  Environment variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (const auto equals = text.find('='); equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

}  // namespace gateway::config
