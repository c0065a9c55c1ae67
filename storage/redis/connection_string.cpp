#include "connection_string.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <gateway/toolkit/percent.hpp>

namespace gateway::redis {

namespace {

constexpr std::size_t kMaxBytes = 8192;
constexpr std::size_t kMaxEndpoints = 16;

Error fault(const std::string& what) {
  return invalid("the Redis connection string: " + what);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::optional<std::int64_t> number_in(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
    return std::nullopt;
  return number;
}

// host, host:port, [v6], [v6]:port
Result<Endpoint> parse_endpoint(std::string_view text, bool tls) {
  Endpoint endpoint;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return fault("'[' without ']'");
    endpoint.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
  } else {
    endpoint.host = text.substr(0, text.find(':'));
    rest = text.substr(endpoint.host.size());
  }
  constexpr std::string_view kInHosts = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
  if (endpoint.host.empty() || endpoint.host.size() > 255 ||
      endpoint.host.find_first_not_of(kInHosts) != std::string::npos)
    return fault("a host is missing or malformed");
  if (rest.empty()) {
    // As StackExchange.Redis and Azure have it, and no Redis without TLS.
    endpoint.port = tls && text.find(".redis.cache.windows.net") != std::string_view::npos ? 6380 : 6379;
    return endpoint;
  }
  const auto port = rest.front() == ':' ? number_in(rest.substr(1), 1, 65'535) : std::nullopt;
  if (!port) return fault("a port is malformed");
  endpoint.port = static_cast<std::uint16_t>(*port);
  return endpoint;
}

// [user[:password]@]host[:port][/database]
Result<ConnectionString> parse_uri(std::string_view rest, bool tls) {
  ConnectionString out;
  out.tls = tls;
  if (rest.find_first_of("?#") != std::string_view::npos)
    return fault("a URI with parameters; what they would say is in the section Redis");
  const auto authority = rest.substr(0, rest.find('/'));
  const auto path = rest.substr(std::min(authority.size() + 1, rest.size()));
  std::string_view place = authority;
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const auto account = authority.substr(0, at);
    place = authority.substr(at + 1);
    const auto colon = account.find(':');
    const auto user = toolkit::percent_decoded(account.substr(0, colon));
    const auto password = toolkit::percent_decoded(
        colon == std::string_view::npos ? std::string_view() : account.substr(colon + 1));
    if (!user || !password) return fault("a broken percent-escape");
    out.user = *user;
    out.password = Secret(*password);
  }
  auto endpoint = parse_endpoint(place, false);
  if (!endpoint) return endpoint.error();
  out.endpoints.push_back(*std::move(endpoint));
  if (!path.empty()) {
    const auto database = number_in(path, 0, 65'535);
    if (!database) return fault("the database is no number");
    out.database = static_cast<int>(*database);
  }
  return out;
}

enum class Option { User, Password, Tls, TlsHost, Database, ConnectTimeout, Ignored, Meaningless, Refused };
using NamedOption = std::pair<std::string_view, Option>;

// What StackExchange.Redis knows, in lower case.
constexpr std::array kOptions{
    NamedOption{"user", Option::User},
    NamedOption{"password", Option::Password},
    NamedOption{"ssl", Option::Tls},
    NamedOption{"sslhost", Option::TlsHost},
    NamedOption{"defaultdatabase", Option::Database},
    NamedOption{"connecttimeout", Option::ConnectTimeout},
    // What is so here whatever it says: nobody waits for Redis at the start, and connections are kept alive.
    NamedOption{"abortconnect", Option::Ignored},
    NamedOption{"connectretry", Option::Ignored},
    NamedOption{"keepalive", Option::Ignored},
    NamedOption{"name", Option::Ignored},
    NamedOption{"allowadmin", Option::Meaningless},
    NamedOption{"asynctimeout", Option::Meaningless},
    NamedOption{"channelprefix", Option::Meaningless},
    NamedOption{"checkcertificaterevocation", Option::Meaningless},
    NamedOption{"configchannel", Option::Meaningless},
    NamedOption{"configcheckseconds", Option::Meaningless},
    NamedOption{"heartbeatconsistencychecks", Option::Meaningless},
    NamedOption{"heartbeatinterval", Option::Meaningless},
    NamedOption{"highintegrity", Option::Meaningless},
    NamedOption{"protocol", Option::Meaningless},
    NamedOption{"resolvedns", Option::Meaningless},
    NamedOption{"responsetimeout", Option::Meaningless},
    NamedOption{"setclientlibrary", Option::Meaningless},
    NamedOption{"sslprotocols", Option::Meaningless},
    NamedOption{"synctimeout", Option::Meaningless},
    NamedOption{"tiebreaker", Option::Meaningless},
    NamedOption{"version", Option::Meaningless},
    NamedOption{"writebuffer", Option::Meaningless},
    NamedOption{"proxy", Option::Refused},
    NamedOption{"servicename", Option::Refused},
    NamedOption{"tunnel", Option::Refused},
};

Result<Done> set_option(ConnectionString& out, Option option, std::string_view name, std::string_view value) {
  switch (option) {
    case Option::User:
      out.user = value;
      break;
    case Option::Password:
      out.password = Secret(std::string(value));
      break;
    case Option::Tls: {
      const std::string flag = lower_case(value);
      if (flag != "true" && flag != "false") return fault("ssl is neither True nor False");
      out.tls = flag == "true";
      break;
    }
    case Option::TlsHost:
      out.tls_host = value;
      break;
    case Option::Database: {
      const auto database = number_in(value, 0, 65'535);
      if (!database) return fault("defaultDatabase is no number");
      out.database = static_cast<int>(*database);
      break;
    }
    case Option::ConnectTimeout: {
      out.connect_timeout_ms = number_in(value, 1, 300'000);
      if (!out.connect_timeout_ms) return fault("connectTimeout is not a number from 1 to 300000");
      break;
    }
    case Option::Ignored:
      break;
    case Option::Meaningless:
      out.warnings.push_back("the Redis connection string: " + std::string(name) + " means nothing here");
      break;
    case Option::Refused:
      return fault(std::string(name) + " is not supported: name the servers themselves");
  }
  return Done{};
}

Result<ConnectionString> parse_stack_exchange(std::string_view text) {
  ConnectionString out;
  std::vector<std::string_view> places;
  bool after_password = false;
  int unknown = 0;
  while (!text.empty()) {
    const auto whole = text.substr(0, text.find(','));
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
    const auto part = trim(whole);
    const auto equals = part.find('=');
    if (part.empty()) continue;
    if (equals == std::string_view::npos) {
      if (after_password)
        return fault("a host behind the password (a password with a ',' needs the URI form)");
      places.push_back(part);
      continue;
    }
    const std::string name = lower_case(trim(part.substr(0, equals)));
    const auto* known = std::find_if(kOptions.begin(), kOptions.end(),
                                     [&](const NamedOption& option) { return option.first == name; });
    if (known == kOptions.end()) {
      ++unknown;
      continue;
    }
    if (auto set = set_option(out, known->second, known->first, trim(part.substr(equals + 1))); !set)
      return set.error();
    after_password = after_password || known->second == Option::Password;
  }
  if (unknown > 0) {
    out.warnings.push_back("the Redis connection string: " + std::to_string(unknown) +
                           " options are not known and mean nothing here");
  }
  if (places.size() > kMaxEndpoints) return fault("more than 16 hosts");
  for (const std::string_view place : places) {
    auto endpoint = parse_endpoint(place, out.tls);
    if (!endpoint) return endpoint.error();
    out.endpoints.push_back(*std::move(endpoint));
  }
  if (out.endpoints.empty()) return fault("a host is missing or malformed");
  return out;
}

}  // namespace

Result<ConnectionString> parse_connection_string(std::string_view text) {
  if (text.size() > kMaxBytes) return fault("larger than its bound");
  if (text.find('\0') != std::string_view::npos) return fault("a NUL byte");
  text = trim(text);
  const std::string scheme = lower_case(text.substr(0, text.find("://")));
  if (scheme.size() == text.size()) return parse_stack_exchange(text);
  const auto rest = text.substr(scheme.size() + 3);
  if (scheme == "rediss") return parse_uri(rest, true);
  if (scheme == "redis") return parse_uri(rest, false);
  // A password with "://" in it is not a scheme.
  if (scheme.find_first_of(",=") != std::string::npos) return parse_stack_exchange(text);
  return fault("neither redis:// nor rediss://");
}

}  // namespace gateway::redis
