// Stream: bytes to and from one endpoint, plain or TLS, on a socket that never blocks: every wait ends at a
// deadline. Looking up the host's name is the one part without a time limit: open() is for a thread of its
// own.
//
// Thread safety: one thread at a time. Ownership: owns its socket and closes it. Errors: plain words for the
// operator; after one the stream must not be used.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gateway/result.hpp>
#include <gateway/toolkit/deadline.hpp>

#include "connection_string.hpp"
#include "tls_context.hpp"

namespace gateway::redis {

using toolkit::Deadline;

class Stream {
 public:
  // `tls`: nullptr for none; `tls_host`: whom the certificate has to name. `wake_fd` ends the attempt when it
  // becomes readable.
  static Result<std::unique_ptr<Stream>> open(const Endpoint& endpoint, const TlsContext* tls,
                                              const std::string& tls_host, const Deadline& deadline,
                                              int wake_fd);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  enum class Ended { Done, Passed, Broken };
  Ended write(std::string_view bytes, const Deadline& deadline);
  // At least one byte where Done; `got` says how many.
  Ended read(char* bytes, std::size_t size, std::size_t& got, const Deadline& deadline);
  // While nothing is expected: whether the other side has said something, or has closed.
  bool is_quiet() noexcept;

 private:
  explicit Stream(int socket) : socket_(socket) {}
  enum class Wait { Ready, Passed, Woken, Broken };
  Wait wait_for(short events, const Deadline& deadline, int wake_fd) const;
  Result<Done> shake_hands(const TlsContext& tls, const std::string& host, const Deadline& deadline,
                           int wake_fd);
  // Of a result of OpenSSL that is no success: the events to wait for, or 0.
  short wanted(int result) const;

  int socket_;
  std::unique_ptr<SSL, FreeSsl> session_;  // nullptr: plain
};

}  // namespace gateway::redis
