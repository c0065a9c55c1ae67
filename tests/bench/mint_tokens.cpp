// mint_tokens PORT EMAIL PASSWORD COUNT: prints COUNT access tokens, one a line, made by signing in and
// refreshing: distinct, genuine tokens that no cache has seen, for measuring cold verification.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gateway/json.hpp>

#include "tests/support/raw_client.hpp"

namespace {

std::string post(gateway::testing::RawClient& client, const std::string& path, const std::string& body) {
  client.send("POST " + path +
              " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  const auto response = client.read_response();
  if (!response || response->status != 200) {
    std::fprintf(stderr, "mint_tokens: %s answered %d\n", path.c_str(), response ? response->status : 0);
    std::exit(1);
  }
  return response->body;
}

struct Tokens {
  std::string access;
  std::string refresh;
};

Tokens tokens_of(const std::string& body) {
  const auto document = gateway::parse_json(body);
  const rapidjson::Value& data = *gateway::member(*document, "data");
  return {std::string(gateway::text_of(*gateway::member(data, "idToken"))),
          std::string(gateway::text_of(*gateway::member(data, "refreshToken")))};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  gateway::testing::RawClient client(static_cast<std::uint16_t>(std::atoi(argv[1])));
  const std::string login = std::string(R"({"email":")") + argv[2] + R"(","password":")" + argv[3] + R"("})";
  // A session ends after some thousand refreshes, so a new one is opened now and then.
  constexpr int kRefreshesPerSession = 5000;
  Tokens tokens;
  for (int i = 0; i < std::atoi(argv[4]); ++i) {
    tokens = i % kRefreshesPerSession == 0
                 ? tokens_of(post(client, "/api/v1/auth/login", login))
                 : tokens_of(post(client, "/api/v1/auth/refresh",
                                  R"({"refreshToken":")" + tokens.refresh + R"("})"));
    std::puts(tokens.access.c_str());
  }
  return 0;
}
