// Group `api_keys`: keys of machine callers. A key's id is public and what it is looked up by; of the key
// itself only a digest is stored, which the caller makes and compares.
//
// Bounds, beyond which a request is Invalid: those of fits() and kMaxApiKeyUses. A key that has ended
// (revoked, or expired) stays and is listed until kEndedApiKeyKeptMs later; then `store.prune` removes it.
#pragma once

#include <gateway/call.hpp>
#include <gateway/store/credentials.hpp>

namespace gateway::store {

inline constexpr std::int64_t kEndedApiKeyKeptMs = 30LL * 86'400'000;
inline constexpr std::int64_t kApiKeyUseStepMs = 60'000;
inline constexpr std::size_t kMaxApiKeyUses = 1000;  // noted at once

struct ApiKey {
  std::string id;                   // 1 to 64 bytes
  std::string name;                 // for people: 1 to 200 bytes
  std::vector<std::string> scopes;  // at most 32, each of 1 to 100 bytes
  std::string created_by;           // at most 200 bytes
  std::int64_t created_at_ms = 0;
  std::optional<std::int64_t> expires_at_ms;
  std::optional<std::int64_t> revoked_at_ms;
  std::optional<std::int64_t> last_used_at_ms;  // to the minute
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
    f.required("name", self.name);
    f.required("scopes", self.scopes);
    f.optional("created_by", self.created_by);
    f.required("created_at_ms", self.created_at_ms);
    f.optional("expires_at_ms", self.expires_at_ms);
    f.optional("revoked_at_ms", self.revoked_at_ms);
    f.optional("last_used_at_ms", self.last_used_at_ms);
  }
};

inline bool fits(const ApiKey& key) noexcept {
  const auto within = [](const std::string& text, std::size_t least, std::size_t most) {
    return text.size() >= least && text.size() <= most;
  };
  if (!within(key.id, 1, 64) || !within(key.name, 1, 200) || !within(key.created_by, 0, 200)) return false;
  if (key.scopes.size() > 32) return false;
  for (const std::string& scope : key.scopes) {
    if (!within(scope, 1, 100)) return false;
  }
  return true;
}

// Conflict: "id".
struct CreateApiKey {
  static constexpr std::string_view kOperation = "api_keys.create";
  using Reply = std::variant<Conflict, Stored>;
  ApiKey key;
  std::string digest;  // 1 to 100 bytes
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("key", self.key);
    f.required("digest", self.digest);
  }
};

struct MaybeApiKey {
  std::optional<ApiKey> key;
  std::string digest;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("key", self.key);
    f.optional("digest", self.digest);
  }
};

// Ended ones as well: what they are good for is the caller's to decide.
struct FindApiKey {
  static constexpr std::string_view kOperation = "api_keys.find";
  using Reply = MaybeApiKey;
  std::string id;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
  }
};

struct ApiKeyList {
  std::vector<ApiKey> keys;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("keys", self.keys);
  }
};

// The place of a key in the order of api_keys.list: newest first, and by id where they are of one time.
struct ApiKeyPlace {
  std::int64_t created_at_ms = 0;
  std::string id;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("created_at_ms", self.created_at_ms);
    f.required("id", self.id);
  }
};

// Those behind `after` where it is given; any place will do, there need be no key at it.
struct ListApiKeys {
  static constexpr std::string_view kOperation = "api_keys.list";
  using Reply = ApiKeyList;
  std::optional<ApiKeyPlace> after;
  std::int64_t limit = 100;  // 1 to 1000
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("after", self.after);
    f.optional("limit", self.limit);
  }
};

// Done for a key that was revoked before, too; the time of the first revocation stays. Other instances are
// told of the first (store/revocations.hpp).
struct RevokeApiKey {
  static constexpr std::string_view kOperation = "api_keys.revoke";
  using Reply = std::variant<NotFound, Stored>;
  std::string id;
  std::int64_t now_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
    f.required("now_ms", self.now_ms);
  }
};

struct ApiKeyUse {
  std::string id;
  std::int64_t at_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
    f.required("at_ms", self.at_ms);
  }
};

// Sets last_used_at_ms where none is set or the use is at least kApiKeyUseStepMs later, so that many
// instances write no more than one does. Unknown ids are passed over; an id comes once.
struct NoteApiKeyUses {
  static constexpr std::string_view kOperation = "api_keys.note_uses";
  using Reply = Empty;
  std::vector<ApiKeyUse> uses;  // at most kMaxApiKeyUses
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("uses", self.uses);
  }
};

class ApiKeys {
 public:
  virtual ~ApiKeys() = default;
  virtual Result<CreateApiKey::Reply> create_api_key(const CreateApiKey&, const CallContext&) = 0;
  virtual Result<MaybeApiKey> find_api_key(const FindApiKey&, const CallContext&) = 0;
  virtual Result<ApiKeyList> list_api_keys(const ListApiKeys&, const CallContext&) = 0;
  virtual Result<RevokeApiKey::Reply> revoke_api_key(const RevokeApiKey&, const CallContext&) = 0;
  virtual Result<Empty> note_api_key_uses(const NoteApiKeyUses&, const CallContext&) = 0;
};

}  // namespace gateway::store
