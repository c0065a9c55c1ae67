// DeadlineWheel: one deadline for each of many connections, for one I/O thread.
//
// A hashed wheel of intrusive lists. Setting a deadline that is later than the one an entry is queued for
// only stores it; the entry is looked at when its old time comes and is then queued again. So the deadlines
// that every request of a busy connection moves forward cost nothing, and a tick touches the entries that are
// due, not all connections. An entry fires within one resolution after its deadline, never before. Ownership:
// entries belong to the caller and take themselves off when destroyed; the wheel must outlive them. Thread
// safety: none. The clock is the caller's.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace gateway::server {

class DeadlineWheel {
 public:
  using Time = std::chrono::steady_clock::time_point;

  class Entry {
   public:
    Entry() = default;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    virtual ~Entry();

    virtual void on_deadline(
        Time now) = 0;  // no longer queued; may set a new deadline, may destroy this entry

   private:
    friend class DeadlineWheel;
    void unlink() noexcept;

    DeadlineWheel* wheel_ = nullptr;  // while queued
    Entry* previous_ = nullptr;
    Entry* next_ = nullptr;
    std::uint64_t tick_ = 0;  // queued for
    Time deadline_;
  };

  DeadlineWheel(Time start, std::chrono::milliseconds resolution);
  DeadlineWheel(const DeadlineWheel&) = delete;
  DeadlineWheel& operator=(const DeadlineWheel&) = delete;

  void set(Entry& entry, Time deadline);
  void clear(Entry& entry) noexcept { entry.unlink(); }
  void advance(Time now);  // fires what is due
  bool empty() const noexcept { return queued_ == 0; }

 private:
  std::uint64_t tick_of(Time time) const noexcept;  // the first tick at or after that time
  void queue(Entry& entry);

  const Time start_;
  const std::chrono::milliseconds resolution_;
  std::vector<Entry*> slots_;
  std::uint64_t current_ = 0;
  std::uint64_t queued_ = 0;
};

}  // namespace gateway::server
