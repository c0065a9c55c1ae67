#include "tests/support/postgres_server.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/server_place.hpp"

namespace gateway::testing {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";
constexpr std::chrono::seconds kPostgresStartLimit{30};
constexpr std::chrono::milliseconds kPostgresAskAgain{20};

const passwd* postgres_account() {
  const passwd* account = ::getpwnam("postgres");
  if (account == nullptr)
    throw std::runtime_error("no account postgres: is the Debian package postgresql installed?");
  return account;
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

// Neither gone nor dead and waiting for whoever inherited it.
bool is_running(::pid_t process) {
  const std::string state = read_file("/proc/" + std::to_string(process) + "/stat");
  const std::size_t name_end = state.rfind(')');
  return name_end != std::string::npos && state.compare(name_end, 3, ") Z") != 0;
}

// In the child: another account, another program. Never returns.
[[noreturn]] void become(const std::vector<std::string>& command, bool as_other, const fs::path& folder) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);  // what a terminal sends to the test's group is not for the server
  if (::chdir(folder.c_str()) != 0) ::_exit(126);
  if (as_other) {
    const passwd* account = ::getpwnam("postgres");
    if (account == nullptr || ::setgid(account->pw_gid) != 0 || ::setuid(account->pw_uid) != 0) ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // forgotten with the change of the account
  }
  ::setenv("HOME", folder.c_str(), 1);  // libpq looks for certificates there
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

}  // namespace

PostgresServer::PostgresServer(const std::string& settings, const fs::path& data, const fs::path& wal)
    : folder_(temporary_folder("postgres")),
      data_(data.empty() ? folder_ / "data" : data),
      wal_(wal.empty() ? folder_ / "wal" : wal),
      port_(free_port()),
      as_other_(::geteuid() == 0) {
  try {
    make(settings);
    start();
    for (const char* role : {kOwner, kService}) {
      sql(kAdmin, std::string("CREATE ROLE ") + role + " LOGIN PASSWORD '" + password_of(role) + "'",
          "postgres");
    }
    create_database("identity");
  } catch (...) {
    end();
    throw;
  }
}

PostgresServer::~PostgresServer() {
  end();
}

