// verify_jwt on hostile tokens. The first byte says what the rest is:
//   'T'  a token as it came
//   'S'  a header, a line feed and a payload, to be signed here: reaches what lies behind the signature check
// Held: nothing is accepted without a good signature of the one key, and what is accepted is what the policy
// says.
#include <cstdint>
#include <string>
#include <string_view>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/jose/jws.hpp>
#include <gateway/toolkit/jose/jwt.hpp>

#include "tests/fuzz/fuzz_require.hpp"

namespace {

using namespace gateway;
using namespace gateway::toolkit;
using gateway::fuzz::require;

constexpr std::int64_t kNow = 1'700'000'000;

// The published example key of RFC 8037, A.1: known to everybody, good for nothing but this.
constexpr std::string_view kPem =
    "-----BEGIN "
    "PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END "
    "PRIVATE KEY-----\n";

struct World {
  PrivateKey key = PrivateKey::from_pkcs8_pem(Secret(std::string(kPem))).value();
  JwkSet keys = JwkSet::from_keys({{"key-1", key.public_key()}}).value();
  JwtPolicy policy;

  World() {
    policy.issuer = "https://issuer.example";
    policy.audiences = {"api", "web"};
    policy.algorithms = {JwsAlgorithm::EdDSA};
    policy.types = {"at+jwt", ""};
  }
};

void check_accepted(const World& world, std::string_view token, const VerifiedJwt& jwt) {
  const auto jws = parse_jws(token);
  require(jws.ok(), "an accepted token is a JWS");
  require(world.key.public_key().verify(jws->signing_input, jws->signature), "an accepted token is signed");
  const auto header = jws->signing_input.substr(0, jws->signing_input.find('.'));
  require(
      std::string(header) + "." + base64url_encode(jws->payload) + "." + base64url_encode(jws->signature) ==
          token,
      "an accepted token has one spelling");
  require(jwt.key_id == "key-1" && jwt.algorithm == JwsAlgorithm::EdDSA, "the key is the one asked for");
  require(jwt.claims.issuer() == world.policy.issuer, "the issuer is the policy's");
  require(UnverifiedJwt(token).issuer() == world.policy.issuer, "the peek sees what was verified");
  require(!jwt.claims.audiences().empty(), "an accepted token has an audience");
  for (const auto audience : jwt.claims.audiences())
    require(audience == "api" || audience == "web", "audience is known");
  require(!jwt.claims.subject().empty(), "an accepted token has a subject");
  require(jwt.claims.expires_at_s().value_or(0) > kNow - kMaxClockSkewS, "an accepted token has not expired");
  require(jwt.claims.not_before_s().value_or(0) <= kNow + kMaxClockSkewS,
          "an accepted token is valid already");
  require(
      jwt.claims.find("events") == nullptr || !jwt.claims.find("events")->IsObject() ||
          member(*jwt.claims.find("events"), "http://schemas.openid.net/event/backchannel-logout") == nullptr,
      "a logout token is no access token");
}

void check_token(const World& world, const std::string& token) {
  const auto outcome = verify_jwt(token, world.keys, world.policy, kNow);
  const auto* jwt = std::get_if<VerifiedJwt>(&outcome);
  if (jwt == nullptr) return;
  check_accepted(world, token, *jwt);

  auto forged = token;
  auto& middle = forged[forged.find('.') + 2];
  middle = middle == 'Q' ? 'R' : 'Q';
  require(std::holds_alternative<JwtRejected>(verify_jwt(forged, world.keys, world.policy, kNow)),
          "a changed token is refused");
}

std::string sign_input(const World& world, std::string_view input) {
  const auto end = input.find('\n');
  const auto header = input.substr(0, end);
  const auto payload = end == std::string_view::npos ? std::string_view() : input.substr(end + 1);
  const std::string text = base64url_encode(header) + "." + base64url_encode(payload);
  return text + "." + base64url_encode(world.key.sign(text).value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_token(world, data[0] == 'S' ? sign_input(world, input) : std::string(input));
  return 0;
}
