// Group `sessions`: refresh-token families (RFC 9700, section 4.14). A session is one family: it begins with
// a login and holds a chain of refresh tokens of which only digests are stored; exactly one of them is
// current.
#pragma once

#include <string>
#include <vector>

#include <gateway/call.hpp>
#include <gateway/store/credentials.hpp>
#include <gateway/store/user.hpp>

namespace gateway::store {

struct Session {
  std::string id;  // at least 128 random bits; the `sid` of access tokens
  std::string user_id;
  std::string provider;
  std::string subject;
  std::int64_t created_at_ms = 0;
  std::int64_t expires_at_ms = 0;       // absolute: rotation never moves it
  std::int64_t idle_expires_at_ms = 0;  // moved by each rotation
  std::optional<std::int64_t> revoked_at_ms;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
    f.required("user_id", self.user_id);
    f.required("provider", self.provider);
    f.required("subject", self.subject);
    f.required("created_at_ms", self.created_at_ms);
    f.required("expires_at_ms", self.expires_at_ms);
    f.required("idle_expires_at_ms", self.idle_expires_at_ms);
    f.optional("revoked_at_ms", self.revoked_at_ms);
  }
};

// displaced: the sessions that had to give way and were not revoked before. They are revoked by the call, and
// told to other instances as such, although nothing of them is kept.
struct SessionOpened {
  static constexpr std::string_view kTag = "done";
  std::vector<std::string> displaced;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("displaced", self.displaced);
  }
};

// Conflict: "id" or "token_digest". Stale: all sessions of the user were revoked at or after
// authenticated_at_ms (by sessions.revoke with user_id, or by users.delete): a password that was checked
// before it was changed opens no session after the change. A store may forget such a revocation after
// kRevocationMemoryMs. Where the user then has more than max_per_user sessions, some give way: first those
// that are revoked, or over when the new one begins (created_at_ms), then the oldest.
struct OpenSession {
  static constexpr std::string_view kOperation = "sessions.open";
  using Reply = std::variant<Conflict, Stale, SessionOpened>;
  Session session;
  std::string token_digest;                         // SHA-256 of the first refresh token, base64url
  std::optional<std::int64_t> authenticated_at_ms;  // when the check of the credentials began
  std::optional<std::int64_t> max_per_user;         // at least 1
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("session", self.session);
    f.required("token_digest", self.token_digest);
    f.optional("authenticated_at_ms", self.authenticated_at_ms);
    f.optional("max_per_user", self.max_per_user);
  }
};

// The token was current and its successor is now.
struct Rotated {
  static constexpr std::string_view kTag = "rotated";
  Session session;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("session", self.session);
  }
};

// The token was rotated before, within the grace time: hand the family's current token out again, so that
// clients that share a token, or repeat a request whose answer was lost, all end up with the same one.
struct Repeated {
  static constexpr std::string_view kTag = "repeated";
  Session session;
  std::string current_digest;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("session", self.session);
    f.required("current_digest", self.current_digest);
  }
};

// The token was rotated before and this is no retry: the family has been revoked by this call (or was
// before).
struct Reused {
  static constexpr std::string_view kTag = "reused";
  Session session;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("session", self.session);
  }
};

// The token is unknown, or its session is revoked or expired.
struct NoSession {
  static constexpr std::string_view kTag = "no_session";
  template <class Self, class Fields>
  static void fields(Self&, Fields&) {}
};

// One atomic step. Of N concurrent calls with one token and one successor exactly one is Rotated; the others
// are Repeated. The digests of all generations are kept until the session expires (now_ms has reached
// expires_at_ms or idle_expires_at_ms). Decided in this order: unknown token or expired session: NoSession.
// Current token: NoSession where the session is revoked, Invalid where successor_digest exists already, else
// Rotated. Earlier token: Repeated where the session is not revoked, successor_digest is the one that
// followed it, and its own rotation is at most grace_ms ago; else Reused.
struct RotateSession {
  static constexpr std::string_view kOperation = "sessions.rotate";
  using Reply = std::variant<NoSession, Rotated, Repeated, Reused>;
  std::string token_digest;
  std::string successor_digest;
  std::int64_t now_ms = 0;
  std::int64_t grace_ms = 0;
  std::int64_t idle_lifetime_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("token_digest", self.token_digest);
    f.required("successor_digest", self.successor_digest);
    f.required("now_ms", self.now_ms);
    f.required("grace_ms", self.grace_ms);
    f.required("idle_lifetime_ms", self.idle_lifetime_ms);
  }
};

// Of a session's user, what deciding about a token of it needs.
struct SessionUser {
  std::string id;
  std::optional<std::string> email;
  std::string user_type;
  UserStatus status = UserStatus::Active;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
    f.optional("email", self.email);
    f.required("user_type", self.user_type);
    f.required("status", self.status);
  }
};

struct ResolvedSession {
  std::optional<Session> session;
  std::optional<SessionUser> user;  // Deleted ones included
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("session", self.session);
    f.optional("user", self.user);
  }
};

// The session and its user in one look. Asked for each access token that was not seen lately.
struct ResolveSession {
  static constexpr std::string_view kOperation = "sessions.resolve";
  using Reply = ResolvedSession;
  std::string id;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id", self.id);
  }
};

struct RevokedCount {
  std::int64_t revoked = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("revoked", self.revoked);
  }
};

// One session by `id`, or all of `user_id` but `except_id`; Invalid unless exactly one of id and user_id is
// given. Counts those that were not revoked before. With user_id the user's sessions_ended_at_ms becomes
// now_ms, unless it is later already.
struct RevokeSessions {
  static constexpr std::string_view kOperation = "sessions.revoke";
  using Reply = RevokedCount;
  std::optional<std::string> id;
  std::optional<std::string> user_id;
  std::optional<std::string> except_id;
  std::int64_t now_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("id", self.id);
    f.optional("user_id", self.user_id);
    f.optional("except_id", self.except_id);
    f.required("now_ms", self.now_ms);
  }
};

class Sessions {
 public:
  virtual ~Sessions() = default;
  virtual Result<OpenSession::Reply> open_session(const OpenSession&, const CallContext&) = 0;
  virtual Result<RotateSession::Reply> rotate_session(const RotateSession&, const CallContext&) = 0;
  virtual Result<ResolvedSession> resolve_session(const ResolveSession&, const CallContext&) = 0;
  virtual Result<RevokedCount> revoke_sessions(const RevokeSessions&, const CallContext&) = 0;
};

}  // namespace gateway::store
