// Group `codes`: one-time codes (OTP, out-of-band). Only digests are stored; comparison is in constant time.
#pragma once

#include <gateway/call.hpp>
#include <gateway/store/credentials.hpp>

namespace gateway::store {

// Replaces an earlier code for the same (scope, purpose, target).
struct PutCode {
  static constexpr std::string_view kOperation = "codes.put";
  using Reply = Empty;
  std::string scope;    // who keeps it; set by the host for plugins
  std::string purpose;  // "otp", "reset_password", …
  std::string target;   // a phone number, a subject, …
  std::string digest;   // of the code, base64url
  std::string payload;  // handed back when the code is consumed
  std::int64_t expires_at_ms = 0;
  std::int64_t max_attempts = 3;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("scope", self.scope);
    f.required("purpose", self.purpose);
    f.required("target", self.target);
    f.required("digest", self.digest);
    f.optional("payload", self.payload);
    f.required("expires_at_ms", self.expires_at_ms);
    f.required("max_attempts", self.max_attempts);
  }
};

enum class CodeState { Unknown, Accepted, Wrong, Expired, Exhausted, AlreadyUsed };
constexpr auto enum_names(CodeState) {
  using S = CodeState;
  return std::array<EnumName<S>, 6>{{{S::Unknown, "unknown"},
                                     {S::Accepted, "accepted"},
                                     {S::Wrong, "wrong"},
                                     {S::Expired, "expired"},
                                     {S::Exhausted, "exhausted"},
                                     {S::AlreadyUsed, "already_used"}}};
}

struct CodeOutcome {
  CodeState state = CodeState::Unknown;
  std::int64_t attempts_left = 0;
  std::string payload;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("state", self.state);
    f.optional("attempts_left", self.attempts_left);
    f.optional("payload", self.payload);
  }
};

// Counts the attempt and, where the digest matches, uses the code up, in one step: of concurrent calls one is
// Accepted. Decided in this order: Unknown, AlreadyUsed, Expired (now_ms has reached expires_at_ms),
// Exhausted (no attempts are left, whatever the digest), then Accepted or Wrong, which take an attempt.
struct ConsumeCode {
  static constexpr std::string_view kOperation = "codes.consume";
  using Reply = CodeOutcome;
  std::string scope;
  std::string purpose;
  std::string target;
  std::string digest;
  std::int64_t now_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("scope", self.scope);
    f.required("purpose", self.purpose);
    f.required("target", self.target);
    f.required("digest", self.digest);
    f.required("now_ms", self.now_ms);
  }
};

class Codes {
 public:
  virtual ~Codes() = default;
  virtual Result<Empty> put_code(const PutCode&, const CallContext&) = 0;
  virtual Result<CodeOutcome> consume_code(const ConsumeCode&, const CallContext&) = 0;
};

}  // namespace gateway::store
