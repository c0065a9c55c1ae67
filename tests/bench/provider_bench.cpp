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

#include "tests/support/fetch_from_google.hpp"

namespace {

using namespace gateway;
using testing::FakeGoogle;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "provider_bench: %s\n", what.c_str());
  std::exit(1);
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
  conformance::ProviderServices services("firebase", [&google](const FetchHttp& request, const CallContext&) {
    return testing::fetch_from(google, request);
  });
  const conformance::TestHost host(services.handler(), "Test", conformance::TestClock::Running);
  const auto plugin =
      conformance::PluginInstance::run(*library, host, google.section_json("https://google.example"));
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
