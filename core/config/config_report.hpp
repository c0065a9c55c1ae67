// What `identity-gateway config check` and `config show` print, as text for people or as JSON for programs.
// Text is kept on its line whatever a value holds. Thread safety: pure functions.
#pragma once

#include <string>

#include "core/config/configuration.hpp"

namespace gateway::config {

enum class ReportFormat { Text, Json };

// "Tokens:Isuer: unknown key (from --set); did you mean Issuer?"
std::string fault_line(const Fault& fault);

// Faults and warnings: {"ok":…,"faults":[{"path","problem","hint","layer"}],"warnings":[…]}
std::string check_report(const CheckedConfiguration& checked, ReportFormat format);
// Every value and its layer: {"environment":…,"values":[{"path","value","layer"}]}
std::string show_report(const CheckedConfiguration& checked, ReportFormat format);

}  // namespace gateway::config
