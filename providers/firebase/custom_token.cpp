#include "custom_token.hpp"

#include <optional>

#include <gateway/message.hpp>
#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/jose/jws.hpp>

namespace gateway::firebase {

namespace {

constexpr std::size_t kMaxSubjectBytes = 128;
constexpr std::int64_t kLifetimeS = 300;  // it is exchanged at once; an hour is the most Google takes

struct Payload {
  std::string iss, sub, aud, uid;
  std::optional<std::string> tenant_id;
  std::int64_t iat = 0;
  std::int64_t exp = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("iss", self.iss);
    f.required("sub", self.sub);
    f.required("aud", self.aud);
    f.required("uid", self.uid);
    f.optional("tenant_id", self.tenant_id);
    f.required("iat", self.iat);
    f.required("exp", self.exp);
  }
};

Result<std::string> payload(const std::string& issuer, std::string_view subject, std::string_view tenant_id,
                            std::int64_t now_s) {
  if (subject.empty() || subject.size() > kMaxSubjectBytes) return invalid("a subject has 1 to 128 bytes");
  Payload payload;
  payload.iss = issuer;
  payload.sub = issuer;
  payload.aud = "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit";
  payload.uid = subject;
  if (!tenant_id.empty()) payload.tenant_id = tenant_id;
  payload.iat = now_s;
  payload.exp = now_s + kLifetimeS;
  return encode(payload);
}

}  // namespace

Result<Secret> make_custom_token(const ServiceAccount& account, std::string_view subject,
                                 std::string_view tenant_id, std::int64_t now_s) {
  const auto text = payload(account.client_email, subject, tenant_id, now_s);
  if (!text) return text.error();
  auto token = toolkit::sign_jws(account.private_key, account.private_key_id, "JWT", *text);
  if (!token) return token.error();
  return Secret(std::move(*token));
}

Result<Secret> make_unsigned_custom_token(std::string_view subject, std::string_view tenant_id,
                                          std::int64_t now_s) {
  const auto text = payload("firebase-auth-emulator@example.com", subject, tenant_id, now_s);
  if (!text) return text.error();
  return Secret(toolkit::base64url_encode(R"({"alg":"none","typ":"JWT"})") + "." +
                toolkit::base64url_encode(*text) + ".");
}

}  // namespace gateway::firebase
