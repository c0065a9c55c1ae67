#include "tls_context.hpp"

#include <array>
#include <utility>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

namespace gateway::redis {

namespace {

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

// Written out: OpenSSL's macro casts as C does.
bool set_name(SSL* session, std::string host) {
  return SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()) == 1;
}

}  // namespace

Result<TlsContext> TlsContext::create(const std::string& root_certificate) {
  std::unique_ptr<SSL_CTX, FreeSsl> context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return internal_error("OpenSSL gives no TLS context");
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const bool trusts = root_certificate.empty()
                          ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                          : SSL_CTX_load_verify_file(context.get(), root_certificate.c_str()) == 1;
  ERR_clear_error();
  if (!trusts) return invalid("RootCertificate: the file cannot be read or holds no certificate in PEM");
  if (SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1)
    return internal_error("OpenSSL has no TLS 1.2");
  return TlsContext(std::move(context));
}

std::unique_ptr<SSL, FreeSsl> TlsContext::session(int socket, const std::string& host) const {
  std::unique_ptr<SSL, FreeSsl> session(SSL_new(context_.get()));
  if (session == nullptr || SSL_set_fd(session.get(), socket) != 1) return nullptr;
  SSL_set_hostflags(session.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // Only names are sent as one (RFC 6066, section 3).
  const bool set = is_address(host)
                       ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session.get()), host.c_str()) == 1
                       : SSL_set1_host(session.get(), host.c_str()) == 1 && set_name(session.get(), host);
  if (!set) return nullptr;
  SSL_set_connect_state(session.get());
  return session;
}

}  // namespace gateway::redis
