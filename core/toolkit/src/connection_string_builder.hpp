// ConnectionStringBuilder: a ConnectionString that is filled field by field, and everything that is wrong
// with it.
//
// Thread safety: from one thread. Ownership: the list of faults must outlive it. Texts name fields as they
// are documented ("SSL Mode"), never a value.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/toolkit/connection_string.hpp"

namespace gateway::toolkit {

enum class ConnectionKey {
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

std::string name_of(ConnectionKey key);
std::vector<std::string> connection_key_names();

// Lower case, without any of `dropped`.
std::string folded(std::string_view text, std::string_view dropped);

class ConnectionStringBuilder {
 public:
  using Key = ConnectionKey;

  // Faults are added under `path`.
  ConnectionStringBuilder(std::string_view path, ConfigFaults& faults) : path_(path), faults_(faults) {}

  void fault(std::string problem, std::string hint = "");
  // Of a field that is there: it is not called missing as well.
  void fault(Key key, const std::string& problem, std::string hint = "");
  // Refuses what comes twice and what is out of range.
  void set(Key key, std::string value);
  // After the last part; not where the text could not be read to its end.
  void check_whole();
  // nullopt: there were faults.
  std::optional<ConnectionString> finish() &&;

 private:
  void set_name(Key key, std::string value, std::string& target);
  void set_host(std::string value);
  void set_mode(std::string_view value);
  void set_flag(Key key, std::string_view value, bool& flag);
  std::optional<std::int64_t> number(Key key, std::string_view value, std::int64_t least, std::int64_t most);

  std::string_view path_;
  ConfigFaults& faults_;
  ConnectionString out_;
  std::set<Key> seen_;
  bool sound_ = true;
};

}  // namespace gateway::toolkit
