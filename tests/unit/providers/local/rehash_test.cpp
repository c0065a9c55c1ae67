// The provider as it is loaded, where the conformance suite cannot look: what it writes, and with which
// parameters.
#include <chrono>

#include <gtest/gtest.h>

#include <gateway/conformance/plugin_instance.hpp>
#include <gateway/conformance/provider_services.hpp>
#include <gateway/provider.hpp>

#include "providers/local/password_hash.hpp"
#include "tests/unit/plugins/told_faults.hpp"

namespace gateway::local {
namespace {

using namespace gateway::conformance;

class LocalPlugin : public testing::Test {
 protected:
  static PluginLibrary open() {
    auto library = PluginLibrary::open(LOCAL_PLUGIN);
    if (!library) throw std::runtime_error(library.error().detail);
    return *library;
  }
  PluginInstance run(std::string_view config) {
    auto plugin = PluginInstance::run(library_, host_, config);
    if (!plugin) throw std::runtime_error(plugin.error().detail);
    return std::move(*plugin);
  }
  template <class Operation>
  typename Operation::Reply answer(const PluginInstance& plugin, const Operation& operation) {
    auto reply = plugin.call(operation, host_.context());
    if (!reply) throw std::runtime_error(reply.error().detail);
    return std::move(*reply);
  }
  std::string signed_up(const PluginInstance& plugin, const std::string& password) {
    const auto outcome = answer(plugin, SignUp{"zoe@example.com", Secret(password), std::nullopt});
    return std::get<Authenticated>(outcome).account.subject;
  }
  bool signs_in(const PluginInstance& plugin, const std::string& password) {
    return std::holds_alternative<Authenticated>(answer(plugin, SignIn{"zoe@example.com", Secret(password)}));
  }
  std::string stored_hash(const std::string& subject) const {
    return std::string(services_.find_row(subject)->secret_hash.reveal());
  }
  void store_hash(const std::string& subject, const std::string& hash) {
    store::ReplaceSecret replace;
    replace.subject = subject;
    replace.expected_hash = Secret(stored_hash(subject));
    replace.secret_hash = Secret(hash);
    ASSERT_TRUE(services_.replace_secret(replace, {}).ok());
  }

  ProviderServices services_{"local"};
  TestHost host_{services_.handler()};
  PluginLibrary library_ = open();
};

constexpr const char* kSmallConfig = R"({"MemoryKiB": 1024, "Iterations": 1})";
constexpr const char* kRaised = R"({"MemoryKiB": 2048, "Iterations": 2})";

TEST_F(LocalPlugin, check_20_a_password_is_normalised_once_and_everywhere) {
  const PluginInstance plugin = run(kSmallConfig);
  const std::string composed = "Pass1!\xc3\xa9";
  const std::string decomposed = "Pass1!e\xcc\x81";
  const std::string subject = signed_up(plugin, composed);
  EXPECT_TRUE(signs_in(plugin, decomposed));
  const auto changed =
      answer(plugin, ChangePassword{subject, Secret(decomposed), Secret(std::string("Next1!\xef\xac\x81"))});
  EXPECT_TRUE(std::holds_alternative<Authenticated>(changed));
  EXPECT_TRUE(signs_in(plugin, "Next1!fi"));
}

TEST_F(LocalPlugin, check_21_a_sign_in_rehashes_when_the_parameters_have_changed) {
  const PluginInstance before = run(kSmallConfig);
  const std::string subject = signed_up(before, "Aa1!secret");
  const std::string old_hash = stored_hash(subject);
  EXPECT_TRUE(signs_in(before, "Aa1!secret"));
  EXPECT_EQ(stored_hash(subject), old_hash) << "nothing has changed yet";

  const PluginInstance after = run(kRaised);
  EXPECT_FALSE(signs_in(after, "wrong"));
  EXPECT_EQ(stored_hash(subject), old_hash) << "a wrong password rehashes nothing";
  EXPECT_TRUE(signs_in(after, "Aa1!secret"));
  EXPECT_EQ(parameters_of(stored_hash(subject)),
            (HashParameters{.memory_kib = 2048, .iterations = 2, .parallelism = 1}));
  EXPECT_TRUE(signs_in(after, "Aa1!secret"));
  EXPECT_TRUE(signs_in(before, "Aa1!secret")) << "an instance with the old parameters still reads it";
  EXPECT_EQ(host_.counted("rehash_failed"), 0);
}

TEST_F(LocalPlugin, check_21_a_stored_hash_beyond_the_bounds_is_an_error_and_costs_nothing) {
  const PluginInstance plugin = run(kSmallConfig);
  const std::string subject = signed_up(plugin, "Aa1!secret");
  store_hash(subject,
             "$argon2id$v=19$m=4194304,t=1000,p=1$c29tZXNhbHRzb21lc2FsdA$"
             "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g");
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = plugin.call(SignIn{"zoe@example.com", Secret("Aa1!secret")}, host_.context());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::Malformed);
}

TEST_F(LocalPlugin, what_is_stored_is_a_hash_with_a_salt_of_its_own) {
  const PluginInstance plugin = run(kSmallConfig);
  const std::string subject = signed_up(plugin, "Aa1!secret");
  const std::string first = stored_hash(subject);
  EXPECT_TRUE(parameters_of(first));
  answer(plugin, ChangePassword{subject, Secret("Aa1!secret"), Secret("Aa1!secret")});
  EXPECT_NE(stored_hash(subject), first) << "the same password, another salt";
  EXPECT_EQ(services_.find_row(subject)->login, "zoe@example.com");
}

TEST_F(LocalPlugin, no_time_left_means_no_hash) {
  const PluginInstance plugin = run(kSmallConfig);
  signed_up(plugin, "Aa1!secret");
  for (const std::int64_t within_ms : {0, -1}) {
    const auto signed_in =
        plugin.call(SignIn{"zoe@example.com", Secret("Aa1!secret")}, host_.context(within_ms));
    ASSERT_FALSE(signed_in);
    EXPECT_EQ(signed_in.error().kind, ErrorKind::DeadlineExceeded);
    const auto made =
        plugin.call(SignUp{"new@example.com", Secret("Aa1!secret"), std::nullopt}, host_.context(within_ms));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::DeadlineExceeded);
  }
}

TEST_F(LocalPlugin, too_little_memory_for_the_parallelism_is_refused_at_start) {
  const auto plugin = PluginInstance::create(library_, host_, R"({"MemoryKiB": 8, "Parallelism": 2})");
  EXPECT_EQ(keys_at_fault(plugin), std::vector<std::string>{"MemoryKiB"});
  EXPECT_EQ(faults_of(plugin).at(0).also, std::vector<std::string>{"Parallelism"});
}

TEST_F(LocalPlugin, every_fault_is_told_at_once) {
  const auto plugin = PluginInstance::create(library_, host_, R"({"MemoryKiB": 8, "Parallelism": 2,
      "FirebaseScrypt": {"SignerKey": "not base64!", "SaltSeparator": "nor this!"}})");
  EXPECT_EQ(keys_at_fault(plugin), (std::vector<std::string>{"MemoryKiB", "FirebaseScrypt:SignerKey",
                                                             "FirebaseScrypt:SaltSeparator"}));
}

}  // namespace
}  // namespace gateway::local
