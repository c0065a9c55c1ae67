// What the project itself may ask, with the access token of its service account.
#include <algorithm>

#include "tests/support/fake_google_call.hpp"

namespace gateway::testing {

namespace {

constexpr std::size_t kMaxClaimsBytes = 1'000;

std::string user_json(const FakeAccount& account) {
  JsonObject user;
  user.text("localId", account.local_id)
      .text_unless_empty("email", account.email)
      .flag("emailVerified", account.email_verified)
      .text_unless_empty("displayName", account.display_name)
      .text_unless_empty("photoUrl", account.photo_url)
      .text_unless_empty("phoneNumber", account.phone_number)
      .text_unless_empty("customAttributes", account.custom_attributes)
      .text("validSince", std::to_string(account.valid_since_s))
      .text("lastLoginAt", "1700000000000")
      .text("createdAt", "1700000000000")
      .raw("providerUserInfo", R"([{"providerId":"password"}])");
  if (!account.password.empty()) user.text("passwordHash", "c2VjcmV0").text("salt", "c2FsdA==");
  if (account.disabled) user.flag("disabled", true);
  return user.end();
}

std::string users_json(const std::vector<std::string>& users) {
  std::string all;
  for (const std::string& user : users)
    all += (all.empty() ? "" : ",") + user;
  return "[" + all + "]";
}

}  // namespace

FakeGoogle::Answer FakeGoogle::admin_call(const Call& call, std::string_view method) {
  if (method.empty()) return create(call);
  if (method == ":update") return update(call);
  if (method == ":delete") return remove(call);
  if (method == ":lookup") return lookup(call);
  if (method == ":batchGet") return list(call);
  if (method == ":sendOobCode") return send_code(call, true);
  return {404, {}, "<html>404</html>"};
}

FakeGoogle::Answer FakeGoogle::create(const Call& call) {
  FakeAccount account;
  account.local_id = call.has("localId") ? call.text("localId") : new_id("fake-account-");
  if (account.local_id.empty() || account.local_id.size() > 128) return refusal("INVALID_LOCAL_ID");
  if (by_id(account.local_id) != nullptr) return refusal("DUPLICATE_LOCAL_ID");
  if (call.has("email")) {
    if (!is_email(call.text("email"))) return refusal("INVALID_EMAIL");
    if (by_email(call.text("email")) != nullptr) return refusal("EMAIL_EXISTS");
    account.email = lower(call.text("email"));
  }
  if (call.has("phoneNumber")) {
    if (by_phone(call.text("phoneNumber")) != nullptr) return refusal("PHONE_NUMBER_EXISTS");
    account.phone_number = call.text("phoneNumber");
  }
  if (call.has("password")) {
    if (const auto weak = weakness(call.text("password"))) return refusal(*weak);
    account.password = call.text("password");
  }
  account.display_name = call.text("displayName");
  account.email_verified = call.flag("emailVerified");
  account.disabled = call.flag("disabled");
  accounts_[account.local_id] = account;
  return ok(JsonObject().text("localId", account.local_id).text_unless_empty("email", account.email).end());
}

FakeGoogle::Answer FakeGoogle::update(const Call& call) {
  FakeAccount* account = by_id(call.text("localId"));
  if (account == nullptr) return refusal("USER_NOT_FOUND");
  if (call.has("email")) {
    if (!is_email(call.text("email"))) return refusal("INVALID_EMAIL");
    const FakeAccount* other = by_email(call.text("email"));
    if (other != nullptr && other != account) return refusal("EMAIL_EXISTS");
    account->email = lower(call.text("email"));
  }
  if (call.has("phoneNumber")) {
    const FakeAccount* other = by_phone(call.text("phoneNumber"));
    if (other != nullptr && other != account) return refusal("PHONE_NUMBER_EXISTS");
    account->phone_number = call.text("phoneNumber");
  }
  if (call.has("customAttributes")) {
    if (call.text("customAttributes").size() > kMaxClaimsBytes) return refusal("CLAIMS_TOO_LARGE");
    account->custom_attributes = call.text("customAttributes");
  }
  if (call.has("password")) {
    if (const auto weak = weakness(call.text("password"))) return refusal(*weak);
    account->password = call.text("password");
    account->valid_since_s = options_.now_s();
  }
  if (call.has("displayName")) account->display_name = call.text("displayName");
  if (call.has("emailVerified")) account->email_verified = call.flag("emailVerified");
  if (call.has("disableUser")) account->disabled = call.flag("disableUser");
  if (call.has("validSince")) account->valid_since_s = std::stoll(call.text("validSince"));
  for (const std::string& attribute : call.texts("deleteAttribute")) {
    if (attribute == "DISPLAY_NAME") account->display_name.clear();
    if (attribute == "PHOTO_URL") account->photo_url.clear();
  }
  for (const std::string& provider : call.texts("deleteProvider")) {
    if (provider == "phone") account->phone_number.clear();
  }
  return ok(JsonObject().text("localId", account->local_id).text_unless_empty("email", account->email).end());
}

FakeGoogle::Answer FakeGoogle::remove(const Call& call) {
  if (accounts_.erase(call.text("localId")) == 0) return refusal("USER_NOT_FOUND");
  return ok(JsonObject().text("kind", "identitytoolkit#DeleteAccountResponse").end());
}

FakeGoogle::Answer FakeGoogle::lookup(const Call& call) const {
  const auto asked = [&](const char* name, const std::string& value) {
    const auto texts = call.texts(name);
    return !value.empty() && std::find(texts.begin(), texts.end(), value) != texts.end();
  };
  std::vector<std::string> users;
  for (const auto& [id, account] : accounts_) {
    std::vector<std::string> emails = call.texts("email");
    const bool by_mail = std::any_of(emails.begin(), emails.end(), [&](const std::string& email) {
      return !account.email.empty() && lower(email) == account.email;
    });
    if (by_mail || asked("localId", id) || asked("phoneNumber", account.phone_number))
      users.push_back(user_json(account));
  }
  if (users.empty()) return ok(JsonObject().text("kind", "identitytoolkit#GetAccountInfoResponse").end());
  return ok(JsonObject().raw("users", users_json(users)).end());
}

FakeGoogle::Answer FakeGoogle::list(const Call& call) const {
  const auto field = [&](const char* name, const char* fallback) {
    const auto found = call.query.find(name);
    return found == call.query.end() ? std::string(fallback) : found->second;
  };
  const auto limit = static_cast<std::size_t>(std::stoll(field("maxResults", "20")));
  if (limit > 1'000) return refusal("INVALID_PAGE_SELECTION");
  std::vector<std::string> users;
  auto at = accounts_.upper_bound(field("nextPageToken", ""));
  std::string next;
  for (; at != accounts_.end() && users.size() < limit; ++at) {
    users.push_back(user_json(at->second));
    next = at->first;
  }
  if (users.empty()) return ok("{}");
  return ok(JsonObject()
                .raw("users", users_json(users))
                .text_unless_empty("nextPageToken", at == accounts_.end() ? "" : next)
                .end());
}

FakeGoogle::Answer FakeGoogle::create_session_cookie(const Call& call) const {
  const std::int64_t duration_s = std::stoll("0" + call.text("validDuration"));
  if (duration_s < 300 || duration_s > 1'209'600) return refusal("INVALID_DURATION");
  std::optional<std::string> claims;
  for (const auto& key : signing_keys_) {
    if (!claims) claims = key->payload_of(call.text("idToken"));
  }
  if (!claims) return refusal("INVALID_ID_TOKEN");
  const auto account = accounts_.find(text_in(*claims, "sub"));
  if (account == accounts_.end()) return refusal("USER_NOT_FOUND");
  const std::string cookie =
      cookie_key_.token(payload(account->second, "https://session.firebase.google.com/" + options_.project_id,
                                number_in(*claims, "auth_time"), duration_s));
  return ok(JsonObject().text("sessionCookie", cookie).end());
}

}  // namespace gateway::testing
