#include "gateway/toolkit/jose/jwk_set.hpp"

#include <set>

namespace gateway::toolkit {

namespace {

constexpr JsonLimits kSetLimits{.max_bytes = JwkSet::kMaxBytes, .max_depth = 6, .max_values = 20'000};

std::string at_position(std::size_t position, const std::string& detail) {
  return "key " + std::to_string(position) + ": " + detail;
}

}  // namespace

Result<JwkSet> JwkSet::parse(std::string_view json) {
  const auto document = parse_json(json, kSetLimits);
  if (!document.ok()) return document.error();
  const auto* keys = document->IsObject() ? member(*document, "keys") : nullptr;
  if (keys == nullptr || !keys->IsArray()) return invalid("key set without an array of keys");
  if (keys->Size() > kMaxKeys) return invalid("key set with too many keys");

  JwkSet set;
  std::set<std::string_view> seen;
  for (rapidjson::SizeType i = 0; i < keys->Size(); ++i) {
    const auto& entry = (*keys)[i];
    auto jwk = parse_jwk(entry);
    if (!jwk.ok() && jwk.error().kind != ErrorKind::Unsupported)
      return invalid(at_position(i, jwk.error().detail));
    const auto* kid = member(entry, "kid");
    if (kid != nullptr && !seen.insert(text_of(*kid)).second)
      return invalid(at_position(i, "kid is used twice"));
    if (!jwk.ok()) {
      set.skipped_.push_back(at_position(i, jwk.error().detail));
      continue;
    }
    set.keys_.emplace(std::move(jwk->key_id), std::move(jwk->key));
  }
  return set;
}

Result<JwkSet> JwkSet::parse_certificates(std::string_view json) {
  const auto document = parse_json(json, kSetLimits);
  if (!document.ok()) return document.error();
  if (!document->IsObject()) return invalid("certificate set is not an object");
  if (document->MemberCount() > kMaxKeys) return invalid("certificate set with too many keys");

  JwkSet set;
  std::size_t position = 0;
  for (const auto& entry : document->GetObject()) {
    const auto kid = text_of(entry.name);
    if (kid.empty() || kid.size() > kMaxKeyIdBytes || !entry.value.IsString()) {
      return invalid(at_position(position, "not a kid of 1 to 256 bytes with a certificate"));
    }
    auto key = PublicKey::from_certificate_pem(text_of(entry.value));
    if (key.ok()) {
      set.keys_.emplace(kid, std::move(key).value());
    } else {
      set.skipped_.push_back(at_position(position, key.error().detail));
    }
    ++position;
  }
  return set;
}

Result<JwkSet> JwkSet::from_keys(std::vector<Jwk> keys) {
  if (keys.size() > kMaxKeys) return invalid("key set with too many keys");
  JwkSet set;
  for (auto& jwk : keys) {
    if (jwk.key_id.empty() || jwk.key_id.size() > kMaxKeyIdBytes)
      return invalid("kid is not 1 to 256 bytes long");
    if (!set.keys_.emplace(std::move(jwk.key_id), std::move(jwk.key)).second)
      return invalid("kid is used twice");
  }
  return set;
}

const PublicKey* JwkSet::find(std::string_view key_id) const {
  const auto found = keys_.find(key_id);
  return found == keys_.end() ? nullptr : &found->second;
}

std::string JwkSet::to_json() const {
  std::string text = R"({"keys":[)";
  for (const auto& [key_id, key] : keys_) {
    if (text.back() == '}') text.push_back(',');
    text.append(toolkit::to_json(Jwk{key_id, key}));
  }
  return text.append("]}");
}

}  // namespace gateway::toolkit
