// TlsContext: what connections to Redis trust: one file of certificates, or the system's. Chain and host name
// are always checked, TLS is 1.2 at least; there is no way to ask for less. Thread safety: sessions from any
// thread. Source: RFC 8446, RFC 9525.
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include <gateway/result.hpp>

namespace gateway::redis {

struct FreeSsl {
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  void operator()(SSL* session) const noexcept { SSL_free(session); }
};

class TlsContext {
 public:
  // `root_certificate`: PEM, or empty. Errors: Invalid, where it cannot be read or holds no certificate.
  static Result<TlsContext> create(const std::string& root_certificate);

  // A client's session over a connected socket, which it does not own. nullptr: OpenSSL has no memory.
  std::unique_ptr<SSL, FreeSsl> session(int socket, const std::string& host) const;

 private:
  explicit TlsContext(std::unique_ptr<SSL_CTX, FreeSsl> context) : context_(std::move(context)) {}
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
};

}  // namespace gateway::redis
