#include "revocation_feed.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <poll.h>

namespace gateway::postgres {

using store::Revocations;

namespace {

constexpr std::int64_t kPollMs = 1000;
constexpr std::int64_t kListenAgainMs = 1000;
constexpr std::int64_t kKeptMs = 3'600'000;  // what store.prune keeps at least
constexpr int kMostEvents = 10'000;

const Statement kNow{"revocations.now",
                     "SELECT (extract(epoch FROM now()) * 1000)::bigint, pg_current_snapshot()::text"};

// One row more than is answered, so that it is known when there are too many. The second condition of the
// inner query says the same as the third, and is one that an index can begin at.
const Statement kSince{"revocations.since", R"sql(
SELECT (extract(epoch FROM now()) * 1000)::bigint, pg_current_snapshot()::text,
  pg_snapshot_xmax($1::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()), r.user_id, r.session_id, r.api_key_id
FROM (SELECT 1) AS always LEFT JOIN (
  SELECT user_id, session_id, api_key_id FROM revocations
  WHERE txid >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(txid, $1::pg_snapshot)
  ORDER BY id LIMIT 10001) AS r ON true)sql"};

struct Cursor {
  std::int64_t time_ms = 0;
  std::string snapshot;
};

std::optional<Cursor> parse_cursor(const std::string& text) {
  Cursor cursor;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, cursor.time_ms);
  if (error != std::errc() || at == end || *at != '/') return std::nullopt;
  cursor.snapshot.assign(at + 1, end);
  return cursor;
}

std::string cursor_in(const Rows& rows) {
  return std::string(rows.text(0, 0)).append("/").append(rows.text(0, 1));
}

Revocations revocations_in(const Rows& rows, const Cursor& since) {
  Revocations news;
  news.cursor = cursor_in(rows);
  const bool set_back = rows.flag(0, 2);
  const bool too_old = rows.number(0, 0) - since.time_ms > kKeptMs;
  news.missed = set_back || too_old || rows.count() > kMostEvents;
  if (news.missed) return news;
  for (int row = 0; row < rows.count(); ++row) {
    // The one row of an empty answer; or what only a newer version writes.
    if (rows.is_null(row, 3) && rows.is_null(row, 4) && rows.is_null(row, 5)) continue;
    news.events.push_back({rows.maybe_text(row, 3), rows.maybe_text(row, 4), rows.maybe_text(row, 5)});
  }
  return news;
}

}  // namespace

Result<Revocations> RevocationFeed::wait(const store::WaitRevocations& request, const Deadline& deadline) {
  if (!request.cursor) {
    const auto rows = database_.run(kNow, Parameters(), deadline);
    if (!rows) return rows.error().error;
    return Revocations{cursor_in(*rows), {}, false};
  }
  std::optional<Cursor> cursor = parse_cursor(*request.cursor);
  if (!cursor) return invalid("the cursor is none of this storage");
  std::unique_lock<std::mutex> listening(listening_, std::try_to_lock);
  std::optional<Revocations> last_look;
  const Deadline until = deadline.sooner(std::max<std::int64_t>(request.wait_ms, 0));
  for (;;) {
    if (stopping_) return unavailable("the storage is being stopped");
    // Listening before looking: what happens between the look and the wait is waiting in the socket.
    const bool is_listening = listening.owns_lock() && listens(deadline);
    const auto rows = database_.run(kSince, Parameters().add(cursor->snapshot), deadline);
    // Begun too shortly before the end: what was true at the last look is the answer, and its cursor still
    // good.
    if (!rows && last_look && deadline.passed()) return *std::move(last_look);
    if (!rows) return rows.error().error;
    last_look = revocations_in(*rows, *cursor);
    if (!last_look->events.empty() || last_look->missed) return *std::move(last_look);
    cursor = parse_cursor(last_look->cursor);
    pause(is_listening, until);
    if (until.passed()) return *std::move(last_look);
  }
}

void RevocationFeed::stop() noexcept {
  stopping_ = true;
  stop_event_.set();
  const std::lock_guard guard(listening_);
  listener_.reset();
}

bool RevocationFeed::listens(const Deadline& deadline) {
  if (!settings_.keeps_session()) return false;
  const std::int64_t now_ms = database_.host().monotonic_ms();
  if (listener_ != nullptr && listener_->usable() && now_ms < listener_->use_until_ms()) return true;
  listener_.reset();
  if (Deadline::Clock::now() < next_attempt_) return false;
  next_attempt_ = Deadline::Clock::now() + std::chrono::milliseconds(kListenAgainMs);
  auto opened = Connection::open(settings_, deadline.sooner(settings_.connect_timeout_ms), stop_event_.fd());
  if (!opened) return false;
  const auto listening =
      (*opened)->run_script("revocations.listen", "LISTEN identity_gateway_revocations", deadline);
  if (!listening) return false;
  listener_ = std::move(*opened);
  if (settings_.lifetime_ms > 0) listener_->set_use_until_ms(now_ms + settings_.lifetime_ms);
  host_.count("listen_connections_opened");
  return true;
}

void RevocationFeed::pause(bool is_listening, const Deadline& deadline) {
  if (is_listening) {
    listener_->wait_for_notification(deadline, stop_event_.fd());
    return;
  }
  ::pollfd stopped{stop_event_.fd(), POLLIN, 0};
  ::poll(&stopped, 1, deadline.sooner(kPollMs).left_ms());
}

}  // namespace gateway::postgres
