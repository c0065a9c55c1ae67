#include "core/server/answer_batch.hpp"

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "core/server/server_exchange.hpp"

namespace gateway::server {
namespace {

bool readable(const Inbox& inbox) {
  pollfd descriptor{inbox.fd(), POLLIN, 0};
  return ::poll(&descriptor, 1, 0) == 1;
}

// How often the I/O thread was woken since this was asked last.
std::uint64_t wake_ups(const Inbox& inbox) {
  std::uint64_t count = 0;
  return ::read(inbox.fd(), &count, sizeof count) == sizeof count ? count : 0;
}

void look(Inbox& inbox) {
  std::vector<std::shared_ptr<ServerExchange>> answers;
  inbox.take(answers);
}

TEST(AnswerBatch, WithoutOneEachLookIsWokenOnce) {
  const auto inbox = std::make_shared<Inbox>();
  AnswerBatch::notify(inbox);
  AnswerBatch::notify(inbox);
  EXPECT_EQ(wake_ups(*inbox), 1U);
  look(*inbox);
  EXPECT_FALSE(readable(*inbox));
  AnswerBatch::notify(inbox);
  EXPECT_EQ(wake_ups(*inbox), 1U);
}

TEST(AnswerBatch, WakesEachThreadOnceWhenItEnds) {
  const auto one = std::make_shared<Inbox>();
  const auto other = std::make_shared<Inbox>();
  {
    const AnswerBatch batch;
    for (int i = 0; i < 3; ++i) {
      AnswerBatch::notify(one);
      AnswerBatch::notify(other);
    }
    EXPECT_FALSE(readable(*one));
    EXPECT_FALSE(readable(*other));
  }
  EXPECT_EQ(wake_ups(*one), 1U);
  EXPECT_EQ(wake_ups(*other), 1U);
  look(*one);
  AnswerBatch::notify(one);  // the batch is over
  EXPECT_EQ(wake_ups(*one), 1U);
}

TEST(AnswerBatch, HoldsBackItsOwnThreadOnly) {
  const auto inbox = std::make_shared<Inbox>();
  const AnswerBatch batch;
  AnswerBatch::notify(inbox);
  EXPECT_FALSE(readable(*inbox));
  std::thread([&] { AnswerBatch::notify(inbox); }).join();
  EXPECT_EQ(wake_ups(*inbox), 1U);
}

TEST(AnswerBatch, WhatItHasNoRoomForIsWokenAtOnce) {
  std::vector<std::shared_ptr<Inbox>> inboxes(9);
  for (auto& inbox : inboxes)
    inbox = std::make_shared<Inbox>();
  {
    const AnswerBatch batch;
    for (const auto& inbox : inboxes)
      AnswerBatch::notify(inbox);
    EXPECT_FALSE(readable(*inboxes.front()));
    EXPECT_TRUE(readable(*inboxes.back()));
  }
  for (const auto& inbox : inboxes)
    EXPECT_EQ(wake_ups(*inbox), 1U);
}

TEST(AnswerBatch, KeepsTheInboxOfAServerThatHasStopped) {
  auto inbox = std::make_shared<Inbox>();
  const std::weak_ptr<Inbox> watched = inbox;
  {
    const AnswerBatch batch;
    AnswerBatch::notify(inbox);
    inbox->close();
    inbox.reset();
    EXPECT_FALSE(watched.expired());
  }
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace gateway::server
