#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "core/api/envelope.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/password_input.hpp"
#include "core/app/cli/service_session.hpp"

namespace gateway::app::cli {

namespace {

void print_line(const store::User& user) {
  std::printf("%s  %-10s %-10s %s\n", user.id.c_str(), std::string(name_of(user.status)).c_str(),
              user.user_type.c_str(), user.email.value_or("-").c_str());
}

}  // namespace

int users_create(const CreateUserArguments& arguments) {
  if (!arguments.password_stdin && !stdin_is_terminal()) {
    report(
        {"there is no terminal to ask for the password; give it with --password-stdin: "
         "echo \"$PASSWORD\" | identity-gateway users create --email ... --password-stdin"});
    return kWrongUsage;
  }
  LoadedConfiguration loaded = load_configuration(arguments.config);
  if (!loaded.faults.empty()) return report(loaded.faults);
  // What a caller of the API may not give itself, the command line may.
  loaded.settings.users.self_signup_types = loaded.settings.users.types;
  auth::SignUpRequest request;
  request.email = arguments.email;
  request.user_type = arguments.type.empty() ? loaded.settings.users.types.front() : arguments.type;
  request.full_name = arguments.full_name;
  auto password = arguments.password_stdin ? Result<Secret>(read_password_line()) : ask_password();
  if (!password) return report({password.error().detail});
  request.password = *std::move(password);
  ServiceSession session(std::move(loaded.settings));
  if (auto faults = session.start(); !faults.empty()) return report(faults);
  const auto created = session.services().accounts.sign_up(request, session.scope());
  if (!created) return report(created.error());
  print_line(created->user);
  return kDone;
}

int users_list(const ConfigArguments& arguments, bool as_json) {
  LoadedConfiguration loaded = load_configuration(arguments);
  if (!loaded.faults.empty()) return report(loaded.faults);
  ServiceSession session(std::move(loaded.settings));
  if (auto faults = session.start(); !faults.empty()) return report(faults);
  store::ListUsers query;
  query.limit = 100;
  http::JsonWriter json;
  json.begin_array();
  for (;;) {
    const auto page = session.services().users.list(session.administrator(), query, session.scope());
    if (!page) return report(page.error());
    for (const store::User& user : page->users)
      as_json ? api::write_user(json, user) : print_line(user);
    query.after = page->next;
    if (!query.after) break;
  }
  json.end_array();
  if (as_json) std::printf("%.*s\n", static_cast<int>(json.text().size()), json.text().data());
  return kDone;
}

int users_set_active(const ConfigArguments& arguments, const std::string& id, bool active) {
  LoadedConfiguration loaded = load_configuration(arguments);
  if (!loaded.faults.empty()) return report(loaded.faults);
  ServiceSession session(std::move(loaded.settings));
  if (auto faults = session.start(); !faults.empty()) return report(faults);
  auth::UserChange change;
  change.status = active ? store::UserStatus::Active : store::UserStatus::Suspended;
  const auto user = session.services().users.update(session.administrator(), id, change, session.scope());
  if (!user) return report(user.error());
  print_line(*user);
  return kDone;
}

}  // namespace gateway::app::cli
