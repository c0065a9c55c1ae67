// Files, environment and command line, one over the other.
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "config_samples.hpp"

namespace gateway::config {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "configXXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

CheckedConfiguration check_folder(SourceOptions options) {
  return check_configuration(read_sources(options), sample_plugins());
}

TEST(Layers, EachOneOverTheOneBelow) {
  const Folder folder;
  folder.write("appsettings.json", R"({"Tokens":{"AccessTokenMinutes":1,"SessionDays":1,"SessionIdleDays":1,
                                       "RefreshGraceSeconds":1,"Audience":"one"}})");
  folder.write("appsettings.Staging.json",
               R"({"tokens":{"sessiondays":2,"SessionIdleDays":2,"RefreshGraceSeconds":2}})");
  folder.write("appsettings.Production.json", R"({"Tokens":{"AccessTokenMinutes":9}})");
  const auto checked =
      check_folder({.environment = "Staging",
                    .overrides = {"TOKENS:RefreshGraceSeconds=4"},
                    .variables = {{"Tokens__SessionIdleDays", "3"}, {"tokens__refreshgraceseconds", "3"}},
                    .working_folder = folder.path()});
  ASSERT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(checked.config.environment, "Staging");
  EXPECT_EQ(checked.config.tokens.access_lifetime, std::chrono::minutes(1));
  EXPECT_EQ(checked.config.tokens.session_lifetime, std::chrono::days(2));
  EXPECT_EQ(checked.config.tokens.session_idle_lifetime, std::chrono::days(3));
  EXPECT_EQ(checked.config.tokens.refresh_grace, std::chrono::seconds(4));
  EXPECT_EQ(checked.config.tokens.audience, "one");
  EXPECT_EQ(shown(checked, "Tokens:AccessTokenMinutes").layer, folder.file("appsettings.json"));
  EXPECT_EQ(shown(checked, "Tokens:SessionDays").layer, folder.file("appsettings.Staging.json"));
  EXPECT_EQ(shown(checked, "Tokens:SessionIdleDays").layer, "environment variable Tokens__SessionIdleDays");
  EXPECT_EQ(shown(checked, "Tokens:RefreshGraceSeconds").layer, "--set");
  EXPECT_EQ(shown(checked, "Tokens:KeyRotationDays").layer, "default");
}

TEST(Layers, TheEnvironmentIsNamedByOptionThenVariables) {
  const auto name = [](SourceOptions options) {
    options.working_folder = "/nowhere";
    return read_sources(options).environment;
  };
  EXPECT_EQ(name({}), "Production");
  EXPECT_EQ(name({.variables = {{"ASPNETCORE_ENVIRONMENT", "A"}}}), "A");
  EXPECT_EQ(name({.variables = {{"ASPNETCORE_ENVIRONMENT", "A"}, {"GATEWAY_ENVIRONMENT", "G"}}}), "G");
  EXPECT_EQ(name({.environment = "O", .variables = {{"GATEWAY_ENVIRONMENT", "G"}}}), "O");
  EXPECT_FALSE(read_sources({.environment = "../../etc"}).faults.empty());
}

TEST(Layers, NoFileAtAllIsFine) {
  const Folder empty;
  const auto checked = check_folder({.working_folder = empty.path()});
  EXPECT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(checked.config.listen, (ListenAddress{"127.0.0.1", 8080}));
}

