// What an app of the project's users may ask, with the API key.
#include "tests/support/fake_google_call.hpp"

namespace gateway::testing {

namespace {

constexpr std::size_t kMinPasswordBytes = 6;

}  // namespace

FakeGoogle::Answer FakeGoogle::app_call(const Call& call, std::string_view method) {
  if (method == "signUp") return sign_up(call);
  if (method == "signInWithPassword") return sign_in_with_password(call);
  if (method == "signInWithCustomToken") return sign_in_with_custom_token(call);
  if (method == "signInWithIdp") return sign_in_with_idp(call);
  if (method == "lookup") return lookup_own(call);
  if (method == "update") return update_own(call);
  if (method == "sendOobCode") return send_code(call, false);
  if (method == "resetPassword") return reset_password(call);
  return {404, {}, "<html>404</html>"};
}

std::optional<std::string> FakeGoogle::weakness(const std::string& password) const {
  if (password.size() >= kMinPasswordBytes) return std::nullopt;
  return "WEAK_PASSWORD : Password should be at least 6 characters";
}

FakeGoogle::Answer FakeGoogle::sign_up(const Call& call) {
  const std::string email = call.text("email");
  FakeAccount account;
  // Without both it is an anonymous account: what nobody asks for by accident.
  if (call.has("email") || call.has("password")) {
    if (email.empty()) return refusal("MISSING_EMAIL");
    if (!is_email(email)) return refusal("INVALID_EMAIL");
    if (call.text("password").empty()) return refusal("MISSING_PASSWORD");
    if (const auto weak = weakness(call.text("password"))) return refusal(*weak);
    if (by_email(email) != nullptr) return refusal("EMAIL_EXISTS");
    account.email = lower(email);
    account.password = call.text("password");
  }
  account.local_id = new_id("fake-account-");
  account.display_name = call.text("displayName");
  accounts_[account.local_id] = account;
  return ok(tokens_json(account, true));
}

FakeGoogle::Answer FakeGoogle::sign_in_with_password(const Call& call) {
  const std::string email = call.text("email");
  if (email.empty()) return refusal("MISSING_EMAIL");
  if (!is_email(email)) return refusal("INVALID_EMAIL");
  if (call.text("password").empty()) return refusal("MISSING_PASSWORD");
  const FakeAccount* account = by_email(email);
  const bool matches =
      account != nullptr && !account->password.empty() && account->password == call.text("password");
  if (!matches && enumeration_protection_) return refusal("INVALID_LOGIN_CREDENTIALS");
  if (account == nullptr) return refusal("EMAIL_NOT_FOUND");
  if (!matches) return refusal("INVALID_PASSWORD");
  if (account->disabled) return refusal("USER_DISABLED");
  if (account->has_second_factor)
    return ok(JsonObject()
                  .text("localId", account->local_id)
                  .text("email", account->email)
                  .text("mfaPendingCredential", "fake-pending-credential")
                  .raw("mfaInfo", R"([{"phoneInfo":"+49********00","mfaEnrollmentId":"1"}])")
                  .end());
  return ok(tokens_json(*account, true));
}

FakeGoogle::Answer FakeGoogle::sign_in_with_custom_token(const Call& call) {
  const std::string token = call.text("token");
  auto claims = service_account_key_.payload_of(token);
  if (options_.emulated && token.find('.') != std::string::npos)
    claims = from_base64url(token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1));
  const std::int64_t now_s = options_.now_s();
  if (!claims ||
      text_in(*claims, "aud") !=
          "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit" ||
      text_in(*claims, "iss") != text_in(*claims, "sub") || number_in(*claims, "exp") <= now_s ||
      number_in(*claims, "exp") - number_in(*claims, "iat") > 3'600)
    return refusal("INVALID_CUSTOM_TOKEN : The custom token format is incorrect");
  if (text_in(*claims, "tenant_id") != options_.tenant_id) return refusal("TENANT_ID_MISMATCH");
  const std::string subject = text_in(*claims, "uid");
  FakeAccount* account = by_id(subject);
  const bool is_new = account == nullptr;
  if (is_new) {
    FakeAccount made;
    made.local_id = subject;
    account = &(accounts_[subject] = made);
  }
  if (account->disabled) return refusal("USER_DISABLED");
  std::string answer = tokens_json(*account, false);
  answer.insert(1, is_new ? R"("isNewUser":true,)" : R"("isNewUser":false,)");
  return ok(answer);
}

FakeGoogle::Answer FakeGoogle::sign_in_with_idp(const Call& call) {
  auto body = parse_fields(call.text("postBody"));
  if (call.text("requestUri").empty()) return refusal("MISSING_REQUEST_URI");
  const auto known = identities_.find(body["id_token"]);
  if (known == identities_.end() || known->second.service != body["providerId"])
    return refusal("INVALID_IDP_RESPONSE : the token (" + body["id_token"] + ") could not be verified");
  const FakeIdentity& identity = known->second;
  FakeAccount* account = by_email(identity.email);
  bool is_new = false;
  if (account == nullptr) {
    FakeAccount made;
    made.local_id = new_id("fake-account-");
    made.email = lower(identity.email);
    made.email_verified = identity.email_verified;
    made.display_name = identity.name;
    account = &(accounts_[made.local_id] = made);
    is_new = true;
  } else if (account->identity_services.count(identity.service) == 0 && identity.service != "google.com") {
    return ok(JsonObject()
                  .text("email", identity.email)
                  .flag("needConfirmation", true)
                  .raw("verifiedProvider", R"(["password"])")
                  .end());
  }
  if (account->disabled) return refusal("USER_DISABLED");
  account->identity_services.insert(identity.service);
  account->email_verified = account->email_verified || identity.email_verified;
  std::string reply = tokens_json(*account, true);
  reply.pop_back();
  return ok(reply + R"(,"providerId":")" + identity.service + R"(","isNewUser":)" +
            (is_new ? "true" : "false") + R"(,"emailVerified":)" +
            (account->email_verified ? "true" : "false") + "}");
}

FakeGoogle::Answer FakeGoogle::lookup_own(const Call& call) {
  const auto [account, fault] = holder_of(call.text("idToken"));
  if (account == nullptr) return refusal(fault);
  const std::string user = JsonObject()
                               .text("localId", account->local_id)
                               .text_unless_empty("email", account->email)
                               .flag("emailVerified", account->email_verified)
                               .end();
  return ok(JsonObject().raw("users", "[" + user + "]").end());
}

FakeGoogle::Answer FakeGoogle::update_own(const Call& call) {
  if (call.has("oobCode")) {
    const auto code = codes_.find(call.text("oobCode"));
    if (code == codes_.end() || code->second.type != "VERIFY_EMAIL") return refusal("INVALID_OOB_CODE");
    if (code->second.expired) return refusal("EXPIRED_OOB_CODE");
    FakeAccount* account = by_id(code->second.local_id);
    codes_.erase(code);
    if (account == nullptr) return refusal("USER_NOT_FOUND");
    account->email_verified = true;
    return ok(JsonObject()
                  .text("localId", account->local_id)
                  .text("email", account->email)
                  .flag("emailVerified", true)
                  .end());
  }
  const auto [account, fault] = holder_of(call.text("idToken"));
  if (account == nullptr) return refusal(fault);
  if (call.has("password")) {
    if (const auto weak = weakness(call.text("password"))) return refusal(*weak);
    account->password = call.text("password");
    account->valid_since_s = options_.now_s();
  }
  if (call.has("displayName")) account->display_name = call.text("displayName");
  return ok(tokens_json(*account, true));
}

FakeGoogle::Answer FakeGoogle::send_code(const Call& call, bool by_admin) {
  const std::string type = call.text("requestType");
  if (type.empty()) return refusal("MISSING_REQ_TYPE");
  FakeAccount* account = nullptr;
  if (type == "VERIFY_EMAIL" && !(by_admin && call.flag("returnOobLink"))) {
    const auto [holder, fault] = holder_of(call.text("idToken"));
    if (holder == nullptr) return refusal(fault);
    account = holder;
  } else {
    if (!is_email(call.text("email"))) return refusal("INVALID_EMAIL");
    account = by_email(call.text("email"));
    if (account == nullptr && enumeration_protection_)
      return ok(JsonObject().text("email", call.text("email")).end());
    if (account == nullptr) return refusal("EMAIL_NOT_FOUND");
  }
  const std::string code = new_id("fake-oob-code-");
  codes_[code] = {type, account->local_id, account->email, false};
  last_codes_[account->email] = code;
  return ok(JsonObject().text("email", account->email).end());
}

FakeGoogle::Answer FakeGoogle::reset_password(const Call& call) {
  const auto code = codes_.find(call.text("oobCode"));
  if (code == codes_.end()) return refusal("INVALID_OOB_CODE");
  if (code->second.expired) return refusal("EXPIRED_OOB_CODE");
  const Code found = code->second;
  if (!call.text("newPassword").empty()) {
    if (found.type != "PASSWORD_RESET") return refusal("INVALID_OOB_CODE");
    if (const auto weak = weakness(call.text("newPassword"))) return refusal(*weak);
    FakeAccount* account = by_id(found.local_id);
    if (account == nullptr) return refusal("EMAIL_NOT_FOUND");
    account->password = call.text("newPassword");
    account->email_verified = true;
    account->valid_since_s = options_.now_s();
    codes_.erase(code);
  }
  return ok(JsonObject().text("requestType", found.type).text("email", found.email).end());
}

}  // namespace gateway::testing
