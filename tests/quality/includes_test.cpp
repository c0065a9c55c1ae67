// The dependency rule: over every source, and over planted violations.
#include <gtest/gtest.h>

#include "tests/quality/include_rules.hpp"
#include "tests/quality/source_folder.hpp"
#include "tests/quality/source_tree.hpp"

namespace gateway::testing {
namespace {

TEST(IncludeRules, EveryIncludeOfTheTreeKeepsTheDependencyRule) {
  const SourceTree tree(kSourceFolder);
  std::size_t looked_at = 0;
  for (const SourceFile& file : tree.files()) {
    if (!(file.is_cpp() || file.is_header()) || file.below("tests/")) continue;
    looked_at += includes_of(file.text).size();
    for (const std::string& fault : include_faults(file.path, file.text))
      ADD_FAILURE() << fault;
  }
  EXPECT_GT(looked_at, 500U);
}

TEST(IncludeRules, IncludesAreFoundHoweverTheyAreWritten) {
  EXPECT_EQ(
      includes_of(
          "#include <vector>\n  #  include \"core/http/route.hpp\"  // why\nint include;\n#include<a.h>"),
      (std::vector<std::string>{"<vector>", "\"core/http/route.hpp\"", "<a.h>"}));
}

TEST(IncludeRules, PlantedViolationsAreFound) {
  const std::vector<std::pair<const char*, const char*>> planted{
      // The one way of the rooms.
      {"core/http/x.hpp", "\"core/server/server.hpp\""},
      {"core/http/x.hpp", "\"core/runtime/log.hpp\""},
      {"core/server/x.cpp", "\"core/auth/key_ring.hpp\""},
      {"core/api/x.cpp", "\"core/app/settings.hpp\""},
      {"core/auth/x.cpp", "\"core/api/scope.hpp\""},
      {"core/plugin/x.cpp", "\"core/http/route.hpp\""},
      {"core/runtime/x.cpp", "\"core/plugin/plugin_set.hpp\""},
      {"core/config/x.cpp", "\"core/app/settings.hpp\""},
      {"core/sdk/include/gateway/x.hpp", "\"core/runtime/clock.hpp\""},
      {"core/sdk/include/gateway/x.hpp", "<gateway/toolkit/url.hpp>"},
      {"core/toolkit/src/x.cpp", "\"core/runtime/clock.hpp\""},
      // Sources are compiled, not included.
      {"core/http/x.cpp", "\"core/http/router.cpp\""},
      // Core names no plugin, plugins neither core nor each other.
      {"core/app/x.cpp", "\"providers/local/local_provider.hpp\""},
      {"plugins/cors/x.cpp", "\"core/http/request.hpp\""},
      {"providers/local/x.cpp", "\"storage/memory/memory_store.hpp\""},
      {"storage/memory/x.cpp", "\"../../core/http/request.hpp\""},
      {"examples/x/x.cpp", "\"core/http/request.hpp\""},
      // Each library in its room.
      {"core/http/x.cpp", "<pistache/http.h>"},
      {"core/app/x.cpp", "<pistache/listener.h>"},
      {"core/app/x.cpp", "<boost/dll/shared_library.hpp>"},
      {"core/server/x.cpp", "<boost/dll/shared_library.hpp>"},
      {"core/auth/x.cpp", "<openssl/evp.h>"},
      {"providers/firebase/x.cpp", "<openssl/evp.h>"},
      {"core/api/x.cpp", "<Poco/Net/HTTPClientSession.h>"},
      {"core/app/x.cpp", "<spdlog/spdlog.h>"},
      {"core/plugin/x.cpp", "<prometheus/counter.h>"},
      {"core/api/x.cpp", "<rapidjson/document.h>"},
      {"providers/firebase/x.cpp", "<argon2.h>"},
      {"core/plugin/x.cpp", "<valijson/schema.hpp>"},
      {"core/net/x.cpp", "<something/new.hpp>"},
      // Outside every rule, and not closed.
      {"core/newroom/x.cpp", "<vector>"},
      {"core/http/x.cpp", "<vector"},
      {"core/http/x.cpp", "\"request.hpp\""},
  };
  for (const auto& [path, include] : planted) {
    const std::string text = std::string("#include <vector>\n#include ") + include + "\n";
    EXPECT_FALSE(include_faults(path, text).empty()) << path << " " << include;
  }
}

TEST(IncludeRules, WhatTheRulesAllowPasses) {
  const std::vector<std::pair<const char*, const char*>> allowed{
      {"core/server/x.cpp", "<boost/beast/http/basic_parser.hpp>"},
      {"core/server/x.cpp", "\"core/http/request.hpp\""},
      {"core/api/x.cpp", "\"core/auth/key_ring.hpp\""},
      {"core/app/x.cpp", "\"core/server/server.hpp\""},
      {"core/toolkit/src/jose/x.cpp", "\"crypto/openssl.hpp\""},
      {"providers/local/x.cpp", "<argon2.h>"},
      {"providers/local/x.cpp", "\"password_hash.hpp\""},
      {"plugins/cors/x.cpp", "<gateway/plugin.hpp>"},
      {"core/net/x.cpp", "<sys/socket.h>"},
  };
  for (const auto& [path, include] : allowed) {
    EXPECT_TRUE(include_faults(path, std::string("#include ") + include + "\n").empty())
        << path << " " << include;
  }
}

}  // namespace
}  // namespace gateway::testing
