#include "core/server/answer_batch.hpp"

#include <algorithm>

namespace gateway::server {

namespace {
thread_local AnswerBatch* t_batch = nullptr;
}  // namespace

AnswerBatch::AnswerBatch() noexcept {
  t_batch = this;
}

AnswerBatch::~AnswerBatch() {
  t_batch = nullptr;
  for (std::size_t i = 0; i < count_; ++i)
    inboxes_[i]->notify();
}

void AnswerBatch::notify(const std::shared_ptr<Inbox>& inbox) noexcept {
  if (t_batch == nullptr || !t_batch->keep(inbox)) inbox->notify();
}

bool AnswerBatch::keep(const std::shared_ptr<Inbox>& inbox) noexcept {
  const auto end = inboxes_.begin() + static_cast<std::ptrdiff_t>(count_);
  if (std::find(inboxes_.begin(), end, inbox) != end) return true;
  if (count_ == kMostInboxes) return false;
  inboxes_[count_++] = inbox;
  return true;
}

}  // namespace gateway::server
