// SigningKeys: the keys of one Google issuer, in memory and in the host's records, so that a gateway that
// starts while Google is away knows them.
//
// The toolkit's KeySetCache holds the rules of refreshing; this gives it a fetcher and a place to stay. A
// request fetches only when it has the time of a whole fetch left: a fetch that is cut short would be held
// against the issuer. Thread safety: full. Errors: as KeySetCache's. What the records hold is as trusted as
// the rest of the storage.
#pragma once

#include <atomic>
#include <string>

#include <gateway/toolkit/jose/key_set_cache.hpp>

#include "google_http.hpp"

namespace gateway::firebase {

class SigningKeys {
 public:
  using Keys = toolkit::KeySetCache::Keys;

  // host and http must outlive this. record: the name under which the keys are kept.
  SigningKeys(const Host& host, const GoogleHttp& http, std::string url, std::string record);

  // Takes what the records hold. What is not there, or not good, is no fault: it will be fetched.
  void load(const CallContext& context);

  Keys snapshot() const { return cache_.snapshot(); }
  Result<Keys> keys_for(std::string_view key_id, const CallContext& context);

  // For the background: fetches when due, keeps what it got.
  Result<Done> refresh_if_due(const CallContext& context);

  // Whether anybody has asked for these keys, or had before the restart.
  bool is_in_use() const noexcept { return in_use_; }

 private:
  void save_if_new(const CallContext& context);
  Result<toolkit::FetchedKeySet> fetch() const;

  const Host& host_;
  const GoogleHttp& http_;
  const std::string url_;
  const std::string record_;
  toolkit::KeySetCache cache_;
  std::atomic<bool> in_use_{false};
  std::mutex saving_;
  Keys saved_;
};

}  // namespace gateway::firebase
