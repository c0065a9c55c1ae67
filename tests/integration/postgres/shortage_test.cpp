// A server without room: no space for its files, no connections left. With load running.
#include <filesystem>
#include <iostream>
#include <vector>

#include "storage/postgres/connection.hpp"
#include "tests/integration/postgres/fault_fixture.hpp"
#include "tests/support/small_disk.hpp"

namespace gateway::testing {
namespace {

constexpr std::size_t kDiskMegabytes = 96;
constexpr std::size_t kLogMegabytes = 48;

constexpr std::size_t kPlaces = 12 - 3;  // max_connections without those that are reserved

class ShortageTest : public FaultFixture {};

// The log of writes is elsewhere here.
TEST_F(ShortageTest, ADiskThatIsFullRefusesWritesAndNothingElse) {
  if (const std::string reason = SmallDisk::refused_because(); !reason.empty())
    GTEST_SKIP() << "a file system of this test's own cannot be mounted: " << reason;
  SmallDisk disk(kDiskMegabytes);
  PostgresServer full("", disk.folder());
  use(full);
  under_load("disk full", [&](const SignUpLoad& load) {
    disk.fill();
    ASSERT_TRUE(becomes([&] { return load.failed() >= 200; }));
    EXPECT_EQ(load.failed(), load.failed_as(ErrorKind::Unavailable));
    std::size_t read = 0;
    for (const std::string& who : load.acknowledged()) {
      const auto found = store_->get_user({"id-" + who}, context(kDeadlineMs));
      ASSERT_TRUE(found) << found.error().detail;
      ASSERT_TRUE(found->user) << "acknowledged and not there";
      if (++read == 500) break;
    }
    std::cout << "disk full: " << read << " of those acknowledged were read meanwhile\n";
    EXPECT_TRUE(store_->probe({}, context(kDeadlineMs)));
    disk.make_room();
  });
}

// A server that finds no room for its log panics: it takes no chances with what it has acknowledged. Then it
// recovers, for which it may want room again, and may give up; somebody has to start it once there is some.
TEST_F(ShortageTest, ALogThatIsFullLosesNothing) {
  if (const std::string reason = SmallDisk::refused_because(); !reason.empty())
    GTEST_SKIP() << "a file system of this test's own cannot be mounted: " << reason;
  SmallDisk disk(kLogMegabytes);
  // Without recycling: a load that is slower than the checkpoints would write into old segments for ever.
  PostgresServer full("min_wal_size = 2MB\nmax_wal_size = 8MB\nwal_recycle = off", {}, disk.folder() / "wal");
  use(full);
  under_load("log disk full", [&](const SignUpLoad& load) {
    ASSERT_TRUE(becomes([&] {
      disk.fill();  // again where a checkpoint has made room
      return load.failed() >= 200;
    }));
    EXPECT_TRUE(becomes([&] { return full.log().find("PANIC") != std::string::npos; })) << full.log();
    EXPECT_FALSE(store_->probe({}, context(kDeadlineMs)));
    const bool gave_up = becomes([&] { return full.has_ended(); }, 3000);
    std::cout << "log disk full: the server panicked" << (gave_up ? " and gave up recovering" : "") << "\n";
    disk.make_room();
    full.stop();
    full.start();
  });
}

TEST_F(ShortageTest, NoConnectionsLeftForTheStore) {
  PostgresServer crowded("max_connections = 12\nsuperuser_reserved_connections = 3");
  use(crowded);
  under_load("max_connections", [&](const SignUpLoad& load) {
    std::vector<std::unique_ptr<postgres::Connection>> others;
    const auto take_all = [&] {
      while (auto one = postgres::Connection::open(settings_of(PostgresServer::kOwner), soon(), -1))
        others.push_back(std::move(*one));
    };
    take_all();
    const std::size_t before = load.acknowledged().size();
    EXPECT_TRUE(becomes([&] { return load.acknowledged().size() > before + 20; }, 2000))
        << "who is connected already goes on";
    EXPECT_EQ(load.failed(), 0);
    // The store asks for a place as soon as it has lost one: it is kept out until the others have all of
    // them.
    own_sql("ALTER ROLE identity_service NOLOGIN");
    cut_all();
    ASSERT_TRUE(becomes([&] {
      take_all();
      return others.size() == kPlaces;
    }));
    own_sql("ALTER ROLE identity_service LOGIN");
    const int refused = load.failed();
    EXPECT_TRUE(becomes([&] { return load.failed() >= refused + 200; }));
    EXPECT_EQ(load.failed(), load.failed_as(ErrorKind::Unavailable));
    std::cout << "max_connections: " << others.size() << " taken by others\n";
    others.clear();
  });
}

}  // namespace
}  // namespace gateway::testing
