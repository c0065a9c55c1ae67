#include "gateway/toolkit/connection_string.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

#include "gateway/toolkit/nearest_name.hpp"
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

std::string name_of(Key key) {
  return kNames.at(static_cast<std::size_t>(key));
}

// Fills one field after the other, and keeps everything that is wrong, by the field's documented name.
class Builder {
 public:
  Builder(std::string_view path, ConfigFaults& faults) : path_(path), faults_(faults) {}

  void fault(std::string problem, std::string hint = "") {
    sound_ = false;
    faults_.add(std::string(path_), std::move(problem), std::move(hint));
  }
  // Of a key that is there: it is not called missing as well.
  void fault(Key key, const std::string& problem, std::string hint = "") {
    seen_.insert(key);
    fault(name_of(key) + " " + problem, std::move(hint));
  }

  void set(Key key, std::string value) {
    if (!seen_.insert(key).second) return fault(key, "is given twice", "keep one of them");
    switch (key) {
      case Key::Host:
        return set_name(key, std::move(value), out_.host);
      case Key::Database:
        return set_name(key, std::move(value), out_.database);
      case Key::Username:
        return set_name(key, std::move(value), out_.username);
      case Key::Password:
        out_.password = Secret(std::move(value));
        return;
      case Key::RootCertificate:
        out_.root_certificate = std::move(value);
        return;
      case Key::SslMode:
        return set_mode(value);
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
        return;
      case Key::PgBouncer:
        return set_flag(key, value, out_.pgbouncer);
      case Key::PreparedStatements:
        return set_flag(key, value, out_.prepared_statements);
    }
  }

  // After the last part; not where the text could not be read to its end.
  void check_whole() {
    for (const Key key : {Key::Host, Key::Database, Key::Username}) {
      if (seen_.count(key) == 0) fault(key, "is missing");
    }
    if (!out_.password.empty() && !out_.password_file.empty())
      fault(Key::Password, "and Password File exclude each other", "keep one of them");
  }

  std::optional<ConnectionString> finish() && {
    if (!sound_) return std::nullopt;
    if (out_.pgbouncer) out_.prepared_statements = false;
    return std::move(out_);
  }

 private:
  void set_name(Key key, std::string value, std::string& target) {
    if (value.empty()) return fault(key, "is empty");
    target = std::move(value);
  }

  void set_mode(std::string_view value) {
    const auto mode = find_in(kSslModes, folded(value, " -"));
    if (!mode) return fault(Key::SslMode, "is none of Disable, Prefer, Require, VerifyCA, VerifyFull");
    out_.ssl_mode = *mode;
  }

  template <class Store>
  void set_number(Key key, std::string_view value, std::int64_t least, std::int64_t most, Store store) {
    const auto number = number_in(value, least, most);
    if (!number)
      return fault(key, "is not a number from " + std::to_string(least) + " to " + std::to_string(most));
    store(*number);
  }

  void set_flag(Key key, std::string_view value, bool& flag) {
    const std::string folded_value = folded(value, "");
    flag = folded_value == "true";
    if (!flag && folded_value != "false") fault(key, "is neither true nor false");
  }

  std::string_view path_;
  ConfigFaults& faults_;
  ConnectionString out_;
  std::set<Key> seen_;
  bool sound_ = true;
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

// What is not the name of a known key. It may be a part of the password: of one with a ';' in it that is not
// quoted, or behind a slip in the word Password. So only the first is named, where everything before it was
// understood, and of the others the known name that was probably meant.
class UnknownKeys {
 public:
  explicit UnknownKeys(Builder& builder) : builder_(builder) {}

  void behind(Key known) { behind_password_ = known == Key::Password; }
  void add(std::string_view name) {
    const std::string meant = nearest_name(name, {kNames.begin(), kNames.end()});
    const std::string hint = meant.empty() ? "" : "did you mean " + meant + "?";
    if (!behind_password_ && !not_understood_) {
      builder_.fault("unknown key \"" + std::string(name) + "\"", hint);
    } else if (!hint.empty()) {
      builder_.fault("an unknown key", hint);
    } else {
      add_nameless("an unknown key");
    }
    not_understood_ = true;
  }
  void add_malformed() {
    add_nameless("a part is not of the form Key=value");
    not_understood_ = true;
  }

 private:
  void add_nameless(const char* problem) {
    if (!std::exchange(told_, true)) builder_.fault(problem, "quote a value with a ';' in it");
  }

  Builder& builder_;
  bool behind_password_ = false;
  bool not_understood_ = false;
  bool told_ = false;
};

bool is_name(std::string_view text) {
  constexpr std::size_t kMaxNameBytes = 40;
  return !text.empty() && text.size() <= kMaxNameBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return c == ' ' || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

void parse_ado(std::string_view rest, Builder& builder) {
  UnknownKeys unknown(builder);
  for (;;) {
    rest.remove_prefix(std::min(rest.find_first_not_of("; \t\r\n"), rest.size()));
    if (rest.empty()) return builder.check_whole();
    const auto end = std::min(rest.find_first_of("=;"), rest.size());
    const auto name = trim(rest.substr(0, end));
    if (end == rest.size() || rest[end] == ';') {
      unknown.add_malformed();
      rest.remove_prefix(end);
      continue;
    }
    rest.remove_prefix(end + 1);
    auto value = take_value(rest);
    if (!value) return builder.fault("a quoted value is not closed", "a quote inside one is written twice");
    if (const auto key = find_in(kAdoKeys, folded(name, " "))) {
      builder.set(*key, *std::move(value));
      unknown.behind(*key);
    } else if (is_name(name)) {
      unknown.add(name);
    } else {
      unknown.add_malformed();
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
  bool told = false;
  while (!rest.empty()) {
    const auto parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(parameter.size() + 1, rest.size()));
    const auto equals = parameter.find('=');
    const auto key = find_in(kUriParameters, parameter.substr(0, equals));
    if (key && equals != std::string_view::npos) {
      set_decoded(builder, *key, parameter.substr(equals + 1));
    } else if (!std::exchange(told, true)) {
      // Not named: behind a '?' in a password it is a part of that.
      builder.fault(
          "the URI has a parameter other than sslmode, sslrootcert, connect_timeout, password_file, "
          "pgbouncer, "
          "prepared_statements, connection_lifetime",
          "write a ? in a password as %3F");
    }
  }
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
  if (question > 1) set_decoded(builder, Key::Database, rest.substr(1, question - 1));
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
