#include <atomic>

#include "store_suite.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::store;

constexpr std::int64_t kGraceMs = 10'000;
constexpr std::int64_t kIdleMs = 100'000;
constexpr std::int64_t kLifetimeMs = 1'000'000;

class StoreSessions : public StoreSuite {
 protected:
  struct Opened {
    Session session;
    std::string digest;  // of the first token
  };

  Session new_session(const std::string& user_id) const {
    Session session;
    session.id = unique("sid-");
    session.user_id = user_id;
    session.provider = "provider-a";
    session.subject = "subject";
    session.created_at_ms = now_ms();
    session.expires_at_ms = now_ms() + kLifetimeMs;
    session.idle_expires_at_ms = now_ms() + kIdleMs;
    return session;
  }
  Opened opened(const std::string& user_id) const {
    Opened made{new_session(user_id), unique("digest-")};
    expect_outcome<SessionOpened>(answer(OpenSession{made.session, made.digest}));
    return made;
  }
  Opened opened() const { return opened(created().id); }

  RotateSession rotation(const std::string& digest, const std::string& successor, std::int64_t at_ms) const {
    return {digest, successor, at_ms, kGraceMs, kIdleMs};
  }
  RotateSession::Reply rotate(const std::string& digest, const std::string& successor,
                              std::int64_t after_ms = 0) const {
    return answer(rotation(digest, successor, now_ms() + after_ms));
  }
  std::optional<Session> find(const Opened& session) const {
    return answer(ResolveSession{session.session.id}).session;
  }
  std::int64_t revoke(RevokeSessions which) const {
    which.now_ms = now_ms() + 7;
    return answer(which).revoked;
  }
};

TEST_F(StoreSessions, a_session_is_resolved_together_with_its_user) {
  const User user = created();
  const Opened made = opened(user.id);
  const ResolvedSession resolved = answer(ResolveSession{made.session.id});
  ASSERT_TRUE(resolved.session);
  EXPECT_EQ(encode(*resolved.session), encode(made.session));
  ASSERT_TRUE(resolved.user);
  EXPECT_EQ(encode(*resolved.user), encode(SessionUser{user.id, user.email, user.user_type, user.status}));
  const ResolvedSession unknown = answer(ResolveSession{unique("sid-")});
  EXPECT_FALSE(unknown.session);
  EXPECT_FALSE(unknown.user);
}

TEST_F(StoreSessions, ids_and_digests_are_unique) {
  const Opened made = opened();
  expect_outcome<Conflict>(answer(OpenSession{made.session, unique("digest-")}), "the same id");
  expect_outcome<Conflict>(answer(OpenSession{new_session(made.session.user_id), made.digest}),
                           "the same digest");
}

TEST_F(StoreSessions, check_13_rotation_moves_the_idle_end_and_never_the_absolute_one) {
  const Opened made = opened();
  const auto reply = rotate(made.digest, unique("digest-"), 50);
  const Session session = expect_outcome<Rotated>(reply).session;
  EXPECT_EQ(session.id, made.session.id);
  EXPECT_EQ(session.user_id, made.session.user_id);
  EXPECT_EQ(session.idle_expires_at_ms, now_ms() + 50 + kIdleMs);
  EXPECT_EQ(session.expires_at_ms, made.session.expires_at_ms);
  EXPECT_EQ(encode(*find(made)), encode(session));
}

TEST_F(StoreSessions, an_unknown_token_has_no_session) {
  expect_outcome<NoSession>(rotate(unique("digest-"), unique("digest-")));
  expect_outcome<NoSession>(rotate("", unique("digest-")));
}

TEST_F(StoreSessions, check_13_reuse_of_any_earlier_token_revokes_the_family) {
  for (const std::size_t reused : {0U, 1U, 4U}) {
    const Opened made = opened();
    std::vector<std::string> chain{made.digest};
    for (int i = 0; i < 6; ++i) {
      chain.push_back(unique("digest-"));
      expect_outcome<Rotated>(rotate(chain[chain.size() - 2], chain.back()));
    }
    const std::int64_t late_ms = kGraceMs + 1;
    const auto reply = rotate(chain[reused], chain[reused + 1], late_ms);
    EXPECT_EQ(expect_outcome<Reused>(reply, "an old token").session.id, made.session.id);
    EXPECT_EQ(find(made)->revoked_at_ms, now_ms() + late_ms);
    expect_outcome<NoSession>(rotate(chain.back(), unique("digest-"), late_ms + 1), "the current token");
    expect_outcome<Reused>(rotate(chain[reused], chain[reused + 1], late_ms + 2), "the old token again");
  }
}

