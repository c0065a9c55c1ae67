#include "core/runtime/json_logger.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <poll.h>
#include <pthread.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/sink.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/runtime/log_line.hpp"

namespace gateway::runtime {

namespace {

// A descriptor that poll() calls writable takes this much of a pipe without blocking (PIPE_BUF on Linux).
constexpr std::size_t kChunkBytes = 4'096;
constexpr int kPollMs = 50;  // how soon it is noticed that the logger closes
constexpr std::chrono::seconds kFarewell{1};

// Where the queue's thread puts its lines. Everything but close() and wait_for() runs on that thread.
class DescriptorSink final : public spdlog::sinks::sink {
 public:
  // `loss_line`: the line that says how many were lost since it was last asked; empty: none.
  DescriptorSink(int descriptor, std::function<std::string()> loss_line)
      : descriptor_(descriptor), loss_line_(std::move(loss_line)) {
    struct stat status {};
    is_socket_ = ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
  }

  void log(const spdlog::details::log_msg& msg) override {
    const std::string losses = loss_line_();
    if (!losses.empty()) put(losses);
    if (!put({msg.payload.data(), msg.payload.size()})) refused_.fetch_add(1, std::memory_order_relaxed);
    {
      const std::lock_guard lock(mutex_);
      ++taken_;
    }
    progress_.notify_all();
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  std::uint64_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }

  // From now on a line that the descriptor does not take at once is lost.
  void close() noexcept { closing_.store(true, std::memory_order_relaxed); }

  // Until `enough(lines taken off the queue)`, asked after each line.
  bool wait_for(std::chrono::milliseconds timeout, const std::function<bool(std::uint64_t)>& enough) {
    std::unique_lock lock(mutex_);
    return progress_.wait_for(lock, timeout, [&] { return enough(taken_); });
  }

 private:
  bool put(std::string_view line) {
    std::string bytes;
    bytes.reserve(line.size() + 2);
    if (broken_line_) bytes += '\n';  // what an error cut short must not swallow the next line
    bytes += line;
    bytes += '\n';
    std::string_view rest = bytes;
    while (!rest.empty()) {
      if (!wait_writable()) break;
      const std::string_view chunk = rest.substr(0, kChunkBytes);
      const ssize_t written =
          is_socket_ ? ::send(descriptor_, chunk.data(), chunk.size(), MSG_NOSIGNAL | MSG_DONTWAIT)
                     : ::write(descriptor_, chunk.data(), chunk.size());
      if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (written <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (rest.size() < bytes.size()) broken_line_ = !rest.empty();
    return rest.empty();
  }

  bool wait_writable() const {
    for (;;) {
      pollfd entry{descriptor_, POLLOUT, 0};
      const bool closing = closing_.load(std::memory_order_relaxed);
      const int ready = ::poll(&entry, 1, closing ? 0 : kPollMs);
      if (ready > 0) return (entry.revents & (POLLERR | POLLHUP | POLLNVAL)) == 0;
      if ((ready < 0 && errno != EINTR) || closing) return false;
    }
  }

  const int descriptor_;
  const std::function<std::string()> loss_line_;
  bool is_socket_ = false;
  bool broken_line_ = false;
  std::atomic<bool> closing_{false};
  std::atomic<std::uint64_t> refused_{0};
  std::mutex mutex_;
  std::condition_variable progress_;
  std::uint64_t taken_ = 0;  // lines off the queue, written or refused; guarded by mutex_
};

void take_no_signals() {
  sigset_t all{};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);  // SIGPIPE of a closed pipe included
  ::pthread_setname_np(::pthread_self(), "log");
}

}  // namespace

struct JsonLogger::Impl {
  Impl(JsonLoggerOptions given, const Clock& injected)
      : options(std::move(given)),
        clock(injected),
        on_terminal(::isatty(options.descriptor) == 1),
        as_text(options.format == LogFormat::Text || (options.format == LogFormat::Auto && on_terminal)),
        sink(std::make_shared<DescriptorSink>(options.descriptor, [this] { return loss_line(); })),
        owned_queue(std::make_shared<spdlog::details::thread_pool>(
            std::max<std::size_t>(options.queue_lines, 1), 1, take_no_signals)),
        queue(*owned_queue),
        log(std::make_shared<spdlog::async_logger>("gateway", sink, owned_queue,
                                                   spdlog::async_overflow_policy::overrun_oldest)) {
    log->set_level(spdlog::level::trace);  // `levels` has decided before
  }
  ~Impl() {
    sink->close();
    owned_queue.reset();  // joins the thread, which uses everything else here to its end
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::string format(const LogRecord& record) const {
    return as_text ? text_log_line(record, on_terminal) : json_log_line(record);
  }

  std::uint64_t lost() const { return queue.overrun_counter() + sink->refused(); }

  // On the queue's thread.
  std::string loss_line() {
    const std::uint64_t now = lost();
    if (now == reported_losses) return {};
    const LogField count{"lines", static_cast<std::int64_t>(now - reported_losses)};
    reported_losses = now;
    return format({clock.wall_ms(), LogLevel::Warning, "log", "log lines were lost", {&count, 1}});
  }

  const JsonLoggerOptions options;
  const Clock& clock;
  const bool on_terminal;
  const bool as_text;
  std::uint64_t reported_losses = 0;
  std::atomic<std::uint64_t> posted{0};
  std::shared_ptr<DescriptorSink> sink;
  std::shared_ptr<spdlog::details::thread_pool> owned_queue;
  spdlog::details::thread_pool& queue;
  std::shared_ptr<spdlog::async_logger> log;
};

JsonLogger::JsonLogger(JsonLoggerOptions options, const Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(options), clock)) {}

JsonLogger::~JsonLogger() {
  flush(kFarewell);
}

bool JsonLogger::enabled(LogLevel level, std::string_view category) const noexcept {
  return impl_->options.levels.enabled(level, category);
}

void JsonLogger::write(LogLevel level, std::string_view category, std::string_view message,
                       std::initializer_list<LogField> fields) noexcept {
  if (!enabled(level, category)) return;
  const std::string line =
      impl_->format({impl_->clock.wall_ms(), level, category, message, {fields.begin(), fields.size()}});
  impl_->posted.fetch_add(1, std::memory_order_relaxed);
  impl_->log->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

bool JsonLogger::flush(std::chrono::milliseconds timeout) noexcept {
  const std::uint64_t target = impl_->posted.load(std::memory_order_relaxed);
  return impl_->sink->wait_for(
      timeout, [&](std::uint64_t taken) { return taken + impl_->queue.overrun_counter() >= target; });
}

std::uint64_t JsonLogger::lost_lines() const noexcept {
  return impl_->lost();
}

}  // namespace gateway::runtime
