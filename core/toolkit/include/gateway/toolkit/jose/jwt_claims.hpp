// JwtClaims: the typed view of the payload of a verified JWT (RFC 7519, section 4.1).
//
// The registered claims were checked for their types when the object was made, so the accessors cannot
// fail: a claim that is absent is an empty text or nullopt. Only verify_jwt makes one.
// Thread safety: const access from any thread.
// Ownership: views live as long as the object, also after it was moved.
// Units: seconds since 1970.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <gateway/json.hpp>

namespace gateway::toolkit {

class JwtClaims {
 public:
  std::string_view issuer() const { return text("iss"); }
  std::string_view subject() const { return text("sub"); }
  std::string_view jwt_id() const { return text("jti"); }
  std::string_view nonce() const { return text("nonce"); }
  std::vector<std::string_view> audiences() const;
  bool audience_is_array() const;

  std::optional<std::int64_t> expires_at_s() const { return date("exp"); }
  std::optional<std::int64_t> not_before_s() const { return date("nbf"); }
  std::optional<std::int64_t> issued_at_s() const { return date("iat"); }
  std::optional<std::int64_t> authenticated_at_s() const { return date("auth_time"); }

  // Any other claim, or nullptr.
  const rapidjson::Value* find(std::string_view name) const { return member(document_, name); }

  // A claim that is a string; empty when it is absent or something else.
  std::string_view text(std::string_view name) const;

  const rapidjson::Document& json() const noexcept { return document_; }

 private:
  friend class JwtVerifier;
  JwtClaims() = default;

  // nullopt: not an object, or a registered claim of the wrong type or beyond its bound.
  static std::optional<JwtClaims> parse(std::string_view payload);
  std::optional<std::int64_t> date(std::string_view name) const;

  static constexpr std::size_t kChunkBytes = 2 * 1024;  // enough for most tokens

  std::unique_ptr<JsonPool> pool_ = std::make_unique<JsonPool>(kChunkBytes);
  rapidjson::Document document_{pool_.get()};
};

}  // namespace gateway::toolkit
