#include "tests/support/fake_google.hpp"

#include <algorithm>

#include "tests/support/fake_google_call.hpp"

namespace gateway::testing {

namespace {

constexpr std::int64_t kAccessTokenLifetimeS = 3'599;
constexpr std::string_view kScope = "https://www.googleapis.com/auth/identitytoolkit";

}  // namespace

FakeGoogle::FakeGoogle(Options options)
    : options_(std::move(options)),
      api_key_("AIzaFake-key-of-a-test-0123456789"),
      service_account_key_(shared_key("service-account-key-1")),
      cookie_key_(shared_key("cookie-key-1")) {
  signing_keys_.push_back(std::make_unique<RsaKey>(shared_key("signing-key-1")));
}

std::string FakeGoogle::service_account_json() const {
  return JsonObject()
      .text("type", "service_account")
      .text("project_id", options_.project_id)
      .text("private_key_id", service_account_key_.key_id())
      .text("private_key", service_account_key_.private_key_pem())
      .text("client_email", "admin@" + options_.project_id + ".iam.gserviceaccount.com")
      .text("client_id", "1")
      .text("token_uri", kTokenUri)
      .end();
}

std::string FakeGoogle::section_json(const std::string& base) const {
  const std::string endpoints =
      JsonObject()
          .text("IdentityToolkit", base)
          .text("SecureToken", base + "/v1/token")
          .text("OAuthToken", base + "/token")
          .text("TokenKeys", base + "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com")
          .text("SessionCookieKeys", base + "/identitytoolkit/v3/relyingparty/publicKeys")
          .end();
  return JsonObject()
      .text("ProjectId", options_.project_id)
      .text("ApiKey", api_key_)
      .text("CredentialsJson", service_account_json())
      .raw("Endpoints", endpoints)
      .end();
}

FakeGoogle::Answer FakeGoogle::handle(const std::string& verb, const std::string& target,
                                      const Headers& headers, const std::string& body) {
  std::function<void(const std::string&)> hook;
  {
    const std::lock_guard guard(mutex_);
    requests_.push_back({verb, target, body, headers});
    hook = hook_;
  }
  if (hook) hook(target);
  const Request request{verb, target, body, headers};
  const Call call(request);
  const std::lock_guard guard(mutex_);
  for (Scripted& next : scripted_) {
    if (next.left == 0 || target.find(next.part) == std::string::npos) continue;
    --next.left;
    return next.answer;
  }
  return route(call);
}

FakeGoogle::Answer FakeGoogle::route(const Call& call) {
  if (call.path == "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com") {
    std::vector<const RsaKey*> keys;
    for (const auto& key : signing_keys_)
      keys.push_back(key.get());
    return certificates(keys);
  }
  if (call.path == "/identitytoolkit/v3/relyingparty/publicKeys") return certificates({&cookie_key_});
  if (call.path == "/token") return access_token(call);
  if (call.path == "/v1/token") return refresh(call);

  const std::string project = "/v1/projects/" + options_.project_id;
  const std::string accounts =
      project + (options_.tenant_id.empty() ? "" : "/tenants/" + options_.tenant_id) + "/accounts";
  const bool is_listing = call.path == accounts + ":batchGet";
  if (call.request.verb != (is_listing ? "GET" : "POST")) return {405, {}, "<html>405</html>"};
  if (call.request.verb == "POST" && !call.body_is_object) return refusal("INVALID_ARGUMENT");
  if (call.path == project + ":createSessionCookie")
    return is_admin(call) ? create_session_cookie(call) : refusal("UNAUTHENTICATED", 401);
  if (call.path.rfind(accounts, 0) == 0) {
    if (!is_admin(call))
      return has_api_key(call) ? refusal("INSUFFICIENT_PERMISSION") : refusal("UNAUTHENTICATED", 401);
    return admin_call(call, std::string_view(call.path).substr(accounts.size()));
  }
  constexpr std::string_view kOwn = "/v1/accounts:";
  if (call.path.rfind(kOwn, 0) != 0) return {404, {}, "<html>404</html>"};
  if (call.header("x-goog-api-key").empty() && call.query.count("key") == 0)
    return refusal("The request is missing a valid API key.", 403);
  if (!has_api_key(call)) {
    const std::string error =
        JsonObject()
            .number("code", 400)
            .text("message", "API key not valid. Please pass a valid API key.")
            .text("status", "INVALID_ARGUMENT")
            .raw("details",
                 R"([{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}])")
            .end();
    return {400, {}, JsonObject().raw("error", error).end()};
  }
  if (call.text("tenantId") != options_.tenant_id) return refusal("TENANT_ID_MISMATCH");
  return app_call(call, std::string_view(call.path).substr(kOwn.size()));
}

bool FakeGoogle::has_api_key(const Call& call) const {
  const auto in_query = call.query.find("key");
  return call.header("x-goog-api-key") == api_key_ ||
         (in_query != call.query.end() && in_query->second == api_key_);
}

bool FakeGoogle::is_admin(const Call& call) const {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string value = call.header("authorization");
  if (value.rfind(kBearer, 0) != 0) return false;
  const std::string token = value.substr(kBearer.size());
  if (options_.emulated) return token == "owner";
  const auto known = access_tokens_.find(token);
  return known != access_tokens_.end() && options_.now_s() < known->second;
}

FakeGoogle::Answer FakeGoogle::access_token(const Call& call) {
  const auto no = [](const char* why) {
    return Answer{400, {}, JsonObject().text("error", "invalid_grant").text("error_description", why).end()};
  };
  const auto field = [&](const char* name) {
    const auto found = call.form.find(name);
    return found == call.form.end() ? std::string() : found->second;
  };
  if (field("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer") return no("grant_type");
  const auto claims = service_account_key_.payload_of(field("assertion"));
  if (!claims) return no("Invalid JWT Signature.");
  const std::int64_t now_s = options_.now_s();
  const std::int64_t issued_s = number_in(*claims, "iat");
  const std::int64_t expires_s = number_in(*claims, "exp");
  if (text_in(*claims, "aud") != kTokenUri ||
      text_in(*claims, "iss") != "admin@" + options_.project_id + ".iam.gserviceaccount.com" ||
      text_in(*claims, "scope").find(kScope) == std::string::npos)
    return no("claims");
  if (issued_s > now_s + 60 || expires_s <= now_s || expires_s - issued_s > 3'600) return no("times");
  const std::string token = new_id("ya29.fake-access-token-");
  access_tokens_[token] = now_s + kAccessTokenLifetimeS;
  return ok(JsonObject()
                .text("access_token", token)
                .number("expires_in", kAccessTokenLifetimeS)
                .text("token_type", "Bearer")
                .end());
}

FakeGoogle::Answer FakeGoogle::certificates(const std::vector<const RsaKey*>& keys) const {
  JsonObject set;
  for (const RsaKey* key : keys)
    set.text(key->key_id().c_str(), key->certificate_pem());
  Answer answer = ok(set.end());
  answer.headers.emplace_back("Cache-Control", "public, max-age=" + std::to_string(key_max_age_s_) +
                                                   ", must-revalidate, no-transform");
  return answer;
}

std::string FakeGoogle::payload(const FakeAccount& account, const std::string& issuer,
                                std::int64_t auth_time_s, std::int64_t lifetime_s) const {
  JsonObject firebase;
  firebase.raw("identities", "{}").text("sign_in_provider", "password");
  firebase.text_unless_empty("tenant", options_.tenant_id);
  JsonObject claims;
  if (!account.custom_attributes.empty()) {
    rapidjson::Document custom;
    custom.Parse(account.custom_attributes.c_str());
    for (const auto& entry : custom.GetObject()) {
      rapidjson::StringBuffer buffer;
      rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
      entry.value.Accept(writer);
      claims.raw(entry.name.GetString(), buffer.GetString());
    }
  }
  const std::int64_t now_s = options_.now_s();
  claims.text_unless_empty("name", account.display_name).text_unless_empty("picture", account.photo_url);
  claims.text("iss", issuer).text("aud", options_.project_id).number("auth_time", auth_time_s);
  claims.text("user_id", account.local_id).text("sub", account.local_id);
  claims.number("iat", now_s).number("exp", now_s + lifetime_s);
  if (!account.email.empty())
    claims.text("email", account.email).flag("email_verified", account.email_verified);
  claims.text_unless_empty("phone_number", account.phone_number);
  return claims.raw("firebase", firebase.end()).end();
}

std::string FakeGoogle::signed_id_token(const FakeAccount& account, std::int64_t auth_time_s) const {
  const std::string claims = payload(account, "https://securetoken.google.com/" + options_.project_id,
                                     auth_time_s, token_lifetime_s_ + 1);
  if (options_.emulated)
    return to_base64url(R"({"alg":"none","typ":"JWT"})") + "." + to_base64url(claims) + ".";
  return signing_keys_.back()->token(claims);
}

std::string FakeGoogle::id_token(const std::string& local_id) const {
  const std::lock_guard guard(mutex_);
  return signed_id_token(accounts_.at(local_id), options_.now_s());
}

std::pair<FakeAccount*, std::string> FakeGoogle::holder_of(const std::string& token) {
  std::optional<std::string> claims;
  for (const auto& key : signing_keys_) {
    if (!claims) claims = key->payload_of(token);
  }
  if (options_.emulated && std::count(token.begin(), token.end(), '.') == 2)
    claims = from_base64url(token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1));
  if (!claims) return {nullptr, "INVALID_ID_TOKEN"};
  if (number_in(*claims, "exp") <= options_.now_s()) return {nullptr, "TOKEN_EXPIRED"};
  FakeAccount* account = by_id(text_in(*claims, "sub"));
  if (account == nullptr) return {nullptr, "USER_NOT_FOUND"};
  if (account->disabled) return {nullptr, "USER_DISABLED"};
  if (number_in(*claims, "auth_time") < account->valid_since_s) return {nullptr, "TOKEN_EXPIRED"};
  return {account, ""};
}

std::string FakeGoogle::tokens_json(const FakeAccount& account, bool with_local_id) {
  const std::int64_t now_s = options_.now_s();
  const std::string refresh_token = new_id("fake-refresh-token-");
  sessions_[refresh_token] = {account.local_id, now_s};
  JsonObject reply;
  if (with_local_id) {
    reply.text("localId", account.local_id);
    reply.text_unless_empty("email", account.email).text_unless_empty("displayName", account.display_name);
  }
  return reply.text("idToken", signed_id_token(account, now_s))
      .text("refreshToken", refresh_token)
      .text("expiresIn", "3600")
      .text("kind", "identitytoolkit#SomeResponse")
      .end();
}

FakeGoogle::Answer FakeGoogle::refresh(const Call& call) {
  if (!has_api_key(call)) return refusal("The request is missing a valid API key.", 403);
  const auto token = call.form.find("refresh_token");
  if (token == call.form.end() || token->second.empty()) return refusal("MISSING_REFRESH_TOKEN");
  const auto session = sessions_.find(token->second);
  if (session == sessions_.end()) return refusal("INVALID_REFRESH_TOKEN");
  const FakeAccount* account = by_id(session->second.local_id);
  if (account == nullptr) return refusal("USER_NOT_FOUND");
  if (account->disabled) return refusal("USER_DISABLED");
  if (session->second.auth_time_s < account->valid_since_s) return refusal("TOKEN_EXPIRED");
  const std::string id_token = signed_id_token(*account, session->second.auth_time_s);
  return ok(JsonObject()
                .text("access_token", id_token)
                .text("expires_in", "3600")
                .text("token_type", "Bearer")
                .text("refresh_token", token->second)
                .text("id_token", id_token)
                .text("user_id", account->local_id)
                .text("project_id", "123456789012")
                .end());
}

std::string FakeGoogle::new_id(const char* prefix) {
  return prefix + std::to_string(next_id_++);
}

FakeAccount* FakeGoogle::by_id(const std::string& local_id) {
  const auto found = accounts_.find(local_id);
  return found == accounts_.end() ? nullptr : &found->second;
}

FakeAccount* FakeGoogle::by_email(const std::string& email) {
  for (auto& [id, account] : accounts_) {
    if (!email.empty() && account.email == lower(email)) return &account;
  }
  return nullptr;
}

FakeAccount* FakeGoogle::by_phone(const std::string& phone_number) {
  for (auto& [id, account] : accounts_) {
    if (!phone_number.empty() && account.phone_number == phone_number) return &account;
  }
  return nullptr;
}

}  // namespace gateway::testing
