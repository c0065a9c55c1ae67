#include "tests/support/test_authority.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace gateway::testing {

namespace fs = std::filesystem;

namespace {

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

void add_extension(X509* to, X509* issuer, int which, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str()), &X509_EXTENSION_free);
  must(extension != nullptr && X509_add_ext(to, extension.get(), -1) == 1, value.c_str());
}

TestCertificate make(const std::string& name, long from_s, long until_s) {
  TestCertificate made{{X509_new(), &X509_free}, {EVP_EC_gen("P-256"), &EVP_PKEY_free}};
  must(made.certificate != nullptr && made.key != nullptr, "no key");
  X509* const certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  unsigned char serial[8];
  must(RAND_bytes(serial, sizeof serial) == 1, "no randomness");
  serial[0] &= 0x7f;
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(BN_bin2bn(serial, sizeof serial, nullptr),
                                                           &BN_free);
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
  X509_gmtime_adj(X509_getm_notBefore(certificate), from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), until_s);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  must(X509_set_pubkey(certificate, made.key.get()) == 1, "public key");
  return made;
}

void sign(const TestCertificate& what, const TestCertificate& by) {
  must(X509_sign(what.certificate.get(), by.key.get(), EVP_sha256()) > 0, "signature");
}

}  // namespace

TestAuthority::TestAuthority() : own_(make("Test authority", -7200, 7200)) {
  X509* const certificate = own_.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign");
  add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
  sign(own_, own_);

  std::string pattern = (fs::temp_directory_path() / "gateway-authority-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  file_ = folder_ / "authority.pem";
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(file_.c_str(), "wb"),
                                                                &std::fclose);
  must(file != nullptr && PEM_write_X509(file.get(), certificate) == 1, "PEM file");
}

TestAuthority::~TestAuthority() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

TestCertificate TestAuthority::issue(const std::string& names, long from_s, long until_s) const {
  // The common name is one that no test asks for: clients have to read the alternative names.
  TestCertificate issued = make("Test origin", from_s, until_s);
  X509* const certificate = issued.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(own_.certificate.get()));
  add_extension(certificate, own_.certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate, own_.certificate.get(), NID_subject_alt_name, names);
  add_extension(certificate, own_.certificate.get(), NID_ext_key_usage, "serverAuth");
  sign(issued, own_);
  return issued;
}

}  // namespace gateway::testing
