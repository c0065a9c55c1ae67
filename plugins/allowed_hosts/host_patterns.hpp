// HostPatterns: which hosts a request may name. The list is the one of ASP.NET Core's host filtering: entries
// separated by ';', each a host without port ("api.example.com", "[::1]"), a wildcard for all its subdomains
// ("*.example.com", which is not example.com itself) or "*" for any host. Letters compare case-insensitively.
//
// Thread safety: immutable. Errors: an entry that could never match what it looks like (a scheme, a port, a
// star in the middle, letters beyond ASCII) is added to `faults`, at the key Value; an object with faults
// must not be used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gateway/config_fault.hpp>

namespace gateway::allowed_hosts {

class HostPatterns {
 public:
  HostPatterns(std::string_view list, ConfigFaults& faults);

  bool allow_any() const noexcept { return any_; }
  // `field` is the Host field of the request, with or without a port. Does not allocate.
  bool allow(std::string_view field) const noexcept;

 private:
  void add(std::string_view entry, ConfigFaults& faults);

  bool any_ = false;
  std::vector<std::string> hosts_;     // lower case
  std::vector<std::string> suffixes_;  // lower case, ".example.com"
};

}  // namespace gateway::allowed_hosts
