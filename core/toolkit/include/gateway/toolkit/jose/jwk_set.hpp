// JwkSet: the verification keys of one issuer, by key id (RFC 7517, section 5).
//
// Refused as a whole: more bytes or keys than the bounds, duplicate key ids (of keys that would be skipped
// as well), any symmetric or private key. A set of public keys that holds a symmetric one is the trap of
// RS/HS confusion; one that holds a private one is no longer anybody's. Keys that are not for us are
// skipped and counted. A set may end up empty: the caller decides whether that is a fault.
// Thread safety: immutable.
// Ownership: owns its keys; a pointer from find lives as long as the set.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gateway/result.hpp>
#include <gateway/toolkit/jose/jwk.hpp>

namespace gateway::toolkit {

class JwkSet {
 public:
  static constexpr std::size_t kMaxBytes = 256 * 1024;
  static constexpr std::size_t kMaxKeys = 100;

  static Result<JwkSet> parse(std::string_view json);

  // Google's older form: {"<kid>": "-----BEGIN CERTIFICATE-----…", …}.
  static Result<JwkSet> parse_certificates(std::string_view json);

  static Result<JwkSet> from_keys(std::vector<Jwk> keys);

  // nullptr when no key has exactly this id.
  const PublicKey* find(std::string_view key_id) const;

  std::size_t size() const noexcept { return keys_.size(); }
  bool empty() const noexcept { return keys_.empty(); }

  // Why keys were left out, one text each, naming them by position: for an operator's log.
  const std::vector<std::string>& skipped() const noexcept { return skipped_; }

  // The set as it is published: {"keys":[…]}, in the order of the key ids.
  std::string to_json() const;

 private:
  JwkSet() = default;

  std::map<std::string, PublicKey, std::less<>> keys_;
  std::vector<std::string> skipped_;
};

}  // namespace gateway::toolkit
