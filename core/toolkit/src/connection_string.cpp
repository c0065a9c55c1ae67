#include "gateway/toolkit/connection_string.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "connection_string_builder.hpp"
#include "gateway/toolkit/nearest_name.hpp"
#include "gateway/toolkit/percent.hpp"

namespace gateway::toolkit {

namespace {

using Key = ConnectionKey;
using Builder = ConnectionStringBuilder;
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

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

template <class Table>
auto find_in(const Table& table, std::string_view name) {
  const auto* it =
      std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.first == name; });
  return it == table.end() ? std::nullopt : std::optional(it->second);
}

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

constexpr const char* kKeysHint =
    "keys are Host, Port, Database, Username, Password and others (REFERENCE.md); a value with a "
    "';' "
    "in it is quoted";

// Keys of other clients' strings, without blanks and in lower case, and what to do about them. They are named
// wherever they stand: nothing is told by a name that everybody knows.
constexpr const char* kMeansNothing = "leave it out: it means nothing here";
constexpr std::array kForeignKeys{
    std::pair{"initialcatalog", "write Database"},
    std::pair{"datasource", "write Host"},
    std::pair{"psw", "write Password"},
    std::pair{"user", "write Username"},
    std::pair{"passfile", "write Password File, which holds the password alone"},
    std::pair{"trustservercertificate", "leave it out: SSL Mode says what is checked"},
    std::pair{"encrypt", "leave it out: SSL Mode says so"},
    std::pair{"sslcertificate", "leave it out: client certificates are not supported"},
    std::pair{"sslkey", "leave it out: client certificates are not supported"},
    std::pair{"integratedsecurity", "leave it out: who signs in is Username"},
    std::pair{"searchpath", "leave it out: set it on the role with ALTER ROLE"},
    std::pair{"commandtimeout", "leave it out: it is StatementTimeoutSeconds of Plugins:Storage:Config"},
    std::pair{"connectionidlelifetime", "write Connection Lifetime"},
    std::pair{"minimumpoolsize", kMeansNothing},
    std::pair{"minpoolsize", kMeansNothing},
    std::pair{"pooling", kMeansNothing},
    std::pair{"keepalive", kMeansNothing},
    std::pair{"tcpkeepalive", kMeansNothing},
    std::pair{"applicationname", kMeansNothing},
    std::pair{"includeerrordetail", kMeansNothing},
    std::pair{"persistsecurityinfo", kMeansNothing},
    std::pair{"noresetonclose", kMeansNothing},
    std::pair{"multiplexing", kMeansNothing},
    std::pair{"multipleactiveresultsets", kMeansNothing},
    std::pair{"maxautoprepare", kMeansNothing},
    std::pair{"enlist", kMeansNothing},
    std::pair{"encoding", kMeansNothing},
    std::pair{"timezone", kMeansNothing},
};

// What is not the name of a known key may be a part of the password (of one with a ';' in it that is not
// quoted, or that stands where a key should). So it is told by its place, and by the known name that was
// probably meant.
void refuse_unknown(std::string_view name, int place, Builder& builder) {
  const std::string part = "part " + std::to_string(place);
  const auto* foreign = std::find_if(kForeignKeys.begin(), kForeignKeys.end(),
                                     [&](const auto& entry) { return folded(name, " ") == entry.first; });
  if (foreign != kForeignKeys.end())
    return builder.fault("unknown key \"" + std::string(name) + "\" in " + part, foreign->second);
  const std::string meant = did_you_mean(name, connection_key_names());
  builder.fault(part + " has an unknown key", meant.empty() ? kKeysHint : meant);
}

// A ';' that is missing makes the password a part of the value in front of it, which is shown: "db
// Password=…".
bool swallows_password(Key key, std::string_view value) {
  if (key == Key::Password) return false;
  const std::string text = folded(value, "");
  for (const std::string_view word : {"password", "passwort", "passwd", "pass", "pwd", "psw"}) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      const auto behind = text.find_first_not_of(" \t", at + word.size());
      const bool is_word = at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t');
      if (is_word && behind != std::string::npos && (text[behind] == '=' || text[behind] == ':')) return true;
    }
  }
  return false;
}

