// google_stub FOLDER LATENCY_MS EMAIL PASSWORD TOKENS: a fake of Google behind TLS, as far away as
// LATENCY_MS, with one account to sign in to. Writes FOLDER/appsettings.json for a gateway on it, with local
// memory, and FOLDER/tokens: that many distinct ID tokens of a few accounts, the first kAccounts of them of
// an account each. Prints "ready", and then does what is said on standard input: "hang" (no answers any
// more), "answer"; it ends with its input.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include <gateway/json.hpp>

#include "tests/support/google_origin.hpp"
#include "tests/support/test_authority.hpp"

namespace {

using namespace gateway;
using namespace gateway::testing;

constexpr int kAccounts = 20;

std::string quoted(const std::string& text) {
  return to_text(rapidjson::Value(rapidjson::StringRef(text.data(), text.size())));
}

std::string configuration(const FakeGoogle& google, const std::string& base, const std::string& ca_file) {
  return R"({"Logging":{"LogLevel":{"Default":"Error"}},"Plugins":{"Providers":["firebase"],"Storage":"memory",)"
         R"("Policies":["allowed-hosts","security-headers"]},"Http":{"CaFile":)" +
         quoted(ca_file) + R"(},"Firebase":)" + google.section_json(base) + "}";
}

FakeAccount person(const std::string& email, const std::string& password) {
  FakeAccount account;
  account.email = email;
  account.password = password;
  account.email_verified = true;
  return account;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: google_stub FOLDER LATENCY_MS EMAIL PASSWORD TOKENS\n");
    return 2;
  }
  const std::string folder = argv[1];
  const std::chrono::milliseconds latency(std::atoi(argv[2]));
  const int tokens = std::atoi(argv[5]);

  // Tokens of one account differ by the second they were issued in: the past has enough of them.
  std::atomic<std::int64_t> ago_s{0};
  FakeGoogle::Options options;
  options.now_s = [&ago_s] { return static_cast<std::int64_t>(std::time(nullptr)) - ago_s; };
  FakeGoogle google(std::move(options));
  google.add_account(person(argv[3], argv[4]));
  std::ofstream file(folder + "/tokens");
  std::string ids[kAccounts];
  for (int i = 0; i < kAccounts; ++i)
    ids[i] = google.add_account(person("cold" + std::to_string(i) + "@example.com", argv[4])).local_id;
  for (int i = 0; i < tokens; ++i) {
    ago_s = i / kAccounts;
    file << google.id_token(ids[i % kAccounts]) << '\n';
  }
  ago_s = 0;
  file.close();

  std::atomic<bool> hangs{false};
  TestAuthority authority;
  HttpsOrigin origin(
      [&](const OriginRequest& request) {
        OriginReply reply;
        if (hangs) {
          reply.fault = OriginFault::Hang;
          return reply;
        }
        reply = answer_of(google, request);
        reply.delay = latency;
        return reply;
      },
      authority.issue(kGoogleOriginNames));
  std::ofstream(folder + "/appsettings.json")
      << configuration(google, origin.url(""), authority.file().string());
  std::puts("ready");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);)
    hangs = line == "hang";
  return 0;
}
