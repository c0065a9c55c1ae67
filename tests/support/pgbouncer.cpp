#include "tests/support/pgbouncer.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gateway::testing {

namespace {

constexpr std::chrono::seconds kPoolerStartLimit{10};
constexpr std::chrono::milliseconds kPoolerAskAgain{10};

// 0: any free one; the port that it was. False where that is taken.
bool bind_loopback(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(fd, generic, size) == 0 && ::getsockname(fd, generic, &size) == 0;
  port = ntohs(address.sin_port);
  ::close(fd);
  return bound;
}

bool accepts(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool accepted = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  ::close(fd);
  return accepted;
}

}  // namespace

PgBouncer::PgBouncer(const PostgresServer& server) : server_(server) {
  if (!bind_loopback(port_)) throw std::runtime_error("no free port");
  const std::string folder = server.folder().string();
  std::ofstream users(folder + "/users.txt");
  for (const char* role : {PostgresServer::kOwner, PostgresServer::kService})
    users << '"' << role << "\" \"" << PostgresServer::password_of(role) << "\"\n";
  users.close();
  std::ofstream configuration(folder + "/pgbouncer.ini");
  configuration << "[databases]\n* = host=127.0.0.1 port=" << server.port()
                << "\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
                << "listen_port = " << port_
                << "\nunix_socket_dir =\npool_mode = transaction\ndefault_pool_size = 4\n"
                << "max_client_conn = 200\nauth_type = scram-sha-256\nauth_file = " << folder
                << "/users.txt\n"
                << "client_tls_sslmode = require\nclient_tls_cert_file = " << server.certificate()
                << "\nclient_tls_key_file = " << folder << "/server.key\nserver_tls_sslmode = verify-full\n"
                << "server_tls_ca_file = " << server.certificate() << "\nlogfile = " << folder
                << "/pgbouncer.log\n";
  configuration.close();
  pid_ = server.spawn({"/usr/sbin/pgbouncer", "--quiet", folder + "/pgbouncer.ini"});
  const auto until = std::chrono::steady_clock::now() + kPoolerStartLimit;
  while (!accepts(port_)) {
    if (std::chrono::steady_clock::now() > until || ::waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      throw std::runtime_error("pgbouncer did not come up: is it installed?");
    }
    std::this_thread::sleep_for(kPoolerAskAgain);
  }
}

PgBouncer::~PgBouncer() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::string PgBouncer::connection_string(const std::string& role, const std::string& database) const {
  return "Host=127.0.0.1;Port=" + std::to_string(port_) + ";Database=" + database + ";Username=" + role +
         ";Password=" + PostgresServer::password_of(role) +
         ";SSL Mode=VerifyFull;Root Certificate=" + server_.certificate() + ";PgBouncer=true";
}

}  // namespace gateway::testing
