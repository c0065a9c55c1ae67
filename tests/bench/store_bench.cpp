// store_bench PLUGIN.so SECTION.json fill COUNT | sign-up | refresh | look-up   [SECONDS CONNECTIONS]
// A storage plugin driven through the C ABI as the core drives it, by as many threads as it has connections:
// prints operations per second. `fill` makes COUNT users, whose emails are 1@bench.example to
// COUNT@bench.example. SECONDS of 0 is one operation of each thread, for looking at what it does.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gateway/conformance/plugin_instance.hpp>
#include <gateway/conformance/plugin_library.hpp>
#include <gateway/store.hpp>

namespace {

using namespace gateway;
using conformance::PluginInstance;
using conformance::TestHost;

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "store_bench: %s\n", result.error().detail.c_str());
  std::exit(1);
}

std::string random_text() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return std::to_string(random() % 9'000'000'000'000'000'000ULL);
}

store::User new_user(const std::string& id, const std::string& email) {
  store::User user;
  user.id = id;
  user.email = email;
  user.user_type = "Buyer";
  user.created_at_ms = user.updated_at_ms = 1;
  user.identities.push_back({"bench", id, email, false, 1});
  return user;
}

// One operation; made per thread, so that it may keep what it goes on from.
using Step = std::function<void()>;

class Bench {
 public:
  Bench(const PluginInstance& plugin, const TestHost& host) : plugin_(plugin), host_(host) {}

  void fill(int count) const {
    for (int i = 1; i <= count; ++i)
      sign_up(random_text(), std::to_string(i) + "@bench.example");
  }

  Step step(const std::string& operation, int users) const {
    if (operation == "sign-up") {
      return [this] {
        const std::string id = random_text();
        sign_up(id, id + "@bench.example");
      };
    }
    if (operation == "look-up") {
      return [this, users] {
        const int number = 1 + static_cast<int>(std::stoull(random_text()) % static_cast<unsigned>(users));
        must(
            plugin_.call(store::FindUserByEmail{std::to_string(number) + "@bench.example"}, host_.context()));
      };
    }
    return refresh();
  }

 private:
  static constexpr int kRefreshesPerSession = 5000;  // a session ends after ten thousand

  void sign_up(const std::string& id, const std::string& email) const {
    must(plugin_.call(store::CreateUser{new_user(id, email)}, host_.context()));
  }

  std::string open_session() const {
    const std::string id = random_text();
    sign_up(id, id + "@bench.example");
    store::OpenSession open;
    open.session.id = open.token_digest = id;
    open.session.user_id = id;
    open.session.expires_at_ms = open.session.idle_expires_at_ms = host_.wall_ms() + 1'000'000'000;
    must(plugin_.call(open, host_.context()));
    return id;
  }

  Step refresh() const {
    return [this, token = std::string(), count = 0]() mutable {
      if (count++ % kRefreshesPerSession == 0) token = open_session();
      std::string successor = random_text();
      must(plugin_.call(store::RotateSession{token, successor, host_.wall_ms(), 10'000, 1'000'000'000},
                        host_.context()));
      token = std::move(successor);
    };
  }

  const PluginInstance& plugin_;
  const TestHost& host_;
};

double rate_of(const Bench& bench, const std::string& operation, double seconds, int connections, int users) {
  std::atomic<bool> done{false};
  std::atomic<std::int64_t> total{0};
  std::vector<std::thread> threads;
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < connections; ++i) {
    threads.emplace_back([&] {
      const Step step = bench.step(operation, users);
      std::int64_t count = 0;
      do {
        step();
        ++count;
      } while (!done);
      total += count;
    });
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  done = true;
  for (std::thread& thread : threads)
    thread.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return static_cast<double>(total) / took.count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  std::ifstream file(argv[2]);
  const std::string section(std::istreambuf_iterator<char>(file), {});
  const auto library = must(conformance::PluginLibrary::open(argv[1]));
  const TestHost host;
  const PluginInstance plugin = must(PluginInstance::run(library, host, section));
  const Bench bench(plugin, host);
  const std::string operation = argv[3];
  if (operation == "fill") {
    bench.fill(std::atoi(argv[4]));
  } else {
    const int connections = argc > 5 ? std::atoi(argv[5]) : 1;
    const int users = argc > 6 ? std::atoi(argv[6]) : 1;
    std::printf("%.0f\n", rate_of(bench, operation, std::atof(argv[4]), connections, users));
  }
  return 0;
}
