// Accounts that moved here from Firebase: they sign in with the password they had, and then are like all
// others.
#include "providers/local/imported_hash.hpp"

#include <gtest/gtest.h>

#include <gateway/conformance/plugin_instance.hpp>
#include <gateway/conformance/provider_services.hpp>
#include <gateway/provider.hpp>

#include "providers/local/password_hash.hpp"
#include "tests/unit/plugins/told_faults.hpp"

namespace gateway::local {
namespace {

using namespace gateway::conformance;

// The published account of github.com/firebase/scrypt.
constexpr const char* kConfig = R"({"MemoryKiB": 1024, "Iterations": 1, "FirebaseScrypt": {
  "SignerKey": "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
  "SaltSeparator": "Bw==", "Rounds": 8, "MemoryCost": 14}})";
constexpr const char* kWithout = R"({"MemoryKiB": 1024, "Iterations": 1})";
constexpr const char* kHash =
    "$firebase-scrypt$42xEC-ixf3L2lw$"
    "lSrfV15cpx95_sZS2W9c9Kp6i_LVgQNDNC_qzrCnh1SAyZvqmZqAjTdn3aoItz-VHjoZilo78198JAdRuid5lQ";

class ImportedHash : public testing::Test {
 protected:
  PluginInstance run(std::string_view config) {
    auto library = PluginLibrary::open(LOCAL_PLUGIN);
    if (!library) throw std::runtime_error(library.error().detail);
    auto plugin = PluginInstance::run(*library, host_, config);
    if (!plugin) throw std::runtime_error(plugin.error().detail);
    return std::move(*plugin);
  }
  AuthenticationOutcome import(const PluginInstance& plugin, const std::string& hash = kHash,
                               bool disabled = false) {
    CreateAccount create;
    create.subject = "firebase-uid-1";
    create.email = "moved@example.com";
    create.email_verified = true;
    create.password_hash = Secret(hash);
    create.disabled = disabled;
    auto reply = plugin.call(create, host_.context());
    if (!reply) throw std::runtime_error(reply.error().detail);
    return *reply;
  }
  Result<AuthenticationOutcome> sign_in(const PluginInstance& plugin, const std::string& password) {
    return plugin.call(SignIn{"Moved@example.com", Secret(password)}, host_.context());
  }
  std::string stored() const {
    return std::string(services_.find_row("firebase-uid-1")->secret_hash.reveal());
  }
  static std::optional<RejectReason> refusal(const AuthenticationOutcome& outcome) {
    const auto* rejected = std::get_if<Rejected>(&outcome);
    return rejected == nullptr ? std::nullopt : std::optional(rejected->reason);
  }

  ProviderServices services_{"local"};
  TestHost host_{services_.handler()};
};

TEST_F(ImportedHash, check_21_signs_in_with_the_old_password_and_is_rehashed) {
  const PluginInstance plugin = run(kConfig);
  ASSERT_TRUE(std::holds_alternative<Authenticated>(import(plugin)));
  EXPECT_EQ(refusal(*sign_in(plugin, "user1passwort")), RejectReason::WrongCredentials);
  EXPECT_EQ(stored(), kHash) << "a wrong password changes nothing";

  const auto first = sign_in(plugin, "user1password");
  ASSERT_TRUE(first && std::holds_alternative<Authenticated>(*first));
  const auto& account = std::get<Authenticated>(*first).account;
  EXPECT_EQ(account.subject, "firebase-uid-1");
  EXPECT_TRUE(account.email_verified);
  EXPECT_TRUE(parameters_of(stored())) << "Argon2id from now on";
  EXPECT_TRUE(std::holds_alternative<Authenticated>(*sign_in(plugin, "user1password")));
  EXPECT_TRUE(std::holds_alternative<Authenticated>(*sign_in(run(kWithout), "user1password")));
}

TEST_F(ImportedHash, a_second_import_finds_it_and_changes_nothing) {
  const PluginInstance plugin = run(kConfig);
  import(plugin);
  ASSERT_TRUE(sign_in(plugin, "user1password"));
  const std::string rehashed = stored();
  EXPECT_EQ(refusal(import(plugin)), RejectReason::AccountExists);
  EXPECT_EQ(stored(), rehashed);
}

TEST_F(ImportedHash, a_disabled_account_stays_disabled) {
  const PluginInstance plugin = run(kConfig);
  import(plugin, kHash, true);
  EXPECT_EQ(refusal(*sign_in(plugin, "user1password")), RejectReason::AccountDisabled);
}

TEST_F(ImportedHash, check_21_what_is_no_acceptable_hash_is_not_taken) {
  const PluginInstance plugin = run(kConfig);
  for (const char* bad :
       {"", "plain", "$firebase-scrypt$", "$firebase-scrypt$c2FsdA", "$firebase-scrypt$c2FsdA$",
        "$firebase-scrypt$c2FsdA$c2hvcnQ", "$firebase-scrypt$c2FsdA=$AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$firebase-scrypt$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=4194304,t=1000,p=1$c29tZXNhbHRzb21lc2FsdA$"
        "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"})
    EXPECT_EQ(refusal(import(plugin, bad)), RejectReason::OperationNotAllowed) << bad;
  EXPECT_FALSE(services_.find_row("firebase-uid-1"));
}

TEST_F(ImportedHash, without_the_projects_parameters_none_is_taken_and_none_verified) {
  EXPECT_EQ(refusal(import(run(kWithout))), RejectReason::OperationNotAllowed);
  import(run(kConfig));
  const auto undecided = sign_in(run(kWithout), "user1password");
  ASSERT_FALSE(undecided);
  EXPECT_EQ(undecided.error().kind, ErrorKind::Unavailable);
  EXPECT_NE(undecided.error().detail.find("FirebaseScrypt"), std::string::npos);
}

TEST_F(ImportedHash, a_password_hash_of_this_kind_moves_too) {
  const PluginInstance plugin = run(kWithout);
  const auto hashed = hash_password("user1password", std::array<std::uint8_t, kSaltBytes>{}, {1024, 1, 1});
  import(plugin, std::string(hashed->reveal()));
  EXPECT_TRUE(std::holds_alternative<Authenticated>(*sign_in(plugin, "user1password")));
}

TEST_F(ImportedHash, a_signer_key_that_is_none_stops_the_start) {
  for (const char* key : {"not base64!", "===="}) {
    const auto plugin =
        PluginInstance::create(*PluginLibrary::open(LOCAL_PLUGIN), host_,
                               R"({"FirebaseScrypt": {"SignerKey": ")" + std::string(key) + "\"}}");
    ASSERT_FALSE(plugin) << key;
    EXPECT_EQ(keys_at_fault(plugin), std::vector<std::string>{"FirebaseScrypt:SignerKey"});
    EXPECT_EQ(text_of_faults(plugin).find(key), std::string::npos) << "it is a secret";
  }
}

}  // namespace
}  // namespace gateway::local
