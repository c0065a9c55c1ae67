// TestAuthority: a certificate authority that lives as long as a test, and the certificates it gives out.
//
// Keys are P-256 and never leave the process; file() is the authority's own certificate in a temporary
// folder, for a client to trust. Thread safety: issue() from one thread; a TestCertificate is shared freely.
// Throws std::runtime_error where OpenSSL refuses.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace gateway::testing {

struct TestCertificate {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;
};

class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  const std::filesystem::path& file() const noexcept { return file_; }

  // `names` as OpenSSL writes a subjectAltName: "DNS:localhost,IP:127.0.0.1". Validity in seconds from now.
  TestCertificate issue(const std::string& names, long from_s = -3600, long until_s = 3600) const;

 private:
  TestCertificate own_;
  std::filesystem::path folder_;
  std::filesystem::path file_;
};

}  // namespace gateway::testing
