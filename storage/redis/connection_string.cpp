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
constexpr std::string_view kPassword = "password";

// Where everything that is wrong goes.
class Refusal {
 public:
  Refusal(std::string_view key, ConfigFaults& faults) : key_(key), faults_(faults) {}
  void add(std::string problem, std::string hint = "") {
    any_ = true;
    faults_.add(std::string(key_), std::move(problem), std::move(hint));
  }
  bool any() const noexcept { return any_; }

 private:
  std::string_view key_;
  ConfigFaults& faults_;
  bool any_ = false;
};

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
void add_endpoint(ConnectionString& out, std::string_view text, bool tls, Refusal& refusal) {
  Endpoint endpoint;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return refusal.add("has a '[' without ']'");
    endpoint.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
  } else {
    endpoint.host = text.substr(0, text.find(':'));
    rest = text.substr(endpoint.host.size());
  }
  constexpr std::string_view kInHosts = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:";
  if (endpoint.host.empty() || endpoint.host.size() > 255 ||
      endpoint.host.find_first_not_of(kInHosts) != std::string::npos)
    refusal.add("a host is missing or malformed", "write host:6379,… or rediss://host:6379");
  // As StackExchange.Redis and Azure have it, and no Redis without TLS.
  endpoint.port = tls && text.find(".redis.cache.windows.net") != std::string_view::npos ? 6380 : 6379;
  if (!rest.empty()) {
    const auto port = rest.front() == ':' ? number_in(rest.substr(1), 1, 65'535) : std::nullopt;
    if (!port) return refusal.add("a port is malformed", "it is a number from 1 to 65535");
    endpoint.port = static_cast<std::uint16_t>(*port);
  }
  out.endpoints.push_back(std::move(endpoint));
}

std::string decoded(std::string_view text, Refusal& refusal) {
  auto plain = toolkit::percent_decoded(text);
  if (!plain) refusal.add("has a broken percent-escape", "write a % as %25");
  return plain.value_or("");
}

void set_database(ConnectionString& out, std::string_view text, Refusal& refusal) {
  const auto database = number_in(text, 0, 65'535);
  if (!database) return refusal.add("the database is not a number from 0 to 65535", "usually it is 0");
  out.database = static_cast<int>(*database);
}

// [user[:password]@]host[:port][/database]
ConnectionString parse_uri(std::string_view rest, bool tls, Refusal& refusal) {
  ConnectionString out;
  out.tls = tls;
  if (rest.find_first_of("?#") != std::string_view::npos) {
    refusal.add("is a URI with parameters", "what they would say is in the section Redis; write a ? as %3F");
    return out;
  }
  const auto authority = rest.substr(0, rest.find('/'));
  const auto path = rest.substr(std::min(authority.size() + 1, rest.size()));
  std::string_view place = authority;
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const auto account = authority.substr(0, at);
    place = authority.substr(at + 1);
    const auto colon = account.find(':');
    out.user = decoded(account.substr(0, colon), refusal);
    if (colon != std::string_view::npos) out.password = Secret(decoded(account.substr(colon + 1), refusal));
    // As a variable leaves it.
    if (colon != std::string_view::npos && out.password.empty())
      refusal.add("the password is empty", "set it, or leave out the ':' in front of it");
  }
  add_endpoint(out, place, false, refusal);
  if (!path.empty()) set_database(out, path, refusal);
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

void set_option(ConnectionString& out, Option option, std::string_view name, std::string_view value,
                Refusal& refusal) {
  switch (option) {
    case Option::User:
      out.user = value;
      return;
    case Option::Password:
      out.password = Secret(std::string(value));
      return;
    case Option::Tls: {
      const std::string flag = lower_case(value);
      if (flag != "true" && flag != "false") refusal.add("ssl is neither True nor False", "True encrypts");
      out.tls = flag == "true";
      return;
    }
    case Option::TlsHost:
      out.tls_host = value;
      return;
    case Option::Database:
      return set_database(out, value, refusal);
    case Option::ConnectTimeout:
      out.connect_timeout_ms = number_in(value, 1, 300'000);
      if (!out.connect_timeout_ms)
        refusal.add("connectTimeout is not a number from 1 to 300000", "in milliseconds");
      return;
    case Option::Ignored:
      return;
    case Option::Meaningless:
      out.warnings.push_back("the Redis connection string: " + std::string(name) + " means nothing here");
      return;
    case Option::Refused:
      return refusal.add(std::string(name) + " is not supported", "name the servers themselves");
  }
}

ConnectionString parse_stack_exchange(std::string_view text, Refusal& refusal) {
  ConnectionString out;
  std::vector<std::string_view> places;
  bool after_password = false;
  bool cut_password = false;
  int unknown = 0;
  while (!text.empty()) {
    const auto whole = text.substr(0, text.find(','));
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
    const auto part = trim(whole);
    const auto equals = part.find('=');
    if (part.empty()) continue;
    if (equals == std::string_view::npos) {
      if (after_password) {
        cut_password = true;
      } else if (!places.empty() && lower_case(part.substr(0, kPassword.size())) == kPassword &&
                 part.find_first_of(".:") == std::string_view::npos) {
        refusal.add("has a password without its '='", "write password=…");
      } else {
        places.push_back(part);
      }
      continue;
    }
    const std::string name = lower_case(trim(part.substr(0, equals)));
    const auto* known = std::find_if(kOptions.begin(), kOptions.end(),
                                     [&](const NamedOption& option) { return option.first == name; });
    if (known == kOptions.end()) {
      ++unknown;
      continue;
    }
    set_option(out, known->second, known->first, trim(part.substr(equals + 1)), refusal);
    after_password = after_password || known->second == Option::Password;
  }
  if (unknown > 0) {
    out.warnings.push_back("the Redis connection string: " + std::to_string(unknown) +
                           " options are not known and mean nothing here");
  }
  if (cut_password)
    refusal.add("has a host behind the password", "a password with a ',' needs the form rediss://");
  if (places.size() > kMaxEndpoints) {
    refusal.add("has more than 16 hosts");
    places.clear();
  } else if (places.empty()) {
    refusal.add("a host is missing or malformed", "write host:6379,… or rediss://host:6379");
  }
  for (const std::string_view place : places)
    add_endpoint(out, place, out.tls, refusal);
  return out;
}

ConnectionString parse(std::string_view text, Refusal& refusal) {
  const std::string scheme = lower_case(text.substr(0, text.find("://")));
  // A password with "://" in it is not a scheme.
  if (scheme.size() == text.size() || scheme.find_first_of(",=") != std::string::npos)
    return parse_stack_exchange(text, refusal);
  const auto rest = text.substr(scheme.size() + 3);
  if (scheme != "rediss" && scheme != "redis") refusal.add("is neither redis:// nor rediss://");
  return parse_uri(rest, scheme == "rediss", refusal);
}

}  // namespace

std::optional<ConnectionString> read_connection_string(std::string_view text, std::string_view key,
                                                       ConfigFaults& faults) {
  Refusal refusal(key, faults);
  ConnectionString out;
  if (text.size() > kMaxBytes) {
    refusal.add("is larger than its bound of " + std::to_string(kMaxBytes) + " bytes");
  } else if (text.find('\0') != std::string_view::npos) {
    refusal.add("has a NUL byte");
  } else {
    out = parse(trim(text), refusal);
  }
  if (refusal.any()) return std::nullopt;
  return out;
}

}  // namespace gateway::redis
