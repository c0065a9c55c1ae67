#include "core/server/deadline_wheel.hpp"

#include <algorithm>
#include <cstddef>

namespace gateway::server {

namespace {
constexpr std::size_t kSlots = 1024;  // with 50 ms: 51 s; a deadline further away is looked at once per turn
}

DeadlineWheel::Entry::~Entry() {
  unlink();
}

void DeadlineWheel::Entry::unlink() noexcept {
  if (wheel_ == nullptr) return;
  (previous_ != nullptr ? previous_->next_ : wheel_->slots_[tick_ % kSlots]) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  --wheel_->queued_;
  previous_ = next_ = nullptr;
  wheel_ = nullptr;
}

DeadlineWheel::DeadlineWheel(Time start, std::chrono::milliseconds resolution)
    : start_(start), resolution_(resolution), slots_(kSlots, nullptr) {}

void DeadlineWheel::set(Entry& entry, Time deadline) {
  entry.deadline_ = deadline;
  if (entry.wheel_ != nullptr && entry.tick_ <= tick_of(deadline)) return;
  queue(entry);
}

void DeadlineWheel::advance(Time now) {
  const auto now_tick = static_cast<std::uint64_t>((now - start_) / resolution_);
  while (current_ < now_tick) {
    ++current_;
    // Taken off one by one: on_deadline() may destroy other entries of this slot, or queue new ones.
    // Those go to later slots (queue() never uses the current tick), so this ends.
    while (Entry* entry = slots_[current_ % kSlots]) {
      entry->unlink();
      if (entry->deadline_ <= now) {
        entry->on_deadline(now);
      } else {
        queue(*entry);
      }
    }
  }
}

std::uint64_t DeadlineWheel::tick_of(Time time) const noexcept {
  if (time <= start_) return 0;
  return static_cast<std::uint64_t>((time - start_ + resolution_ - std::chrono::nanoseconds(1)) /
                                    resolution_);
}

void DeadlineWheel::queue(Entry& entry) {
  entry.unlink();
  // At least the next tick, at most one turn away: then a slot never holds an entry that is due in another
  // turn.
  entry.tick_ = std::clamp(tick_of(entry.deadline_), current_ + 1, current_ + kSlots - 1);
  entry.wheel_ = this;
  Entry*& head = slots_[entry.tick_ % kSlots];
  entry.next_ = head;
  if (head != nullptr) head->previous_ = &entry;
  head = &entry;
  ++queued_;
}

}  // namespace gateway::server
