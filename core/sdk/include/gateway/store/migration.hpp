// Group `migration`: the schema of a back end that has one. The one operation that may be called on a plugin
// that was created and not started: start() refuses a schema older than the back end needs, so migrating
// comes before.
#pragma once

#include <gateway/call.hpp>

namespace gateway::store {

enum class MigrateMode { Status, DryRun, Apply };
constexpr auto enum_names(MigrateMode) {
  using M = MigrateMode;
  return std::array<EnumName<M>, 3>{{{M::Status, "status"}, {M::DryRun, "dry_run"}, {M::Apply, "apply"}}};
}

// Changed: applied with another text than the one known here. Unknown: applied by a newer version.
enum class StepState { Applied, Pending, Changed, Unknown };
constexpr auto enum_names(StepState) {
  using S = StepState;
  return std::array<EnumName<S>, 4>{
      {{S::Applied, "applied"}, {S::Pending, "pending"}, {S::Changed, "changed"}, {S::Unknown, "unknown"}}};
}

struct SchemaStep {
  std::int64_t version = 0;
  std::string name;
  StepState state = StepState::Pending;
  std::optional<std::int64_t> applied_at_ms;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("version", self.version);
    f.required("name", self.name);
    f.required("state", self.state);
    f.optional("applied_at_ms", self.applied_at_ms);
  }
};

// The steps by version, as they are when the call has ended. Of a back end without a schema: none, 0 and 0.
struct SchemaState {
  std::vector<SchemaStep> steps;
  std::int64_t current = 0;   // the highest version that has been applied
  std::int64_t required = 0;  // what start() asks for
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("steps", self.steps);
    f.required("current", self.current);
    f.required("required", self.required);
  }
};

// Apply brings the schema up to date; of several callers at once one does each step and the others wait. A
// Changed step refuses it (Invalid). Status and DryRun change nothing.
struct MigrateStore {
  static constexpr std::string_view kOperation = "store.migrate";
  using Reply = SchemaState;
  MigrateMode mode = MigrateMode::Status;
  // With Apply: who the service connects as, where that is not who migrates; gets what serving needs, no
  // more.
  std::optional<std::string> service_role;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("mode", self.mode);
    f.optional("service_role", self.service_role);
  }
};

class Migration {
 public:
  virtual ~Migration() = default;
  virtual Result<SchemaState> migrate(const MigrateStore&, const CallContext&) { return SchemaState{}; }
};

}  // namespace gateway::store
