#include "core/config/listen_address.hpp"

#include <array>
#include <charconv>

#include <arpa/inet.h>

#include "core/config/key_names.hpp"

namespace gateway::config {

namespace {

bool is_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(family, text.c_str(), bytes.data()) == 1;
}

Result<std::string> address_of(const std::string& host) {
  if (host == "*" || host == "+") return std::string("::");
  if (same_name(host, "localhost")) return std::string("127.0.0.1");
  if (host.starts_with('[') && host.ends_with(']')) {
    std::string inside = host.substr(1, host.size() - 2);
    if (is_address(AF_INET6, inside)) return inside;
  }
  if (is_address(AF_INET, host)) return host;
  return invalid("the host is neither an IP address nor localhost, * or +");
}

}  // namespace

Result<std::string> local_url(const ListenAddress& listen) {
  if (listen.port == 0) return invalid("port 0 is any free one");
  std::string host = listen.address;
  if (host == "0.0.0.0" || host == "::") host = "127.0.0.1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(listen.port);
}

Result<ListenAddress> parse_listen_address(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  constexpr std::uint16_t kDefaultPort = 80;
  if (url.find(';') != std::string_view::npos) return invalid("only one address is supported");
  if (same_name(url.substr(0, 8), "https://")) {
    return invalid("https is not served here: terminate TLS in front and use http://");
  }
  if (!same_name(url.substr(0, kScheme.size()), kScheme))
    return invalid("is not of the form http://ADDRESS:PORT");
  url.remove_prefix(kScheme.size());
  if (url.ends_with('/')) url.remove_suffix(1);

  const auto colon = url.find(':', url.starts_with('[') ? url.find(']') : 0);
  auto address = address_of(std::string(url.substr(0, colon)));
  if (!address) return std::move(address).error();
  ListenAddress listen{*std::move(address), kDefaultPort};
  if (colon != std::string_view::npos) {
    const auto port = url.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
    if (error != std::errc() || end != port.data() + port.size()) {
      return invalid("the port is not a number from 0 to 65535");
    }
  }
  return listen;
}

}  // namespace gateway::config
