// Refresh-token families (RFC 9700, section 4.14). The digests of all generations of a family are kept until
// it has expired, so that the reuse of any earlier token is noticed. Not thread-safe: MemoryStore holds the
// lock.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <gateway/store/sessions.hpp>

#include "expiry_index.hpp"
#include "recent_times.hpp"

namespace gateway::memory {

class SessionTable {
 public:
  explicit SessionTable(std::size_t max_sessions)
      : max_sessions_(max_sessions), revoked_users_(max_sessions) {}

  // clock_ms: what counts as expired when the table is full and must be cleared first.
  Result<store::OpenSession::Reply> open(const store::OpenSession& request, std::int64_t clock_ms);
  Result<store::RotateSession::Reply> rotate(const store::RotateSession& request);
  std::optional<store::Session> get(const std::string& id) const;
  Result<store::RevokedCount> revoke(const store::RevokeSessions& request);
  std::int64_t revoke_all_of(const std::string& user_id, const std::optional<std::string>& except_id,
                             std::int64_t now_ms);
  std::size_t prune(std::int64_t now_ms, std::size_t limit);

 private:
  struct Generation {
    std::string digest;
    std::int64_t rotated_at_ms = 0;  // when its successor followed it; the current one has none
  };
  struct Family {
    store::Session session;
    std::vector<Generation> generations;  // the last one is current
  };
  struct Token {
    Family* family = nullptr;
    std::size_t generation = 0;
  };

  Result<store::RotateSession::Reply> advance(Family& family, const store::RotateSession& request);
  // Erases what is more than `count` of the owner's, and answers with those of them that were not revoked
  // before.
  std::vector<std::string> make_room(const store::Session& incoming, std::int64_t count);
  void erase(const std::string& id);

  std::size_t max_sessions_;
  std::unordered_map<std::string, Family> families_;  // its nodes do not move: the tokens point into it
  std::unordered_map<std::string, Token> tokens_;     // by digest
  std::set<std::pair<std::string, std::string>> by_user_;
  ExpiryIndex<std::string> by_expiry_;
  RecentTimes<std::string> revoked_users_;  // when all sessions of a user were revoked
};

}  // namespace gateway::memory
