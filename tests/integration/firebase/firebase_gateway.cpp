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
              authority_.issue(kGoogleOriginNames)) {}

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
                                   ".eyJ",  // the claims of a JWT; a random id may hold the letters
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
  const OriginFault fault = reply.fault;
  reply = answer_of(google_, request);
  reply.fault = fault;
  std::function<void(const std::string&)> after;
  {
    const std::lock_guard guard(mutex_);
    after = after_;
  }
  if (after) after(request.target);
  return reply;
}

void FirebaseGateway::after_google(std::function<void(const std::string& target)> hook) {
  const std::lock_guard guard(mutex_);
  after_ = std::move(hook);
}

void FirebaseGateway::google_is(OriginFault fault, const std::string& part) {
  const std::lock_guard guard(mutex_);
  fault_ = fault;
  fault_part_ = part;
}

app::PluginChoice FirebaseGateway::firebase(const std::string& more) const {
  std::string config = google_.section_json(origin_.url(""));
  config.pop_back();
  config += more + "}";
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
