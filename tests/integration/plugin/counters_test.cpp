// Counters among the plugins of a process, and limits.take as a host offers it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/plugin/host_services.hpp"
#include "core/plugin/plugin_catalog.hpp"
#include "core/plugin/plugin_set.hpp"
#include "tests/integration/plugin/plugin_folder.hpp"
#include "tests/integration/plugin/recording_process.hpp"

namespace gateway::testing {
namespace {

namespace c = counters;
using ::testing::Contains;
using ::testing::HasSubstr;

// Admits everything and keeps what it was asked.
class RecordingCounters final : public CounterStore {
 public:
  Result<c::TakenLimit> take_limit(const c::TakeLimit& request, const CallContext&) override {
    keys.push_back(request.key);
    if (fails) return unavailable("gone", 700);
    return c::TakenLimit{true, request.burst - request.cost, 5, 0};
  }
  Result<c::BegunAttempt> begin_attempt(const c::BeginAttempt&, const CallContext&) override {
    return c::BegunAttempt{true, 0, 1};
  }
  Result<Empty> settle_attempt(const c::SettleAttempt&, const CallContext&) override { return Empty{}; }
  Result<c::AttemptState> get_attempts(const c::GetAttempts&, const CallContext&) override {
    return c::AttemptState{};
  }
  Result<Empty> clear_attempts(const c::ClearAttempts&, const CallContext&) override { return Empty{}; }
  Result<Empty> probe(const ProbeHealth&, const CallContext&) override { return Empty{}; }

  std::vector<std::string> keys;
  bool fails = false;
};

class CountersTest : public ::testing::Test {
 protected:
  void add(plugin::PluginSet& set, const std::string& name, PluginKind kind, const std::string& id) {
    folder_.put(name);
    auto library = catalog_.open(name, kind, std::nullopt);
    ASSERT_TRUE(library) << library.error().detail;
    set.add(*library, {.id = id, .config_json = "{}"});
  }
  static CallContext soon() { return {10'000, "test"}; }

  PluginFolder folder_;
  plugin::PluginCatalog catalog_{folder_.path()};
  RecordingProcess process_;
};

TEST_F(CountersTest, AHostWithoutThemAnswersUnsupported) {
  const plugin::HostServices services("limits", process_.host());
  const auto taken = Host(services.abi()).call(c::TakeLimit{"k", 1000, 5}, soon());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::Unsupported);
}

TEST_F(CountersTest, APluginsKeysAreItsOwn) {
  RecordingCounters counters;
  plugin::HostServices services("limits", process_.host());
  services.use_counters(&counters);
  const Host host(services.abi());
  const auto taken = host.call(c::TakeLimit{"k", 1000, 5, 2}, soon());
  ASSERT_TRUE(taken) << taken.error().detail;
  EXPECT_TRUE(taken->admitted);
  EXPECT_EQ(taken->remaining, 3);
  EXPECT_EQ(counters.keys, std::vector<std::string>{"limits:k"});
  EXPECT_TRUE(host.call(c::TakeLimit{std::string(c::kMaxPluginKeyBytes, 'k'), 1000, 5}, soon()));
  for (const std::size_t bytes : {std::size_t{0}, c::kMaxPluginKeyBytes + 1}) {
    const auto refused = host.call(c::TakeLimit{std::string(bytes, 'k'), 1000, 5}, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Invalid);
  }
  counters.fails = true;
  const auto failed = host.call(c::TakeLimit{"k", 1000, 5}, soon());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::Unavailable);
  EXPECT_EQ(failed.error().retry_after_ms, 700);
}

TEST_F(CountersTest, AttemptsAreNotForPlugins) {
  RecordingCounters counters;
  plugin::HostServices services("limits", process_.host());
  services.use_counters(&counters);
  EXPECT_FALSE(Host(services.abi()).call(c::GetAttempts{"k"}, soon()));
}

TEST_F(CountersTest, TheyStartBehindTheStorageAndBeforeTheOthers) {
  {
    plugin::PluginSet set(process_.host());
    add(set, "sound-policy", PluginKind::Policy, "sound-policy");
    add(set, "sound-provider", PluginKind::Provider, "sound-provider");
    add(set, "sound-counters", PluginKind::Counters, "sound-counters");
    add(set, "sound-store", PluginKind::Storage, "sound-store");
    ASSERT_TRUE(set.create_all().empty());
    EXPECT_EQ(set.counters(), nullptr);
    ASSERT_TRUE(set.start_all().empty());
    EXPECT_NE(set.counters(), nullptr);
  }
  const auto lines = process_.logger.lines();
  std::vector<std::string> started;
  for (const std::string& line : lines) {
    if (line.find(": started") != std::string::npos) started.push_back(line);
  }
  EXPECT_EQ(started,
            (std::vector<std::string>{"plugin.sound-store: started", "plugin.sound-counters: started",
                                      "plugin.sound-provider: started", "plugin.sound-policy: started"}));
}

TEST_F(CountersTest, ThereIsAtMostOne) {
  plugin::PluginSet set(process_.host());
  add(set, "sound-store", PluginKind::Storage, "sound-store");
  add(set, "sound-counters", PluginKind::Counters, "one");
  set.add(*catalog_.open("sound-counters", PluginKind::Counters, std::nullopt),
          {.id = "two", .config_json = "{}"});
  EXPECT_THAT(set.create_all(), Contains(HasSubstr("more than one counters plugin")));
}

TEST_F(CountersTest, WithoutThemThereIsNoClient) {
  plugin::PluginSet set(process_.host());
  add(set, "sound-store", PluginKind::Storage, "sound-store");
  ASSERT_TRUE(set.create_all().empty());
  ASSERT_TRUE(set.start_all().empty());
  EXPECT_EQ(set.counters(), nullptr);
}

}  // namespace
}  // namespace gateway::testing
