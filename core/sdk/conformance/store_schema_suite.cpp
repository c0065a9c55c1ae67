#include "store_suite.hpp"

namespace gateway::conformance {
namespace {

using namespace gateway::store;

class StoreSchema : public StoreSuite {
 protected:
  SchemaState migrate(MigrateMode mode) const { return answer(MigrateStore{mode, std::nullopt}); }
};

TEST_F(StoreSchema, status_is_answered_before_the_start) {
  auto created = must(PluginInstance::create(subject().library, host_, subject().config), "create");
  const auto state = must(created.call(MigrateStore{MigrateMode::Status, {}}, host_.context()), "status");
  EXPECT_EQ(encode(state), encode(migrate(MigrateMode::Status))) << "started or not, the answer is one";
}

TEST_F(StoreSchema, a_started_store_has_every_step_it_requires) {
  const SchemaState state = migrate(MigrateMode::Status);
  EXPECT_GE(state.current, state.required);
  std::int64_t version = 0;
  for (const SchemaStep& step : state.steps) {
    EXPECT_GT(step.version, version) << "in order";
    version = step.version;
    EXPECT_FALSE(step.name.empty());
    EXPECT_NE(step.state, StepState::Pending) << step.name;
    EXPECT_TRUE(step.applied_at_ms) << step.name;
  }
}

TEST_F(StoreSchema, applying_again_changes_nothing) {
  const std::string before = encode(migrate(MigrateMode::Status));
  EXPECT_EQ(encode(migrate(MigrateMode::DryRun)), before);
  EXPECT_EQ(encode(migrate(MigrateMode::Apply)), before);
  EXPECT_EQ(encode(migrate(MigrateMode::Status)), before);
}

}  // namespace
}  // namespace gateway::conformance
