#include "core/app/cli/command_line.hpp"

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/app/cli/commands.hpp"
#include "core/app/version.hpp"
#include "core/config/sources.hpp"

namespace gateway::app::cli {

namespace {

// What CLI11 asks of an option's value: a text is a refusal.
std::string is_environment(const std::string& name) {
  return config::is_environment_name(name) ? "" : "a name has letters, digits, - and _ only, as in Staging";
}
std::string is_override(const std::string& text) {
  const auto equals = text.find('=');
  return equals == 0 || equals == std::string::npos ? "write it as Key:Path=value, as in Tokens:Audience=me"
                                                    : "";
}

std::string is_lifetime(const std::string& text) {
  return lifetime_ms(text) ? "" : "write a number and m, h or d, as in 90d";
}

void add_config_options(CLI::App& command, ConfigArguments& arguments) {
  command.add_option("--config", arguments.path, "appsettings.json, or the folder that holds it");
  command
      .add_option("--environment", arguments.environment,
                  "which appsettings.{Environment}.json to read on top")
      ->check(is_environment);
  command.add_option("--set", arguments.overrides, "Key:Path=value, over everything else; repeatable")
      ->check(is_override);
}

// A command's subcommand that runs `action` when it is chosen.
CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& help, int& status,
                      std::function<int()> action) {
  CLI::App* command = parent.add_subcommand(name, help);
  command->callback([&status, run_action = std::move(action)] { status = run_action(); });
  return *command;
}

}  // namespace

int report(const std::vector<std::string>& faults) {
  for (const std::string& fault : faults)
    std::fprintf(stderr, "identity-gateway: %s\n", fault.c_str());
  return kFailed;
}

int report(const http::Problem& problem) {
  std::vector<std::string> lines;
  for (const http::FieldError& fault : problem.fields)
    lines.push_back(fault.field + ": " + fault.text);
  if (lines.empty()) lines.push_back(problem.message);
  return report(lines);
}

