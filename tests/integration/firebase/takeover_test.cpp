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
  // What Google does once the owner of an email signs in with a service that vouches for it: the password
  // goes, sessions with it, and ID tokens that are out stay good.
  void give_to_owner(const FakeAccount& account) {
    google_.change(account.local_id, [&](FakeAccount& at_google) {
      at_google.email_verified = true;
      at_google.password = "Nobody#Knows1";
      at_google.valid_since_s = clock_.wall_ms() / 1000;
    });
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

TEST_F(FirebaseTakeover, check_26_WhatWasIssuedBeforeTheOwnersProofEndsWithIt) {
  start(firebase_settings());
  const FakeAccount account = add_person("owner@example.com");
  const Answer squatter = log_in_as("owner@example.com");
  const std::string token = squatter.at("data.idToken");
  ASSERT_EQ(me(token).status, 200);
  ASSERT_EQ(verify(token).status, 200) << "known by now";
  clock_.advance_wall(60'000);
  give_to_owner(account);
  const std::string owners = google_.id_token(account.local_id);
  clock_.advance_wall(60'000);
  EXPECT_EQ(me(owners).at("data.emailVerified"), "true");
  EXPECT_EQ(me(token).code(), "INVALID_FIREBASE_TOKEN");
  EXPECT_EQ(verify(token).status, 401);
  EXPECT_EQ(social(token).status, 401);
  EXPECT_EQ(refresh(squatter.at("data.refreshToken")).status, 401);
  EXPECT_EQ(me(owners).status, 200);
  EXPECT_EQ(verify(owners).status, 200);
  EXPECT_EQ(me(google_.id_token(account.local_id)).status, 200);
}

// Whoever signs in every second has a token of the very second, and may be the first to show one here.
TEST_F(FirebaseTakeover, check_26_NoTokenThatCallsTheEmailUnprovenOutlivesTheProof) {
  start(firebase_settings());
  const FakeAccount account = add_person("owner@example.com");
  const std::string token = google_.id_token(account.local_id);
  give_to_owner(account);
  const std::string owners = google_.id_token(account.local_id);  // within the same second, or the next
  clock_.advance_wall(60'000);
  ASSERT_EQ(me(token).status, 200) << "the user is made by the squatter, after the owner's sign-in";
  clock_.advance_wall(60'000);
  EXPECT_EQ(me(owners).status, 200);
  EXPECT_EQ(me(token).status, 401);
  EXPECT_EQ(me(owners).status, 200);
}

TEST_F(FirebaseTakeover, check_26_SessionsOfTheGatewayEndWithTheProofAsWell) {
  start(both_settings());
  const FakeAccount account = add_person("owner@example.com");
  const std::string token = google_.id_token(account.local_id);
  const Answer squatter = social(token);
  ASSERT_EQ(squatter.status, 200) << squatter.raw.body;
  clock_.advance_wall(60'000);
  give_to_owner(account);
  const std::string owners = google_.id_token(account.local_id);
  clock_.advance_wall(60'000);
  const Answer owner = social(owners);
  ASSERT_EQ(owner.status, 200) << owner.raw.body;
  EXPECT_EQ(owner.at("data.user.id"), squatter.at("data.user.id"));
  EXPECT_EQ(me(squatter.at("data.idToken")).status, 401);
  EXPECT_EQ(refresh(squatter.at("data.refreshToken")).status, 401);
  EXPECT_EQ(social(token).status, 401);
  EXPECT_EQ(me(owner.at("data.idToken")).status, 200);
  EXPECT_EQ(refresh(owner.at("data.refreshToken")).status, 200);
}

// The owner's own session, in which the proof is given: it goes on.
TEST_F(FirebaseTakeover, WhoProvesTheirOwnEmailStaysSignedIn) {
  start(firebase_settings());
  const FakeAccount account = add_person("zoe@example.com");
  const Answer signed_in = log_in_as("zoe@example.com");
  ASSERT_EQ(me(signed_in.at("data.idToken")).at("data.emailVerified"), "false");
  clock_.advance_wall(600'000);
  google_.change(account.local_id, [](FakeAccount& at_google) { at_google.email_verified = true; });
  const Answer refreshed = refresh(signed_in.at("data.refreshToken"));
  ASSERT_EQ(refreshed.status, 200) << refreshed.raw.body;
  EXPECT_EQ(me(refreshed.at("data.idToken")).at("data.emailVerified"), "true");
  EXPECT_EQ(refresh(refreshed.at("data.refreshToken")).status, 200);
  const Answer anew = log_in_as("zoe@example.com");
  ASSERT_EQ(anew.status, 200) << anew.raw.body;
  EXPECT_EQ(me(anew.at("data.idToken")).status, 200);
}

TEST_F(FirebaseTakeover, ALoginThatBringsTheProofWorksAtOnce) {
  for (const bool own_tokens : {false, true}) {
    app::Settings settings = firebase_settings();
    if (own_tokens) settings.tokens.issuer = auth::TokenIssuer::Gateway;
    start(std::move(settings));
    const std::string email = own_tokens ? "one@example.com" : "two@example.com";
    const FakeAccount account = add_person(email);
    const Answer before = log_in_as(email);
    clock_.advance_wall(60'000);
    google_.change(account.local_id, [](FakeAccount& at_google) { at_google.email_verified = true; });
    const Answer answer = log_in_as(email);
    ASSERT_EQ(answer.status, 200) << answer.raw.body;
    EXPECT_EQ(me(answer.at("data.idToken")).at("data.emailVerified"), "true");
    EXPECT_EQ(refresh(answer.at("data.refreshToken")).status, 200);
    EXPECT_EQ(me(before.at("data.idToken")).status, 401);
    stop();
  }
}

// Deleted while Firebase was not asked: what it still knows of the session makes nobody anew.
TEST_F(FirebaseTakeover, check_19_ADeletedUserDoesNotComeBackByARefresh) {
  start(firebase_settings());
  add_person("zoe@example.com");
  const Answer signed_in = log_in_as("zoe@example.com");
  clock_.advance_wall(2000);
  store::DeleteUser remove;
  remove.id = signed_in.at("data.user.id");
  remove.now_ms = clock_.wall_ms();
  ASSERT_TRUE(services().store.delete_user(remove, call_context()).ok());
  clock_.advance_wall(2000);
  EXPECT_EQ(refresh(signed_in.at("data.refreshToken")).code(), "INVALID_FIREBASE_TOKEN");
  EXPECT_FALSE(services().store.find_user_by_email({"zoe@example.com"}, call_context())->user);
}

}  // namespace
}  // namespace gateway::testing