void PostgresServer::end() noexcept {
  if (pid_ > 0) {
    signal_all(SIGCONT);
    ::kill(pid_, SIGQUIT);  // immediate: nothing of it is needed any more
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void PostgresServer::make(const std::string& settings) {
  if (as_other_) {
    const passwd* account = postgres_account();
    fs::create_directory(data_);
    fs::create_directory(wal_);
    for (const fs::path& folder : {folder_, data_, wal_}) {
      if (::chown(folder.c_str(), account->pw_uid, account->pw_gid) != 0)
        throw std::runtime_error("the folder cannot be given to the account postgres");
    }
    fs::permissions(folder_, fs::perms(0755));  // the test itself reads the certificate and the log
  }
  const fs::path password = folder_ / "password";
  write_file(password, password_of(kAdmin) + "\n");
  const auto must = [&](const std::vector<std::string>& command) {
    std::string said;
    if (run(command, &said) != 0) throw std::runtime_error(command.front() + ": " + said);
  };
  const std::string key = (folder_ / "server.key").string();
  std::vector<std::string> initdb{std::string(kPrograms) + "initdb",
                                  "--pgdata",
                                  data_.string(),
                                  "--waldir",
                                  wal_.string(),
                                  "--username",
                                  kAdmin,
                                  "--auth",
                                  "scram-sha-256",
                                  "--pwfile",
                                  password.string(),
                                  "--no-sync",
                                  "--encoding",
                                  "UTF8",
                                  "--locale",
                                  "C.UTF-8"};
  if (wal_ != folder_ / "wal") initdb.emplace_back("--wal-segsize=1");
  must(initdb);
  must({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
        "-out", certificate()});
  std::ofstream configuration(data_ / "postgresql.conf", std::ios::app);
  configuration
      << "listen_addresses = '127.0.0.1'\nport = " << port_
      << "\nunix_socket_directories = ''\nssl = on\nssl_cert_file = '" << certificate()
      << "'\nssl_key_file = '" << key
      << "'\nmax_connections = 100\nshared_buffers = 32MB\nfsync = off\nlog_min_messages = warning\n"
      << settings << "\n";
  if (!configuration.flush()) throw std::runtime_error("cannot write postgresql.conf");
  write_file(data_ / "pg_hba.conf", "hostssl all all 127.0.0.1/32 scram-sha-256\n");
}

// The output of the command goes to `output`, of the server into its log.
int PostgresServer::run(const std::vector<std::string>& command, std::string* output) const {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const ::pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(pipe[1], STDERR_FILENO);
    become(command, as_other_, folder_);
  }
  ::close(pipe[1]);
  std::string said = read_all(pipe[0]);
  ::close(pipe[0]);
  int status = -1;
  ::waitpid(child, &status, 0);
  if (output != nullptr) *output = std::move(said);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

::pid_t PostgresServer::spawn(const std::vector<std::string>& command) const {
  const ::pid_t child = ::fork();
  if (child == 0) become(command, as_other_, folder_);
  return child;
}

std::string PostgresServer::connection_string(const std::string& role, const std::string& database,
                                              const std::string& more) const {
  return "Host=127.0.0.1;Port=" + std::to_string(port_) + ";Database=" + database + ";Username=" + role +
         ";Password=" + password_of(role) + ";SSL Mode=VerifyFull;Root Certificate=" + certificate() + ";" +
         more;
}

std::string PostgresServer::section(const std::string& connection_string) const {
  return R"({"IdentityServiceDb":")" + connection_string + R"("})";
}

void PostgresServer::create_database(const std::string& name) {
  sql(kAdmin, "CREATE DATABASE " + name + " OWNER " + kOwner, "postgres");
}

std::string PostgresServer::sql(const std::string& role, const std::string& text,
                                const std::string& database) const {
  std::string said;
  const std::string target = "host=127.0.0.1 port=" + std::to_string(port_) + " user=" + role +
                             " dbname=" + database + " password='" + password_of(role) +
                             "' sslmode=verify-full sslrootcert=" + certificate();
  const int status = run({std::string(kPrograms) + "psql", "--no-psqlrc", "--quiet", "--tuples-only",
                          "--no-align", "--set", "ON_ERROR_STOP=1", "--dbname", target, "--command", text},
                         &said);
  if (status != 0) throw std::runtime_error("psql: " + said);
  said.resize(said.find_last_not_of('\n') + 1);
  return said;
}

void PostgresServer::start() {
  const fs::path log = log_file();
  pid_ = ::fork();
  if (pid_ == 0) {
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    become({std::string(kPrograms) + "postgres", "-D", data_.string()}, as_other_, folder_);
  }
  const auto until = std::chrono::steady_clock::now() + kPostgresStartLimit;
  while (!answers()) {
    const bool ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
    if (ended) pid_ = -1;
    if (ended || std::chrono::steady_clock::now() > until)
      throw std::runtime_error("the server did not come up: " + this->log());
    std::this_thread::sleep_for(kPostgresAskAgain);
  }
}

bool PostgresServer::has_ended() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ < 0;
}

// pg_isready speaks the protocol: a port that is open is not yet a server that takes connections.
bool PostgresServer::answers() const {
  return run({std::string(kPrograms) + "pg_isready", "--quiet", "--host", "127.0.0.1", "--port",
              std::to_string(port_)}) == 0;
}

void PostgresServer::stop() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGINT);
  ::waitpid(std::exchange(pid_, -1), nullptr, 0);
}

void PostgresServer::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGSTOP);  // so that it has no further children
  const std::vector<::pid_t> all = children();
  signal_all(SIGKILL);
  ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  // A new server refuses to start while one of the old one's processes holds its memory.
  for (const ::pid_t child : all) {
    while (is_running(child))
      std::this_thread::sleep_for(kPostgresAskAgain);
  }
}

void PostgresServer::freeze() {
  // The server alone first: until it stands still it may have another child, which then would go on.
  ::kill(pid_, SIGSTOP);
  siginfo_t stopped{};
  ::waitid(P_PID, static_cast<::id_t>(pid_), &stopped, WSTOPPED | WEXITED | WNOWAIT);
  signal_all(SIGSTOP);
}

void PostgresServer::thaw() {
  signal_all(SIGCONT);
}

std::vector<::pid_t> PostgresServer::children() const {
  const std::string id = std::to_string(pid_);
  std::ifstream list("/proc/" + id + "/task/" + id + "/children");
  std::vector<::pid_t> all;
  for (::pid_t child = 0; list >> child;)
    all.push_back(child);
  return all;
}

// The server and its children, which are process groups of their own.
void PostgresServer::signal_all(int signal) const {
  const std::vector<::pid_t> all = children();
  ::kill(pid_, signal);
  for (const ::pid_t child : all)
    ::kill(child, signal);
}

std::string PostgresServer::log() const {
  return read_file(log_file());
}

}  // namespace gateway::testing
