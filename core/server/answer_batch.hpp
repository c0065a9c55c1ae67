// AnswerBatch: while one lives on a worker's thread, the answers of that thread wake an I/O thread once, when
// the batch ends, instead of once each.
//
// Under load the next task is there already. Waking an I/O thread for every answer then costs more than the
// answer: where cores are few, that thread takes the worker's place, sends one answer and sleeps again. An
// answer waits for the end of its batch, or, should a task take long after all, for the I/O thread's next
// look (IoContext::kResolution). So a batch is for a few short tasks.
// Thread safety: a batch belongs to the thread it was made on; one at a time there. Ownership: it keeps the
// inboxes until it ends. Errors: none; what it has no room for is woken at once.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "core/server/inbox.hpp"

namespace gateway::server {

class AnswerBatch {
 public:
  AnswerBatch() noexcept;
  ~AnswerBatch();
  AnswerBatch(const AnswerBatch&) = delete;
  AnswerBatch& operator=(const AnswerBatch&) = delete;

  // Something was posted to the inbox by this thread: its I/O thread is woken with the thread's batch, or now
  // where the thread has none.
  static void notify(const std::shared_ptr<Inbox>& inbox) noexcept;

 private:
  static constexpr std::size_t kMostInboxes = 8;  // I/O threads; more are rarely met by a few tasks

  bool keep(const std::shared_ptr<Inbox>& inbox) noexcept;

  std::array<std::shared_ptr<Inbox>, kMostInboxes> inboxes_;
  std::size_t count_ = 0;
};

}  // namespace gateway::server
