// Check 26 with accounts at Firebase: somebody registers an email that is not theirs, and its owner comes.
#include <algorithm>

#include "tests/integration/firebase/firebase_gateway.hpp"

namespace gateway::testing {
namespace {

class FirebaseTakeover : public FirebaseGateway {
 protected:
  // With local accounts first, and tokens of the gateway's own.
  app::Settings both_settings() const {
    app::Settings settings = firebase_settings();
    for (const app::PluginChoice& choice : default_settings().plugins) {
      if (choice.kind == PluginKind::Provider) settings.plugins.push_back(choice);
    }
    std::rotate(settings.plugins.begin(), settings.plugins.end() - 1, settings.plugins.end());
    settings.tokens.issuer = auth::TokenIssuer::Gateway;
    return settings;
  }
  FakeAccount add_proven(const std::string& email) {
    FakeAccount account = add_person(email);
    google_.change(account.local_id, [](FakeAccount& at_google) { at_google.email_verified = true; });
    return account;
  }
  Answer social(const std::string& token) {
    return post("/api/v1/auth/social", json_object({{"idToken", token}, {"userType", "Buyer"}}));
  }
  Answer refresh(const std::string& token) {
    return post("/api/v1/auth/refresh", json_object({{"refreshToken", token}}));
  }
};

TEST_F(FirebaseTakeover, check_26_TheOwnerSignsInWithTheTokenThatRemovedTheSquatter) {
  start(both_settings());
  const Person squatter = sign_up("owner@example.com");
  const std::string token = google_.id_token(add_proven("owner@example.com").local_id);
  clock_.advance_wall(5000);
  const Answer signed_in = social(token);
  ASSERT_EQ(signed_in.status, 200) << signed_in.raw.body;
  EXPECT_EQ(me(signed_in.at("data.idToken")).status, 200);
  EXPECT_EQ(refresh(signed_in.at("data.refreshToken")).status, 200);
  EXPECT_EQ(social(token).status, 200) << "and once more";
  EXPECT_EQ(me(squatter.token).status, 401);
  EXPECT_EQ(log_in(squatter).code(), "INVALID_CREDENTIALS");
  // What ends after that ends this token as well.
  clock_.advance_wall(2000);
  ASSERT_EQ(post("/api/v1/auth/logout", R"({"everywhere":true})", signed_in.at("data.idToken")).status, 200);
  EXPECT_EQ(social(token).status, 401);
  EXPECT_EQ(me(signed_in.at("data.idToken")).status, 401);
}

// Tokens tell the second, the storage compares milliseconds.
TEST_F(FirebaseTakeover, check_19_ASignInWithinTheSecondOfALogoutIsLetIn) {
  start(both_settings());
  const FakeAccount account = add_proven("zoe@example.com");
  clock_.advance_wall(1999 - clock_.wall_ms() % 1000);  // the last millisecond of a second
  clock_.advance_wall(-500);
  const Answer first = social(google_.id_token(account.local_id));
  ASSERT_EQ(first.status, 200) << first.raw.body;
  ASSERT_EQ(post("/api/v1/auth/logout", R"({"everywhere":true})", first.at("data.idToken")).status, 200);
  EXPECT_EQ(social(google_.id_token(account.local_id)).status, 200);
}

}  // namespace
}  // namespace gateway::testing
