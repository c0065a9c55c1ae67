// Failure: how one attempt to get an answer ended without one, finer than Error, since repeating and the
// breaker depend on it. Thread safety: plain values.
#pragma once

#include <string>
#include <utility>

#include <gateway/result.hpp>

namespace gateway::net {

enum class Fault {
  Connect,     // no name, no address that answers, no TLS: nothing of the request was sent
  Trust,       // the certificate is not that of the host: nothing was sent
  Broken,      // the connection ended before the answer did
  TimedOut,    // the call's deadline
  Garbage,     // what came is not HTTP
  Unusable,    // HTTP, but beyond a bound, encoded, or not UTF-8
  Overloaded,  // a bound of this process
  Stopped,     // this process ends
};

struct Failure {
  Fault fault = Fault::Broken;
  std::string detail;  // for the operator: never what was sent or received
};

template <class T>
using Outcome = Result<T, Failure>;

inline Error to_error(Failure failure) {
  switch (failure.fault) {
    case Fault::TimedOut:
      return {ErrorKind::DeadlineExceeded, std::move(failure.detail)};
    case Fault::Garbage:
    case Fault::Unusable:
      return malformed(std::move(failure.detail));
    case Fault::Overloaded:
      return {ErrorKind::Overloaded, std::move(failure.detail), 1000};
    case Fault::Connect:
    case Fault::Trust:
    case Fault::Broken:
    case Fault::Stopped:
      break;
  }
  return unavailable(std::move(failure.detail));
}

}  // namespace gateway::net
