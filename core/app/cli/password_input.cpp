#include "core/app/cli/password_input.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include <termios.h>
#include <unistd.h>

namespace gateway::app::cli {

namespace {

constexpr std::size_t kMaxBytes = 4'096;  // what a terminal takes as one line

// No echo, and signals that interrupt a read instead of ending the process, for as long as it lives: whatever
// happens, the operator gets the terminal back as it was.
class QuietTerminal {
 public:
  QuietTerminal() {
    struct sigaction interrupt {};
    interrupt.sa_handler = [](int) {};
    for (std::size_t i = 0; i < kSignals.size(); ++i)
      ::sigaction(kSignals.at(i), &interrupt, &former_.at(i));
    is_quiet_ = ::tcgetattr(STDIN_FILENO, &settings_) == 0;
    if (!is_quiet_) return;
    termios quiet = settings_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_quiet_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~QuietTerminal() {
    if (is_quiet_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings_);
    for (std::size_t i = 0; i < kSignals.size(); ++i)
      ::sigaction(kSignals.at(i), &former_.at(i), nullptr);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

  bool is_quiet() const noexcept { return is_quiet_; }

 private:
  static constexpr std::array<int, 5> kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
  std::array<struct sigaction, kSignals.size()> former_{};
  termios settings_{};
  bool is_quiet_ = false;
};

// nullopt: interrupted, or the terminal is gone.
std::optional<std::string> read_line(const char* prompt) {
  std::fputs(prompt, stderr);
  std::string line;
  for (char c = 0; line.size() < kMaxBytes;) {
    if (::read(STDIN_FILENO, &c, 1) != 1) break;
    if (c == '\n') {
      std::fputc('\n', stderr);
      return line;
    }
    line.push_back(c);
  }
  std::fputc('\n', stderr);
  return std::nullopt;
}

}  // namespace

bool stdin_is_terminal() {
  return ::isatty(STDIN_FILENO) == 1;
}

Result<Secret> ask_password() {
  const QuietTerminal terminal;
  if (!terminal.is_quiet())
    return invalid("the terminal's echo cannot be switched off; use --password-stdin");
  auto first = read_line("Password: ");
  if (!first) return invalid("no password was given");
  auto second = read_line("Password again: ");
  if (!second) return invalid("no password was given");
  const Secret password(std::move(*first));
  const Secret repeated(std::move(*second));
  if (password.empty()) return invalid("no password was given");
  if (password.reveal() != repeated.reveal()) return invalid("the two passwords are not the same");
  return password;
}

Secret read_password_line() {
  std::string line;
  std::getline(std::cin, line);
  return Secret(std::move(line));
}

}  // namespace gateway::app::cli
