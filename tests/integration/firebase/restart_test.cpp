// A gateway that starts while Google is away knows the keys that the one before it has left.
#include "tests/integration/firebase/firebase_gateway.hpp"

namespace gateway::testing {
namespace {

class FirebaseRestart : public FirebaseGateway {};

TEST_F(FirebaseRestart, check_12_TheKeysSurviveWhileGoogleIsAway) {
  const app::Settings settings = firebase_settings();
  if (settings.plugins.front().name == "memory") GTEST_SKIP() << "memory does not outlive the gateway";
  start(settings);
  const FakeAccount seen = add_person("seen@example.com");
  const FakeAccount unseen = add_person("unseen@example.com");
  const std::string id = me(google_.id_token(seen.local_id)).at("data.id");
  ASSERT_FALSE(id.empty());
  stop();

  google_is(OriginFault::CloseWithoutAnswer);
  origin_.close_connections();
  runtime::Metrics metrics;
  app::Application next(settings, plugin::HostContext{logger_, clock_, random_, metrics});
  ASSERT_TRUE(next.start().empty()) << "Google's absence is no reason not to start";
  ask(next.port());
  EXPECT_EQ(get("/api/v1/health").at("firebase"), "disconnected");
  EXPECT_EQ(get("/api/v1/ready").status, 200);
  EXPECT_EQ(me(google_.id_token(seen.local_id)).at("data.id"), id);
  EXPECT_EQ(verify(google_.id_token(unseen.local_id)).status, 200);
  // A key that nobody has seen cannot be fetched now: not refused, since nobody can tell.
  google_.rotate_keys();
  EXPECT_EQ(me(google_.id_token(seen.local_id)).code(), "FIREBASE_AUTH_FAILED");
  next.stop();
  ask(0);
}

TEST_F(FirebaseRestart, WithoutKeysAndWithoutGoogleItStartsAndComesRoundByItself) {
  google_is(OriginFault::CloseWithoutAnswer);
  start(firebase_settings());
  EXPECT_EQ(get("/api/v1/health").at("status"), "degraded");
  const FakeAccount account = add_person("zoe@example.com");
  const std::string token = google_.id_token(account.local_id);
  EXPECT_EQ(me(token).code(), "FIREBASE_AUTH_FAILED");
  google_is(OriginFault::None);
  EXPECT_TRUE(soon([&] { return me(token).status == 200; }, 15'000));
}

}  // namespace
}  // namespace gateway::testing
