// Check 36, calls: what a plugin does wrong in a call becomes an Error of that call, counted and logged under
// its id.
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <gateway/provider_messages.hpp>

#include "core/plugin/plugin_catalog.hpp"
#include "core/plugin/plugin_instance.hpp"
#include "tests/integration/plugin/plugin_folder.hpp"
#include "tests/integration/plugin/recording_process.hpp"

namespace gateway::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::int64_t kDeadlineMs = 5'000;  // the clock begins at 1000 and stands still

class CallTest : public ::testing::Test {
 protected:
  void start(const std::string& name, std::int64_t max_concurrent_calls = 4) {
    folder_.put(name);
    auto library = catalog_.open(name, PluginKind::Provider, std::nullopt);
    ASSERT_TRUE(library.ok()) << library.error().detail;
    plugin::PluginSelection selection{.id = name, .config_json = "{}"};
    selection.max_concurrent_calls = max_concurrent_calls;
    plugin_ = std::make_unique<plugin::PluginInstance>(*library, std::move(selection), process_.host());
    ASSERT_TRUE(plugin_->create().empty());
    ASSERT_TRUE(plugin_->start().ok());
  }
  Result<Empty> probe() { return plugin_->call(ProbeHealth{}, {kDeadlineMs, "request-1"}); }

  void expect_contained(const Error& error, ErrorKind kind, const std::string& reason) {
    EXPECT_EQ(to_string(error.kind), to_string(kind));
    EXPECT_THAT(error.detail, AllOf(HasSubstr("plugin '" + plugin_->id() + "': "), HasSubstr(reason)));
  }
  double failures(ErrorKind kind) {
    return process_.counted("gateway_plugin_failures_total{kind=\"" + std::string(to_string(kind)) +
                            "\",plugin=\"" + plugin_->id() + "\"}");
  }

  PluginFolder folder_;
  plugin::PluginCatalog catalog_{folder_.path()};
  RecordingProcess process_;
  std::unique_ptr<plugin::PluginInstance> plugin_;
};

TEST_F(CallTest, ASoundPluginAnswers) {
  start("sound-provider");
  EXPECT_TRUE(probe().ok());
  EXPECT_EQ(failures(ErrorKind::Internal), 0);
}

TEST_F(CallTest, check_36_ACallThatThrowsIsContained) {
  start("call-throws");
  const auto answer = probe();
  ASSERT_FALSE(answer.ok());
  expect_contained(answer.error(), ErrorKind::Internal, "threw across the boundary: thrown by call");
  const auto other = plugin_->call(VerifyToken{Secret("token")}, {kDeadlineMs, "request-2"});
  ASSERT_FALSE(other.ok());
  expect_contained(other.error(), ErrorKind::Internal, "threw across the boundary");
  EXPECT_EQ(failures(ErrorKind::Internal), 2);
  EXPECT_TRUE(process_.logger.has("plugin call failed plugin=call-throws operation=health.probe"));
}

TEST_F(CallTest, check_36_AnAnswerAfterTheDeadlineIsNotUsed) {
  start("call-overruns");
  process_.clock.step_by(100);
  const auto answer = probe();
  ASSERT_FALSE(answer.ok());
  expect_contained(answer.error(), ErrorKind::DeadlineExceeded, "health.probe overran its deadline");
  EXPECT_EQ(process_.counted("gateway_plugin_overruns_total{plugin=\"call-overruns\"}"), 1);
  EXPECT_TRUE(process_.logger.has("came back after its deadline plugin=call-overruns"));
}

TEST_F(CallTest, check_36_MalformedJsonIsNotUsed) {
  start("call-malformed");
  const auto answer = plugin_->call(VerifyToken{Secret("token")}, {kDeadlineMs, "request-1"});
  ASSERT_FALSE(answer.ok());
  expect_contained(answer.error(), ErrorKind::Malformed, "");
  EXPECT_EQ(failures(ErrorKind::Malformed), 1);
  EXPECT_TRUE(
      process_.logger.has("plugin call failed plugin=call-malformed operation=token.verify kind=malformed"));
}

TEST_F(CallTest, check_36_AnOversizedAnswerIsNotUsed) {
  start("call-oversized");
  const auto answer = probe();
  ASSERT_FALSE(answer.ok());
  expect_contained(answer.error(), ErrorKind::Malformed, "larger than its bound");
  EXPECT_EQ(failures(ErrorKind::Malformed), 1);
}

TEST_F(CallTest, check_36_APluginThatHangsTakesOnlyItsShareOfTheWorkers) {
  constexpr int kAtMost = 2;
  start("call-hangs", kAtMost);
  process_.logger.hold("hanging");
  std::vector<std::thread> workers;
  std::vector<int> answered(kAtMost, 0);
  for (int i = 0; i < kAtMost; ++i)
    workers.emplace_back([&, i] { answered[static_cast<std::size_t>(i)] = probe().ok() ? 1 : 0; });
  const bool hanging = process_.logger.wait_held(kAtMost);
  EXPECT_TRUE(hanging);

  // This one does not wait: if it were let in, it would hang with the others.
  if (hanging) {
    const auto refused = probe();
    EXPECT_FALSE(refused.ok());
    if (!refused) {
      expect_contained(refused.error(), ErrorKind::Overloaded, "too many calls in flight");
      EXPECT_GT(refused.error().retry_after_ms, 0);
    }
    EXPECT_EQ(failures(ErrorKind::Overloaded), 1);
  }

  process_.logger.let_go();
  for (std::thread& worker : workers)
    worker.join();
  EXPECT_EQ(answered, std::vector<int>(kAtMost, 1));
  EXPECT_TRUE(probe().ok());  // the places are free again
}

}  // namespace
}  // namespace gateway::testing
