#include "gateway/toolkit/jose/jws.hpp"

#include <gateway/json.hpp>
#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/jose/jwk.hpp>

namespace gateway::toolkit {

namespace {

constexpr JsonLimits kHeaderLimits{.max_bytes = kMaxTokenBytes, .max_depth = 4, .max_values = 200};
constexpr std::size_t kMaxTypeBytes = 64;

// Absent leaves `out` empty; present but not a string of 1 to max_bytes is false.
bool read_optional_text(const rapidjson::Value& json, std::string_view name, std::size_t max_bytes,
                        std::string& out) {
  const auto* value = member(json, name);
  if (value == nullptr) return true;
  if (!value->IsString() || value->GetStringLength() == 0 || value->GetStringLength() > max_bytes)
    return false;
  out = text_of(*value);
  return true;
}

Result<JwsHeader> parse_header(std::string_view text) {
  ScratchJson document;
  if (const auto read = document.read(text, kHeaderLimits); !read) {
    return invalid("header is " + read.error().detail);
  }
  if (!document->IsObject()) return invalid("header is not an object");
  if (member(*document, "crit") != nullptr) return invalid("header has crit");
  const auto* algorithm = member(*document, "alg");
  if (algorithm == nullptr || !algorithm->IsString()) return invalid("header has no alg");

  JwsHeader header;
  header.algorithm = parse_jws_algorithm(text_of(*algorithm));
  if (!read_optional_text(*document, "kid", kMaxKeyIdBytes, header.key_id)) {
    return invalid("kid is not a string of 1 to 256 bytes");
  }
  if (!read_optional_text(*document, "typ", kMaxTypeBytes, header.type)) {
    return invalid("typ is not a string of 1 to 64 bytes");
  }
  return header;
}

}  // namespace

Result<Jws> parse_jws(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return invalid("token is larger than its bound");
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == std::string_view::npos || first == last || token.find('.', first + 1) != last) {
    return invalid("token has not three segments");
  }
  const auto header_text = base64url_decode(token.substr(0, first));
  auto payload = base64url_decode(token.substr(first + 1, last - first - 1));
  auto signature = base64url_decode(token.substr(last + 1));
  if (!header_text || !payload || !signature) return invalid("a segment is not base64url");
  if (signature->empty()) return invalid("token is not signed");

  auto header = parse_header(*header_text);
  if (!header.ok()) return std::move(header).error();
  return Jws{std::move(header).value(), *std::move(payload), token.substr(0, last), *std::move(signature)};
}

Result<std::string> sign_jws(const PrivateKey& key, std::string_view key_id, std::string_view type,
                             std::string_view payload) {
  rapidjson::StringBuffer header;
  rapidjson::Writer<rapidjson::StringBuffer> writer(header);
  const auto put = [&writer](const char* name, std::string_view value) {
    if (value.empty()) return;
    writer.Key(name);
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  writer.StartObject();
  put("alg", to_string(key.algorithm()));
  put("kid", key_id);
  put("typ", type);
  writer.EndObject();

  std::string token = base64url_encode({header.GetString(), header.GetSize()});
  token.append(1, '.').append(base64url_encode(payload));
  const auto signature = key.sign(token);
  if (!signature.ok()) return signature.error();
  return token.append(1, '.').append(base64url_encode(*signature));
}

}  // namespace gateway::toolkit
