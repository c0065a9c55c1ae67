// OriginPatterns: which origins may read answers. An entry is an origin as browsers serialise it (RFC 6454,
// section 6.2: "https://app.example.com", with a port where it is not the scheme's own), a wildcard for all
// subdomains of a domain and not the domain itself ("https://*.example.com"), or "*" for any origin.
//
// Scheme, host and port of an entry may be written in any case and with the scheme's own port; they are kept
// as browsers write them, and compared byte by byte: no browser writes an origin in any other way. "null" is
// nobody's origin and anybody's (a sandboxed frame's): it never matches.
//
// Thread safety: immutable. Errors: an entry that could never match what it looks like, or that would match
// whole top-level domains, is added to `faults`, at its place in AllowedOrigins; an object with faults must
// not be used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gateway/config_fault.hpp>

namespace gateway::cors {

class OriginPatterns {
 public:
  OriginPatterns(const std::vector<std::string>& entries, ConfigFaults& faults);

  bool allow_any() const noexcept { return any_; }
  // `origin` is the field Origin of the request. Does not allocate.
  bool allow(std::string_view origin) const noexcept;

 private:
  struct Wildcard {
    std::string scheme;  // "https://"
    std::string rest;    // ".example.com" or ".example.com:8443"
  };

  void add(std::string_view entry, const std::string& key, ConfigFaults& faults);

  bool any_ = false;
  std::vector<std::string> origins_;
  std::vector<Wildcard> wildcards_;
};

}  // namespace gateway::cors
