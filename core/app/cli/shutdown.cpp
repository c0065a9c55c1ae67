#include "core/app/cli/shutdown.hpp"

#include <array>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/app/cli/commands.hpp"

namespace gateway::app::cli {

namespace {

constexpr std::chrono::seconds kLastFlushTimeout{1};

bool is_ignored(int signal) {
  struct sigaction now {};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

int open_signals() {
  sigset_t set{};
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

}  // namespace

ShutdownSignals ShutdownSignals::block() {
  ShutdownSignals signals;
  sigemptyset(&signals.set_);
  sigaddset(&signals.set_, SIGTERM);
  sigaddset(&signals.set_, SIGINT);
  if (!is_ignored(SIGHUP)) sigaddset(&signals.set_, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &signals.set_, nullptr);
  // A client that goes away is an error of its own write, not the end of the process.
  ::signal(SIGPIPE, SIG_IGN);
  return signals;
}

int ShutdownSignals::wait() const {
  int signal = 0;
  while (::sigwait(&set_, &signal) != 0) {
  }
  return signal;
}

DrainWatch::DrainWatch(int first, std::chrono::milliseconds timeout, runtime::JsonLogger& logger)
    : logger_(logger), signals_(open_signals()), called_off_(::eventfd(0, EFD_CLOEXEC)) {
  // After a SIGHUP the first SIGTERM is still the polite one.
  const int still_bearable = first == SIGHUP ? 1 : 0;
  thread_ = std::thread([this, still_bearable, timeout] { run(still_bearable, timeout); });
}

DrainWatch::~DrainWatch() {
  ::eventfd_write(called_off_, 1);
  thread_.join();
  ::close(called_off_);
  if (signals_ >= 0) ::close(signals_);
}

void DrainWatch::run(int still_bearable, std::chrono::milliseconds timeout) {
  using Clock = std::chrono::steady_clock;
  ::pthread_setname_np(::pthread_self(), "drain-watch");
  const auto deadline = Clock::now() + timeout;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) end("shutdown did not end in time");
    std::array<pollfd, 2> events{{{called_off_, POLLIN, 0}, {signals_, POLLIN, 0}}};
    ::poll(events.data(), events.size(), static_cast<int>(left.count()));
    if (events[0].revents != 0) return;
    signalfd_siginfo taken{};
    if (events[1].revents == 0 || ::read(signals_, &taken, sizeof taken) != sizeof taken) continue;
    if (still_bearable-- > 0) {
      logger_.write(LogLevel::Information, "app", "draining already; one more signal ends it at once");
      continue;
    }
    end("draining was ended by a second signal; some requests were cut off");
  }
}

void DrainWatch::end(const char* why) {
  logger_.write(LogLevel::Error, "app", why);
  logger_.flush(kLastFlushTimeout);
  ::_exit(kFailed);
}

}  // namespace gateway::app::cli
