// What a storage back end derives from: all groups of the store contract.
//
// Every operation is atomic and, once answered without an Error, durable as far as the back end promises
// durability. Operations may come from many threads at once and may block until context.deadline_ms. The
// clock is the caller's: `now_ms` comes with each operation that needs it, so that all instances and tests
// agree. They come between start() and stop(), but for store.migrate, which may come before start() as well.
#pragma once

#include <gateway/host.hpp>
#include <gateway/store/api_keys.hpp>
#include <gateway/store/audit.hpp>
#include <gateway/store/codes.hpp>
#include <gateway/store/credentials.hpp>
#include <gateway/store/keys.hpp>
#include <gateway/store/migration.hpp>
#include <gateway/store/records.hpp>
#include <gateway/store/revocations.hpp>
#include <gateway/store/sessions.hpp>
#include <gateway/store/users.hpp>

namespace gateway {

namespace store {

// Asked by a background probe; an Error makes the gateway unready.
struct ProbeStore {
  static constexpr std::string_view kOperation = "store.probe";
  using Reply = Empty;
  template <class Self, class Fields>
  static void fields(Self&, Fields&) {}
};

struct Pruned {
  std::int64_t removed = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("removed", self.removed);
  }
};

// Removes at most `limit` rows that have expired before now_ms (sessions, codes, records), or ended long
// enough before it (API keys).
struct Prune {
  static constexpr std::string_view kOperation = "store.prune";
  using Reply = Pruned;
  std::int64_t now_ms = 0;
  std::int64_t limit = 1000;  // at least 1
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("now_ms", self.now_ms);
    f.optional("limit", self.limit);
  }
};

}  // namespace store

class Store : public store::Users,
              public store::Credentials,
              public store::Sessions,
              public store::Codes,
              public store::Keys,
              public store::Audit,
              public store::Records,
              public store::ApiKeys,
              public store::Migration,
              public store::SharedRevocations {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store() override = default;

  virtual Result<Done> start() { return Done{}; }
  virtual void stop() noexcept {}
  virtual Result<Empty> probe(const store::ProbeStore&, const CallContext&) = 0;
  virtual Result<store::Pruned> prune(const store::Prune&, const CallContext&) = 0;
};

inline gateway_status dispatch_store(Store& s, const gateway_call& call, gateway_sink* sink) {
  return Dispatch(call, sink)
      .to(s, &Store::create_user)
      .to(s, &Store::get_user)
      .to(s, &Store::find_user_by_identity)
      .to(s, &Store::find_user_by_email)
      .to(s, &Store::update_user)
      .to(s, &Store::delete_user)
      .to(s, &Store::list_users)
      .to(s, &Store::link_identity)
      .to(s, &Store::create_credential)
      .to(s, &Store::find_credential)
      .to(s, &Store::replace_secret)
      .to(s, &Store::set_credential_disabled)
      .to(s, &Store::delete_credential)
      .to(s, &Store::open_session)
      .to(s, &Store::rotate_session)
      .to(s, &Store::resolve_session)
      .to(s, &Store::revoke_sessions)
      .to(s, &Store::put_code)
      .to(s, &Store::consume_code)
      .to(s, &Store::list_keys)
      .to(s, &Store::add_key)
      .to(s, &Store::replace_key_material)
      .to(s, &Store::append_audit)
      .to(s, &Store::list_audit)
      .to(s, &Store::put_record)
      .to(s, &Store::get_record)
      .to(s, &Store::delete_record)
      .to(s, &Store::create_api_key)
      .to(s, &Store::find_api_key)
      .to(s, &Store::list_api_keys)
      .to(s, &Store::revoke_api_key)
      .to(s, &Store::note_api_key_uses)
      .to(s, &Store::probe)
      .to(s, &Store::prune)
      .to(s, &Store::migrate)
      .to(s, &Store::wait_revocations)
      .finish();
}

}  // namespace gateway
