#include "tests/integration/gateway/gateway_fixture.hpp"

#include <utility>

#include "tests/integration/gateway/plugin_folder.hpp"
#include "tests/integration/gateway/storage_choice.hpp"

namespace gateway::testing {

void RecordingLogger::write(LogLevel, std::string_view category, std::string_view message,
                            std::initializer_list<runtime::LogField> fields) noexcept {
  const std::lock_guard lock(mutex_);
  text_.append(category).append(" ").append(message);
  for (const auto& field : fields) {
    text_.append(" ").append(field.name).append("=");
    if (const auto* text = std::get_if<std::string_view>(&field.value)) text_.append(*text);
  }
  text_.push_back('\n');
}

std::string RecordingLogger::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

namespace {

const rapidjson::Value* find(const rapidjson::Document& json, std::string_view path) {
  const rapidjson::Value* at = &json;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    if (!at->IsObject()) return nullptr;
    at = member(*at, path.substr(0, dot));
    if (at == nullptr) return nullptr;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return at;
}

}  // namespace

std::string Answer::at(std::string_view path) const {
  const rapidjson::Value* value = find(json, path);
  if (value == nullptr || value->IsNull()) return {};
  return value->IsString() ? std::string(text_of(*value)) : to_text(*value);
}

bool Answer::has(std::string_view path) const {
  return find(json, path) != nullptr;
}

app::Settings GatewayFixture::default_settings() {
  app::Settings settings;
  settings.environment = "Test";
  settings.plugin_directory = kPluginFolder;
  settings.plugins = {
      new_storage(),
      {PluginKind::Provider, "local", "local", std::nullopt, R"({"MemoryKiB":1024,"Iterations":1})"},
      {PluginKind::Policy, "allowed-hosts", "allowed-hosts", std::nullopt, "{}"},
      {PluginKind::Policy, "security-headers", "security-headers", std::nullopt, "{}"},
  };
  settings.workers.blocking_threads = 8;
  settings.drain_timeout = std::chrono::milliseconds(5000);
  return settings;
}

void GatewayFixture::start(app::Settings settings) {
  application_ = std::make_unique<app::Application>(std::move(settings),
                                                    plugin::HostContext{logger_, clock_, random_, metrics_});
  const auto faults = application_->start();
  for (const std::string& fault : faults)
    ADD_FAILURE() << fault;
  ASSERT_TRUE(faults.empty());
}

Answer GatewayFixture::call(std::string_view method, std::string_view path, std::string_view body,
                            std::string_view token, std::string_view extra_headers) {
  std::string request;
  request.append(method).append(" ").append(path).append(
      " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
  if (!token.empty()) request.append("Authorization: Bearer ").append(token).append("\r\n");
  if (!body.empty()) {
    request.append("Content-Type: application/json\r\nContent-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n");
  }
  request.append(extra_headers).append("\r\n").append(body);
  Answer answer;
  const auto raw = exchange_once(port(), request);
  if (!raw) {
    ADD_FAILURE() << method << " " << path << ": no answer";
    return answer;
  }
  answer.status = raw->status;
  answer.raw = *raw;
  if (auto json = parse_json(raw->body)) answer.json = std::move(*json);
  return answer;
}

Person GatewayFixture::sign_up(const std::string& email, int user_type) {
  Person person;
  person.email = email;
  const Answer answer = post("/api/v1/auth/signup",
                             R"({"email":")" + email + R"(","password":")" + person.password +
                                 R"(","fullName":"A Person","userType":)" + std::to_string(user_type) + "}");
  EXPECT_EQ(answer.status, 200) << answer.raw.body;
  person.id = answer.at("data.user.id");
  person.token = answer.at("data.idToken");
  person.refresh_token = answer.at("data.refreshToken");
  return person;
}

Answer GatewayFixture::log_in(const Person& person) {
  return post("/api/v1/auth/login",
              R"({"email":")" + person.email + R"(","password":")" + person.password + R"("})");
}

Person GatewayFixture::make_admin(const std::string& email) {
  Person person = sign_up(email);
  store::UpdateUser update;
  update.id = person.id;
  update.user_type = "Admin";
  update.now_ms = clock_.wall_ms();
  EXPECT_TRUE(services().store.update_user(update, call_context()).ok());
  const Answer answer = log_in(person);
  EXPECT_EQ(answer.status, 200);
  person.token = answer.at("data.idToken");
  person.refresh_token = answer.at("data.refreshToken");
  return person;
}

}  // namespace gateway::testing
