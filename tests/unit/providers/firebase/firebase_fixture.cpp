#include "tests/unit/providers/firebase/firebase_fixture.hpp"

#include <algorithm>

#include "tests/support/fetch_from_google.hpp"

namespace gateway::firebase {

std::string json_text(const std::string& text) {
  return to_text(rapidjson::Value(rapidjson::StringRef(text.data(), text.size())));
}

std::string json_of(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string text;
  for (const auto& [name, json] : members)
    text += (text.empty() ? "" : ",") + json_text(name) + ":" + json;
  return "{" + text + "}";
}

FirebaseTest::FirebaseTest(FakeGoogle::Options options)
    : google_([&] {
        options.now_s = [this] { return now_s(); };
        return std::move(options);
      }()),
      host_([this](const gateway_call& call, gateway_sink* sink) { return serve(call, sink); }),
      sdk_host_(host_.abi()) {}

std::string FirebaseTest::config(const Members& more) const {
  Members members{{"ProjectId", json_text("demo-project")},
                  {"ApiKey", json_text(google_.api_key())},
                  {"CredentialsJson", json_text(google_.service_account_json())}};
  for (const auto& member : more) {
    members.erase(std::remove_if(members.begin(), members.end(),
                                 [&](const auto& known) { return known.first == member.first; }),
                  members.end());
    if (!member.second.empty()) members.push_back(member);
  }
  return json_of(members);
}

FirebaseProvider& FirebaseTest::run(const Members& more) {
  stop();
  provider_ = std::make_unique<FirebaseProvider>(sdk_host_, PluginConfig(config(more)));
  const auto started = provider_->start();
  EXPECT_TRUE(started.ok());
  return *provider_;
}

void FirebaseTest::stop() {
  if (provider_ != nullptr) provider_->stop();
  provider_.reset();
}

void FirebaseTest::probe() {
  const auto probed = provider().probe({}, context());
  EXPECT_TRUE(probed.ok()) << (probed.ok() ? "" : probed.error().detail);
}

FakeAccount FirebaseTest::add_person(const std::string& email) {
  FakeAccount account;
  account.email = email;
  account.password = kPassword;
  account.display_name = "Zoe Example";
  return google_.add_account(account);
}

AuthenticationOutcome FirebaseTest::verify(const std::string& token) {
  const auto outcome = provider().verify_token(VerifyToken{Secret(token)}, context());
  EXPECT_TRUE(outcome.ok()) << name_of_outcome(outcome);
  return outcome ? *outcome : AuthenticationOutcome{};
}

void FirebaseTest::set_away(std::optional<Error> error) {
  const std::lock_guard guard(mutex_);
  away_ = std::move(error);
}

std::vector<FirebaseTest::Fetched> FirebaseTest::fetched() const {
  const std::lock_guard guard(mutex_);
  return fetched_;
}

gateway_status FirebaseTest::serve(const gateway_call& call, gateway_sink* sink) {
  if (from_abi(call.operation) != FetchHttp::kOperation) return records_(call, sink);
  const auto request = decode<FetchHttp>(from_abi(call.request));
  if (!request) return write_error(sink, request.error());
  const auto answer = fetch(*request, call.deadline_ms);
  return answer ? write_to(sink, encode(*answer)) : write_error(sink, answer.error());
}

Result<FetchedHttp> FirebaseTest::fetch(const FetchHttp& request, std::int64_t deadline_ms) {
  {
    const std::lock_guard guard(mutex_);
    fetched_.push_back({request.url, deadline_ms, request.repeatable});
    if (away_) return *away_;
  }
  auto fetched = gateway::testing::fetch_from(google_, request);
  if (late_.exchange(false)) return Error{ErrorKind::DeadlineExceeded, "too late", 0};
  if (fetched.body.reveal().size() > static_cast<std::size_t>(request.max_body_bytes))
    return malformed("larger than its bound");
  return fetched;
}

}  // namespace gateway::firebase
