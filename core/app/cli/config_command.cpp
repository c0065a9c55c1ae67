#include <cstdio>

#include "core/app/cli/commands.hpp"

namespace gateway::app::cli {

namespace {

int print(const ConfigurationReport& report) {
  std::fwrite(report.text.data(), 1, report.text.size(), stdout);
  if (report.text.empty() || report.text.back() != '\n') std::fputc('\n', stdout);
  return report.ok ? kDone : kFailed;
}

}  // namespace

int config_check(const ConfigArguments& arguments, bool as_json) {
  return print(report_configuration(arguments, false, as_json));
}

int config_show(const ConfigArguments& arguments, bool as_json) {
  const int status = print(report_configuration(arguments, true, as_json));
  return status == kDone ? kDone : report({"the configuration has faults: config check tells them"});
}

}  // namespace gateway::app::cli
