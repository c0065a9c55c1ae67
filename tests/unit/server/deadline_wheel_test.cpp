#include "core/server/deadline_wheel.hpp"

#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace gateway::server {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using Time = DeadlineWheel::Time;

constexpr milliseconds kResolution{50};
const Time kStart{hours(1000)};

struct Probe : DeadlineWheel::Entry {
  void on_deadline(Time now) override { fired.push_back(now); }
  std::vector<Time> fired;
};

TEST(DeadlineWheel, FiresOnceWithinOneResolutionAndNeverEarly) {
  DeadlineWheel wheel(kStart, kResolution);
  Probe probe;
  wheel.set(probe, kStart + milliseconds(120));
  for (milliseconds at{10}; at <= milliseconds(500); at += milliseconds(10))
    wheel.advance(kStart + at);
  ASSERT_EQ(probe.fired.size(), 1U);
  EXPECT_GE(probe.fired[0], kStart + milliseconds(120));
  EXPECT_LE(probe.fired[0], kStart + milliseconds(120) + kResolution);
  EXPECT_TRUE(wheel.empty());
}

TEST(DeadlineWheel, ADeadlineCanMoveBothWays) {
  DeadlineWheel wheel(kStart, kResolution);
  Probe later;
  wheel.set(later, kStart + milliseconds(100));
  wheel.set(later, kStart + milliseconds(1000));
  Probe sooner;
  wheel.set(sooner, kStart + milliseconds(1000));
  wheel.set(sooner, kStart + milliseconds(100));
  wheel.advance(kStart + milliseconds(900));
  EXPECT_TRUE(later.fired.empty());
  EXPECT_EQ(sooner.fired.size(), 1U);
  wheel.advance(kStart + milliseconds(1100));
  EXPECT_EQ(later.fired.size(), 1U);
  EXPECT_EQ(sooner.fired.size(), 1U);
}

TEST(DeadlineWheel, DeadlinesBeyondOneTurnAreKept) {
  DeadlineWheel wheel(kStart, kResolution);
  Probe probe;
  wheel.set(probe, kStart + hours(2));
  for (milliseconds at{0}; at < hours(2); at += milliseconds(30'000))
    wheel.advance(kStart + at);
  EXPECT_TRUE(probe.fired.empty());
  wheel.advance(kStart + hours(2) + kResolution);
  EXPECT_EQ(probe.fired.size(), 1U);
}

TEST(DeadlineWheel, AfterALongPauseEverythingDueFires) {
  DeadlineWheel wheel(kStart, kResolution);
  std::vector<std::unique_ptr<Probe>> probes;
  for (int i = 0; i < 100; ++i) {
    probes.push_back(std::make_unique<Probe>());
    wheel.set(*probes.back(), kStart + milliseconds(1000 * i));
  }
  wheel.advance(kStart + hours(1));
  for (const auto& probe : probes)
    EXPECT_EQ(probe->fired.size(), 1U);
}

TEST(DeadlineWheel, ClearedAndDestroyedEntriesDoNotFire) {
  DeadlineWheel wheel(kStart, kResolution);
  Probe kept;
  Probe cleared;
  auto destroyed = std::make_unique<Probe>();
  for (Probe* probe : {destroyed.get(), &kept, &cleared})
    wheel.set(*probe, kStart + milliseconds(100));
  wheel.clear(cleared);
  destroyed.reset();
  wheel.advance(kStart + milliseconds(200));
  EXPECT_EQ(kept.fired.size(), 1U);
  EXPECT_TRUE(cleared.fired.empty());
  EXPECT_TRUE(wheel.empty());
}

TEST(DeadlineWheel, AnEntryMayDestroyItsNeighbourAndSetItselfAgain) {
  struct Killer : DeadlineWheel::Entry {
    explicit Killer(DeadlineWheel& in) : wheel(in) {}
    void on_deadline(Time now) override {
      victim.reset();
      if (++fired < 3) wheel.set(*this, now);
    }
    DeadlineWheel& wheel;
    std::unique_ptr<Probe> victim = std::make_unique<Probe>();
    int fired = 0;
  };
  DeadlineWheel wheel(kStart, kResolution);
  Killer killer(wheel);
  wheel.set(*killer.victim, kStart + milliseconds(100));
  wheel.set(killer, kStart + milliseconds(100));  // lists are last in, first out: the killer is first
  for (milliseconds at{0}; at <= milliseconds(1000); at += kResolution)
    wheel.advance(kStart + at);
  EXPECT_EQ(killer.fired, 3);
  EXPECT_TRUE(wheel.empty());
}

TEST(DeadlineWheel, ManyRandomDeadlines) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same run every time
  DeadlineWheel wheel(kStart, kResolution);
  std::vector<std::unique_ptr<Probe>> probes;
  std::vector<Time> due;
  for (int i = 0; i < 2000; ++i) {
    probes.push_back(std::make_unique<Probe>());
    for (int moves = 0; moves < 3; ++moves) {
      due.resize(probes.size());
      due.back() = kStart + milliseconds(random() % 200'000);
      wheel.set(*probes.back(), due.back());
    }
  }
  for (milliseconds at{0}; at <= milliseconds(201'000); at += kResolution)
    wheel.advance(kStart + at);
  for (std::size_t i = 0; i < probes.size(); ++i) {
    ASSERT_EQ(probes[i]->fired.size(), 1U);
    EXPECT_GE(probes[i]->fired[0], due[i]);
    EXPECT_LE(probes[i]->fired[0], due[i] + 2 * kResolution);
  }
}

}  // namespace
}  // namespace gateway::server
