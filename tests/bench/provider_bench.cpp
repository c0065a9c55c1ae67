// provider_bench PLUGIN.so TOKENS: the Firebase provider through the C ABI as the core drives it, one thread,
// with a fake of Google behind the host: verifies TOKENS distinct ID tokens, each once, and prints how many
// in a second. No network and no HTTP server: what verification itself costs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <variant>
#include <vector>

#include <gateway/conformance/plugin_instance.hpp>
#include <gateway/conformance/provider_services.hpp>
#include <gateway/provider_messages.hpp>

#include "tests/support/fake_google.hpp"

namespace {

using namespace gateway;
using testing::FakeGoogle;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "provider_bench: %s\n", what.c_str());
  std::exit(1);
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

Result<FetchedHttp> ask(FakeGoogle& google, const FetchHttp& request) {
  FakeGoogle::Headers headers;
  for (const HttpField& field : request.headers)
    headers.emplace_back(field.name, field.value.reveal());
  const std::string target = request.url.substr(request.url.find('/', request.url.find("://") + 3));
  auto answer =
      google.handle(std::string(name_of(request.verb)), target, headers, std::string(request.body.reveal()));
  FetchedHttp fetched;
  fetched.status = answer.status;
  for (const auto& [name, value] : answer.headers)
    fetched.headers.push_back({lower_case(name), Secret(value)});
  fetched.body = Secret(std::move(answer.body));
  return fetched;
}

std::string quoted(const std::string& text) {
  return to_text(rapidjson::Value(rapidjson::StringRef(text.data(), text.size())));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto library = conformance::PluginLibrary::open(argv[1]);
  if (!library) fail(library.error().detail);

  // Tokens of one account differ by the second they were issued in: the past has enough of them.
  constexpr int kTokensOfAnAccount = 3000;  // seconds: they live an hour
  std::int64_t ago_s = 0;
  FakeGoogle::Options options;
  options.now_s = [&ago_s] { return static_cast<std::int64_t>(std::time(nullptr)) - ago_s; };
  FakeGoogle google(std::move(options));
  conformance::ProviderServices services(
      "firebase", [&google](const FetchHttp& request, const CallContext&) { return ask(google, request); });
  const conformance::TestHost host(services.handler(), "Test", conformance::TestClock::Running);
  const auto plugin = conformance::PluginInstance::run(
      *library, host,
      R"({"ProjectId":"demo-project","ApiKey":)" + quoted(google.api_key()) + R"(,"CredentialsJson":)" +
          quoted(google.service_account_json()) + "}");
  if (!plugin) fail(plugin.error().detail);

  std::vector<VerifyToken> tokens;
  std::string account;
  for (int i = 0; i <= std::atoi(argv[2]); ++i) {
    if (i % kTokensOfAnAccount == 0) {
      testing::FakeAccount person;
      person.email = "cold" + std::to_string(i) + "@example.com";
      person.email_verified = true;
      account = google.add_account(person).local_id;
    }
    ago_s = i % kTokensOfAnAccount;
    tokens.push_back({Secret(google.id_token(account))});
  }
  ago_s = 0;
  const auto verify = [&](const VerifyToken& token) {
    const auto outcome = plugin->call(token, host.context());
    if (!outcome) fail(outcome.error().detail);
    if (!std::holds_alternative<Authenticated>(*outcome)) fail("a token was refused");
  };
  verify(tokens.back());  // fetches Google's keys
  tokens.pop_back();
  const auto began = std::chrono::steady_clock::now();
  std::for_each(tokens.begin(), tokens.end(), verify);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("%.0f\n", static_cast<double>(tokens.size()) / took.count());
  return 0;
}
