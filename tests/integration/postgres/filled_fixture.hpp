// FilledFixture: a migrated database with so many rows in every big table that a sequential scan would cost
// more than an index. Thread safety: as of PostgresFixture.
#pragma once

#include "tests/integration/postgres/postgres_fixture.hpp"

namespace gateway::testing {

class FilledFixture : public PostgresFixture {
 protected:
  // Users u1 … u<rows>, and a row of each other table for each of them; statistics are up to date.
  void fill(int rows);
};

}  // namespace gateway::testing
