#include "gateway/toolkit/jose/jwk.hpp"

#include <algorithm>

#include <gateway/toolkit/base64url.hpp>

namespace gateway::toolkit {

namespace {

Error unsupported(std::string detail) {
  return {ErrorKind::Unsupported, std::move(detail)};
}

// nullopt: absent, or not a string.
std::optional<std::string_view> text_member(const rapidjson::Value& json, std::string_view name) {
  const auto* value = member(json, name);
  if (value == nullptr || !value->IsString()) return std::nullopt;
  return text_of(*value);
}

std::optional<std::string> bytes_member(const rapidjson::Value& json, std::string_view name) {
  const auto text = text_member(json, name);
  return text ? base64url_decode(*text) : std::nullopt;
}

// An absent member says nothing; one that is there must be the string wanted.
bool absent_or(const rapidjson::Value& json, std::string_view name, std::string_view wanted) {
  return member(json, name) == nullptr || text_member(json, name) == wanted;
}

bool key_ops_allow_verify(const rapidjson::Value& json) {
  const auto* operations = member(json, "key_ops");
  if (operations == nullptr) return true;
  return operations->IsArray() &&
         std::any_of(operations->Begin(), operations->End(), [](const rapidjson::Value& value) {
           return value.IsString() && text_of(value) == "verify";
         });
}

Result<PublicKey> parse_public_key(const rapidjson::Value& json, std::string_view type) {
  if (type == "RSA") {
    const auto n = bytes_member(json, "n");
    const auto e = bytes_member(json, "e");
    if (!n || !e) return unsupported("RSA key without n and e in base64url");
    return PublicKey::from_rsa(*n, *e);
  }
  const auto x = bytes_member(json, "x");
  if (type == "EC" && text_member(json, "crv") == "P-256") {
    const auto y = bytes_member(json, "y");
    if (!x || !y) return unsupported("EC key without x and y in base64url");
    return PublicKey::from_p256(*x, *y);
  }
  if (type == "OKP" && text_member(json, "crv") == "Ed25519") {
    if (!x) return unsupported("OKP key without x in base64url");
    return PublicKey::from_ed25519(*x);
  }
  return unsupported("kty or crv is not used here");
}

}  // namespace

Result<Jwk> parse_jwk(const rapidjson::Value& json) {
  if (!json.IsObject()) return invalid("JWK is not an object");
  const auto type = text_member(json, "kty");
  if (!type) return invalid("JWK without a kty");
  if (type == "oct" || member(json, "k") != nullptr) return invalid("JWK is a symmetric key");
  if (member(json, "d") != nullptr) return invalid("JWK is a private key");

  const auto* kid = member(json, "kid");
  if (kid == nullptr) return unsupported("JWK without a kid");
  if (!kid->IsString() || kid->GetStringLength() == 0 || kid->GetStringLength() > kMaxKeyIdBytes) {
    return invalid("kid is not a string of 1 to 256 bytes");
  }
  if (!absent_or(json, "use", "sig")) return unsupported("use is not sig");
  if (!key_ops_allow_verify(json)) return unsupported("key_ops does not hold verify");

  auto key = parse_public_key(json, *type);
  if (!key.ok()) return unsupported(key.error().detail);
  if (!absent_or(json, "alg", to_string(key->algorithm())))
    return unsupported("alg is not the key's algorithm");
  return Jwk{std::string(text_of(*kid)), std::move(key).value()};
}

std::string to_json(const Jwk& jwk) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  const auto algorithm = to_string(jwk.key.algorithm());
  writer.StartObject();
  writer.Key("alg");
  writer.String(algorithm.data(), static_cast<rapidjson::SizeType>(algorithm.size()));
  writer.Key("kid");
  writer.String(jwk.key_id);
  writer.Key("use");
  writer.String("sig");
  writer.EndObject();
  // {"alg":…,"use":"sig"} and {"kty":…} become one object.
  std::string text(buffer.GetString(), buffer.GetSize());
  text.back() = ',';
  return text.append(jwk.key.required_members(), 1);
}

}  // namespace gateway::toolkit
