#include "host_patterns.hpp"

#include <algorithm>

namespace gateway::allowed_hosts {

namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// What a host name or an address consists of.
bool is_host_char(char c) noexcept {
  const char l = lower(c);
  return (l >= 'a' && l <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_';
}

bool is_address_char(char c) noexcept {
  const char l = lower(c);
  return is_digit(c) || (l >= 'a' && l <= 'f') || c == ':' || c == '.';
}

bool is_host(std::string_view host) noexcept {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    const std::string_view address = host.substr(1, host.size() - 2);
    return std::all_of(address.begin(), address.end(), is_address_char);
  }
  return !host.empty() && std::all_of(host.begin(), host.end(), is_host_char);
}

// The host of "host[:port]", RFC 9110, section 7.2; empty where the field is not of that form.
std::string_view host_of(std::string_view field) noexcept {
  const std::size_t bracket = field.rfind(']');
  const std::size_t colon = field.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view host = field.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view port = field.substr(colon + 1);
    if (port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit)) return {};
  }
  return is_host(host) ? host : std::string_view();
}

bool equal_ignoring_case(std::string_view text, std::string_view lowered) noexcept {
  return std::equal(text.begin(), text.end(), lowered.begin(), lowered.end(),
                    [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

// The whole list is one text: what stands between two semicolons may be much longer than a host.
std::string quoted(std::string_view entry) {
  constexpr std::size_t kMaxQuoted = 255;
  return entry.size() <= kMaxQuoted ? '"' + std::string(entry) + '"'
                                    : "an entry of " + std::to_string(entry.size()) + " bytes";
}

}  // namespace

HostPatterns::HostPatterns(std::string_view list, ConfigFaults& faults) {
  // Not repeated: what stands in front of it may be a password.
  if (list.find('@') != std::string_view::npos) {
    faults.add("Value", "has an '@' in it", "write hosts alone, without user, scheme, port and path");
    return;
  }
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(';'), list.size());
    if (const std::string_view entry = trimmed(list.substr(0, end)); !entry.empty()) add(entry, faults);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  if (hosts_.empty() && suffixes_.empty()) any_ = true;
}

void HostPatterns::add(std::string_view entry, ConfigFaults& faults) {
  if (entry == "*") {
    any_ = true;
    return;
  }
  std::string lowered(entry);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  const bool is_wildcard = lowered.rfind("*.", 0) == 0;
  if (is_wildcard) lowered.erase(0, 1);
  const bool names_subdomains = is_wildcard && lowered.size() > 1 && lowered.find('[') == std::string::npos;
  if (!is_host(lowered) || (is_wildcard && !names_subdomains)) {
    faults.add(
        "Value", quoted(entry) + " is not a host",
        "write it without scheme, port and path, with \"*.\" only in front, and other letters than a-z "
        "in their xn-- form");
    return;
  }
  (is_wildcard ? suffixes_ : hosts_).push_back(std::move(lowered));
}

bool HostPatterns::allow(std::string_view field) const noexcept {
  const std::string_view host = host_of(field);
  if (host.empty()) return false;
  if (any_) return true;
  return std::any_of(hosts_.begin(), hosts_.end(),
                     [&](const std::string& allowed) { return equal_ignoring_case(host, allowed); }) ||
         std::any_of(suffixes_.begin(), suffixes_.end(), [&](const std::string& suffix) {
           return host.size() > suffix.size() &&
                  equal_ignoring_case(host.substr(host.size() - suffix.size()), suffix);
         });
}

}  // namespace gateway::allowed_hosts
