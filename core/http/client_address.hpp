// ClientAddress: who the client is, when reverse proxies stand in front (check 29).
//
// A forwarding header is believed only as far as trusted hands wrote it: starting from the connection's peer,
// as long as the current address lies in a trusted network, the next entry from the right of the list takes
// its place. The walk ends at the first address that is not trusted, at an entry that is no address, at the
// end of the list, or after `max_hops` entries. `assumed_hops` entries, once a trusted peer has been asked,
// are taken for proxies whatever their address: for an edge network with too many addresses to name. So there
// always is an address, an untrusted peer is never asked, and what a client writes into the header itself
// stands left of what the first trusted proxy added and is never reached. Entries: IPv4, IPv6, bracketed
// IPv6, each with or without port (de facto X-Forwarded-For). Several fields of the name are one list, in
// order (RFC 9110 section 5.3). Thread safety: immutable after construction.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/toolkit/ip_address.hpp>

#include "core/http/request.hpp"

namespace gateway::http {

using toolkit::IpAddress;
using toolkit::IpNetwork;

struct ForwardingTrust {
  std::vector<IpNetwork> networks;  // empty: nobody is trusted
  std::string header = "X-Forwarded-For";
  std::size_t max_hops = 8;
  std::size_t assumed_hops = 0;
};

IpAddress client_address(const ForwardingTrust& trust, const IpAddress& peer,
                         std::span<const HeaderField> headers) noexcept;

// One entry of the list, white space around it allowed. nullopt: not an address.
std::optional<IpAddress> parse_forwarded_entry(std::string_view entry) noexcept;

}  // namespace gateway::http
