// One function per command; each is a file of its own. They print to stdout what was asked for and to stderr
// what went wrong, and return the exit status.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/app/configuration.hpp"
#include "core/http/problem.hpp"

namespace gateway::app::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;

int serve(const ConfigArguments& arguments);

int config_check(const ConfigArguments& arguments, bool as_json);
int config_show(const ConfigArguments& arguments, bool as_json);

struct MigrateArguments {
  ConfigArguments config;
  std::optional<std::string> connection;    // instead of ConnectionStrings:IdentityServiceDb
  std::optional<std::string> service_role;  // who the service connects as, where another role migrates
  bool status = false;
  bool dry_run = false;
};
int migrate(const MigrateArguments& arguments);

struct CreateUserArguments {
  ConfigArguments config;
  std::string email;
  std::string type;
  std::optional<std::string> full_name;
  bool password_stdin = false;  // else it is asked for, which takes a terminal
};
int users_create(const CreateUserArguments& arguments);
int users_list(const ConfigArguments& arguments, bool as_json);
int users_set_active(const ConfigArguments& arguments, const std::string& id, bool active);

struct ImportArguments {
  ConfigArguments config;
  std::string file;
  std::string from = "firebase";  // as the selected providers called, or call, the one that they come from
  std::string into = "local";
  bool as_json = false;
};
int users_import(const ImportArguments& arguments);

int keys_list(const ConfigArguments& arguments, bool as_json);
int keys_rotate(const ConfigArguments& arguments);

struct CreateApiKeyArguments {
  ConfigArguments config;
  std::string name;
  std::vector<std::string> scopes;
  std::optional<std::string> expires_in;  // as lifetime_ms() reads it
  bool as_json = false;
};
int api_keys_create(const CreateApiKeyArguments& arguments);
int api_keys_list(const ConfigArguments& arguments, bool as_json);
int api_keys_revoke(const ConfigArguments& arguments, const std::string& id);
// Of a text such as 30m, 12h or 90d.
std::optional<std::int64_t> lifetime_ms(const std::string& text);

int plugins_list(const ConfigArguments& arguments, bool as_json);
int plugins_show(const ConfigArguments& arguments, const std::string& id, bool as_json);
int plugins_check(const std::string& file, const std::optional<std::string>& config_file);

// Without a URL: the one that the configuration says the gateway listens on.
int healthcheck(const ConfigArguments& arguments, const std::optional<std::string>& url);

// Prints one fault per line to stderr.
int report(const std::vector<std::string>& faults);
// The same of what a service answered: its fields' faults, or what it says as a whole.
int report(const http::Problem& problem);

}  // namespace gateway::app::cli
