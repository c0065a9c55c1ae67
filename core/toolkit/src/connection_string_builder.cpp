#include "connection_string_builder.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace gateway::toolkit {

namespace {

using Key = ConnectionKey;

constexpr std::array kSslModes{
    std::pair<std::string_view, SslMode>{"disable", SslMode::Disable},
    std::pair<std::string_view, SslMode>{"prefer", SslMode::Prefer},
    std::pair<std::string_view, SslMode>{"require", SslMode::Require},
    std::pair<std::string_view, SslMode>{"verifyca", SslMode::VerifyCa},
    std::pair<std::string_view, SslMode>{"verifyfull", SslMode::VerifyFull},
};

constexpr std::array<const char*, 13> kNames{"Host",
                                             "Port",
                                             "Database",
                                             "Username",
                                             "Password",
                                             "SSL Mode",
                                             "Root Certificate",
                                             "Timeout",
                                             "Maximum Pool Size",
                                             "Connection Lifetime",
                                             "Password File",
                                             "PgBouncer",
                                             "Prepared Statements"};

}  // namespace

std::string name_of(Key key) {
  return kNames.at(static_cast<std::size_t>(key));
}

std::vector<std::string> connection_key_names() {
  return {kNames.begin(), kNames.end()};
}

std::string folded(std::string_view text, std::string_view dropped) {
  std::string out;
  for (const char c : text) {
    if (dropped.find(c) == std::string_view::npos) {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

void ConnectionStringBuilder::fault(std::string problem, std::string hint) {
  sound_ = false;
  faults_.add(std::string(path_), std::move(problem), std::move(hint));
}

void ConnectionStringBuilder::fault(Key key, const std::string& problem, std::string hint) {
  seen_.insert(key);
  fault(name_of(key) + " " + problem, std::move(hint));
}

void ConnectionStringBuilder::set(Key key, std::string value) {
  if (!seen_.insert(key).second) return fault(key, "is given twice", "keep one of them");
  switch (key) {
    case Key::Host:
      return set_host(std::move(value));
    case Key::Database:
      return set_name(key, std::move(value), out_.database);
    case Key::Username:
      return set_name(key, std::move(value), out_.username);
    case Key::Password:
      // As a variable leaves it.
      if (value.empty()) return fault(key, "is empty", "set it, or leave it out where there is none");
      out_.password = Secret(std::move(value));
      return;
    case Key::PasswordFile:
      out_.password_file = std::move(value);
      return;
    case Key::RootCertificate:
      out_.root_certificate = std::move(value);
      return;
    case Key::SslMode:
      return set_mode(value);
    case Key::Port:
      out_.port = static_cast<std::uint16_t>(number(key, value, 1, 65'535).value_or(out_.port));
      return;
    case Key::Timeout:
      out_.timeout_s = number(key, value, 1, 300).value_or(out_.timeout_s);
      return;
    case Key::MaxPool:
      out_.max_pool = number(key, value, 1, 1'000);
      return;
    case Key::Lifetime:
      out_.lifetime_s = number(key, value, 0, 86'400).value_or(out_.lifetime_s);
      return;
    case Key::PgBouncer:
      return set_flag(key, value, out_.pgbouncer);
    case Key::PreparedStatements:
      return set_flag(key, value, out_.prepared_statements);
  }
}

void ConnectionStringBuilder::check_whole() {
  for (const Key key : {Key::Host, Key::Database, Key::Username}) {
    if (seen_.count(key) == 0)
      fault(key, "is missing",
            "add " + name_of(key) + "=…, or write postgresql://user:password@host/database");
  }
  if (!out_.password.empty() && !out_.password_file.empty())
    fault(Key::Password, "and Password File exclude each other", "keep one of them");
}

std::optional<ConnectionString> ConnectionStringBuilder::finish() && {
  if (!sound_) return std::nullopt;
  if (out_.pgbouncer) out_.prepared_statements = false;
  return std::move(out_);
}

void ConnectionStringBuilder::set_name(Key key, std::string value, std::string& target) {
  if (value.empty()) return fault(key, "is empty", "say which, or leave out what should have filled it");
  target = std::move(value);
}

// As other clients take it: tcp:host,1433 or host:5432. More than one ':' is an address of IPv6; the folder
// of a socket, or the name of an abstract one, may hold anything.
void ConnectionStringBuilder::set_host(std::string value) {
  if (value.starts_with('/') || value.starts_with('@'))
    return set_name(Key::Host, std::move(value), out_.host);
  if (value.find(',') != std::string::npos)
    return fault(Key::Host, "is more than one, or has a port in it", "name one, and the port as Port=5432");
  if (std::count(value.begin(), value.end(), ':') == 1)
    return fault(Key::Host, "has a port in it", "write Port=5432 beside it");
  if (value.find_first_of(" \t\"'=@?") != std::string::npos)
    return fault(Key::Host, "is no name of a host", "put a ';' between the parts");
  set_name(Key::Host, std::move(value), out_.host);
}

void ConnectionStringBuilder::set_mode(std::string_view value) {
  const std::string name = folded(value, " -");
  const auto* mode = std::find_if(kSslModes.begin(), kSslModes.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (mode == kSslModes.end())
    return fault(Key::SslMode, "is none of Disable, Prefer, Require, VerifyCA, VerifyFull",
                 "VerifyFull encrypts and checks who answers");
  out_.ssl_mode = mode->second;
}

void ConnectionStringBuilder::set_flag(Key key, std::string_view value, bool& flag) {
  const std::string word = folded(value, "");
  flag = word == "true";
  if (!flag && word != "false") fault(key, "is neither true nor false", "write one of them");
}

std::optional<std::int64_t> ConnectionStringBuilder::number(Key key, std::string_view value,
                                                            std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size() && number >= least && number <= most)
    return number;
  fault(key, "is not a number from " + std::to_string(least) + " to " + std::to_string(most),
        "write the digits alone");
  return std::nullopt;
}

}  // namespace gateway::toolkit
