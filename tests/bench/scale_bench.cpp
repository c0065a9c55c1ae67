// scale_bench PLUGIN.so ROUNDS SECTION.json=USERS…
// A storage plugin over databases of different sizes (tests/bench/scale fills them): the same operations on
// each by turns, in rounds, so that what else the machine does hits all sizes alike. Prints per operation the
// median of the rounds for each size, in microseconds a call.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <argon2.h>

#include <gateway/conformance/plugin_instance.hpp>
#include <gateway/conformance/plugin_library.hpp>
#include <gateway/store.hpp>

namespace {

using namespace gateway;
using conformance::PluginInstance;
using conformance::TestHost;

constexpr int kCallsPerRound = 25;
constexpr std::int64_t kPage = 5;  // as many rows at every size

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "scale_bench: %s\n", result.error().detail.c_str());
  std::exit(1);
}

void expect(bool is_so, const char* what) {
  if (is_so) return;
  std::fprintf(stderr, "scale_bench: %s\n", what);
  std::exit(1);
}

// One database, whose users have the numbers 1 … count(); the newest is the last.
class Target {
 public:
  Target(PluginInstance plugin, const TestHost& host, std::int64_t count)
      : plugin_(std::move(plugin)), host_(host), count_(count) {}

  std::int64_t count() const { return count_; }

  void get() {
    const auto found = must(plugin_.call(store::GetUser{id_of(any())}, host_.context()));
    expect(found.user.has_value(), "no user of that id");
  }
  void login() {
    login_look_ups();
    // With the parameters that the local provider has where nothing is configured.
    const std::string password = "Str0ng#Enough";
    const std::string salt(16, 's');
    std::array<char, 32> hash{};
    expect(argon2id_hash_raw(2, 19'456, 1, password.data(), password.size(), salt.data(), salt.size(),
                             hash.data(), hash.size()) == ARGON2_OK,
           "no hash");
  }
  void login_look_ups() {
    const std::string number = std::to_string(any());
    const auto credential = must(plugin_.call(
        store::FindCredential{"local", "user" + number + "@example.com", std::nullopt}, host_.context()));
    expect(credential.credential.has_value(), "no credential of that login");
    const auto found = must(
        plugin_.call(store::FindUserByIdentity{"local", credential.credential->subject}, host_.context()));
    expect(found.user.has_value(), "no user of that identity");
  }
  void by_email() {
    const auto found = must(plugin_.call(
        store::FindUserByEmail{"user" + std::to_string(any()) + "@example.com"}, host_.context()));
    expect(found.user.has_value(), "no user of that email");
  }
  void first_page() { page({.limit = kPage}); }
  void first_page_of_type() { page({.limit = kPage, .user_type = "Buyer"}); }
  void middle_page() { page({.limit = kPage, .after = place_of(count_ / 2 + 1)}); }
  void last_page() { page({.limit = kPage, .after = place_of(kPage + 1)}); }
  void search() {
    store::ListUsers list{.limit = kPage, .search = "user" + std::to_string(any()) + "@"};
    expect(must(plugin_.call(list, host_.context())).total == 1, "the search found another number of users");
  }
  void last_page_by_number() { page({.offset = count_ - kPage, .limit = kPage}); }

 private:
  std::int64_t any() { return std::uniform_int_distribution<std::int64_t>(1, count_)(random_); }
  static std::string id_of(std::int64_t number) {
    std::string digits = std::to_string(number);
    return "00000000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
  }
  static store::UserPlace place_of(std::int64_t number) { return {number, id_of(number)}; }
  void page(const store::ListUsers& list) {
    const auto page = must(plugin_.call(list, host_.context()));
    expect(static_cast<std::int64_t>(page.users.size()) == kPage, "the page has another number of users");
    expect(page.total == (list.user_type ? (count_ + 1) / 2 : count_), "the total is another one");
  }

  PluginInstance plugin_;
  const TestHost& host_;
  const std::int64_t count_;
  std::mt19937_64 random_{count_ > 0 ? static_cast<std::uint64_t>(count_) : 1U};
};

// Statements are planned, and the server's process has met the memory that it shares with the others: it
// does so page by page, once in its life, at a microsecond or two each.
void warm_up(Target& target, int calls, void (Target::*operation)()) {
  for (int i = 0; i < calls; ++i)
    (target.*operation)();
}

double microseconds_of(Target& target, void (Target::*operation)()) {
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < kCallsPerRound; ++i)
    (target.*operation)();
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - began;
  return took.count() / kCallsPerRound;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void measure(const char* name, std::vector<Target>& targets, int rounds, int warm_up_calls,
             void (Target::*operation)()) {
  std::vector<std::vector<double>> took(targets.size());
  for (Target& target : targets)
    warm_up(target, warm_up_calls, operation);
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const std::size_t whose = (i + static_cast<std::size_t>(round)) % targets.size();
      took[whose].push_back(microseconds_of(targets[whose], operation));
    }
  }
  std::printf("%s", name);
  for (const auto& values : took)
    std::printf(" %.1f", median(values));
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const auto library = must(conformance::PluginLibrary::open(argv[1]));
  const TestHost host;
  const int rounds = std::atoi(argv[2]);
  std::vector<Target> targets;
  for (int i = 3; i < argc; ++i) {
    const std::string argument = argv[i];
    const std::size_t equals = argument.rfind('=');
    std::ifstream file(argument.substr(0, equals));
    const std::string section(std::istreambuf_iterator<char>(file), {});
    targets.emplace_back(must(PluginInstance::run(library, host, section)), host,
                         std::atoll(argument.c_str() + equals + 1));
  }
  constexpr int kEverywhere = 20'000;
  measure("look-up-by-id", targets, rounds, kEverywhere, &Target::get);
  measure("look-up-by-email", targets, rounds, kEverywhere, &Target::by_email);
  measure("login-look-ups", targets, rounds, kEverywhere, &Target::login_look_ups);
  measure("login", targets, std::max(1, rounds / 10), 1, &Target::login);
  measure("first-page", targets, rounds, 100, &Target::first_page);
  measure("first-page-of-a-type", targets, rounds, 100, &Target::first_page_of_type);
  measure("page-from-the-middle", targets, rounds, 100, &Target::middle_page);
  measure("last-page-by-cursor", targets, rounds, 100, &Target::last_page);
  // These grow with the number of users, and take their time.
  measure("search-for-one", targets, std::max(1, rounds / 50), 5, &Target::search);
  measure("last-page-by-number", targets, std::max(1, rounds / 50), 5, &Target::last_page_by_number);
  return 0;
}
