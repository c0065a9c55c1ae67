#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/service_session.hpp"
#include "core/app/firebase_export.hpp"
#include "core/http/json_writer.hpp"

namespace gateway::app::cli {

namespace {

const char* word_for(auth::ImportState state) {
  switch (state) {
    case auth::ImportState::Taken:
      return "taken";
    case auth::ImportState::AlreadyTaken:
      return "already-taken";
    case auth::ImportState::Skipped:
      return "skipped";
    case auth::ImportState::Refused:
      return "refused";
  }
  return "unknown";
}

// What an export holds must not steer the terminal that it is shown on.
std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') c = '?';
  }
  return text;
}

// Prints as it goes: an export may have a million accounts.
class ImportReport {
 public:
  explicit ImportReport(bool as_json) : as_json_(as_json) {
    if (as_json_) std::fputs("[", stdout);
  }

  // What could be taken needs no line of its own, unless something is to be said about it.
  void add(const auth::ImportedAccount& imported, const auth::ImportOutcome& outcome) {
    ++counts_[static_cast<std::size_t>(outcome.state)];
    if (as_json_) {
      http::JsonWriter row;
      row.begin_object().put("id", imported.account.subject).put("email", imported.account.email);
      row.put("state", word_for(outcome.state)).put("reason", outcome.reason).end_object();
      std::printf("%s%.*s", is_first_ ? "" : ",\n", static_cast<int>(row.text().size()), row.text().data());
      is_first_ = false;
    } else if (!outcome.reason.empty()) {
      std::printf("%-13s %s  %s  %s\n", word_for(outcome.state), printable(imported.account.subject).c_str(),
                  printable(imported.account.email.value_or("-")).c_str(), outcome.reason.c_str());
    }
  }

  void end() const {
    if (as_json_) {
      std::puts("]");
    } else {
      std::printf("%lld taken, %lld taken before, %lld skipped, %lld refused\n", counts_[0], counts_[1],
                  counts_[2], counts_[3]);
    }
  }
  bool complete() const { return counts_[3] == 0; }

 private:
  const bool as_json_;
  bool is_first_ = true;
  std::array<long long, 4> counts_{};
};

}  // namespace

int users_import(const ImportArguments& arguments) {
  if (arguments.from == arguments.into)
    return report({"--from and --into name the same provider: '" + arguments.into + "'"});
  LoadedConfiguration loaded = load_configuration(arguments.config);
  if (!loaded.faults.empty()) return report(loaded.faults);
  std::error_code error;
  if (std::filesystem::is_directory(arguments.file, error))
    return report({arguments.file + ": is a directory"});
  std::ifstream file(arguments.file, std::ios::binary);
  if (!file) return report({arguments.file + ": cannot be read"});
  const auth::UserOptions users = loaded.settings.users;
  ServiceSession session(std::move(loaded.settings));
  if (auto faults = session.start(); !faults.empty()) return report(faults);
  plugin::PluginInstance* into = session.services().providers.find(arguments.into);
  if (into == nullptr || !into->has_capability("account-admin")) {
    return report({"no provider '" + arguments.into +
                   "' that keeps accounts is selected; for the import, add: --set "
                   "Plugins:Providers:0=" +
                   arguments.into});
  }
  auth::AccountImport import(session.services().store, *into, arguments.from, session.clock(),
                             session.random(), users);
  ImportReport taken(arguments.as_json);
  std::optional<Error> stopped_by;
  const auto read = read_firebase_export(file, [&](const auth::ImportedAccount& imported) {
    const auto outcome = import.take(imported, session.scope().call);
    if (outcome) {
      taken.add(imported, *outcome);
    } else {
      stopped_by = outcome.error();
      stopped_by->detail = "stopped at account " + printable(imported.account.subject) + ": " +
                           stopped_by->detail + "; import again to go on";
    }
    return outcome.ok();
  });
  taken.end();
  if (stopped_by) return report({stopped_by->detail});
  if (!read) return report({arguments.file + ": " + read.error().detail});
  return taken.complete() ? kDone : kFailed;
}

}  // namespace gateway::app::cli
