#include "signing_keys.hpp"

#include <charconv>

#include <gateway/store/records.hpp>

namespace gateway::firebase {

namespace {

constexpr std::int64_t kFetchMs = 2'500;
constexpr std::int64_t kMaxAgeMs = 7 * 24 * 3'600'000LL;

struct StoredKeys {
  std::string body;
  std::int64_t usable_until_ms = 0;  // wall clock: the steady one begins anew with each process
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("body", self.body);
    f.required("usable_until_ms", self.usable_until_ms);
  }
};

// RFC 9111, 5.2.2.1. What is not understood counts as not there; the cache has its own least lifetime.
std::int64_t max_age_ms_of(std::string_view cache_control) {
  constexpr std::string_view kDirective = "max-age=";
  while (!cache_control.empty()) {
    std::string_view directive = cache_control.substr(0, cache_control.find(','));
    cache_control.remove_prefix(std::min(directive.size() + 1, cache_control.size()));
    directive.remove_prefix(std::min(directive.find_first_not_of(' '), directive.size()));
    if (directive.substr(0, kDirective.size()) != kDirective) continue;
    directive.remove_prefix(kDirective.size());
    std::int64_t seconds = 0;
    const auto parsed = std::from_chars(directive.data(), directive.data() + directive.size(), seconds);
    if (parsed.ec == std::errc() && seconds > 0) return std::min(seconds, kMaxAgeMs / 1000) * 1000;
  }
  return 0;
}

toolkit::KeySetCacheOptions options() {
  toolkit::KeySetCacheOptions options;
  options.max_wait_ms = kFetchMs;
  options.max_waiting = 4;
  return options;
}

}  // namespace

SigningKeys::SigningKeys(const Host& host, const GoogleHttp& http, std::string url, std::string record)
    : host_(host),
      http_(http),
      url_(std::move(url)),
      record_(std::move(record)),
      cache_(
          options(), [this] { return fetch(); }, toolkit::JwkSet::parse_certificates,
          [this] { return host_.monotonic_ms(); }) {}

void SigningKeys::load(const CallContext& context) {
  store::GetRecord get;
  get.key = record_;
  get.now_ms = host_.wall_ms();
  const auto record = host_.call(get, context);
  if (!record || !record->value) return;
  const auto stored = decode<StoredKeys>(*record->value);
  if (!stored) return;
  const auto taken = cache_.import_keys({stored->body, stored->usable_until_ms - host_.wall_ms()});
  if (!taken) return;
  in_use_ = true;
  const std::lock_guard guard(saving_);
  saved_ = cache_.snapshot();
}

Result<SigningKeys::Keys> SigningKeys::keys_for(std::string_view key_id, const CallContext& context) {
  in_use_ = true;
  if (!cache_.knows(key_id) && context.deadline_ms - host_.monotonic_ms() < kFetchMs)
    return Error{ErrorKind::DeadlineExceeded, "no time is left to fetch the keys of Google", 0};
  const Keys before = cache_.snapshot();
  auto keys = cache_.keys_for(key_id);
  if (keys.ok() && *keys != before) save_if_new(context);
  return keys;
}

Result<Done> SigningKeys::refresh_if_due(const CallContext& context) {
  const auto refreshed = cache_.refresh_if_due();
  save_if_new(context);
  if (!refreshed) return refreshed.error();
  return Done{};
}

// A storage that does not take them is no reason to refuse a token; the next refresh_if_due() tries again.
void SigningKeys::save_if_new(const CallContext& context) {
  const std::unique_lock lock(saving_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  const Keys held = cache_.snapshot();
  if (held == nullptr || held == saved_) return;
  const auto exported = cache_.export_keys();
  if (!exported) return;
  StoredKeys stored;
  stored.body = exported->body;
  stored.usable_until_ms = host_.wall_ms() + exported->usable_ms;
  store::PutRecord put;
  put.key = record_;
  put.value = encode(stored);
  put.expires_at_ms = stored.usable_until_ms;
  if (host_.call(put, context)) {
    saved_ = held;
  } else {
    host_.count("key_save_failures");
  }
}

Result<toolkit::FetchedKeySet> SigningKeys::fetch() const {
  FetchHttp request;
  request.url = url_;
  request.max_body_bytes = toolkit::JwkSet::kMaxBytes;
  const CallContext context{host_.monotonic_ms() + kFetchMs, ""};
  const auto answer = http_.fetch("signing keys", request, context);
  if (!answer) return answer.error().error;
  host_.count("key_fetches");
  return toolkit::FetchedKeySet{std::string(answer->body.reveal()),
                                max_age_ms_of(header_of(*answer, "cache-control"))};
}

}  // namespace gateway::firebase
