// A password from whoever sits at the terminal, or from standard input.
// Thread safety: from one thread; ask_password() changes the terminal and the dispositions of signals and
// puts both back. Errors: Invalid, in words for the operator; never with content.
#pragma once

#include <gateway/result.hpp>
#include <gateway/secret.hpp>

namespace gateway::app::cli {

bool stdin_is_terminal();

// Asks twice, without echo. A signal that would end the process ends the question.
Result<Secret> ask_password();
// The first line.
Secret read_password_line();

}  // namespace gateway::app::cli