TEST_F(StoreSessions, check_13_an_expired_session_is_none) {
  const Opened made = opened();
  const std::string next = unique("digest-");
  expect_outcome<NoSession>(rotate(made.digest, next, kIdleMs), "idle for too long");
  expect_outcome<Rotated>(rotate(made.digest, next, kIdleMs - 1), "just not too long");

  const Opened other = opened();
  std::string current = other.digest;
  for (std::int64_t at_ms = kIdleMs - 1; at_ms < kLifetimeMs; at_ms += kIdleMs - 1) {
    const std::string successor = unique("digest-");
    expect_outcome<Rotated>(rotate(current, successor, at_ms));
    current = successor;
  }
  expect_outcome<NoSession>(rotate(current, unique("digest-"), kLifetimeMs), "past the absolute end");
  expect_outcome<NoSession>(rotate(other.digest, unique("digest-"), kLifetimeMs), "an old token, past it");
  EXPECT_FALSE(find(other)->revoked_at_ms) << "expiry is no revocation";
}

TEST_F(StoreSessions, check_14_a_lost_answer_is_repeated_within_the_grace_time) {
  const Opened made = opened();
  const std::string next = unique("digest-");
  expect_outcome<Rotated>(rotate(made.digest, next));
  const auto again = rotate(made.digest, next, kGraceMs);
  EXPECT_EQ(expect_outcome<Repeated>(again).session.id, made.session.id);
  EXPECT_EQ(expect_outcome<Repeated>(again).current_digest, next);
  EXPECT_EQ(find(made)->idle_expires_at_ms, now_ms() + kIdleMs) << "a retry moves nothing";
  expect_outcome<Rotated>(rotate(next, unique("digest-"), kGraceMs), "the successor still works");
}

TEST_F(StoreSessions, check_14_a_retry_after_the_grace_time_is_reuse) {
  const Opened made = opened();
  const std::string next = unique("digest-");
  expect_outcome<Rotated>(rotate(made.digest, next));
  expect_outcome<Reused>(rotate(made.digest, next, kGraceMs + 1));
}

TEST_F(StoreSessions, check_14_within_the_grace_time_every_earlier_token_leads_to_the_current_one) {
  const Opened made = opened();
  const std::string second = unique("digest-");
  const std::string third = unique("digest-");
  expect_outcome<Rotated>(rotate(made.digest, second));
  expect_outcome<Rotated>(rotate(second, third, kGraceMs / 2));
  const auto first_again = rotate(made.digest, second, kGraceMs);
  EXPECT_EQ(expect_outcome<Repeated>(first_again).current_digest, third);
  const auto second_again = rotate(second, third, kGraceMs);
  EXPECT_EQ(expect_outcome<Repeated>(second_again).current_digest, third);
  // Each token has a grace time of its own: the first one's is over.
  expect_outcome<Reused>(rotate(made.digest, second, kGraceMs + 1));
}

TEST_F(StoreSessions, check_14_a_retry_with_another_successor_is_reuse) {
  const Opened made = opened();
  expect_outcome<Rotated>(rotate(made.digest, unique("digest-")));
  expect_outcome<Reused>(rotate(made.digest, unique("digest-")));
}

TEST_F(StoreSessions, check_14_of_fifty_concurrent_rotations_one_rotates_and_the_others_repeat) {
  constexpr int kRivals = 50;
  const Opened made = opened();
  const std::string next = unique("digest-");
  std::atomic<int> rotated{0};
  std::atomic<int> repeated{0};
  at_once(kRivals, [&](int) {
    const auto reply = call(rotation(made.digest, next, now_ms()));
    if (!reply) return;
    if (std::holds_alternative<Rotated>(*reply)) ++rotated;
    if (std::holds_alternative<Repeated>(*reply)) ++repeated;
  });
  EXPECT_EQ(rotated, 1);
  EXPECT_EQ(repeated, kRivals - 1);
  EXPECT_FALSE(find(made)->revoked_at_ms);
}

TEST_F(StoreSessions, a_successor_that_exists_already_is_refused) {
  const Opened made = opened();
  const Opened other = opened();
  expect_invalid(rotation(made.digest, other.digest, now_ms()));
  expect_invalid(rotation(made.digest, made.digest, now_ms()));
  expect_outcome<Rotated>(rotate(made.digest, unique("digest-")), "the family is unharmed");
}

TEST_F(StoreSessions, one_session_is_revoked_by_id) {
  const User user = created();
  const Opened first = opened(user.id);
  const Opened second = opened(user.id);
  EXPECT_EQ(revoke({.id = first.session.id}), 1);
  EXPECT_EQ(revoke({.id = first.session.id}), 0) << "once is enough";
  EXPECT_EQ(revoke({.id = unique("sid-")}), 0);
  EXPECT_EQ(find(first)->revoked_at_ms, now_ms() + 7);
  expect_outcome<NoSession>(rotate(first.digest, unique("digest-")));
  expect_outcome<Rotated>(rotate(second.digest, unique("digest-")));
}

