#include "core/http/client_address.hpp"

#include <algorithm>

namespace gateway::http {

namespace {

bool trusted(const ForwardingTrust& trust, const IpAddress& address) noexcept {
  return std::any_of(trust.networks.begin(), trust.networks.end(),
                     [&](const IpNetwork& network) { return network.contains(address); });
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

bool is_port(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Takes the last entry off a comma-separated list.
std::string_view pop_back(std::string_view& list, bool& exhausted) noexcept {
  const std::size_t comma = list.rfind(',');
  exhausted = comma == std::string_view::npos;
  const std::string_view entry = exhausted ? list : list.substr(comma + 1);
  list = exhausted ? std::string_view() : list.substr(0, comma);
  return entry;
}

}  // namespace

std::optional<IpAddress> parse_forwarded_entry(std::string_view entry) noexcept {
  entry = trim(entry);
  if (!entry.empty() && entry.front() == '[') {
    const std::size_t close = entry.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view rest = entry.substr(close + 1);
    const std::string_view inner = entry.substr(1, close - 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return std::nullopt;
    return inner.find(':') == std::string_view::npos ? std::nullopt : IpAddress::parse(inner);
  }
  const std::size_t colon = entry.find(':');
  if (colon != std::string_view::npos && colon == entry.rfind(':')) {  // exactly one: IPv4 with a port
    if (!is_port(entry.substr(colon + 1))) return std::nullopt;
    entry = entry.substr(0, colon);
  }
  return IpAddress::parse(entry);
}

IpAddress client_address(const ForwardingTrust& trust, const IpAddress& peer,
                         std::span<const HeaderField> headers) noexcept {
  IpAddress current = peer;
  if (trust.networks.empty()) return current;
  std::size_t hops = 0;
  for (auto field = headers.rbegin(); field != headers.rend(); ++field) {
    if (!iequals(field->name, trust.header)) continue;
    std::string_view list = field->value;
    for (bool exhausted = false; !exhausted; ++hops) {
      const bool is_assumed = hops > 0 && hops <= trust.assumed_hops;
      if (hops == trust.max_hops || (!is_assumed && !trusted(trust, current))) return current;
      const std::optional<IpAddress> next = parse_forwarded_entry(pop_back(list, exhausted));
      if (!next) return current;
      current = *next;
    }
  }
  return current;
}

}  // namespace gateway::http