TEST(Layers, AFileThatIsNamedIsTheOnlyOne) {
  const Folder folder;
  folder.write("mine.json", R"({"Urls":"http://127.0.0.1:1"})");
  folder.write("appsettings.json", R"({"Urls":"http://127.0.0.1:2","Tokens":{"SessionDays":2}})");
  const auto checked = check_folder({.config = folder.path() / "mine.json", .working_folder = folder.path()});
  ASSERT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(checked.config.listen.port, 1);
  EXPECT_EQ(checked.config.tokens.session_lifetime, std::chrono::days(30));
  EXPECT_EQ(check_folder({.config = folder.path()}).config.listen.port, 2);
}

TEST(Layers, WhatIsNamedMustBeThere) {
  const Folder empty;
  for (const auto& path :
       {empty.path(), empty.path() / "missing.json", std::filesystem::path("/nowhere/at/all")}) {
    EXPECT_FALSE(check_folder({.config = path}).ok()) << path;
  }
}

TEST(Layers, AFileHasABound) {
  const Folder folder;
  folder.write("appsettings.json", std::string((1 << 20) + 1, ' ') + "{}");
  const auto checked = check_folder({.working_folder = folder.path()});
  EXPECT_NE(fault_at(checked.faults, folder.file("appsettings.json")).find("larger"), std::string::npos);
}

TEST(Layers, FaultsNameTheFileAsItWasGiven) {
  const Folder folder;
  folder.write("appsettings.json", "{ not json");
  folder.write("mine.json", R"({"Tokens":{"Isuer":"x"}})");
  EXPECT_NE(fault_at(check_folder({.config = folder.path()}).faults, folder.file("appsettings.json")), "");
  EXPECT_EQ(fault_at(check_folder({.config = folder.path() / "mine.json"}).faults, "Tokens:Isuer"),
            "unknown key|did you mean Issuer?|" + folder.file("mine.json"));
  EXPECT_EQ(fault_at(check_folder({.config = folder.path() / "none.json"}).faults, "--config"),
            folder.file("none.json") + " does not exist||");
  const Folder empty;
  EXPECT_NE(fault_at(check_folder({.config = empty.path()}).faults, "--config").find(empty.path().string()),
            std::string::npos);
}

TEST(Layers, WhereToListenIsKnownWhateverElseIsWrong) {
  const auto listens = [](const std::string& json, Environment variables = {},
                          std::vector<std::string> overrides = {}) {
    const auto address = listen_address(sources_of(json, std::move(variables), std::move(overrides)));
    return address ? address->address + " " + std::to_string(address->port) : address.error().detail;
  };
  EXPECT_EQ(listens(""), "127.0.0.1 8080");
  EXPECT_EQ(listens(R"({"urls":"http://*:1","Unknown":1,"Tokens":{"Audience":"${NOWHERE}"}})"), ":: 1");
  EXPECT_EQ(listens(R"({"Urls":"http://*:1"})", {{"GATEWAY_URLS", "http://0.0.0.0:2"}}), "0.0.0.0 2");
  EXPECT_EQ(listens(R"({"Urls":"http://*:1"})", {{"GATEWAY_URLS", "http://*:2"}}, {"Urls=http://[::1]:3"}),
            "::1 3");
  EXPECT_EQ(listens(R"({"Urls":"http://*:${PORT}"})", {{"PORT", "4"}}), ":: 4");
  EXPECT_NE(listens(R"({"Urls":"http://*:${PORT}"})").find("Urls: "), std::string::npos);
  EXPECT_NE(listens("not json").find("appsettings.json: "), std::string::npos);
  EXPECT_EQ(listens(R"({"Urls":5})"), "Urls: is not a text");
  EXPECT_NE(listens(R"({"Urls":"nonsense"})").find("Urls: "), std::string::npos);
}

TEST(Layers, OnlyVariablesOfKnownSectionsCount) {
  const auto checked = check("", {{"npm__config__x", "1"},
                                  {"USERS", "root"},
                                  {"SERVER", "x"},
                                  {"__", "x"},
                                  {"_", "x"},
                                  {"", "x"},
                                  {"ALLOWEDHOSTS", "a.example"},
                                  {"FIREBASE__PROJECTID", "p"},
                                  {"ConnectionStrings__IdentityServiceDb", "Host=h;Database=d;Username=u"}});
  ASSERT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(config_of(checked, "firebase"), R"({"ProjectId":"p"})");
  EXPECT_EQ(config_of(checked, "allowed-hosts"), R"({"Value":"a.example"})");
}

TEST(Layers, AMisspeltVariableOfAKnownSectionIsAFault) {
  const auto checked = check("", {{"Tokens__AccesTokenMinutes", "5"}, {"Server__", "1"}});
  EXPECT_EQ(fault_at(checked.faults, "Tokens:AccesTokenMinutes"),
            "unknown key|did you mean AccessTokenMinutes?|environment variable Tokens__AccesTokenMinutes");
  EXPECT_EQ(fault_at(checked.faults, "Server__"), "the key has an empty part||environment variable Server__");
}

TEST(Layers, TextsBecomeWhatTheSchemaWants) {
  const auto checked = check(
      R"({"Cors":{},"Plugins":{"Providers":["local"],"Storage":"memory","Policies":["cors","rate-limit"]}})",
      {{"Cors__AllowedOrigins", R"(["https://a", "https://b"])"},
       {"RateLimit__AuthEndpoints", "7"},
       {"Cors__AllowCredentials", "True"},
       {"Users__Password__RequireDigit", "false"}},
      {"RateLimit:ReadEndpoints=8"});
  ASSERT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(config_of(checked, "cors"),
            R"({"AllowCredentials":true,"AllowedOrigins":["https://a","https://b"]})");
  EXPECT_EQ(config_of(checked, "rate-limit"), R"({"AuthEndpoints":7,"ReadEndpoints":8})");
  EXPECT_FALSE(checked.config.passwords.require_digit);
}

TEST(Layers, TextsThatAreNotWhatTheSchemaWantsAreFaults) {
  for (const auto* text : {"5x", "", " 5", "0x5", "5.5", "1e3", "99999999999999999999", "true"}) {
    const auto checked = check("", {{"Tokens__SessionDays", text}});
    EXPECT_NE(fault_at(checked.faults, "Tokens:SessionDays"), "") << text;
  }
  EXPECT_NE(
      fault_at(check("", {{"Users__Password__RequireDigit", "1"}}).faults, "Users:Password:RequireDigit"),
      "");
}

TEST(Layers, ATextStaysATextWhereOneIsWanted) {
  const auto checked = check("", {{"Firebase__ProjectId", "12345"},
                                  {"ConnectionStrings__IdentityServiceDb", "Host=h;Database=d;Username=u"}});
  EXPECT_EQ(config_of(checked, "firebase"), R"({"ProjectId":"12345"})");
}

TEST(Layers, ElementsOfAListAreSetByIndex) {
  const std::string json = R"({"ForwardedHeaders":{"KnownNetworks":["10.0.0.0/8","10.1.0.0/16"]}})";
  EXPECT_EQ(check(json, {{"ForwardedHeaders__KnownNetworks__1", "192.0.2.0/24"},
                         {"ForwardedHeaders__KnownNetworks__2", "198.51.100.0/24"}})
                .config.forwarded.known_networks,
            (std::vector<std::string>{"10.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24"}));
  EXPECT_EQ(
      check("", {{"ForwardedHeaders__KnownNetworks__0", "192.0.2.0/24"}}).config.forwarded.known_networks,
      std::vector<std::string>{"192.0.2.0/24"});
  EXPECT_EQ(fault_at(check("", {{"ForwardedHeaders__KnownNetworks__1", "192.0.2.0/24"}}).faults,
                     "ForwardedHeaders:KnownNetworks:0"),
            "expected string, found nothing|nothing sets this element: the first of a list has the index 0|");
  EXPECT_FALSE(check(json, {{"ForwardedHeaders__KnownNetworks__99999999", "x"}}).ok());
}

TEST(Layers, AHigherFileReplacesAListWhole) {
  Sources sources = sources_of(R"({"ForwardedHeaders":{"KnownNetworks":["10.0.0.0/8","10.1.0.0/16"]}})");
  sources.files.push_back(
      {"appsettings.Production.json", R"({"ForwardedHeaders":{"KnownNetworks":["192.0.2.0/24"]}})"});
  const auto checked = check_configuration(sources, sample_plugins());
  EXPECT_EQ(checked.config.forwarded.known_networks, std::vector<std::string>{"192.0.2.0/24"});
  EXPECT_EQ(shown(checked, "ForwardedHeaders:KnownNetworks:0").layer, "appsettings.Production.json");
  EXPECT_EQ(shown(checked, "ForwardedHeaders:KnownNetworks:1").path, "");
}

TEST(Layers, UrlsOfTheEnvironmentWin) {
  const std::string json = R"({"Urls":"http://127.0.0.1:1"})";
  EXPECT_EQ(check(json, {{"ASPNETCORE_URLS", "http://127.0.0.1:2"}}).config.listen.port, 2);
  EXPECT_EQ(check(json, {{"ASPNETCORE_URLS", "http://127.0.0.1:2"}, {"GATEWAY_URLS", "http://127.0.0.1:3"}})
                .config.listen.port,
            3);
  EXPECT_EQ(
      check(json, {{"GATEWAY_URLS", "http://127.0.0.1:3"}}, {"Urls=http://127.0.0.1:4"}).config.listen.port,
      4);
}

TEST(Layers, OverridesAreCheckedForTheirForm) {
  for (const auto* text : {"Urls", "=x", "", "A::B=x", ":=x"}) {
    EXPECT_FALSE(check("", {}, {text}).ok()) << text;
  }
  std::string deep = "a";
  for (int i = 0; i < 5'000; ++i)
    deep += ":a";
  EXPECT_FALSE(check("", {}, {deep + "=x"}).ok());
  EXPECT_EQ(check("", {}, {"Tokens:Audience=a=b"}).config.tokens.audience, "a=b");
}

TEST(Layers, TheProcessHasAnEnvironment) {
  EXPECT_EQ(process_environment().count("PATH"), 1U);
}

}  // namespace
}  // namespace gateway::config