TEST_F(StoreSessions, check_19_all_sessions_of_a_user_are_revoked_but_the_excepted_one) {
  const User user = created();
  const Opened kept = opened(user.id);
  const Opened lost = opened(user.id);
  const Opened foreign = opened();
  EXPECT_EQ(revoke({.user_id = user.id, .except_id = kept.session.id}), 1);
  EXPECT_FALSE(find(kept)->revoked_at_ms);
  EXPECT_TRUE(find(lost)->revoked_at_ms);
  EXPECT_FALSE(find(foreign)->revoked_at_ms);
  EXPECT_EQ(revoke({.user_id = user.id}), 1) << "the one that was still open";
  EXPECT_TRUE(find(kept)->revoked_at_ms);
  EXPECT_EQ(revoke({.user_id = unique_uuid()}), 0);
}

TEST_F(StoreSessions, revoke_wants_an_id_or_a_user) {
  expect_invalid(RevokeSessions{.now_ms = now_ms()});
  expect_invalid(RevokeSessions{.id = "a", .user_id = "b", .now_ms = now_ms()});
}

TEST_F(StoreSessions, check_19_deleting_a_user_ends_every_session) {
  const User user = created();
  const Opened first = opened(user.id);
  const Opened second = opened(user.id);
  answer(DeleteUser{user.id, now_ms() + 3});
  for (const Opened& session : {first, second}) {
    const ResolvedSession resolved = answer(ResolveSession{session.session.id});
    ASSERT_TRUE(resolved.session);
    EXPECT_EQ(resolved.session->revoked_at_ms, now_ms() + 3);
    ASSERT_TRUE(resolved.user);
    EXPECT_EQ(resolved.user->status, UserStatus::Deleted);
    expect_outcome<NoSession>(rotate(session.digest, unique("digest-")));
  }
}

TEST_F(StoreSessions, check_19_what_was_checked_before_a_revocation_opens_no_session_after_it) {
  const User user = created();
  const auto open_checked_at = [&](std::int64_t at_ms) {
    OpenSession open{new_session(user.id), unique("digest-")};
    open.authenticated_at_ms = now_ms() + at_ms;
    return answer(open);
  };
  expect_outcome<SessionOpened>(open_checked_at(0), "nothing was revoked yet:");
  revoke({.user_id = user.id});  // at now + 7
  expect_outcome<Stale>(open_checked_at(6));
  expect_outcome<Stale>(open_checked_at(7), "a check that began with the revocation:");
  expect_outcome<SessionOpened>(open_checked_at(8), "the next moment:");
  expect_outcome<SessionOpened>(open_checked_at(100), "a later check:");
  expect_outcome<SessionOpened>(answer(OpenSession{new_session(user.id), unique("digest-")}),
                                "no time given:");
  const User other = created();
  OpenSession foreign{new_session(other.id), unique("digest-")};
  foreign.authenticated_at_ms = now_ms();
  expect_outcome<SessionOpened>(answer(foreign), "somebody else's:");
  answer(DeleteUser{user.id, now_ms() + 200});
  expect_outcome<Stale>(open_checked_at(200), "the user is gone:");
}

TEST_F(StoreSessions, check_19_a_user_tells_when_its_sessions_were_last_ended) {
  User user = new_user();
  user.sessions_ended_at_ms = 7;
  EXPECT_FALSE(created(user).sessions_ended_at_ms) << "that is the store's to say";
  const Opened one = opened(user.id);
  answer(RevokeSessions{.id = one.session.id, .now_ms = now_ms()});
  EXPECT_FALSE(answer(GetUser{user.id}).user->sessions_ended_at_ms) << "one is not all";
  // The later end counts; there need be no session left.
  for (const std::int64_t after_ms : {20, 10})
    answer(RevokeSessions{.user_id = user.id, .now_ms = now_ms() + after_ms});
  const std::optional<std::int64_t> ended = now_ms() + 20;
  const Identity& identity = user.identities.front();
  EXPECT_EQ(answer(GetUser{user.id}).user->sessions_ended_at_ms, ended);
  EXPECT_EQ(answer(FindUserByIdentity{identity.provider, identity.subject}).user->sessions_ended_at_ms,
            ended);
  EXPECT_EQ(answer(FindUserByEmail{*user.email}).user->sessions_ended_at_ms, ended);
  UpdateUser seen;
  seen.id = user.id;
  seen.now_ms = now_ms() + 30;
  EXPECT_EQ(expect_outcome<UserRow>(answer(seen)).user.sessions_ended_at_ms, ended);
}

