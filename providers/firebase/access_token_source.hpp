// AccessTokenSource: the OAuth 2.0 access token of a service account (RFC 7523), kept until shortly before it
// ends.
//
// - Fetched once for all who need it (single flight), again when five minutes or less are left.
// - While a token still lives, nobody waits for its successor, and a failed fetch costs nobody anything.
// - Without one, a few callers wait for the fetch; the others are told Unavailable at once.
// Thread safety: full; no lock is held during I/O. Units: milliseconds of the host's steady clock; the
// assertion carries wall-clock seconds.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "admin_credential.hpp"
#include "service_account.hpp"

namespace gateway::firebase {

class AccessTokenSource final : public AdminCredential {
 public:
  // Both must outlive this.
  AccessTokenSource(const Host& host, const GoogleHttp& http, ServiceAccount account, std::string token_url);

  Answer<Secret> bearer(const CallContext& context) override;
  void forget(const Secret& bearer) override;

  const ServiceAccount& account() const noexcept { return account_; }

 private:
  using Lock = std::unique_lock<std::mutex>;
  struct Held {
    Secret token;
    std::int64_t expires_at_ms = 0;
  };

  bool lives(std::int64_t now_ms) const;
  bool is_fresh(std::int64_t now_ms) const;
  Answer<Secret> current(std::int64_t now_ms) const;
  bool is_retry_too_early(std::int64_t now_ms) const;
  // nullopt: the flight has ended, well or not.
  std::optional<Failure> wait_for_flight(Lock& lock, const CallContext& context);
  Answer<Held> fetch(const CallContext& context) const;
  Result<std::string> assertion() const;

  const Host& host_;
  const GoogleHttp& http_;
  const ServiceAccount account_;
  const std::string token_url_;

  mutable std::mutex mutex_;
  std::condition_variable fetched_;
  std::optional<Held> held_;
  std::optional<Failure> last_failure_;
  std::int64_t failed_at_ms_ = 0;
  bool fetching_ = false;
  int waiting_ = 0;
};

}  // namespace gateway::firebase
