#include "tests/integration/net/net_fixture.hpp"

#include <stdexcept>

namespace gateway::testing {

void LineLogger::write(LogLevel, std::string_view category, std::string_view message,
                       std::initializer_list<runtime::LogField> fields) noexcept {
  const std::lock_guard lock(mutex_);
  text_.append(category).append(": ").append(message);
  for (const auto& field : fields) {
    text_.append(" ").append(field.name).append("=");
    if (const auto* text = std::get_if<std::string_view>(&field.value)) text_.append(*text);
  }
  text_.append("\n");
}

std::string LineLogger::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

NetFixture::NetFixture() {
  options_.ca_file = authority().file();
  options_.first_pause_ms = 10;
}

NetFixture::~NetFixture() = default;

net::HttpClient& NetFixture::client() {
  if (!client_) {
    auto made = net::HttpClient::create(options_, {clock_, random_, logger_, metrics_});
    if (!made) throw std::runtime_error(made.error().detail);
    client_ = *std::move(made);
  }
  return *client_;
}

Result<FetchedHttp> NetFixture::fetch(const FetchHttp& request, std::int64_t within_ms) {
  return client().fetch(request, {clock_.monotonic_ms() + within_ms, "test"});
}

Result<FetchedHttp> NetFixture::get(const std::string& url, std::int64_t within_ms) {
  return fetch(request_to(HttpVerb::Get, url), within_ms);
}

Result<FetchedHttp> NetFixture::post(const std::string& url, std::int64_t within_ms) {
  FetchHttp request = request_to(HttpVerb::Post, url);
  request.body = Secret("{}");
  return fetch(request, within_ms);
}

double NetFixture::counted(const std::string& series) {
  const std::string text = metrics_.expose();
  const std::size_t at = text.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
}

TestAuthority& NetFixture::authority() {
  static TestAuthority authority;
  return authority;
}

TestCertificate NetFixture::good_certificate() {
  static const TestCertificate certificate = authority().issue("DNS:localhost,IP:127.0.0.1");
  return certificate;
}

std::string kind_of(const Result<FetchedHttp>& result) {
  if (result) return "answered " + std::to_string(result->status);
  return std::string(to_string(result.error().kind)) + ": " + result.error().detail;
}

FetchHttp request_to(HttpVerb verb, const std::string& url) {
  FetchHttp request;
  request.verb = verb;
  request.url = url;
  return request;
}

}  // namespace gateway::testing
