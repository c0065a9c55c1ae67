#include "session_table.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "limits.hpp"

namespace gateway::memory {

using store::Session;

namespace {

constexpr std::size_t kMaxGenerations = 10'000;
constexpr std::size_t kTokensPerSession =
    16;  // on average over all sessions; bounds the memory of the digests

std::int64_t ends_at_ms(const Session& session) {
  return std::min(session.expires_at_ms, session.idle_expires_at_ms);
}

std::int64_t add_saturated(std::int64_t a, std::int64_t b) {  // both are not negative
  return a > std::numeric_limits<std::int64_t>::max() - b ? std::numeric_limits<std::int64_t>::max() : a + b;
}

bool revoke_one(Session& session, std::int64_t now_ms) {
  if (session.revoked_at_ms) return false;
  session.revoked_at_ms = now_ms;
  return true;
}

}  // namespace

Result<store::OpenSession::Reply> SessionTable::open(const store::OpenSession& request,
                                                     std::int64_t clock_ms) {
  if (families_.count(request.session.id) != 0) return {store::Conflict{"id"}};
  if (tokens_.count(request.token_digest) != 0) return {store::Conflict{"token_digest"}};
  if (request.max_per_user && *request.max_per_user < 1) return invalid("max_per_user is less than 1");
  if (request.authenticated_at_ms &&
      revoked_users_.happened_since(request.session.user_id, *request.authenticated_at_ms)) {
    return {store::Stale{}};
  }
  store::SessionOpened opened;
  if (request.max_per_user) opened.displaced = make_room(request.session, *request.max_per_user - 1);
  if (families_.size() >= max_sessions_ && prune(clock_ms, kPrunedPerWrite) == 0) return full("sessions");
  const Session& session = request.session;
  Family& family = families_.emplace(session.id, Family{session, {{request.token_digest, 0}}}).first->second;
  tokens_.emplace(request.token_digest, Token{&family, 0});
  by_user_.emplace(session.user_id, session.id);
  by_expiry_.add(ends_at_ms(session), session.id);
  return {std::move(opened)};
}

Result<store::RotateSession::Reply> SessionTable::rotate(const store::RotateSession& request) {
  if (request.now_ms < 0 || request.grace_ms < 0 || request.idle_lifetime_ms < 0)
    return invalid("a time of sessions.rotate is negative");
  const auto token = tokens_.find(request.token_digest);
  if (token == tokens_.end()) return {store::NoSession{}};
  Family& family = *token->second.family;
  const std::size_t successor = token->second.generation + 1;
  if (request.now_ms >= ends_at_ms(family.session)) return {store::NoSession{}};
  if (successor == family.generations.size()) return advance(family, request);

  // The token has been rotated before. For the grace time that is a retry, or a client that shares the token.
  const std::int64_t rotated_at_ms = family.generations[token->second.generation].rotated_at_ms;
  const bool is_retry = !family.session.revoked_at_ms &&
                        family.generations[successor].digest == request.successor_digest &&
                        request.now_ms <= add_saturated(rotated_at_ms, request.grace_ms);
  if (is_retry) return {store::Repeated{family.session, family.generations.back().digest}};
  revoke_one(family.session, request.now_ms);
  return {store::Reused{family.session}};
}

Result<store::RotateSession::Reply> SessionTable::advance(Family& family,
                                                          const store::RotateSession& request) {
  if (family.session.revoked_at_ms || family.generations.size() >= kMaxGenerations)
    return {store::NoSession{}};
  if (tokens_.count(request.successor_digest) != 0) return invalid("successor_digest is in use");
  if (tokens_.size() >= max_sessions_ * kTokensPerSession) return full("refresh tokens");
  by_expiry_.remove(ends_at_ms(family.session), family.session.id);
  family.session.idle_expires_at_ms = add_saturated(request.now_ms, request.idle_lifetime_ms);
  by_expiry_.add(ends_at_ms(family.session), family.session.id);
  tokens_.emplace(request.successor_digest, Token{&family, family.generations.size()});
  family.generations.back().rotated_at_ms = request.now_ms;
  family.generations.push_back({request.successor_digest, 0});
  return {store::Rotated{family.session}};
}

std::optional<Session> SessionTable::get(const std::string& id) const {
  const auto it = families_.find(id);
  return it == families_.end() ? std::nullopt : std::optional(it->second.session);
}

Result<store::RevokedCount> SessionTable::revoke(const store::RevokeSessions& request) {
  if (request.id.has_value() == request.user_id.has_value())
    return invalid("sessions.revoke wants either an id or a user_id");
  if (request.user_id)
    return store::RevokedCount{revoke_all_of(*request.user_id, request.except_id, request.now_ms)};
  const auto it = families_.find(*request.id);
  return store::RevokedCount{it != families_.end() && revoke_one(it->second.session, request.now_ms) ? 1 : 0};
}

std::int64_t SessionTable::revoke_all_of(const std::string& user_id,
                                         const std::optional<std::string>& except_id, std::int64_t now_ms) {
  revoked_users_.note(user_id, now_ms);
  std::int64_t revoked = 0;
  for (auto it = by_user_.lower_bound({user_id, ""}); it != by_user_.end() && it->first == user_id; ++it) {
    if (it->second != except_id && revoke_one(families_.at(it->second).session, now_ms)) ++revoked;
  }
  return revoked;
}

std::vector<std::string> SessionTable::make_room(const Session& incoming, std::int64_t count) {
  std::vector<std::tuple<bool, std::int64_t, std::string>> first_to_go;  // is it alive, its age, its id
  const std::string& user_id = incoming.user_id;
  for (auto it = by_user_.lower_bound({user_id, ""}); it != by_user_.end() && it->first == user_id; ++it) {
    const Session& session = families_.at(it->second).session;
    const bool is_alive = !session.revoked_at_ms && incoming.created_at_ms < ends_at_ms(session);
    first_to_go.emplace_back(is_alive, session.created_at_ms, it->second);
  }
  if (static_cast<std::int64_t>(first_to_go.size()) <= count) return {};
  std::sort(first_to_go.begin(), first_to_go.end());
  first_to_go.resize(first_to_go.size() - static_cast<std::size_t>(count));
  std::vector<std::string> displaced;
  for (auto& [is_alive, created_at_ms, id] : first_to_go) {
    const bool was_revoked = families_.at(id).session.revoked_at_ms.has_value();
    erase(id);
    if (!was_revoked) displaced.push_back(std::move(id));
  }
  return displaced;
}

std::size_t SessionTable::prune(std::int64_t now_ms, std::size_t limit) {
  return prune_expired(by_expiry_, now_ms, limit, [this](const std::string& id) { erase(id); });
}

void SessionTable::erase(const std::string& id) {
  const auto it = families_.find(id);
  for (const Generation& generation : it->second.generations)
    tokens_.erase(generation.digest);
  by_user_.erase({it->second.session.user_id, id});
  by_expiry_.remove(ends_at_ms(it->second.session), id);
  families_.erase(it);
}

}  // namespace gateway::memory
