#include "tests/integration/nginx/nginx_process.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gateway::testing {

namespace fs = std::filesystem;

namespace {

constexpr int kInheritedFd = 3;
constexpr int kBacklog = 64;

fs::path make_folder() {
  std::string pattern = (fs::temp_directory_path() / "gateway-nginx-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return pattern;
}

// Everything nginx would keep elsewhere on the machine.
std::string with_own_folders(std::string configuration) {
  const std::string opening = "http {\n";
  const std::size_t at = configuration.find(opening);
  if (at == std::string::npos) throw std::invalid_argument("the configuration has no http block");
  configuration.insert(at + opening.size(),
                       "access_log off;\nclient_body_temp_path body;\nproxy_temp_path proxy;\n"
                       "fastcgi_temp_path fastcgi;\nuwsgi_temp_path uwsgi;\nscgi_temp_path scgi;\n");
  return configuration;
}

}  // namespace

NginxProcess::NginxProcess() : folder_(make_folder()) {
  // Not blocking, as nginx expects of a socket that it inherits.
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listening_ < 0 || ::bind(listening_, generic, size) != 0 || ::listen(listening_, kBacklog) != 0 ||
      ::getsockname(listening_, generic, &size) != 0) {
    throw std::runtime_error("no port for nginx");
  }
  port_ = ntohs(address.sin_port);
}

NginxProcess::~NginxProcess() {
  stop();
  if (listening_ >= 0) ::close(listening_);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

bool NginxProcess::start(const std::string& configuration) {
  std::ofstream(folder_ / "nginx.conf") << with_own_folders(configuration);
  const std::string log = (folder_ / "error.log").string();
  std::string globals = "daemon off; pid " + (folder_ / "pid").string() + "; worker_processes 1;";
  if (::geteuid() == 0) globals += " user root;";  // else its worker could not enter the temporary folder

  std::vector<std::string> arguments{
      "nginx", "-p", folder_.string(), "-c", (folder_ / "nginx.conf").string(), "-e", log, "-g", globals};
  std::vector<std::string> variables{"NGINX=" + std::to_string(kInheritedFd) + ";"};
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (std::string& text : texts)
      all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  };
  ::posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, listening_, kInheritedFd);
  bool started = false;
  for (const char* program : {"/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"}) {
    if (started || ::access(program, X_OK) != 0) continue;
    started = ::posix_spawn(&pid_, program, &actions, nullptr, pointers(arguments).data(),
                            pointers(variables).data()) == 0;
  }
  ::posix_spawn_file_actions_destroy(&actions);
  if (!started) return pid_ = -1, false;
  // nginx alone holds the socket now: if it ends, clients see that at once.
  ::close(std::exchange(listening_, -1));
  return true;
}

void NginxProcess::stop() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(std::exchange(pid_, -1), nullptr, 0);
}

std::string NginxProcess::log() const {
  std::ifstream file(folder_ / "error.log");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace gateway::testing