void parse_ado(std::string_view rest, Builder& builder) {
  for (int place = 1;; ++place) {
    rest.remove_prefix(std::min(rest.find_first_not_of("; \t\r\n"), rest.size()));
    if (rest.empty()) return builder.check_whole();
    const auto end = std::min(rest.find_first_of("=;"), rest.size());
    const auto name = trim(rest.substr(0, end));
    if (end == rest.size() || rest[end] == ';') {
      builder.fault("part " + std::to_string(place) + " is not of the form Key=value", kKeysHint);
      rest.remove_prefix(end);
      continue;
    }
    rest.remove_prefix(end + 1);
    auto value = take_value(rest);
    if (!value) return builder.fault("a quoted value is not closed", "a quote inside one is written twice");
    const auto key = find_in(kAdoKeys, folded(name, " "));
    if (!key) {
      refuse_unknown(name, place, builder);
    } else if (swallows_password(*key, *value)) {
      builder.fault(*key, "has a password in it", "put a ';' in front of Password");
    } else {
      builder.set(*key, *std::move(value));
    }
  }
}

void set_decoded(Builder& builder, Key key, std::string_view text) {
  auto value = percent_decoded(text);
  if (!value) return builder.fault(key, "has a broken percent-escape", "write a % as %25");
  builder.set(key, *std::move(value));
}

// host[:port]
void parse_place(std::string_view place, Builder& builder) {
  if (place.find(',') != std::string_view::npos)
    return builder.fault(Key::Host, "is more than one, which is not supported",
                         "name the one that takes writes");
  std::string_view host = place;
  if (place.starts_with('[')) {
    const auto close = place.find(']');
    if (close == std::string_view::npos) return builder.fault(Key::Host, "has a '[' without ']'");
    host = place.substr(1, close - 1);
    place.remove_prefix(close + 1);
  } else {
    host = place.substr(0, place.find(':'));
    place.remove_prefix(host.size());
  }
  set_decoded(builder, Key::Host, host);
  if (place.starts_with(':')) {
    builder.set(Key::Port, std::string(place.substr(1)));
  } else if (!place.empty()) {
    builder.fault(Key::Port, "is malformed");
  }
}

// name=value&…
void parse_parameters(std::string_view rest, Builder& builder) {
  for (int place = 1; !rest.empty(); ++place) {
    const auto parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(parameter.size() + 1, rest.size()));
    const auto equals = parameter.find('=');
    const auto key = find_in(kUriParameters, parameter.substr(0, equals));
    if (key && equals != std::string_view::npos) {
      set_decoded(builder, *key, parameter.substr(equals + 1));
    } else {
      // Not named: behind a '?' in a password it is a part of that.
      builder.fault("parameter " + std::to_string(place) +
                        " of the URI is none of sslmode, sslrootcert, "
                        "connect_timeout, password_file, pgbouncer, prepared_statements, connection_lifetime",
                    "leave it out; a ? in a password is written as %3F");
    }
  }
}

// A '/' in a password that is not escaped ends what is in front of the database.
void set_database(Builder& builder, std::string_view text) {
  if (text.find_first_of("@/") != std::string_view::npos)
    return builder.fault(Key::Database, "has an '@' or a '/' in it",
                         "write a / in a password as %2F, an @ as %40");
  set_decoded(builder, Key::Database, text);
}

// user[:password]@host[:port]/database[?name=value&…]
void parse_uri(std::string_view rest, Builder& builder) {
  const auto authority = rest.substr(0, rest.find_first_of("/?"));
  rest.remove_prefix(authority.size());
  std::string_view place = authority;
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const auto user = authority.substr(0, at);
    place = authority.substr(at + 1);
    const auto colon = user.find(':');
    set_decoded(builder, Key::Username, user.substr(0, colon));
    if (colon != std::string_view::npos) set_decoded(builder, Key::Password, user.substr(colon + 1));
  }
  parse_place(place, builder);
  const auto question = std::min(rest.find('?'), rest.size());
  if (question > 1) set_database(builder, rest.substr(1, question - 1));
  rest.remove_prefix(std::min(question + 1, rest.size()));
  parse_parameters(rest, builder);
  builder.check_whole();
}

std::string_view without_scheme(std::string_view text) {
  for (const std::string_view scheme : {"postgresql://", "postgres://"}) {
    if (text.starts_with(scheme)) return text.substr(scheme.size());
  }
  return {};
}

}  // namespace

std::optional<ConnectionString> read_connection_string(std::string_view text, std::string_view key,
                                                       ConfigFaults& faults) {
  Builder builder(key, faults);
  if (text.size() > kMaxConnectionStringBytes) {
    builder.fault("is larger than its bound of " + std::to_string(kMaxConnectionStringBytes) + " bytes");
  } else if (text.find('\0') != std::string_view::npos) {
    builder.fault("has a NUL byte");
  } else if (const auto uri = without_scheme(trim(text)); !uri.empty()) {
    parse_uri(uri, builder);
  } else {
    parse_ado(trim(text), builder);
  }
  return std::move(builder).finish();
}

}  // namespace gateway::toolkit
