// What verifying costs: distinct tokens through verify_jwt, against the bare signature check of the same
// keys.
//
//   jose_bench [seconds per figure]
//
// The yardstick from outside is `openssl speed -seconds 3 rsa2048 ecdsap256` (its verify column) on the same
// machine.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <gateway/toolkit/jose/jws.hpp>
#include <gateway/toolkit/jose/jwt.hpp>
#include <gateway/toolkit/sha256.hpp>

namespace {

using namespace gateway::toolkit;

constexpr std::int64_t kNow = 1'700'000'000;
constexpr std::size_t kTokens = 512;

// Runs `step` with 0, 1, 2 … for about that long and gives the times per second.
template <class Step>
double per_second(double seconds, Step step) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  std::size_t done = 0;
  std::chrono::duration<double> elapsed{};
  while (elapsed.count() < seconds) {
    for (int i = 0; i < 64; ++i)
      step(done++);
    elapsed = Clock::now() - start;
  }
  return static_cast<double>(done) / elapsed.count();
}

// The claims of a Firebase ID token, a different user each.
std::string claims_of(std::size_t user) {
  const auto id = "Zk3bVq0cXhT8yJmA" + std::to_string(100'000 + user);
  return R"({"iss":"https://securetoken.google.com/bench","aud":"bench","auth_time":1699999000,"user_id":")" +
         id + R"(","sub":")" + id + R"(","iat":1699999990,"exp":1700003590,"email":"user)" +
         std::to_string(user) +
         R"(@example.com","email_verified":true,"firebase":{"identities":{"email":["user)" +
         std::to_string(user) + R"(@example.com"]},"sign_in_provider":"password"}})";
}

int measure(JwsAlgorithm algorithm, double seconds) {
  const auto key = PrivateKey::generate(algorithm);
  if (!key.ok()) return EXIT_FAILURE;
  const auto keys = JwkSet::from_keys({{"key-1", key->public_key()}});
  JwtPolicy policy;
  policy.issuer = "https://securetoken.google.com/bench";
  policy.audiences = {"bench"};
  policy.algorithms = {algorithm};
  policy.types = {"JWT"};
  policy.required_claims = {"sub", "iat", "auth_time"};

  std::vector<std::string> tokens;
  std::vector<Jws> parsed;
  tokens.reserve(kTokens);  // Jws keeps views into the tokens
  for (std::size_t i = 0; i < kTokens; ++i) {
    auto token = sign_jws(*key, "key-1", "JWT", claims_of(i));
    if (!token.ok()) return EXIT_FAILURE;
    tokens.push_back(std::move(token).value());
    parsed.push_back(parse_jws(tokens.back()).value());
  }

  std::size_t refused = 0;
  const double full = per_second(seconds, [&](std::size_t i) {
    const auto outcome = verify_jwt(tokens[i % kTokens], *keys, policy, kNow);
    refused += std::holds_alternative<VerifiedJwt>(outcome) ? 0 : 1;
  });
  const double bare = per_second(seconds, [&](std::size_t i) {
    const auto& jws = parsed[i % kTokens];
    refused += key->public_key().verify(jws.signing_input, jws.signature) ? 0 : 1;
  });
  if (refused != 0) return EXIT_FAILURE;
  std::printf("%-6s  token %4zu bytes  verify_jwt %8.0f/s  signature alone %8.0f/s  overhead %5.2f us\n",
              std::string(to_string(algorithm)).c_str(), tokens.front().size(), full, bare,
              1e6 / full - 1e6 / bare);
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::strtod(argv[1], nullptr) : 3.0;
  const std::string token(700, 't');
  Sha256Digest digest{};
  const double hashes = per_second(seconds, [&](std::size_t) { digest = sha256(token); });
  std::printf("sha256 of %zu bytes  %.3f us\n", token.size(), 1e6 / hashes);
  for (const auto algorithm : {JwsAlgorithm::RS256, JwsAlgorithm::ES256, JwsAlgorithm::EdDSA}) {
    if (measure(algorithm, seconds) != EXIT_SUCCESS) {
      std::fputs("a good token was refused\n", stderr);
      return EXIT_FAILURE;
    }
  }
  return EXIT_SUCCESS;
}
