// OpenSSL handles with owners, and the habits every use of OpenSSL in the toolkit keeps. Private to the
// toolkit: public headers never name an OpenSSL type.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace gateway::toolkit {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

using BioPtr = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using PkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using MdCtxPtr = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;

// Takes back what a failed call leaves in the thread's error queue. A rejected signature must not turn up
// later as the TLS error of a database connection on the same thread.
class ErrorQueueGuard {
 public:
  ErrorQueueGuard() { ERR_set_mark(); }
  ~ErrorQueueGuard() { ERR_pop_to_mark(); }
  ErrorQueueGuard(const ErrorQueueGuard&) = delete;
  ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

// For calls that fail only when memory is exhausted or the library is not usable at all: a digest that
// silently stays zero would be a hole, so the process ends.
inline void must(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "OpenSSL failed: %s\n", what);
  std::abort();
}

inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

inline BioPtr bio_over(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Fetched once for the life of the process; a fetch by name on every call costs more than hashing a token.
const EVP_MD* sha256_method();

}  // namespace gateway::toolkit
