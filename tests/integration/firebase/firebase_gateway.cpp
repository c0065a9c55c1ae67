#include "tests/integration/firebase/firebase_gateway.hpp"

#include <chrono>
#include <thread>

namespace gateway::testing {

namespace {

std::string quoted(const std::string& text) {
  return to_text(rapidjson::Value(rapidjson::StringRef(text.data(), text.size())));
}

}  // namespace

std::string json_object(const std::vector<std::pair<std::string, std::string>>& texts) {
  std::string json;
  for (const auto& [name, value] : texts)
    json += (json.empty() ? "" : ",") + quoted(name) + ":" + quoted(value);
  return "{" + json + "}";
}

FirebaseGateway::FirebaseGateway()
    : google_([this] {
        FakeGoogle::Options options;
        options.now_s = [this] { return clock_.wall_ms() / 1000; };
        return options;
      }()),
      origin_([this](const OriginRequest& request) { return answer(request); },
              authority_.issue("DNS:localhost,IP:127.0.0.1")) {}

void FirebaseGateway::TearDown() {
  if (application_) expect_no_secret_in(metrics_.expose(), "the metrics");
  stop();
  expect_no_secret_in(logger_.text(), "the log");
}

void FirebaseGateway::expect_no_secret_in(const std::string& text, const char* what) const {
  std::vector<std::string> secrets{google_.api_key(),
                                   kPassword,
                                   "Str0ng#Enough",
                                   "An0ther#Password",
                                   "PRIVATE KEY",
                                   "eyJ",  // a JWT
                                   "fake-refresh-token",
                                   "fake-oob-code",
                                   "fake-pending-credential",
                                   "Bearer "};
  for (const FakeGoogle::Request& request : google_.requests()) {
    for (const auto& [name, value] : request.headers) {
      if (name == "Authorization") secrets.push_back(value.substr(value.find(' ') + 1));
    }
  }
  for (const std::string& secret : secrets)
    EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in " << what;
}

OriginReply FirebaseGateway::answer(const OriginRequest& request) {
  OriginReply reply;
  {
    const std::lock_guard guard(mutex_);
    if (request.target.find(fault_part_) != std::string::npos) reply.fault = fault_;
  }
  // An answer that is cut off has been meant.
  if (reply.fault != OriginFault::None && reply.fault != OriginFault::CloseMidBody) return reply;
  FakeGoogle::Answer answer = google_.handle(request.method, request.target, request.headers, request.body);
  reply.status = answer.status;
  reply.headers = std::move(answer.headers);
  reply.body = std::move(answer.body);
  return reply;
}

void FirebaseGateway::google_is(OriginFault fault, const std::string& part) {
  const std::lock_guard guard(mutex_);
  fault_ = fault;
  fault_part_ = part;
}

app::PluginChoice FirebaseGateway::firebase(const std::string& more) const {
  const std::string base = origin_.url("");
  std::string config = json_object({{"ProjectId", "demo-project"},
                                    {"ApiKey", google_.api_key()},
                                    {"CredentialsJson", google_.service_account_json()}});
  config.pop_back();
  config +=
      R"(,"Endpoints":)" +
      json_object({{"IdentityToolkit", base},
                   {"SecureToken", base + "/v1/token"},
                   {"OAuthToken", base + "/token"},
                   {"TokenKeys", base + "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"},
                   {"SessionCookieKeys", base + "/identitytoolkit/v3/relyingparty/publicKeys"}}) +
      more + "}";
  return {PluginKind::Provider, "firebase", "firebase", std::nullopt, config};
}

app::Settings FirebaseGateway::firebase_settings(const std::string& more) const {
  app::Settings settings = default_settings();
  for (app::PluginChoice& choice : settings.plugins) {
    if (choice.kind == PluginKind::Provider) choice = firebase(more);
  }
  settings.tokens.issuer = auth::TokenIssuer::Provider;
  settings.outbound.ca_file = authority_.file();
  return settings;
}

FakeAccount FirebaseGateway::add_person(const std::string& email) {
  FakeAccount account;
  account.email = email;
  account.password = kPassword;
  account.display_name = "A Person";
  return google_.add_account(account);
}

Answer FirebaseGateway::log_in_as(const std::string& email, const std::string& password) {
  return post("/api/v1/auth/login", json_object({{"email", email}, {"password", password}}));
}

Answer FirebaseGateway::sign_up_as(const std::string& email, const std::string& phone_number) {
  std::vector<std::pair<std::string, std::string>> members{
      {"email", email}, {"password", kPassword}, {"fullName", "A Person"}, {"userType", "Vendor"}};
  if (!phone_number.empty()) members.emplace_back("phoneNumber", phone_number);
  return post("/api/v1/auth/signup", json_object(members));
}

std::string FirebaseGateway::token_of(const std::string& email, const std::string& password) {
  const Answer answer = log_in_as(email, password);
  EXPECT_EQ(answer.status, 200) << answer.raw.body;
  return answer.at("data.idToken");
}

bool FirebaseGateway::soon(const std::function<bool()>& condition, int limit_ms) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(limit_ms);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

bool FirebaseGateway::comes_into_the_log(const std::string& text) const {
  return soon([&] { return logger_.text().find(text) != std::string::npos; });
}

}  // namespace gateway::testing
