// Group `keys`: the gateway's own keys (token signing, refresh derivation), shared by all instances.
#pragma once

#include <gateway/call.hpp>
#include <gateway/store/credentials.hpp>

namespace gateway::store {

struct Key {
  std::string id;
  std::string purpose;    // "access-token", "refresh-token"
  std::string algorithm;  // "ES256", …, "HS256" for derivation keys
  Secret material;        // PKCS#8 PEM, or base64url of a symmetric key; possibly encrypted by the caller
  std::int64_t created_at_ms = 0;
  std::int64_t signs_from_ms = 0;      // published before, used for signing from here on
  std::int64_t verifies_until_ms = 0;  // 0: until a successor sets it
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
    f.required("purpose", self.purpose);
    f.required("algorithm", self.algorithm);
    f.required("material", self.material);
    f.required("created_at_ms", self.created_at_ms);
    f.required("signs_from_ms", self.signs_from_ms);
    f.required("verifies_until_ms", self.verifies_until_ms);
  }
};

struct KeyList {
  std::vector<Key> keys;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("keys", self.keys);
  }
};

// Oldest first.
struct ListKeys {
  static constexpr std::string_view kOperation = "keys.list";
  using Reply = KeyList;
  std::string purpose;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("purpose", self.purpose);
  }
};

// Adds a key if the newest of its purpose is still `expected_newest_id` (empty: there is none), so that of
// instances that rotate at once one succeeds. All earlier keys of the purpose get `verifies_until_ms` =
// predecessors_until_ms where they had none. Stale is decided first; a key id that exists already is Invalid.
struct AddKey {
  static constexpr std::string_view kOperation = "keys.add";
  using Reply = std::variant<Stale, Stored>;
  Key key;
  std::string expected_newest_id;
  std::int64_t predecessors_until_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("key", self.key);
    f.required("expected_newest_id", self.expected_newest_id);
    f.required("predecessors_until_ms", self.predecessors_until_ms);
  }
};

// The same key, stored otherwise: encrypted anew by the caller. Of several at once one succeeds: Stale where
// the material is no longer `expected_material`, or there is no such key. Nothing else of the key changes.
struct ReplaceKeyMaterial {
  static constexpr std::string_view kOperation = "keys.replace_material";
  using Reply = std::variant<Stale, Stored>;
  std::string purpose;
  std::string id;
  Secret expected_material;
  Secret material;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("purpose", self.purpose);
    f.required("id", self.id);
    f.required("expected_material", self.expected_material);
    f.required("material", self.material);
  }
};

class Keys {
 public:
  virtual ~Keys() = default;
  virtual Result<KeyList> list_keys(const ListKeys&, const CallContext&) = 0;
  virtual Result<AddKey::Reply> add_key(const AddKey&, const CallContext&) = 0;
  virtual Result<ReplaceKeyMaterial::Reply> replace_key_material(const ReplaceKeyMaterial&,
                                                                 const CallContext&) = 0;
};

}  // namespace gateway::store
