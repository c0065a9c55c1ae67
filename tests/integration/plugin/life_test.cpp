// Check 36, life: create, start and stop of bad plugins, alone and among others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/plugin/plugin_catalog.hpp"
#include "core/plugin/plugin_set.hpp"
#include "tests/integration/plugin/plugin_folder.hpp"
#include "tests/integration/plugin/recording_process.hpp"

namespace gateway::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class LifeTest : public ::testing::Test {
 protected:
  std::shared_ptr<const plugin::PluginLibrary> load(const std::string& name, PluginKind kind) {
    folder_.put(name);
    auto library = catalog_.open(name, kind, std::nullopt);
    if (!library) throw std::runtime_error(library.error().detail);
    return *library;
  }
  void add(plugin::PluginSet& set, const std::string& name, PluginKind kind) {
    set.add(load(name, kind), {.id = name, .config_json = "{}"});
  }
  std::unique_ptr<plugin::PluginInstance> instance(const std::string& name) {
    return std::make_unique<plugin::PluginInstance>(load(name, PluginKind::Provider),
                                                    plugin::PluginSelection{.id = name, .config_json = "{}"},
                                                    process_.host());
  }

  PluginFolder folder_;
  plugin::PluginCatalog catalog_{folder_.path()};
  RecordingProcess process_;
};

TEST_F(LifeTest, check_36_CreateThatFailsSaysWhy) {
  const auto faults = instance("create-fails")->create();
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(to_text(faults.front()), "create failed: Colour: must be blue");
}

// Two of them, with keys and a hint, from a plugin that is written with the SDK.
TEST_F(LifeTest, ACreateThatRefusesItsConfigurationNamesEveryKey) {
  const auto faults = instance("config-refused")->create();
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].key, "Colour");
  EXPECT_EQ(faults[0].problem, "is not a colour");
  EXPECT_EQ(faults[0].hint, "for example blue");
  EXPECT_EQ(faults[0].also, std::vector<std::string>{"Shade"});
  EXPECT_EQ(to_text(faults[1]), "says nothing");
}

// Of a thousand an operator reads the first hundred, and how many there are.
TEST_F(LifeTest, ACreateThatFindsAThousandFaultsTellsAHundred) {
  const auto faults = instance("config-refused-at-length")->create();
  ASSERT_EQ(faults.size(), 100U);
  EXPECT_EQ(faults.front().problem.size(), 600U + std::string("…").size()) << "cut";
  EXPECT_EQ(faults[1].problem, "is not a colour: ?");
  EXPECT_EQ(to_text(faults.back()), "Colours:99: is not a colour (and 900 more faults)");
}

TEST_F(LifeTest, check_36_CreateThatThrowsIsContained) {
  const auto faults = instance("create-throws")->create();
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(to_text(faults.front()), "create threw an exception across the boundary");
}

TEST_F(LifeTest, check_36_CreateThatMakesNothingIsRefused) {
  const auto faults = instance("create-returns-nothing")->create();
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(to_text(faults.front()), "create returned no instance");
}

TEST_F(LifeTest, check_36_StartThatThrowsIsContained) {
  const auto plugin = instance("start-throws");
  ASSERT_TRUE(plugin->create().empty());
  const auto started = plugin->start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().detail, "plugin 'start-throws': start threw an exception across the boundary");
}

TEST_F(LifeTest, check_36_StopAndDestroyThatThrowAreContained) {
  {
    const auto plugin = instance("stop-throws");
    ASSERT_TRUE(plugin->create().empty());
    ASSERT_TRUE(plugin->start().ok());
  }
  EXPECT_TRUE(process_.logger.has("plugin threw from stop plugin=stop-throws"));
  EXPECT_TRUE(process_.logger.has("plugin threw from destroy plugin=stop-throws"));
}

TEST_F(LifeTest, check_36_EveryFaultOfCreateIsToldAtOnce) {
  {
    plugin::PluginSet set(process_.host());
    add(set, "create-fails", PluginKind::Provider);
    add(set, "sound-provider", PluginKind::Provider);
    add(set, "create-throws", PluginKind::Provider);
    EXPECT_THAT(set.create_all(), ElementsAre(HasSubstr("'create-fails': create failed"),
                                              HasSubstr("'create-throws': create threw"),
                                              HasSubstr("exactly one storage plugin")));
  }
  // What had been created is gone again; what was never started is not stopped.
  EXPECT_THAT(process_.logger.lines(),
              ElementsAre("plugin.sound-provider: created", "plugin.sound-provider: destroyed"));
}

TEST_F(LifeTest, check_36_OneThatCannotStartStopsAndDestroysTheOthers) {
  {
    plugin::PluginSet set(process_.host());
    add(set, "start-fails", PluginKind::Policy);
    add(set, "sound-provider", PluginKind::Provider);
    add(set, "sound-store", PluginKind::Storage);
    ASSERT_TRUE(set.create_all().empty());
    EXPECT_THAT(set.start_all(),
                ElementsAre("plugin 'start-fails': start failed: nobody listens on the other side"));
    // Stopped already, in reverse order, when start_all() returns.
    EXPECT_THAT(process_.logger.lines(),
                ElementsAre("plugin.start-fails: created", "plugin.sound-provider: created",
                            "plugin.sound-store: created", "plugin.sound-store: started",
                            "plugin.sound-provider: started", "plugin.sound-provider: stopped",
                            "plugin.sound-store: stopped"));
  }
  const auto lines = process_.logger.lines();
  EXPECT_EQ(lines.size(), 10U);
  for (const char* id : {"sound-store", "sound-provider", "start-fails"})
    EXPECT_THAT(lines, Contains("plugin." + std::string(id) + ": destroyed").Times(1)) << id;
  EXPECT_THAT(lines, Not(Contains("plugin.start-fails: stopped")));
}

TEST_F(LifeTest, AnIdThatIsUsedTwiceIsAFault) {
  plugin::PluginSet set(process_.host());
  const auto library = load("sound-provider", PluginKind::Provider);
  set.add(library, {.id = "twice", .config_json = "{}"});
  set.add(library, {.id = "twice", .config_json = "{}"});
  add(set, "sound-store", PluginKind::Storage);
  EXPECT_THAT(set.create_all(), Contains(AllOf(HasSubstr("'twice'"), HasSubstr("used twice"))));
}

}  // namespace
}  // namespace gateway::testing
