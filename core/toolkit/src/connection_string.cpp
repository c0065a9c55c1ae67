#include "gateway/toolkit/connection_string.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

#include "gateway/toolkit/percent.hpp"

namespace gateway::toolkit {

namespace {

enum class Key {
  Host,
  Port,
  Database,
  Username,
  Password,
  SslMode,
  RootCertificate,
  Timeout,
  MaxPool,
  Lifetime,
  PasswordFile,
  PgBouncer,
  PreparedStatements,
};

using NamedKey = std::pair<std::string_view, Key>;

// Without blanks and in lower case.
constexpr std::array kAdoKeys{
    NamedKey{"host", Key::Host},
    NamedKey{"server", Key::Host},
    NamedKey{"port", Key::Port},
    NamedKey{"database", Key::Database},
    NamedKey{"db", Key::Database},
    NamedKey{"username", Key::Username},
    NamedKey{"userid", Key::Username},
    NamedKey{"uid", Key::Username},
    NamedKey{"password", Key::Password},
    NamedKey{"pwd", Key::Password},
    NamedKey{"sslmode", Key::SslMode},
    NamedKey{"rootcertificate", Key::RootCertificate},
    NamedKey{"timeout", Key::Timeout},
    NamedKey{"maximumpoolsize", Key::MaxPool},
    NamedKey{"maxpoolsize", Key::MaxPool},
    NamedKey{"passwordfile", Key::PasswordFile},
    NamedKey{"pgbouncer", Key::PgBouncer},
    NamedKey{"preparedstatements", Key::PreparedStatements},
    NamedKey{"connectionlifetime", Key::Lifetime},
};
constexpr std::array kUriParameters{
    NamedKey{"sslmode", Key::SslMode},
    NamedKey{"sslrootcert", Key::RootCertificate},
    NamedKey{"connect_timeout", Key::Timeout},
    NamedKey{"password_file", Key::PasswordFile},
    NamedKey{"pgbouncer", Key::PgBouncer},
    NamedKey{"prepared_statements", Key::PreparedStatements},
    NamedKey{"connection_lifetime", Key::Lifetime},
};

constexpr std::array kSslModes{
    std::pair<std::string_view, SslMode>{"disable", SslMode::Disable},
    std::pair<std::string_view, SslMode>{"prefer", SslMode::Prefer},
    std::pair<std::string_view, SslMode>{"require", SslMode::Require},
    std::pair<std::string_view, SslMode>{"verifyca", SslMode::VerifyCa},
    std::pair<std::string_view, SslMode>{"verifyfull", SslMode::VerifyFull},
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Lower case, without any of `dropped`.
std::string folded(std::string_view text, std::string_view dropped) {
  std::string out;
  for (const char c : text) {
    if (dropped.find(c) == std::string_view::npos) {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

template <class Table>
auto find_in(const Table& table, std::string_view name) {
  const auto* it =
      std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.first == name; });
  return it == table.end() ? std::nullopt : std::optional(it->second);
}

std::optional<std::int64_t> number_in(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most) {
    return std::nullopt;
  }
  return number;
}

// Fills one field. Refuses what comes twice and what is out of range, by the field's documented name.
class Builder {
 public:
  Result<Done> set(Key key, std::string value) {
    if (!seen_.insert(key).second) return invalid("connection string: " + name_of(key) + " is given twice");
    switch (key) {
      case Key::Host:
        out_.host = std::move(value);
        return Done{};
      case Key::Database:
        out_.database = std::move(value);
        return Done{};
      case Key::Username:
        out_.username = std::move(value);
        return Done{};
      case Key::Password:
        out_.password = Secret(std::move(value));
        return Done{};
      case Key::RootCertificate:
        out_.root_certificate = std::move(value);
        return Done{};
      case Key::SslMode: {
        const auto mode = find_in(kSslModes, folded(value, " -"));
        if (!mode) {
          return invalid(
              "connection string: SSL Mode is none of Disable, Prefer, Require, VerifyCA, VerifyFull");
        }
        out_.ssl_mode = *mode;
        return Done{};
      }
      case Key::Port:
        return set_number(key, value, 1, 65'535,
                          [this](auto n) { out_.port = static_cast<std::uint16_t>(n); });
      case Key::Timeout:
        return set_number(key, value, 1, 300, [this](auto n) { out_.timeout_s = n; });
      case Key::MaxPool:
        return set_number(key, value, 1, 1'000, [this](auto n) { out_.max_pool = n; });
      case Key::Lifetime:
        return set_number(key, value, 0, 86'400, [this](auto n) { out_.lifetime_s = n; });
      case Key::PasswordFile:
        out_.password_file = std::move(value);
        return Done{};
      case Key::PgBouncer:
        return set_flag(key, value, out_.pgbouncer);
      case Key::PreparedStatements:
        return set_flag(key, value, out_.prepared_statements);
    }
    return internal_error("connection string: unhandled key");
  }

  Result<ConnectionString> finish() && {
    for (const auto& [key, value] : {std::pair<Key, const std::string&>{Key::Host, out_.host},
                                     {Key::Database, out_.database},
                                     {Key::Username, out_.username}}) {
      if (value.empty()) return invalid("connection string: " + name_of(key) + " is missing");
    }
    if (!out_.password.empty() && !out_.password_file.empty())
      return invalid("connection string: Password and Password File exclude each other");
    if (out_.pgbouncer) out_.prepared_statements = false;
    return std::move(out_);
  }

 private:
  static std::string name_of(Key key) {
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
    return kNames.at(static_cast<std::size_t>(key));
  }

  template <class Store>
  static Result<Done> set_number(Key key, std::string_view value, std::int64_t least, std::int64_t most,
                                 Store store) {
    const auto number = number_in(value, least, most);
    if (!number) {
      return invalid("connection string: " + name_of(key) + " is not a number from " + std::to_string(least) +
                     " to " + std::to_string(most));
    }
    store(*number);
    return Done{};
  }

  static Result<Done> set_flag(Key key, std::string_view value, bool& flag) {
    const std::string folded_value = folded(value, "");
    flag = folded_value == "true";
    if (!flag && folded_value != "false")
      return invalid("connection string: " + name_of(key) + " is neither true nor false");
    return Done{};
  }

  ConnectionString out_;
  std::set<Key> seen_;
};

// Takes a value and the ';' behind it off the front of `rest`. nullopt: a quote is not closed, or something
// other than ';' follows one.
std::optional<std::string> take_value(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
  std::string value;
  if (rest.starts_with('\'') || rest.starts_with('"')) {
    const char quote = rest.front();
    rest.remove_prefix(1);
    for (;;) {
      const auto close = rest.find(quote);
      if (close == std::string_view::npos) return std::nullopt;
      value += rest.substr(0, close);
      rest.remove_prefix(close + 1);
      if (!rest.starts_with(quote)) break;
      value += quote;
      rest.remove_prefix(1);
    }
    const auto end = std::min(rest.find(';'), rest.size());
    if (!trim(rest.substr(0, end)).empty()) return std::nullopt;
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return value;
  }
  const auto end = std::min(rest.find(';'), rest.size());
  value = trim(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return value;
}

Result<ConnectionString> parse_ado(std::string_view rest) {
  Builder builder;
  // What stands behind an unquoted password with a ';' in it is part of the password: never named.
  bool after_password = false;
  for (;;) {
    rest.remove_prefix(std::min(rest.find_first_not_of("; \t\r\n"), rest.size()));
    if (rest.empty()) return std::move(builder).finish();
    const auto equals = rest.find('=');
    const auto key_text = trim(rest.substr(0, equals));
    const auto key =
        equals == std::string_view::npos ? std::nullopt : find_in(kAdoKeys, folded(key_text, " "));
    if (!key) {
      const bool is_name = std::all_of(key_text.begin(), key_text.end(), [](char c) {
        return c == ' ' || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      });
      if (after_password) {
        return invalid("connection string: an unknown key behind Password (quote a password with a ';')");
      }
      if (equals == std::string_view::npos || !is_name || key_text.empty() || key_text.size() > 40) {
        return invalid("connection string: a part is not of the form Key=value");
      }
      return invalid("connection string: unknown key \"" + std::string(key_text) + "\"");
    }
    rest.remove_prefix(equals + 1);
    auto value = take_value(rest);
    if (!value) return invalid("connection string: a quoted value is not closed");
    if (auto set = builder.set(*key, *std::move(value)); !set) return std::move(set).error();
    after_password = *key == Key::Password;
  }
}

Result<Done> set_decoded(Builder& builder, Key key, std::string_view text) {
  auto value = percent_decoded(text);
  if (!value) return invalid("connection string: a broken percent-escape");
  return builder.set(key, *std::move(value));
}

// user[:password]@host[:port]/database[?name=value&…]
Result<ConnectionString> parse_uri(std::string_view rest) {
  Builder builder;
  Result<Done> step = Done{};
  const auto authority = rest.substr(0, rest.find_first_of("/?"));
  rest.remove_prefix(authority.size());

  std::string_view place = authority;
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const auto user = authority.substr(0, at);
    place = authority.substr(at + 1);
    const auto colon = user.find(':');
    step = set_decoded(builder, Key::Username, user.substr(0, colon));
    if (step && colon != std::string_view::npos) {
      step = set_decoded(builder, Key::Password, user.substr(colon + 1));
    }
    if (!step) return std::move(step).error();
  }
  if (place.find(',') != std::string_view::npos) {
    return invalid("connection string: more than one host is not supported");
  }
  std::string_view host = place;
  if (place.starts_with('[')) {
    const auto close = place.find(']');
    if (close == std::string_view::npos) return invalid("connection string: '[' without ']'");
    host = place.substr(1, close - 1);
    place.remove_prefix(close + 1);
  } else {
    host = place.substr(0, place.find(':'));
    place.remove_prefix(host.size());
  }
  step = set_decoded(builder, Key::Host, host);
  if (step && place.starts_with(':')) step = builder.set(Key::Port, std::string(place.substr(1)));
  if (step && !place.empty() && !place.starts_with(':'))
    step = invalid("connection string: Port is malformed");
  if (!step) return std::move(step).error();

  const auto question = std::min(rest.find('?'), rest.size());
  if (question > 0) step = set_decoded(builder, Key::Database, rest.substr(1, question - 1));
  rest.remove_prefix(std::min(question + 1, rest.size()));
  while (step && !rest.empty()) {
    const auto parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(parameter.size() + 1, rest.size()));
    const auto equals = parameter.find('=');
    const auto key = find_in(kUriParameters, parameter.substr(0, equals));
    if (!key || equals == std::string_view::npos) {
      return invalid(
          "connection string: the URI has a parameter other than sslmode, sslrootcert, connect_timeout, "
          "password_file, pgbouncer, prepared_statements, connection_lifetime");
    }
    step = set_decoded(builder, *key, parameter.substr(equals + 1));
  }
  if (!step) return std::move(step).error();
  return std::move(builder).finish();
}

}  // namespace

Result<ConnectionString> parse_connection_string(std::string_view text) {
  if (text.size() > kMaxConnectionStringBytes) return invalid("connection string: larger than its bound");
  if (text.find('\0') != std::string_view::npos) return invalid("connection string: a NUL byte");
  text = trim(text);
  for (const std::string_view scheme : {"postgresql://", "postgres://"}) {
    if (text.starts_with(scheme)) return parse_uri(text.substr(scheme.size()));
  }
  return parse_ado(text);
}

}  // namespace gateway::toolkit
