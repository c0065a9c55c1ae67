// Script: one decision as Redis runs it, whole or not at all (EVALSHA, and EVAL where the server does not
// know it yet). Redis 5 or newer: a script may then ask for the time and write. Times are whole numbers that
// fit a Lua number (2^53). Thread safety: immutable.
#pragma once

#include <string>
#include <string_view>

namespace gateway::redis {

class Script {
 public:
  // The operation's name is for errors. Whether running it twice does no more than once.
  Script(std::string_view operation, bool repeatable, std::string_view text);

  std::string_view operation() const noexcept { return operation_; }
  bool repeatable() const noexcept { return repeatable_; }
  const std::string& text() const noexcept { return text_; }
  const std::string& sha1() const noexcept { return sha1_; }  // 40 hexadecimal digits, as EVALSHA wants it

 private:
  std::string_view operation_;
  bool repeatable_;
  std::string text_;
  std::string sha1_;
};

// KEYS: where it is kept. ARGV: interval in microseconds, burst, cost, debt (0 or 1).
// Answers: admitted (0 or 1), remaining, microseconds until full, microseconds until one more.
const Script& take_limit_script();
const Script& look_limit_script();  // the same; only ever asked with cost 0 and no debt

// KEYS: key's record, trusted_key's record, trusted_key's trust; the first three times where there is none.
// ARGV: free, first delay, longest delay, forget after.
// Of beginning further KEYS: when key was cleared; ARGV: failures counted apart of key, and milliseconds
// since the last of them, and the same two of trusted_key; 0 failures: none.
const Script& begin_attempt_script();      // answers: allowed, milliseconds to wait, failures, trusted
const Script& attempt_succeeded_script();  // further ARGV: trust in milliseconds
const Script& attempt_withdrawn_script();
// KEYS: the record, when it was cleared.
const Script&
get_attempts_script();  // answers: failures, milliseconds to wait, and since it was cleared or -1
const Script& clear_attempts_script();  // ARGV: for how many milliseconds it is known that it was

}  // namespace gateway::redis
