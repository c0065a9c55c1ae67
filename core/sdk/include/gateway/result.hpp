// Result<T>: what an operation that can fail in normal service returns, and Error: why it could not be done.
//
// An Error means "this could not be decided or done" (a dependency is down, the input cannot be understood, a
// bug). An outcome of the domain ("wrong password", "email taken") is a value of T, never an Error.
// Error::detail is for the log of an operator. It must never hold a secret and is never shown to a client.
// Thread safety: plain values. Exceptions: value() on an error and error() on a value are programmer errors
// (assert).
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gateway {

// The numbers cross the C ABI (gateway_status in abi.h): never renumbered, only appended.
enum class ErrorKind : std::int32_t {
  Invalid = 1,           // the caller's input cannot be understood; the same call can never succeed
  Unsupported = 2,       // the operation is not one this plugin knows
  Unavailable = 3,       // a dependency is down or refuses; may succeed later
  DeadlineExceeded = 4,  // the call's deadline passed; whether it took effect is unknown
  Overloaded = 5,        // a bound is reached; may succeed later
  Malformed = 6,         // the other side of a contract answered something that is not in the contract
  Internal = 7,          // a bug on the side that reports it
};

constexpr std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::Invalid:
      return "invalid";
    case ErrorKind::Unsupported:
      return "unsupported";
    case ErrorKind::Unavailable:
      return "unavailable";
    case ErrorKind::DeadlineExceeded:
      return "deadline exceeded";
    case ErrorKind::Overloaded:
      return "overloaded";
    case ErrorKind::Malformed:
      return "malformed";
    case ErrorKind::Internal:
      return "internal";
  }
  return "unknown";
}

struct Error {
  ErrorKind kind = ErrorKind::Internal;
  std::string detail;
  std::int64_t retry_after_ms = 0;  // a hint that goes with Unavailable and Overloaded; 0: none known
  bool of_storage = false;          // the storage's, handed on by who had asked it; set by the host
};

inline Error invalid(std::string detail) {
  return {ErrorKind::Invalid, std::move(detail)};
}
inline Error unavailable(std::string detail, std::int64_t retry_after_ms = 0) {
  return {ErrorKind::Unavailable, std::move(detail), retry_after_ms};
}
inline Error malformed(std::string detail) {
  return {ErrorKind::Malformed, std::move(detail)};
}
inline Error internal_error(std::string detail) {
  return {ErrorKind::Internal, std::move(detail)};
}

// The value of an operation that succeeds without an answer.
struct Done {
  bool operator==(const Done&) const = default;
};

// E is Error wherever a contract is crossed; a room may use its own reason type inside.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return Error{…};` are how functions end.
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  T& value() & { return assert(ok()), *std::get_if<0>(&state_); }
  const T& value() const& { return assert(ok()), *std::get_if<0>(&state_); }
  T&& value() && { return assert(ok()), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  E& error() & { return assert(!ok()), *std::get_if<1>(&state_); }
  const E& error() const& { return assert(!ok()), *std::get_if<1>(&state_); }
  E&& error() && { return assert(!ok()), std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, E> state_;
};

}  // namespace gateway
