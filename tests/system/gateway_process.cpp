#include "tests/system/gateway_process.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/program.hpp"

namespace gateway::testing {

namespace {

constexpr std::chrono::seconds kStartLimit{60};  // with sanitizers, on a machine that is busy
constexpr std::chrono::milliseconds kLookAgain{20};
constexpr std::size_t kShownBytes = 4'000;

}  // namespace

void GatewayProcess::start() {
  const std::string log = log_file();
  const std::string folder = folder_;
  const std::size_t begin = this->log().size();
  ::posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  std::array<std::string, 4> words{kProgram, "serve", "--config", folder};
  std::array<char*, 5> arguments{words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
  const int fault = ::posix_spawn(&pid_, kProgram, &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (fault != 0) {
    pid_ = -1;
    throw std::runtime_error("the program cannot be started");
  }
  const auto until = std::chrono::steady_clock::now() + kStartLimit;
  while ((port_ = port_in_log(begin)) == 0) {
    const bool ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
    if (ended) pid_ = -1;
    if (ended || std::chrono::steady_clock::now() > until) {
      const std::string text = this->log();
      throw std::runtime_error("the gateway does not listen: " +
                               text.substr(text.size() - std::min(text.size(), kShownBytes)));
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

std::uint16_t GatewayProcess::port_in_log(std::size_t begin) const {
  const std::string text = log();
  const std::size_t line = text.find(R"("message":"listening")", begin);
  if (line == std::string::npos) return 0;
  constexpr std::string_view kField = R"("port":)";
  const std::size_t end = text.find('\n', line);
  const std::size_t at = text.find(kField, line);
  if (end == std::string::npos || at == std::string::npos || at > end) return 0;
  std::uint16_t port = 0;
  std::from_chars(text.data() + at + kField.size(), text.data() + end, port);
  return port;
}

int GatewayProcess::end(int signal) {
  if (pid_ < 0) return -1;
  ::kill(pid_, signal);
  int status = -1;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void GatewayProcess::kill() {
  end(SIGKILL);
}

int GatewayProcess::stop() {
  return end(SIGTERM);
}

std::string GatewayProcess::log() const {
  std::ifstream file(log_file(), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace gateway::testing
