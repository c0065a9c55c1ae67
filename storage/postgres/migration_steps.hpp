// The files of migrations/, built in: migration_steps.cpp is made from them by embed_migrations.cmake. In
// order of their versions. Thread safety: constants.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace gateway::postgres {

struct MigrationStep {
  std::int64_t version = 0;
  std::string_view name;  // the file's, without number and extension
  std::string_view sql;
};

const std::vector<MigrationStep>& migration_steps();
std::string_view grants_sql();

}  // namespace gateway::postgres
