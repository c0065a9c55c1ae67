#include "core/net/tls_context.hpp"

#include <filesystem>
#include <fstream>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/InvalidCertificateHandler.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/VerificationErrorArgs.h>
#include <poll.h>

namespace gateway::net {

namespace {

using Poco::Net::SecureStreamSocket;

// Why the certificate of the handshake that this thread is in was refused; Poco hands on only that it was.
thread_local std::string refusal;

// Keeps the reason. It accepts nothing: whoever says nothing to Poco refuses.
class RefusalKeeper final : public Poco::Net::InvalidCertificateHandler {
 public:
  RefusalKeeper() : InvalidCertificateHandler(false) {}
  void onInvalidCertificate(const void*, Poco::Net::VerificationErrorArgs& args) override {
    refusal = args.errorMessage();
    args.setIgnoreError(false);
  }
};

Failure untrusted(const std::string& why) {
  return {Fault::Trust, "the certificate is not trusted: " + why};
}

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::create(const std::string& ca_file) {
  std::error_code failed;
  if (!ca_file.empty() && (!std::filesystem::is_regular_file(ca_file, failed) || !std::ifstream(ca_file)))
    return invalid("cannot be read");
  try {
    Poco::Net::Context::Params parameters;
    parameters.caLocation = ca_file;
    parameters.loadDefaultCAs = true;
    // Strict: below that Poco does not check the host's name where it is one of this machine.
    parameters.verificationMode = Poco::Net::Context::VERIFY_STRICT;
    parameters.cipherList = "HIGH:!aNULL:!eNULL:!3DES:!MD5";
    Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, parameters);
    context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    context->enableExtendedCertificateVerification(true);  // the host's name
    context->setInvalidCertificateHandler(new RefusalKeeper);
    return std::unique_ptr<TlsContext>(new TlsContext(std::move(context)));
  } catch (const Poco::Exception&) {
    return invalid("holds no certificate in PEM");
  }
}

Outcome<SecureStreamSocket> TlsContext::shake_hands(const Poco::Net::StreamSocket& socket,
                                                    const std::string& host, const Deadline& deadline,
                                                    const StopSignal& stop) const {
  refusal.clear();
  try {
    // Names only: an address is not sent as one (RFC 6066, section 3).
    Poco::Net::IPAddress address;
    const bool is_name = !Poco::Net::IPAddress::tryParse(host, address);
    SecureStreamSocket secure = SecureStreamSocket::attach(socket, is_name ? host : std::string(), context_);
    for (;;) {
      const int done = secure.completeHandshake();
      if (done == 1) break;
      if (done == 0) return Failure{Fault::Connect, "the connection ended within the TLS handshake"};
      const short events = done == SecureStreamSocket::ERR_SSL_WANT_WRITE ? POLLOUT : POLLIN;
      switch (wait_for(secure.impl()->sockfd(), events, deadline, stop)) {
        case Waited::Ready:
          break;
        case Waited::TimedOut:
          return Failure{Fault::TimedOut, "the TLS handshake took too long"};
        case Waited::Stopped:
          return Failure{Fault::Stopped, "the gateway stops"};
      }
    }
    if (!secure.havePeerCertificate()) return untrusted("there is none");
    secure.verifyPeerCertificate(host);
    return secure;
  } catch (const Poco::Net::CertificateValidationException&) {
    return untrusted("it is not for this host");
  } catch (const Poco::Exception& e) {
    if (!refusal.empty()) return untrusted(refusal);
    return Failure{Fault::Connect, "no TLS: " + e.displayText()};
  }
}

}  // namespace gateway::net
