// TlsContext: what every TLS connection of this process trusts: the system's certificate authorities and, on
// top, those of one file. Chain and host name are always checked, TLS is 1.2 at least; there is no way to ask
// for less. Thread safety: handshakes from any thread. Source: RFC 8446, RFC 9525.
#pragma once

#include <memory>
#include <string>

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>

#include "core/net/failure.hpp"
#include "core/net/waiting.hpp"

namespace gateway::net {

class TlsContext {
 public:
  // `ca_file`: PEM, or empty. Errors: Invalid, where the file cannot be read or holds no certificate.
  static Result<std::unique_ptr<TlsContext>> create(const std::string& ca_file);

  // Over a connected socket that does not block. Errors: Connect, Trust, TimedOut, Stopped.
  Outcome<Poco::Net::SecureStreamSocket> shake_hands(const Poco::Net::StreamSocket& socket,
                                                     const std::string& host, const Deadline& deadline,
                                                     const StopSignal& stop) const;

 private:
  explicit TlsContext(Poco::Net::Context::Ptr context) : context_(std::move(context)) {}
  Poco::Net::Context::Ptr context_;
};

}  // namespace gateway::net