int run(int argc, char** argv) {
  CLI::App app("Identity Gateway: an authentication gateway with pluggable identity providers",
               "identity-gateway");
  app.require_subcommand(1);
  int status = kDone;
  ConfigArguments config;
  bool as_json = false;
  std::string id;
  const auto with_config = [&](CLI::App& command) { add_config_options(command, config); };
  const auto with_json = [&](CLI::App& command) { command.add_flag("--json", as_json, "print JSON"); };

  with_config(
      add_command(app, "serve", "serve the API until SIGTERM", status, [&] { return serve(config); }));

  CLI::App* configuration =
      app.add_subcommand("config", "check or show the configuration")->require_subcommand(1);
  CLI::App& check_config = add_command(*configuration, "check", "check everything, start nothing", status,
                                       [&] { return config_check(config, as_json); });
  with_config(check_config);
  with_json(check_config);
  CLI::App& show =
      add_command(*configuration, "show", "show every value and where it came from; secrets are masked",
                  status, [&] { return config_show(config, as_json); });
  with_config(show);
  with_json(show);

  MigrateArguments migration;
  CLI::App& migrate_command =
      add_command(app, "migrate", "bring the storage's schema up to date", status, [&] {
        migration.config = config;
        return migrate(migration);
      });
  with_config(migrate_command);
  migrate_command.add_option("--connection", migration.connection,
                             "instead of the configured connection string");
  migrate_command.add_option("--service-role", migration.service_role,
                             "the role the service connects as: it is given what serving needs");
  migrate_command.add_flag("--status", migration.status, "only say what has been applied");
  migrate_command.add_flag("--dry-run", migration.dry_run, "only say what would be applied");

  CLI::App* users =
      app.add_subcommand("users", "create, list, disable, enable and import users")->require_subcommand(1);
  CreateUserArguments person;
  CLI::App& create = add_command(*users, "create", "create a user, of any type", status, [&] {
    person.config = config;
    return users_create(person);
  });
  with_config(create);
  create.add_option("--email", person.email, "the email address to sign in with")->required();
  create.add_option("--type", person.type, "user type (default: the first of Users:Types)");
  create.add_option("--full-name", person.full_name, "the person's name");
  create.add_flag("--password-stdin", person.password_stdin,
                  "read the password from standard input; without it, it is asked for");
  CLI::App& list_users =
      add_command(*users, "list", "list users", status, [&] { return users_list(config, as_json); });
  with_config(list_users);
  with_json(list_users);
  CLI::App& disable = add_command(*users, "disable", "suspend a user and end its sessions", status,
                                  [&] { return users_set_active(config, id, false); });
  with_config(disable);
  disable.add_option("id", id, "the user's id")->required();
  CLI::App& enable = add_command(*users, "enable", "let a user in again", status,
                                 [&] { return users_set_active(config, id, true); });
  with_config(enable);
  enable.add_option("id", id, "the user's id")->required();

  ImportArguments import;
  CLI::App& import_users =
      add_command(*users, "import", "take accounts over from an export of Firebase", status, [&] {
        import.config = config;
        import.as_json = as_json;
        return users_import(import);
      });
  with_config(import_users);
  with_json(import_users);
  import_users.add_option("file", import.file, "what `firebase auth:export` wrote, as JSON")->required();
  import_users.add_option("--from", import.from,
                          "the id that their provider has in Plugins:Providers so far (default: firebase)");
  import_users.add_option("--into", import.into, "the provider that keeps them from now on (default: local)");

  CLI::App* keys = app.add_subcommand("keys", "list and rotate signing keys")->require_subcommand(1);
  CLI::App& list_keys =
      add_command(*keys, "list", "list signing keys", status, [&] { return keys_list(config, as_json); });
  with_config(list_keys);
  with_json(list_keys);
  with_config(
      add_command(*keys, "rotate", "add a signing key now", status, [&] { return keys_rotate(config); }));

  CLI::App* api_keys = app.add_subcommand("api-keys", "create, list and revoke keys of machine callers")
                           ->require_subcommand(1);
  CreateApiKeyArguments key;
  CLI::App& create_key = add_command(*api_keys, "create", "create a key and print it, once", status, [&] {
    key.config = config;
    key.as_json = as_json;
    return api_keys_create(key);
  });
  with_config(create_key);
  with_json(create_key);
  create_key.add_option("--name", key.name, "what it is for, as people are to see it")->required();
  create_key.add_option("--scope", key.scopes, "what it is good for; repeatable");
  create_key.add_option("--expires-in", key.expires_in, "30m, 12h, 90d (default: until it is revoked)")
      ->check(is_lifetime);
  CLI::App& list_api_keys = add_command(*api_keys, "list", "list keys, without the keys themselves", status,
                                        [&] { return api_keys_list(config, as_json); });
  with_config(list_api_keys);
  with_json(list_api_keys);
  CLI::App& revoke_key =
      add_command(*api_keys, "revoke", "revoke a key", status, [&] { return api_keys_revoke(config, id); });
  with_config(revoke_key);
  revoke_key.add_option("id", id, "the key's id, which is the part between its two underscores")->required();

  CLI::App* plugins = app.add_subcommand("plugins", "list, show and check plugins")->require_subcommand(1);
  CLI::App& list_plugins = add_command(*plugins, "list", "list the plugins in the plugin folder", status,
                                       [&] { return plugins_list(config, as_json); });
  with_config(list_plugins);
  with_json(list_plugins);
  CLI::App& show_plugin =
      add_command(*plugins, "show", "show what a plugin says of itself, and the keys of its section", status,
                  [&] { return plugins_show(config, id, as_json); });
  with_config(show_plugin);
  with_json(show_plugin);
  show_plugin.add_option("id", id, "the plugin's name")->required();
  std::string file;
  std::optional<std::string> section_file;
  CLI::App& check = add_command(*plugins, "check", "load a plugin's file, check it, create and destroy it",
                                status, [&] { return plugins_check(file, section_file); });
  check.add_option("file", file, "the shared library")->required();
  check.add_option("--config", section_file, "a JSON file with the plugin's section");

  std::optional<std::string> url;
  CLI::App& health =
      add_command(app, "healthcheck", "ask a running gateway whether it is alive; for containers", status,
                  [&] { return healthcheck(config, url); });
  with_config(health);
  health.add_option("--url", url, "default: /api/v1/live where the configuration says to listen");

  const std::string version = "identity-gateway " + std::string(kVersion);
  app.set_version_flag("--version", version, "print the version");
  add_command(app, "version", "print the version", status, [&] {
    std::printf("%s\n", version.c_str());
    return kDone;
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& e) {
    // CLI11 would only say that a command is missing, not that it does not know this one.
    const std::vector<std::string> unknown = app.remaining(true);
    if (unknown.empty()) return app.exit(e) == 0 ? kDone : kWrongUsage;
    std::fprintf(stderr, "there is no command or option '%s'\nRun with --help for more information.\n",
                 unknown.front().c_str());
    return kWrongUsage;
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kDone : kWrongUsage;
  }
  return status;
}

}  // namespace gateway::app::cli
