// Group `records`: small named values for plugins (a cached key set, a cursor). The host sets `scope` to the
// plugin's instance id.
#pragma once

#include <gateway/call.hpp>
#include <gateway/store/credentials.hpp>

namespace gateway::store {

struct PutRecord {
  static constexpr std::string_view kOperation = "records.put";
  using Reply = Empty;
  std::string scope;
  std::string key;    // at most 256 bytes
  std::string value;  // at most 1 MiB
  std::optional<std::int64_t> expires_at_ms;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("scope", self.scope);
    f.required("key", self.key);
    f.required("value", self.value);
    f.optional("expires_at_ms", self.expires_at_ms);
  }
};

struct MaybeRecord {
  std::optional<std::string> value;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("value", self.value);
  }
};

struct GetRecord {
  static constexpr std::string_view kOperation = "records.get";
  using Reply = MaybeRecord;
  std::string scope;
  std::string key;
  std::int64_t now_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("scope", self.scope);
    f.required("key", self.key);
    f.required("now_ms", self.now_ms);
  }
};

struct DeleteRecord {
  static constexpr std::string_view kOperation = "records.delete";
  using Reply = Empty;
  std::string scope;
  std::string key;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("scope", self.scope);
    f.required("key", self.key);
  }
};

class Records {
 public:
  virtual ~Records() = default;
  virtual Result<Empty> put_record(const PutRecord&, const CallContext&) = 0;
  virtual Result<MaybeRecord> get_record(const GetRecord&, const CallContext&) = 0;
  virtual Result<Empty> delete_record(const DeleteRecord&, const CallContext&) = 0;
};

}  // namespace gateway::store
