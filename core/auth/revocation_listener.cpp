#include "core/auth/revocation_listener.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include <pthread.h>

namespace gateway::auth {

namespace {
constexpr std::int64_t kWaitMs = 250;
constexpr std::int64_t kQuestionMs = 1000;  // the wait, and time to connect and to ask; the end waits for it
constexpr std::chrono::milliseconds kPause{500};
constexpr std::int64_t kDeafAfterMs = 2000;
constexpr std::ptrdiff_t kMostForgottenOneByOne = 100;
}  // namespace

RevocationListener::RevocationListener(Store& store, VerifiedTokenCache& cache, ApiKeyVerifier& api_keys,
                                       const runtime::Clock& clock, runtime::Logger& logger,
                                       runtime::Metrics& metrics)
    : store_(store), cache_(cache), api_keys_(api_keys), clock_(clock), logger_(logger), metrics_(metrics) {}

void RevocationListener::start() {
  heard_at_ms_ = clock_.monotonic_ms();
  auto behind = metrics_.gauge("gateway_revocations_seconds_behind",
                               "Since other instances' revocations were last heard of.");
  metrics_.on_collect([this, behind]() mutable {
    behind.set(static_cast<double>(clock_.monotonic_ms() - heard_at_ms_.load()) / 1000);
  });
  thread_ = std::thread([this] { listen(); });
}

void RevocationListener::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool RevocationListener::pause() {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, kPause, [this] { return stopping_; });
}

void RevocationListener::listen() {
  ::pthread_setname_np(::pthread_self(), "revocations");
  store::WaitRevocations question{std::nullopt, kWaitMs};
  bool is_deaf = false;
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    const auto news = store_.wait_revocations(question, {clock_.monotonic_ms() + kQuestionMs, "revocations"});
    if (!news && news.error().kind == ErrorKind::Unsupported) return;
    if (!news) {
      // One question that came back late costs nothing: the next goes on from the same cursor.
      if (clock_.monotonic_ms() - heard_at_ms_ > kDeafAfterMs && !std::exchange(is_deaf, true)) {
        logger_.write(LogLevel::Warning, "auth", "other instances' revocations are not heard",
                      {{"reason", std::string_view(news.error().detail)}});
      }
      if (!pause()) return;
      continue;
    }
    if (std::exchange(is_deaf, false))
      logger_.write(LogLevel::Information, "auth", "other instances' revocations are heard again", {});
    apply(*news, !question.cursor.has_value());
    question.cursor = news->cursor;
    heard_at_ms_ = clock_.monotonic_ms();
  }
}

void RevocationListener::apply(const store::Revocations& news, bool first) {
  // Before the first cursor nothing was listened to: what was verified until now may have been revoked since.
  if (first || news.missed) {
    cache_.clear();
    api_keys_.clear();
    return;
  }
  const auto of_keys =
      std::count_if(news.events.begin(), news.events.end(),
                    [](const store::Revocation& event) { return event.api_key_id.has_value(); });
  // Each look through all that is remembered holds up requests; for many, all of it is looked up anew.
  if (of_keys > kMostForgottenOneByOne) {
    api_keys_.clear();
  } else {
    for (const store::Revocation& event : news.events) {
      if (event.api_key_id) api_keys_.forget(*event.api_key_id);
    }
  }
  if (!news.events.empty()) cache_.revoke(news.events);
}

}  // namespace gateway::auth
