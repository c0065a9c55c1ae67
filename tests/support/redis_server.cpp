#include "tests/support/redis_server.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/server_place.hpp"

namespace gateway::testing {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds kRedisStartLimit{20};
constexpr std::chrono::milliseconds kRedisAskAgain{10};

// In the child. Never returns.
[[noreturn]] void become(const std::vector<std::string>& command) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);  // what a terminal sends to the test's group is not for the server
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> more)
    : folder_(temporary_folder("redis")), more_(std::move(more)), port_(free_port()) {
  try {
    std::string said;
    if (run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
             (folder_ / "server.key").string(), "-out", certificate()},
            said) != 0)
      throw std::runtime_error("openssl: " + said);
    std::ofstream users(folder_ / "users.acl");
    users << "user default off\nuser " << kAdmin << " on >" << password_of(kAdmin) << " ~* &* +@all\nuser "
          << kService << " on >" << password_of(kService)
          << " ~identity-gateway:* +eval +evalsha +time +get +set +del +exists +hmget +hset +pexpire +ping "
             "+select +hello\n";
    if (!users.flush()) throw std::runtime_error("cannot write users.acl");
    start();
  } catch (...) {
    kill();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

RedisServer::~RedisServer() {
  kill();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string RedisServer::uri(const std::string& password) const {
  return std::string("rediss://") + kService + ":" + password + "@127.0.0.1:" + std::to_string(port_) + "/0";
}

std::string RedisServer::admin_uri() const {
  return std::string("rediss://") + kAdmin + ":" + password_of(kAdmin) +
         "@127.0.0.1:" + std::to_string(port_) + "/0";
}

std::string RedisServer::section(const std::string& connection_string, const std::string& more) const {
  return R"({"ConnectionString":")" + connection_string + R"(","RootCertificate":")" + certificate() + "\"" +
         more + "}";
}

int RedisServer::run(const std::vector<std::string>& command, std::string& output) const {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const ::pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(pipe[1], STDERR_FILENO);
    become(command);
  }
  ::close(pipe[1]);
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = ::read(pipe[0], buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    output.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(pipe[0]);
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string RedisServer::cli(const std::vector<std::string>& command) const {
  std::vector<std::string> whole{"redis-cli",
                                 "--tls",
                                 "--cacert",
                                 certificate(),
                                 "-h",
                                 "127.0.0.1",
                                 "-p",
                                 std::to_string(port_),
                                 "--user",
                                 kAdmin,
                                 "--pass",
                                 password_of(kAdmin),
                                 "--no-auth-warning"};
  whole.insert(whole.end(), command.begin(), command.end());
  std::string said;
  if (run(whole, said) != 0) throw std::runtime_error("redis-cli: " + said);
  said.resize(said.find_last_not_of('\n') + 1);
  return said;
}

bool RedisServer::answers() const {
  try {
    return cli({"PING"}) == "PONG";
  } catch (const std::runtime_error&) {
    return false;
  }
}

void RedisServer::start() {
  const std::string port = std::to_string(port_);
  std::vector<std::string> command{"redis-server",
                                   "--port",
                                   "0",
                                   "--tls-port",
                                   port,
                                   "--bind",
                                   "127.0.0.1",
                                   "--tls-cert-file",
                                   certificate(),
                                   "--tls-key-file",
                                   (folder_ / "server.key").string(),
                                   "--tls-ca-cert-file",
                                   certificate(),
                                   "--tls-auth-clients",
                                   "no",
                                   "--tls-replication",
                                   "yes",
                                   "--save",
                                   "",
                                   "--appendonly",
                                   "no",
                                   "--dir",
                                   folder_.string(),
                                   "--aclfile",
                                   (folder_ / "users.acl").string(),
                                   "--enable-debug-command",
                                   "yes",
                                   "--logfile",
                                   (folder_ / "server.log").string()};
  command.insert(command.end(), more_.begin(), more_.end());
  pid_ = ::fork();
  if (pid_ == 0) become(command);
  const auto until = std::chrono::steady_clock::now() + kRedisStartLimit;
  while (!answers()) {
    const bool ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
    if (ended) pid_ = -1;
    if (ended || std::chrono::steady_clock::now() > until)
      throw std::runtime_error("redis-server did not come up: " + log());
    std::this_thread::sleep_for(kRedisAskAgain);
  }
}

void RedisServer::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(std::exchange(pid_, -1), nullptr, 0);
}

void RedisServer::freeze() const {
  ::kill(pid_, SIGSTOP);
}

void RedisServer::thaw() const {
  ::kill(pid_, SIGCONT);
}

std::string RedisServer::log() const {
  std::ifstream file(folder_ / "server.log");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace gateway::testing