TEST_F(StoreSessions, the_oldest_sessions_give_way) {
  const User user = created();
  std::vector<Opened> all;
  for (std::size_t i = 0; i < 5; ++i) {
    Opened made{new_session(user.id), unique("digest-")};
    made.session.created_at_ms += static_cast<std::int64_t>(i);
    OpenSession open{made.session, made.digest};
    open.max_per_user = 3;
    const std::vector<std::string> displaced =
        i < 3 ? std::vector<std::string>() : std::vector<std::string>{all[i - 3].session.id};
    EXPECT_EQ(expect_outcome<SessionOpened>(answer(open)).displaced, displaced) << i;
    all.push_back(made);
  }
  EXPECT_FALSE(find(all[0]));
  EXPECT_FALSE(find(all[1]));
  for (std::size_t i = 2; i < all.size(); ++i)
    EXPECT_TRUE(find(all[i])) << i;
  expect_outcome<NoSession>(rotate(all[0].digest, unique("digest-")));
  OpenSession none{new_session(user.id), unique("digest-")};
  none.max_per_user = 0;
  expect_invalid(none);
}

TEST_F(StoreSessions, of_those_that_give_way_the_revoked_ones_are_not_named) {
  const User user = created();
  const Opened revoked = opened(user.id);
  const Opened living = opened(user.id);
  revoke({.id = revoked.session.id});
  Session newest = new_session(user.id);
  newest.created_at_ms += 1;
  OpenSession open{newest, unique("digest-")};
  open.max_per_user = 1;
  EXPECT_EQ(expect_outcome<SessionOpened>(answer(open)).displaced,
            std::vector<std::string>{living.session.id});
}

TEST_F(StoreSessions, the_revoked_and_the_ended_give_way_to_none_that_lives) {
  const User user = created();
  std::vector<std::string> displaced;
  const auto open_at = [&](std::int64_t after_ms, std::int64_t lifetime_ms) {
    Opened made{new_session(user.id), unique("digest-")};
    made.session.created_at_ms += after_ms;
    made.session.idle_expires_at_ms = made.session.created_at_ms + lifetime_ms;
    OpenSession open{made.session, made.digest};
    open.max_per_user = 3;
    const std::vector<std::string> gone = expect_outcome<SessionOpened>(answer(open)).displaced;
    displaced.insert(displaced.end(), gone.begin(), gone.end());
    return made;
  };
  const Opened living = open_at(0, kIdleMs);
  const Opened ended = open_at(1, 5);
  const Opened revoked = open_at(2, kIdleMs);
  revoke({.id = revoked.session.id});
  open_at(10, kIdleMs);
  open_at(11, kIdleMs);
  EXPECT_TRUE(find(living)) << "the oldest, and the only one that could still be used";
  EXPECT_FALSE(find(ended));
  EXPECT_FALSE(find(revoked));
  EXPECT_EQ(displaced, std::vector<std::string>{ended.session.id});
}

TEST_F(StoreSessions, a_revocation_beats_a_concurrent_rotation) {
  for (int round = 0; round < 20; ++round) {
    const Opened made = opened();
    at_once(4, [&](int i) {
      if (i == 0) {
        call(RevokeSessions{.id = made.session.id, .now_ms = now_ms()}).ok();
      } else {
        call(rotation(made.digest, made.digest + "+", now_ms())).ok();
      }
    });
    const auto after = rotate(made.digest + "+", unique("digest-"));
    expect_outcome<NoSession>(after, "whichever came first, nothing rotates after a revocation;");
  }
}

TEST_F(StoreSessions, prune_removes_expired_sessions_only) {
  const Opened expired = opened();
  Session lasting = new_session(expired.session.user_id);
  lasting.expires_at_ms = lasting.idle_expires_at_ms = now_ms() + 2 * kLifetimeMs;
  expect_outcome<SessionOpened>(answer(OpenSession{lasting, unique("digest-")}));
  while (answer(Prune{now_ms() + kLifetimeMs + 1, 1000}).removed > 0) {
  }
  EXPECT_FALSE(find(expired));
  EXPECT_TRUE(answer(ResolveSession{lasting.id}).session);
  expect_outcome<NoSession>(rotate(expired.digest, unique("digest-")));
}

TEST_F(StoreSessions, prune_keeps_to_its_limit) {
  while (answer(Prune{now_ms() + kLifetimeMs + 1, 1000}).removed > 0) {
  }
  for (int i = 0; i < 5; ++i)
    opened();
  EXPECT_EQ(answer(Prune{now_ms() + kLifetimeMs + 1, 2}).removed, 2);
  EXPECT_EQ(answer(Prune{now_ms() + kLifetimeMs + 1, 1000}).removed, 3);
  expect_invalid(Prune{now_ms(), 0});
}

}  // namespace
}  // namespace gateway::conformance
