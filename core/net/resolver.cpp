#include "core/net/resolver.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>

namespace gateway::net {

namespace {

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

}  // namespace

Result<Addresses> system_lookup(const std::string& host) {
  if (is_address(host)) return Addresses{host};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (const int fault = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); fault != 0)
    return unavailable(::gai_strerror(fault));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  Addresses addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0)
      addresses.emplace_back(text.data());
  }
  return addresses;
}

Resolver::Resolver(Lookup lookup, const runtime::Clock& clock, std::int64_t cache_ms)
    : lookup_(std::move(lookup)), clock_(clock), cache_ms_(cache_ms) {
  for (std::size_t i = 0; i < kThreads; ++i)
    threads_.emplace_back([this] { work(); });
}

Outcome<Addresses> Resolver::addresses_of(const std::string& host, const Deadline& deadline) {
  if (is_address(host)) return Addresses{host};
  std::unique_lock lock(mutex_);
  const std::int64_t now_ms = clock_.monotonic_ms();
  auto& entry = asked_[host];
  if (!entry || (entry->answer && (!*entry->answer || entry->until_ms <= now_ms))) {
    if (waiting_.size() >= kMaxWaiting) {
      if (!entry) asked_.erase(host);
      return Failure{Fault::Overloaded, "too many host names wait to be looked up"};
    }
    entry = std::make_shared<Asked>();
    waiting_.emplace_back(host, entry);
    work_.notify_one();
  }
  const std::shared_ptr<Asked> asked = entry;
  make_room(now_ms);
  const auto over = [&] { return asked->answer.has_value() || stopping_; };
  // In steps of the real clock, since the injected one may run otherwise.
  while (!over() && !deadline.passed())
    answered_.wait_for(lock, std::chrono::milliseconds(std::max<std::int64_t>(deadline.left_ms(), 1)), over);
  if (stopping_) return Failure{Fault::Stopped, "the gateway stops"};
  if (!asked->answer) return Failure{Fault::TimedOut, "looking up the host name took too long"};
  if (!*asked->answer) return Failure{Fault::Connect, "the host name: " + asked->answer->error().detail};
  if ((*asked->answer)->empty()) return Failure{Fault::Connect, "the host name has no address"};
  return **asked->answer;
}

void Resolver::make_room(std::int64_t now_ms) {
  if (asked_.size() <= kMaxKept) return;
  for (auto at = asked_.begin(); at != asked_.end();) {
    const bool over = at->second->answer && at->second->until_ms <= now_ms;
    at = over ? asked_.erase(at) : std::next(at);
  }
  // Whoever waits for one of these holds it by itself.
  while (asked_.size() > kMaxKept)
    asked_.erase(asked_.begin());
}

void Resolver::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const auto [host, asked] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    Result<Addresses> answer = lookup_(host);
    lock.lock();
    asked->until_ms = clock_.monotonic_ms() + cache_ms_;
    asked->answer = std::move(answer);
    answered_.notify_all();
  }
}

void Resolver::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    work_.notify_all();
    answered_.notify_all();
  }
  for (std::thread& thread : threads_)
    thread.join();
  threads_.clear();
}

}  // namespace gateway::net
