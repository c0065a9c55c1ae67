// ListenAddress: what `Urls` says: http://ADDRESS:PORT, where ADDRESS is an IPv4 address, an IPv6 address in
// brackets, `localhost` (127.0.0.1), or `*` or `+` for every address (::, which takes IPv4 too). Without a
// port it is 80; port 0 is any free one. Thread safety: plain values, a pure function. Errors: Invalid.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <gateway/result.hpp>

namespace gateway::config {

struct ListenAddress {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;

  bool operator==(const ListenAddress&) const = default;
};

// The URL by which this machine reaches what listens there, without a final /: an address that stands for all
// is 127.0.0.1. Errors: Invalid for port 0, of which nobody knows yet which one it becomes.
Result<std::string> local_url(const ListenAddress& listen);

Result<ListenAddress> parse_listen_address(std::string_view url);

}  // namespace gateway::config
