// Faults of the configuration are found when the provider is made, all at once, and tell no secret.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "tests/unit/providers/firebase/firebase_fixture.hpp"

namespace gateway::firebase {
namespace {

class FirebaseConfiguration : public FirebaseTest {
 protected:
  // The text of the ConfigError; empty: none.
  std::string fault(const Members& changes) {
    try {
      static_cast<void>(read_config(PluginConfig(config(changes)), "Development"));
      return "";
    } catch (const ConfigError& error) {
      return error.what();
    }
  }
  void expect_fault(const Members& changes, const std::string& text) {
    const std::string found = fault(changes);
    EXPECT_NE(found.find(text), std::string::npos) << "'" << found << "' says nothing of: " << text;
  }
  // The key file with one member changed (JSON), or without it.
  std::string key_with(const std::string& name, const std::string& json) const {
    auto document = *parse_json(google_.service_account_json());
    Members members;
    for (const auto& entry : document.GetObject()) {
      const std::string known = entry.name.GetString();
      if (known != name) members.emplace_back(known, to_text(entry.value));
    }
    if (!json.empty()) members.emplace_back(name, json);
    return json_of(members);
  }
  void expect_key_fault(const std::string& name, const std::string& json, const std::string& text) {
    expect_fault({{"CredentialsJson", json_text(key_with(name, json))}}, text);
  }
};

// A folder that is gone afterwards.
class KeyFile : public FirebaseConfiguration {
 protected:
  void SetUp() override {
    std::string name = std::filesystem::temp_directory_path() / "firebase-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& text) const {
    const std::string path = folder_ / "firebase-admin-sdk.json";
    std::ofstream(path) << text;
    return path;
  }
  Members at(const std::string& path) const {
    return {{"CredentialsJson", ""}, {"CredentialsPath", json_text(path)}};
  }
  std::filesystem::path folder_;
};

TEST_F(FirebaseConfiguration, what_is_documented_is_accepted) {
  EXPECT_EQ(fault({}), "");
  const FirebaseConfig read = read_config(PluginConfig(config()), "Production");
  EXPECT_EQ(read.project_id, "demo-project");
  EXPECT_EQ(read.endpoints.oauth_token, FakeGoogle::kTokenUri);
  EXPECT_FALSE(read.is_emulated());
  EXPECT_FALSE(read.check_revoked);
}

TEST_F(KeyFile, a_key_file_is_read_from_its_path) {
  EXPECT_EQ(fault(at(write(google_.service_account_json()))), "");
}

TEST_F(KeyFile, a_key_file_that_is_not_there_is_a_fault) {
  const std::string path = folder_ / "missing.json";
  expect_fault(at(path), path);
  expect_fault(at(path), "No such file");
  expect_fault(at(folder_), "cannot be read");
  expect_fault(at(write("")), "empty");
  expect_fault(at(write(std::string(70'000, ' '))), "too large");
}

TEST_F(KeyFile, a_key_file_that_is_no_key_is_a_fault) {
  expect_fault(at(write("not JSON")), "not a JSON object");
  expect_fault(at(write("{}")), "service_account");
  expect_fault(at(write(R"({"type":"authorized_user"})")), "another type");
}

TEST_F(FirebaseConfiguration, a_member_of_the_key_that_is_missing_is_named) {
  for (const std::string name :
       {"project_id", "private_key_id", "private_key", "client_email", "token_uri"}) {
    expect_key_fault(name, "", "'" + name + "'");
    expect_key_fault(name, R"("")", "'" + name + "'");
    expect_key_fault(name, "17", "not a JSON object with texts");
  }
}

TEST_F(FirebaseConfiguration, a_private_key_that_does_not_work_is_a_fault) {
  const std::string pem = google_.service_account_key().private_key_pem();
  expect_key_fault("private_key", R"("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")",
                   "private_key");
  expect_key_fault("private_key", json_text(pem.substr(0, 400)), "private_key");
  expect_key_fault("private_key", json_text(google_.service_account_key().public_key_pem()), "private_key");
  const auto ec = toolkit::PrivateKey::generate(toolkit::JwsAlgorithm::ES256)->to_pkcs8_pem();
  expect_key_fault("private_key", json_text(std::string(ec->reveal())), "not an RSA key");
}

TEST_F(FirebaseConfiguration, a_key_of_another_project_is_a_fault) {
  expect_key_fault("project_id", R"("other-project")", "'other-project', but ProjectId is 'demo-project'");
  expect_fault({{"ProjectId", R"("else-project")"}}, "ProjectId is 'else-project'");
}

TEST_F(FirebaseConfiguration, a_token_uri_in_clear_is_a_fault) {
  expect_key_fault("token_uri", R"("http://oauth2.googleapis.com/token")", "https");
  expect_key_fault("token_uri", R"("oauth2.googleapis.com")", "URL");
}

TEST_F(FirebaseConfiguration, names_and_the_key_are_checked) {
  for (const std::string id : {R"("")", R"("a/b")", R"("a b")", R"("a?b")", R"("../x")"}) {
    expect_fault({{"ProjectId", id}}, "ProjectId");
    if (id != R"("")") expect_fault({{"TenantId", id}}, "TenantId");
  }
  expect_fault({{"ProjectId", ""}}, "ProjectId");
  expect_fault({{"ApiKey", R"("")"}}, "ApiKey: is missing");
  expect_fault({{"ApiKey", ""}}, "ApiKey: is missing");
  expect_fault({{"ApiKey", R"("AIza\n")"}}, "ApiKey: has characters");
  expect_fault({{"ClockSkewSeconds", "61"}}, "ClockSkewSeconds");
}

TEST_F(FirebaseConfiguration, credentials_are_required_and_come_one_way) {
  expect_fault({{"CredentialsJson", ""}}, "CredentialsPath: is missing");
  expect_fault({{"CredentialsPath", R"("/dev/null")"}}, "CredentialsJson: is set, and the file");
  // As in the documented settings on Fargate: a path that is nowhere, the key from the environment.
  EXPECT_EQ(fault({{"CredentialsPath", R"("/nowhere/firebase-admin-sdk.json")"}}), "");
}

TEST_F(FirebaseConfiguration, every_fault_is_told_at_once) {
  const Members changes{{"ProjectId", R"("")"},
                        {"ApiKey", R"("")"},
                        {"CredentialsJson", ""},
                        {"TenantId", R"("a/b")"},
                        {"Endpoints", R"({"TokenKeys":"ftp://h","OAuthToken":"x"})"}};
  try {
    static_cast<void>(read_config(PluginConfig(config(changes)), "Production"));
    ADD_FAILURE() << "accepted";
  } catch (const ConfigError& error) {
    std::vector<std::string> keys;
    for (const ConfigFault& each : error.faults())
      keys.push_back(each.key);
    EXPECT_EQ(keys, (std::vector<std::string>{"ProjectId", "TenantId", "ApiKey", "Endpoints:OAuthToken",
                                              "Endpoints:TokenKeys", "CredentialsPath"}));
  }
  // Of a key file as well.
  expect_fault({{"CredentialsJson", json_text(R"({"type":"service_account","token_uri":"x"})")}},
               "has no 'project_id', 'client_email', 'private_key_id', 'private_key'");
}

TEST_F(FirebaseConfiguration, a_key_of_a_project_that_is_not_named_is_not_another_fault) {
  EXPECT_EQ(fault({{"ProjectId", R"("")"}}).find("the key is of project"), std::string::npos);
}

TEST_F(FirebaseConfiguration, endpoints_are_https_or_on_this_machine) {
  const auto endpoint = [](const std::string& url) {
    return Members{{"Endpoints", json_of({{"IdentityToolkit", json_text(url)}})}};
  };
  EXPECT_EQ(fault(endpoint("https://example.com/toolkit/")), "");
  EXPECT_EQ(fault(endpoint("http://127.0.0.1:4000")), "");
  expect_fault(endpoint("http://example.com"), "Endpoints:IdentityToolkit: must be https");
  expect_fault(endpoint("http://127.example.com"), "must be https");
  expect_fault(endpoint("https://example.com/?key=x"), "no query");
  expect_fault(endpoint("ftp://example.com"), "not an http or https URL");
}

TEST_F(FirebaseConfiguration, check_34_no_fault_tells_a_secret) {
  const std::string pem = google_.service_account_key().private_key_pem();
  const Members changes{{"ProjectId", R"("a/b")"}, {"ClockSkewSeconds", "61"}};
  const std::string text =
      fault(changes) + fault({{"CredentialsJson", json_text(key_with("project_id", R"("x")"))}}) +
      fault({{"CredentialsJson", json_text("{\"type\":\"x\",\"private_key\":\"" + pem)}}) +
      fault({{"ApiKey", R"("AIza secret")"}});
  EXPECT_EQ(text.find(pem.substr(30, 20)), std::string::npos);
  EXPECT_EQ(text.find(google_.api_key()), std::string::npos);
  EXPECT_EQ(text.find("AIza"), std::string::npos);
}

TEST_F(FirebaseConfiguration, check_11_the_emulator_is_never_chosen_by_accident) {
  const auto emulator = [&](const std::string& json, bool with_credentials = false) {
    Members members{{"Emulator", json}};
    if (!with_credentials) members.emplace_back("CredentialsJson", "");
    return members;
  };
  const std::string good = R"({"Host":"127.0.0.1:9099","AllowUnsignedTokens":true})";
  EXPECT_EQ(fault(emulator(good)), "");
  EXPECT_EQ(fault(emulator(R"({"Host":"localhost:9099","AllowUnsignedTokens":true})")), "");
  EXPECT_EQ(fault(emulator(R"({"Host":"[::1]:9099","AllowUnsignedTokens":true})")), "");
  expect_fault(emulator(good, true), "CredentialsJson: is set beside Emulator");
  expect_fault({{"Emulator", good}, {"CredentialsJson", ""}, {"CredentialsPath", R"("/x")"}},
               "CredentialsPath: is set beside Emulator");
  expect_fault(emulator(R"({"Host":"127.0.0.1:9099"})"), "AllowUnsignedTokens");
  expect_fault(emulator(R"({"Host":"127.0.0.1:9099","AllowUnsignedTokens":false})"), "AllowUnsignedTokens");
  expect_fault(emulator(R"({"Host":"127.0.0.1:9099","AllowUnsignedTokens":"true"})"), "AllowUnsignedTokens");
  for (const std::string host :
       {"10.0.0.1:9099", "emulator:9099", "0.0.0.0:9099", "127.0.0.1.example.com:9099", "127.1:9099"})
    expect_fault(emulator(R"({"Host":")" + host + R"(","AllowUnsignedTokens":true})"), "Emulator:Host");
  for (const std::string host :
       {"http://127.0.0.1:9099", "127.0.0.1:9099/x", "127.0.0.1:9099/", "x@127.0.0.1:9099", "", "127.0.0.1",
        "localhost", "[::1]", "::1:9099", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536"})
    expect_fault(emulator(R"({"Host":")" + host + R"(","AllowUnsignedTokens":true})"), "Emulator:Host");
  // Neither the ecosystem's variable nor an endpoint on this machine turns it on.
  ::setenv("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:9099", 1);
  EXPECT_FALSE(read_config(PluginConfig(config()), "Production").is_emulated());
  ::unsetenv("FIREBASE_AUTH_EMULATOR_HOST");
  EXPECT_FALSE(
      read_config(PluginConfig(config({{"Endpoints", R"({"IdentityToolkit":"http://127.0.0.1:9099"})"}})),
                  "Production")
          .is_emulated());
}

// Where it is not used, how it is set matters as little as what is beside it.
TEST_F(FirebaseConfiguration, check_11_an_emulator_in_production_is_one_fault) {
  const Members changes{{"Emulator", R"({"Host":"10.0.0.1"})"}, {"CredentialsPath", R"("/x")"}};
  try {
    static_cast<void>(read_config(PluginConfig(config(changes)), "Production"));
    ADD_FAILURE() << "accepted";
  } catch (const ConfigError& error) {
    ASSERT_EQ(error.faults().size(), 1U) << error.what();
    EXPECT_EQ(error.faults().front().key, "Emulator");
  }
}

TEST_F(FirebaseConfiguration, an_empty_path_is_none) {
  EXPECT_EQ(fault({{"CredentialsPath", R"("")"}}), "");
  expect_fault({{"CredentialsPath", R"("")"}, {"CredentialsJson", R"("")"}}, "CredentialsPath: is missing");
}

TEST_F(FirebaseConfiguration, making_the_provider_asks_nobody) {
  run();
  EXPECT_TRUE(fetched().empty());
}

}  // namespace
}  // namespace gateway::firebase
