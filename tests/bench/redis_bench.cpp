// redis_bench REDIS.so SECTION.json SECONDS: what one exact decision costs beside the bare round trip it is
// made of, one after the other on one connection each: prints microseconds of a decision through the plugin's
// ABI, of the same script by EVALSHA, and of a PING.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <gateway/conformance/plugin_instance.hpp>
#include <gateway/conformance/plugin_library.hpp>
#include <gateway/counters.hpp>
#include <gateway/toolkit/deadline.hpp>

#include "storage/redis/connection.hpp"
#include "storage/redis/scripts.hpp"
#include "storage/redis/tls_context.hpp"

namespace {

using namespace gateway;
using conformance::PluginInstance;
using conformance::TestHost;

template <class T, class E>
T must(Result<T, E> result, const std::string& what) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "redis_bench: %s failed\n", what.c_str());
  std::exit(1);
}

using Step = std::function<void()>;

double us_of(const Step& step, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  std::chrono::duration<double, std::micro> took{};
  std::int64_t done = 0;
  while (took.count() < seconds * 1e6) {
    step();
    ++done;
    took = Clock::now() - began;
  }
  return took.count() / static_cast<double>(done);
}

double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  std::ifstream file(argv[2]);
  const std::string section(std::istreambuf_iterator<char>(file), {});
  const auto library = must(conformance::PluginLibrary::open(argv[1]), "opening the plugin");
  const TestHost host;
  const PluginInstance plugin = must(PluginInstance::run(library, host, section), "starting the plugin");

  const auto settings = redis::Settings::from(PluginConfig(section));
  const auto tls = must(redis::TlsContext::create(settings.root_certificate), "reading the certificate");
  const auto deadline = [] { return toolkit::Deadline::in_ms(5'000); };
  const auto bare = must(redis::Connection::open(settings, &tls, deadline(), -1), "connecting");
  const redis::Script& script = redis::take_limit_script();
  must(bare->run("eval",
                 {"EVAL", script.text(), "1", "identity-gateway:limit:{bare}", "1000", "1000000", "1", "0"},
                 deadline()),
       "EVAL");

  // As the plugin sends it.
  const std::string key = "auth-auth-auth-auth-auth-auth-auth-auth-aut";  // a digest's length
  const std::string whole = "identity-gateway:limit:{" + key + "}";
  const Step decision = [&] {
    must(plugin.call(counters::TakeLimit{key, 1000, 1'000'000, 1, false}, host.context()), "a decision");
  };
  const Step evalsha = [&] {
    must(
        bare->run("evalsha", {"EVALSHA", script.sha1(), "1", whole, "1000", "1000000", "1", "0"}, deadline()),
        "EVALSHA");
  };
  const Step ping = [&] { must(bare->run("ping", {"PING"}, deadline()), "PING"); };

  // By turns, since what else the machine does shall hit all of them.
  constexpr int kRounds = 10;
  std::vector<double> decisions;
  std::vector<double> evalshas;
  std::vector<double> pings;
  const double seconds = std::atof(argv[3]) / (3 * kRounds);
  for (int round = 0; round < kRounds; ++round) {
    decisions.push_back(us_of(decision, seconds));
    evalshas.push_back(us_of(evalsha, seconds));
    pings.push_back(us_of(ping, seconds));
  }
  std::printf("%.1f %.1f %.1f\n", median(decisions), median(evalshas), median(pings));
  return 0;
}
