// What is found wrong, and how it is said.
#include <gtest/gtest.h>

#include "config_samples.hpp"
#include "core/config/gateway_schema.hpp"
#include "core/config/key_names.hpp"
#include "core/config/schema_fit.hpp"

namespace gateway::config {
namespace {

constexpr const char* kDocumented = R"({
  "Logging": {"LogLevel": {"Default": "Warning", "Microsoft.AspNetCore": "Error", "Microsoft.EntityFrameworkCore": "Error"}},
  "AllowedHosts": "api.example.com",
  "Urls": "http://0.0.0.0:8080",
  "ConnectionStrings": {"IdentityServiceDb": "${IDENTITY_DB_CONNECTION_STRING}"},
  "Firebase": {"ProjectId": "${FIREBASE_PROJECT_ID}", "CredentialsPath": "/app/secrets/admin.json", "ApiKey": "${FIREBASE_API_KEY}"},
  "Cors": {"AllowedOrigins": ["https://app.example.com", "https://admin.example.com"]},
  "RateLimit": {"AuthEndpoints": 10, "ReadEndpoints": 100, "WriteEndpoints": 50}
})";

Environment documented_environment() {
  return {{"IDENTITY_DB_CONNECTION_STRING",
           "Host=db;Database=identity;Username=app;Password=pw;SSL Mode=Require"},
          {"FIREBASE_PROJECT_ID", "project"},
          {"FIREBASE_API_KEY", "AIza"}};
}

TEST(Checks, TheDocumentedFileWorksUnchanged) {
  const auto checked = check(kDocumented, documented_environment());
  ASSERT_TRUE(checked.ok()) << all_of(checked.faults);
  const GatewayConfig& config = checked.config;
  EXPECT_EQ(config.listen, (ListenAddress{"0.0.0.0", 8080}));
  EXPECT_EQ(config.log_levels.at("Default"), "Warning");
  EXPECT_EQ(config.log_levels.at("Microsoft.AspNetCore"), "Error");
  ASSERT_TRUE(config.database.has_value());
  EXPECT_EQ(config.database->host, "db");
  EXPECT_TRUE(config.tokens.issued_by_provider);
  EXPECT_EQ(config_of(checked, "firebase"),
            R"({"ProjectId":"project","CredentialsPath":"/app/secrets/admin.json","ApiKey":"AIza"})");
  EXPECT_EQ(config_of(checked, "rate-limit"),
            R"({"AuthEndpoints":10,"ReadEndpoints":100,"WriteEndpoints":50})");
  EXPECT_EQ(config_of(checked, "allowed-hosts"), R"({"Value":"api.example.com"})");
  EXPECT_NE(config_of(checked, "postgres").find("Host=db"), std::string::npos);
  std::string ids;
  for (const PluginSelection& plugin : config.plugins)
    ids += plugin.id + " ";
  EXPECT_EQ(ids, "firebase postgres allowed-hosts cors rate-limit security-headers ");
}

TEST(Checks, AttemptsAreHeldUpByDefaultAndTheirTimesFitEachOther) {
  const auto defaults = check("{}");
  ASSERT_TRUE(defaults.ok()) << all_of(defaults.faults);
  EXPECT_EQ(defaults.config.attempts.account.free, 10);
  EXPECT_EQ(defaults.config.attempts.account.longest_delay, std::chrono::minutes(15));
  EXPECT_EQ(defaults.config.attempts.account.forget, std::chrono::hours(24));
  EXPECT_EQ(defaults.config.attempts.address.free, 50);
  EXPECT_EQ(defaults.config.attempts.mail.first_delay, std::chrono::minutes(1));
  EXPECT_EQ(defaults.config.attempts.trust, std::chrono::hours(30 * 24));
  EXPECT_EQ(defaults.config.attempts.entries, 100'000);
  const auto checked = check(R"({"Attempts": {
    "Account": {"FirstDelaySeconds": 60, "LongestDelaySeconds": 30},
    "Address": {"LongestDelaySeconds": 3600, "ForgetMinutes": 59},
    "Mail": {"Free": 0}}})");
  EXPECT_EQ(
      fault_at(checked.faults, "Attempts:Account:LongestDelaySeconds"),
      "is shorter than FirstDelaySeconds|The longest wait, so that nobody is locked out for good (OWASP "
      "ASVS 2.2.1).|appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Attempts:Address:ForgetMinutes"),
            "is shorter than LongestDelaySeconds|An address's failures are forgotten so long after the last; "
            "success does not reset them.|appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Attempts:Mail:Free"),
            "expected integer from 1 to 1000|Mails (forgotten password, verification) that can be asked "
            "for one email until the next has to wait.|appsettings.json");
}

TEST(Checks, EveryFaultIsThereAtOnce) {
  const auto checked = check(R"({
    "Tokens": {"AccessTokenMinutes": "sixty", "SessionDays": 0, "Algorithm": "HS256", "Isuer": "gateway"},
    "Users": {"Types": "Buyer", "Password": {"MinLength": 2.5}},
    "Firebase": {"ApiKey": 5, "SkewSeconds": 600, "Extra": 1},
    "Cors": {"AllowedOrigins": ["https://ok", "ftp://no", 3]},
    "Server": {"MaxBodyBytes": null},
    "Urls": "https://0.0.0.0:443",
    "ConnectionStrings": {"IdentityServiceDb": "Host=h"},
    "Loging": {}
  })");
  EXPECT_EQ(fault_at(checked.faults, "Tokens:AccessTokenMinutes"),
            "expected integer from 1 to 1440, found string|Life of an access token.|appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Tokens:SessionDays"),
            "expected integer from 1 to 3650|Life of a session, however often it is "
            "refreshed.|appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Tokens:Algorithm"),
            "is none of ES256, RS256, EdDSA|How the gateway signs.|appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Tokens:Isuer"), "unknown key|did you mean Issuer?|appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Users:Types"),
            "expected array, found string|User types, of letters, digits, `.`, `_` and `-`: they travel in "
            "headers.|appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Users:Password:MinLength"),
            "expected integer from 6 to 64, found number|Shortest password, in characters.|appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Firebase:ProjectId"), "is missing||");
  EXPECT_EQ(fault_at(checked.faults, "Firebase:ApiKey"), "expected string, found integer||appsettings.json");
  EXPECT_NE(fault_at(checked.faults, "Firebase:SkewSeconds"), "");
  EXPECT_NE(fault_at(checked.faults, "Firebase:Extra"), "");
  EXPECT_EQ(fault_at(checked.faults, "Cors:AllowedOrigins:1"),
            "does not have the form that is wanted||appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Cors:AllowedOrigins:2"),
            "expected string, found integer||appsettings.json");
  EXPECT_EQ(
      fault_at(checked.faults, "Server:MaxBodyBytes"),
      "expected integer from 1024 to 16777216, found nothing|Size of a request's body.|appsettings.json");
  EXPECT_NE(fault_at(checked.faults, "Urls").find("terminate TLS in front"), std::string::npos);
  EXPECT_EQ(fault_at(checked.faults, "ConnectionStrings:IdentityServiceDb"),
            "Database is missing|add Database=…, or write "
            "postgresql://user:password@host/database|appsettings.json");
  EXPECT_NE(all_of(checked.faults).find("Username is missing"), std::string::npos) << "both of the same key";
  EXPECT_NE(fault_at(checked.faults, "Loging").find("did you mean Logging?"), std::string::npos);
  EXPECT_EQ(checked.faults.size(), 17U) << all_of(checked.faults);
}

TEST(Checks, KeysThatEncryptKeysAre32BytesInBase64) {
  const std::string good = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=";
  const auto sound =
      check(R"({"Tokens":{"KeyEncryptionKey":")" + good +
            R"(","PreviousKeyEncryptionKeys":["__________________________________________8"]}})");
  ASSERT_TRUE(sound.ok()) << all_of(sound.faults);
  EXPECT_EQ(sound.config.tokens.key_encryption_key.reveal(), "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345");
  EXPECT_EQ(sound.config.tokens.previous_key_encryption_keys.size(), 1U);
  EXPECT_EQ(shown(sound, "Tokens:KeyEncryptionKey").value, "***");

  for (const char* bad : {"short", "QUJD", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU2"}) {
    const auto checked = check(R"({"Tokens":{"KeyEncryptionKey":")" + std::string(bad) + R"("}})");
    EXPECT_NE(fault_at(checked.faults, "Tokens:KeyEncryptionKey").find("32 bytes"), std::string::npos) << bad;
    EXPECT_EQ(all_of(checked.faults).find(bad), std::string::npos) << "a fault never shows the value";
  }
  const auto alone = check(R"({"Tokens":{"PreviousKeyEncryptionKeys":[")" + good + R"("]}})");
  EXPECT_NE(fault_at(alone.faults, "Tokens:PreviousKeyEncryptionKeys"), "");
}

TEST(Checks, AMalformedFileIsOneFault) {
  const auto checked = check("{\n\"Urls\": \n}");
  EXPECT_NE(fault_at(checked.faults, "appsettings.json").find("line 3"), std::string::npos);
  EXPECT_EQ(checked.faults.size(), 1U) << all_of(checked.faults);
}

TEST(Checks, WithoutAnythingLocalAndMemoryRun) {
  const auto checked = check("");
  ASSERT_TRUE(checked.ok()) << all_of(checked.faults);
  std::string ids;
  for (const PluginSelection& plugin : checked.config.plugins)
    ids += plugin.id + " ";
  EXPECT_EQ(ids, "local memory allowed-hosts security-headers ");
  EXPECT_FALSE(checked.config.tokens.issued_by_provider);
  EXPECT_NE(fault_at(checked.warnings, "Plugins:Storage"), "");
  EXPECT_NE(fault_at(checked.warnings, "Tokens:IssuerUrl"), "");
}

TEST(Checks, AConnectionStringAloneKeepsLocalAccountsInThere) {
  const auto checked = check(R"({"ConnectionStrings":{"IdentityServiceDb":"Host=h;Database=d;Username=u"}})");
  ASSERT_TRUE(checked.ok()) << all_of(checked.faults);
  std::string ids;
  for (const PluginSelection& plugin : checked.config.plugins)
    ids += plugin.id + " ";
  EXPECT_EQ(ids, "local postgres allowed-hosts cors rate-limit security-headers ");
}

// As `export IDENTITY_DB_CONNECTION_STRING=$(…)` leaves it when its command failed.
TEST(Checks, AnEmptyConnectionStringDoesNotMeanMemory) {
  constexpr const char* kPath = "ConnectionStrings:IdentityServiceDb";
  const auto checked = check(R"({"ConnectionStrings":{"IdentityServiceDb":"${DB}"}})", {{"DB", ""}});
  EXPECT_EQ(fault_at(checked.faults, kPath).rfind("is empty|", 0), 0U) << all_of(checked.faults);
  EXPECT_TRUE(check(R"({"ConnectionStrings":{"IdentityServiceDb":""},"Plugins":{"Storage":"memory"}})").ok());
}

TEST(Checks, AnEmptyConnectionStringDoesNotMeanLimitsOfEachInstanceItsOwn) {
  const auto checked = check(R"({"ConnectionStrings":{"Redis":"${REDIS}"}})", {{"REDIS", ""}});
  EXPECT_EQ(fault_at(checked.faults, "ConnectionStrings:Redis").rfind("is empty|", 0), 0U)
      << all_of(checked.faults);
}

TEST(Checks, FirebaseWithoutADatabaseIsAFault) {
  const auto checked = check(R"({"Firebase":{"ProjectId":"p"}})");
  EXPECT_EQ(fault_at(checked.faults, "ConnectionStrings:IdentityServiceDb"),
            "is missing|with a section Firebase users are kept in PostgreSQL: set it, or Plugins:Storage to "
            "memory if that is meant|");
  EXPECT_EQ(checked.faults.size(), 1U) << all_of(checked.faults);
}

TEST(Checks, EntriesOfPluginsMayHaveIdConfigAndPin) {
  const std::string pin(64, 'a');
  const auto checked = check(
      R"({"plugins":{"providers":["local",{"name":"local","ID":"second","config":{"memorykib":"${KIB:-9}"},"Sha256":")" +
      pin + R"("}],"storage":{"Name":"memory"},"policies":[]},"local":{"MemoryKiB":5}})");
  ASSERT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(checked.config.plugins.size(), 3U);
  EXPECT_EQ(config_of(checked, "local"), R"({"MemoryKiB":5})");
  EXPECT_EQ(config_of(checked, "second"), R"({"MemoryKiB":9})");
  EXPECT_EQ(plugin_of(checked, "second")->name, "local");
  EXPECT_EQ(plugin_of(checked, "second")->sha256, pin);
  EXPECT_EQ(plugin_of(checked, "memory")->kind, PluginKind::Storage);
  EXPECT_EQ(config_of(checked, "memory"), "{}");
}

TEST(Checks, EntriesOfPluginsAreChecked) {
  const auto checked = check(R"({"Plugins":{
    "Providers":["local","local",{"Id":"x"},{"Name":"local","Id":"b","Config":{"MemoryKB":1}},"../evil",{"Name":"local","Id":"UP"},7,
                 {"Name":"local","Id":"c","Sha256":"zz"}],
    "Storage":["memory"],"Extra":1}})");
  EXPECT_NE(fault_at(checked.faults, "Plugins:Providers:1").find("another plugin has the id local"),
            std::string::npos);
  EXPECT_EQ(fault_at(checked.faults, "Plugins:Providers:2:Name"), "is missing||");
  EXPECT_NE(fault_at(checked.faults, "Plugins:Providers:3:Config:MemoryKB").find("did you mean MemoryKiB?"),
            std::string::npos);
  EXPECT_NE(fault_at(checked.faults, "Plugins:Providers:4"), "");
  EXPECT_NE(fault_at(checked.faults, "Plugins:Providers:5:Id"), "");
  EXPECT_NE(fault_at(checked.faults, "Plugins:Providers:6").find("expected string or object"),
            std::string::npos);
  EXPECT_NE(fault_at(checked.faults, "Plugins:Providers:7:Sha256"), "");
  EXPECT_NE(fault_at(checked.faults, "Plugins:Storage").find("expected string or object"), std::string::npos);
  EXPECT_EQ(fault_at(checked.faults, "Plugins:Extra"),
            "unknown key|known are Directory, Providers, Storage, Counters, Policies|appsettings.json");
}

// What stands in the section of the plugin that was meant is told with it.
TEST(Checks, AConfigOfTheStorageMayLeaveOutTheDocumentedConnectionString) {
  const auto checked = check(R"({"ConnectionStrings":{"IdentityServiceDb":"Host=h;Database=d;Username=u"},
    "Plugins":{"Storage":{"Name":"postgres","Config":{"Other":1}}}})");
  ASSERT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(config_of(checked, "postgres"),
            R"({"Other":1,"IdentityServiceDb":"Host=h;Database=d;Username=u"})");
  const auto misspelt = check(R"({"ConnectionStrings":{"IdentityServiceDb":"Host=h;Database=d;Username=u"},
    "Plugins":{"Storage":{"Name":"postgress","Config":{}}}})");
  EXPECT_TRUE(misspelt.faults.empty()) << "the loader's alone: " << all_of(misspelt.faults);
  const auto without = check(R"({"Plugins":{"Storage":{"Name":"postgres","Config":{"Other":1}}}})");
  EXPECT_EQ(fault_at(without.faults, "ConnectionStrings:IdentityServiceDb"), "is missing||");
}

TEST(Checks, ASectionBesideAConfigOfItsOwnIsToldAsSuch) {
  const auto checked = check(R"({"Plugins":{"Policies":[{"Name":"cors","Config":{}}]},"Cors":{}})");
  EXPECT_EQ(fault_at(checked.warnings, "Cors"),
            "is not read: where cors is selected, it has a Config of its own|leave the section out, or the "
            "Config|appsettings.json");
}

TEST(Checks, AKeyThatIsSetAsWellIsNotWhatWasMeant) {
  const auto checked = check(R"({"Local":{"MemoryKiB":1,"MemoryKB":2}})");
  EXPECT_EQ(fault_at(checked.faults, "Local:MemoryKB"),
            "unknown key|leave it out: MemoryKiB is set as well|appsettings.json");
}

TEST(Checks, AFileThatCannotBeReadLeavesNothingOut) {
  EXPECT_TRUE(check("{").warnings.empty());
  EXPECT_FALSE(check("{}").warnings.empty());
}

// Told at once with the plugin that is not there, as a warning: it may be that plugin's.
TEST(Checks, AnUnknownSectionBesideAPluginThatIsNotThereIsAWarning) {
  const auto checked = check_configuration(sources_of(R"({"Kestrel":{},"Plugins":{"Policies":["nowhere"]}})"),
                                           sample_plugins(), false);
  EXPECT_EQ(fault_at(checked.warnings, "Kestrel"),
            "unknown section: neither the gateway nor a plugin in the folder reads it|leave it out, unless "
            "it is of a "
            "plugin that is not there|appsettings.json");
}

TEST(Checks, AMisspeltPluginIsNamedAndItsSectionChecked) {
  const auto checked = check(R"({"Plugins":{"Policies":["Rate_Limit","Cors"]},"RateLimit":{"ReadEndpoints":0},
    "Cors":{"AllowedOrigins":5}})");
  EXPECT_EQ(fault_at(checked.faults, "Plugins:Policies:0"),
            "is not the name of a plugin|did you mean rate-limit?|appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Plugins:Policies:1"),
            "is not the name of a plugin|did you mean cors?|appsettings.json");
  EXPECT_NE(fault_at(checked.faults, "RateLimit:ReadEndpoints"), "");
  EXPECT_NE(fault_at(checked.faults, "Cors:AllowedOrigins"), "");
  EXPECT_EQ(fault_at(checked.warnings, "RateLimit") + fault_at(checked.warnings, "Cors"), "");
  EXPECT_EQ(checked.faults.size(), 4U) << all_of(checked.faults);
}

TEST(Checks, TheConfigOfAnEntryWithAnotherFaultIsChecked) {
  const auto checked = check(R"({"Plugins":{"Policies":[
    {"Name":"Cors","Config":{"AllowedOrigins":5}}, {"Name":"rate-limit","Id":"BAD ID","Config":{"ReadEndpoints":0}},
    "cors", {"Name":"cors","Config":{"Nope":1}}]}})");
  EXPECT_NE(fault_at(checked.faults, "Plugins:Policies:0:Config:AllowedOrigins"), "");
  EXPECT_NE(fault_at(checked.faults, "Plugins:Policies:1:Id"), "");
  EXPECT_NE(fault_at(checked.faults, "Plugins:Policies:1:Config:ReadEndpoints"), "");
  EXPECT_NE(fault_at(checked.faults, "Plugins:Policies:3:Config:Nope"), "");
  EXPECT_EQ(checked.faults.size(), 6U) << all_of(checked.faults);
}

TEST(Checks, AValueThatIsNotUtf8IsOneFault) {
  const auto checked = check(
      "", {{"ConnectionStrings__IdentityServiceDb", "Host=\xff"}, {"ConnectionStrings__Redis", "\xff"}});
  EXPECT_EQ(fault_at(checked.faults, "ConnectionStrings:Redis"),
            "is not UTF-8|save or set it in that encoding|environment variable ConnectionStrings__Redis");
  EXPECT_EQ(checked.faults.size(), 2U) << all_of(checked.faults);
}

TEST(Checks, ASectionMayBeGivenAsAText) {
  const auto checked = check("", {}, {R"(Local={"MemoryKiB":5,"Nope":1})"});
  EXPECT_EQ(fault_at(checked.faults, "Local:Nope"),
            "unknown key|known are MemoryKiB, Pepper, PepperSecret|--set");
  EXPECT_EQ(checked.faults.size(), 1U) << all_of(checked.faults);
  EXPECT_EQ(config_of(check("", {}, {R"(Local={"memorykib":5})"}), "local"), R"({"MemoryKiB":5})");
}

TEST(Checks, ASectionThatIsNoObjectSaysWhatItsKeysAre) {
  const auto checked = check(R"({"Local":"x","Tokens":[]})");
  EXPECT_EQ(fault_at(checked.faults, "Local"),
            "expected object, found string|its keys are MemoryKiB, Pepper, PepperSecret|appsettings.json");
  EXPECT_EQ(fault_at(checked.faults, "Tokens").rfind("expected object, found array|its keys are Issuer, ", 0),
            0U);
  EXPECT_EQ(checked.faults.size(), 2U) << all_of(checked.faults);
}

// A schema that no validator can follow, and one with a fault about the section as a whole.
TEST(Checks, OddSchemasOfPluginsAreToldAndNotDiedOf) {
  const auto with = [](const char* schema) {
    return check_configuration(sources_of(R"({"Odd":{},"Plugins":{"Policies":["odd"]}})"),
                               {{"odd", "Odd", schema}})
        .faults;
  };
  for (const char* schema : {R"({"$ref":"#"})", R"({"$ref":"#/a","a":{"$ref":"#/b"},"b":{"$ref":"#/a"}})"})
    EXPECT_EQ(fault_at(with(schema), "Odd").rfind("its schema cannot be used", 0), 0U) << schema;
  EXPECT_NE(fault_at(with(R"({"type":"object","minProperties":1})"), "Odd"), "");
  EXPECT_NE(fault_at(with(R"({"anyOf":[{"required":["A"]},{"required":["B"]}]})"), "Odd"), "");
  EXPECT_TRUE(with(R"({"type":"object","properties":{"Child":{"$ref":"#"}}})").empty()) << "a tree is none";
}

TEST(Checks, ASectionThatTwoInstancesReadIsToldOnce) {
  const auto checked =
      check(R"({"Plugins":{"Providers":["local",{"Name":"local","Id":"b"}]},"Local":{"Argon2":1}})");
  EXPECT_EQ(fault_at(checked.faults, "Local:Argon2"),
            "unknown key|known are MemoryKiB, Pepper, PepperSecret|appsettings.json");
  EXPECT_EQ(checked.faults.size(), 1U) << all_of(checked.faults);
}

TEST(Checks, WhatFollowsFromAFaultIsNotTold) {
  const auto checked = check(R"({"Users":{"Types":["Bu yer","Admin"]}})");
  EXPECT_NE(fault_at(checked.faults, "Users:Types:0"), "");
  EXPECT_EQ(checked.faults.size(), 1U) << all_of(checked.faults);
}

// As a variable leaves it that is there and empty.
TEST(Checks, AnEmptyKeyEncryptionKeyDoesNotMeanKeysInClear) {
  const auto checked = check(R"({"Tokens":{"KeyEncryptionKey":"${KEK}"}})", {{"KEK", ""}});
  EXPECT_EQ(fault_at(checked.faults, "Tokens:KeyEncryptionKey").rfind("is empty|", 0), 0U)
      << all_of(checked.faults);
  EXPECT_TRUE(check("{}").ok());
}

TEST(Checks, AVariableWithAMisspeltSectionIsAWarning) {
  const auto checked =
      check("{}", {{"Token__AccessTokenMinutes", "5"}, {"OTHER__X", "1"}, {"Tokens_X", "1"}});
  EXPECT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(fault_at(checked.warnings, "Token__AccessTokenMinutes"),
            "is not read: there is no section Token|did you mean Tokens__AccessTokenMinutes?|environment "
            "variable");
  EXPECT_EQ(fault_at(checked.warnings, "OTHER__X") + fault_at(checked.warnings, "Tokens_X"), "");
}

TEST(Checks, ASectionOfAPluginThatIsNotSelectedIsAWarning) {
  const auto checked = check(R"({"Cors":{"Whatever":[1]},"Plugins":{"Policies":[]}})");
  EXPECT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_NE(fault_at(checked.warnings, "Cors").find("cors is not selected"), std::string::npos);
}

TEST(Checks, APluginThatIsNotInTheFolderIsLeftToTheLoader) {
  const auto checked = check_configuration(
      sources_of(
          R"({"Plugins":{"Providers":["other",{"Name":"other","Id":"o","Config":{"A":1}}],"Storage":"memory","Policies":[]}})"),
      sample_plugins());
  EXPECT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_EQ(config_of(checked, "other"), "{}");
  EXPECT_EQ(config_of(checked, "o"), R"({"A":1})");
}

TEST(Checks, PoliciesKeepTheirOrderAndOneMayComeTwice) {
  const auto checked = check_configuration(
      sources_of(R"({"Plugins":{"Providers":["local"],"Storage":"memory","Policies":["other",
        {"Name":"limit","Id":"limit-logins","Config":{"A":1}},"another",{"Name":"limit","Config":{"A":2}}]}})"),
      sample_plugins());
  EXPECT_TRUE(checked.ok()) << all_of(checked.faults);
  std::string order;
  for (const PluginSelection& plugin : checked.config.plugins) {
    if (plugin.kind == PluginKind::Policy) order += plugin.name + ":" + plugin.id + " ";
  }
  EXPECT_EQ(order, "other:other limit:limit-logins another:another limit:limit ");
  EXPECT_EQ(config_of(checked, "limit-logins"), R"({"A":1})");
  EXPECT_EQ(config_of(checked, "limit"), R"({"A":2})");

  const auto twice = check(R"({"Plugins":{"Policies":["cors",{"Name":"cors","Config":{}}]}})");
  EXPECT_NE(fault_at(twice.faults, "Plugins:Policies:1").find("another plugin has the id cors"),
            std::string::npos)
      << all_of(twice.faults);
}

TEST(Checks, APluginWithoutAUsableSchemaIsAFaultAndNothingMore) {
  for (const auto* schema : {"", "[]", "not json", R"({"type":5})", R"({"properties":{"A":{"pattern":"("}}})",
                             R"({"required":"A"})", R"({"$ref":"#/nowhere"})", R"({"$ref":"http://x/y"})"}) {
    const auto checked = check_configuration(
        sources_of(R"({"Odd":{"A":"b"},"Plugins":{"Policies":["odd"]}})"), {{"odd", "Odd", schema}});
    EXPECT_NE(fault_at(checked.faults, "Odd"), "") << schema;
  }
}

TEST(Checks, APlainValueForAPluginIsCheckedAsItsValue) {
  EXPECT_NE(fault_at(check(R"({"AllowedHosts":")" + std::string(101, 'a') + R"("})").faults, "AllowedHosts"),
            "");
  EXPECT_EQ(fault_at(check(R"({"AllowedHosts":["a"]})").faults, "AllowedHosts"),
            "expected string, found array|Host names that are served, separated by `;`; `*.example.com` for "
            "all below, `*` for any.|appsettings.json");
}

TEST(Checks, UserTypesBelongTogether) {
  const auto checked =
      check(R"({"Users":{"Types":["A","B"],"SelfSignupTypes":["A","C","Root"],"AdminType":"Root"}})");
  EXPECT_NE(fault_at(checked.faults, "Users:AdminType"), "");
  EXPECT_NE(fault_at(checked.faults, "Users:SelfSignupTypes:1"), "");
  EXPECT_EQ(checked.faults.size(), 3U) << all_of(checked.faults);
}

TEST(Checks, check_27_NobodyMayGiveItselfTheAdminType) {
  const auto checked = check(R"({"Users":{"SelfSignupTypes":["Buyer","Admin"]}})");
  EXPECT_NE(fault_at(checked.faults, "Users:SelfSignupTypes:1").find("administrator"), std::string::npos);
}

TEST(Checks, OtherValuesThatNoSchemaCanSay) {
  for (const auto* json :
       {R"({"Tokens":{"IssuerUrl":"id.example.com"}})", R"({"Tokens":{"IssuerUrl":"https://id/"}})",
        R"({"Tokens":{"IssuerUrl":"https://id/?a"}})", R"({"ForwardedHeaders":{"Header":"X Y"}})",
        R"({"ForwardAuth":{"Cookie":"a;b"}})", R"({"Metrics":{"Url":"x"}})",
        R"({"Urls":"http://127.0.0.1:1","Metrics":{"Url":"http://127.0.0.1:1"}})"}) {
    EXPECT_EQ(check(json).faults.size(), 1U) << json << all_of(check(json).faults);
  }
  EXPECT_EQ(check(R"({"Metrics":{"Url":"http://127.0.0.1:9"}})").config.metrics_listen,
            (ListenAddress{"127.0.0.1", 9}));
}

// It was taken and did nothing: a preset follows as many entries as its proxies add.
TEST(Checks, HowManyEntriesAreFollowedIsThePresetsOrForwardLimits) {
  constexpr const char* kKey = "ForwardedHeaders:ForwardLimit";
  for (const char* preset : {"alb", "cloudfront+alb", "nginx", "none"}) {
    const auto checked =
        check(R"({"ForwardedHeaders":{"Preset":")" + std::string(preset) + R"(","ForwardLimit":2}})");
    EXPECT_EQ(fault_at(checked.faults, kKey).rfind("is set beside Preset", 0), 0U) << all_of(checked.faults);
  }
  EXPECT_TRUE(check(R"({"ForwardedHeaders":{"Preset":"alb"}})").ok());
  EXPECT_TRUE(check(R"({"ForwardedHeaders":{"KnownNetworks":["10.0.0.0/8"],"ForwardLimit":2}})").ok());
  EXPECT_NE(
      fault_at(
          check(R"({"ForwardedHeaders":{"Preset":"alb"}})", {{"ForwardedHeaders__ForwardLimit", "1"}}).faults,
          kKey),
      "");
}

TEST(Checks, TheIssuerFollowsTheAddressWhereNobodySaysIt) {
  const auto issuer = [](const char* json) { return check(json).config.tokens.issuer_url; };
  EXPECT_EQ(issuer(""), "http://127.0.0.1:8080");
  EXPECT_EQ(issuer(R"({"Urls":"http://localhost:9000"})"), "http://127.0.0.1:9000");
  for (const char* all : {R"({"Urls":"http://*:9000"})", R"({"Urls":"http://+:9000"})",
                          R"({"Urls":"http://0.0.0.0:9000"})", R"({"Urls":"http://[::]:9000"})"}) {
    EXPECT_EQ(issuer(all), "http://127.0.0.1:9000") << all;
  }
  EXPECT_EQ(issuer(R"({"Urls":"http://192.0.2.1:9000"})"), "http://192.0.2.1:9000");
  EXPECT_EQ(issuer(R"({"Urls":"http://[2001:db8::1]:9000"})"), "http://[2001:db8::1]:9000");
  EXPECT_EQ(issuer(R"({"Urls":"http://127.0.0.1:0"})"), "http://127.0.0.1:8080");
  EXPECT_EQ(issuer(R"({"Urls":"http://127.0.0.1:9000","tokens":{"issuerurl":"https://id.example.com"}})"),
            "https://id.example.com");
  EXPECT_EQ(check("", {{"GATEWAY_URLS", "http://*:9001"}}).config.tokens.issuer_url, "http://127.0.0.1:9001");
  EXPECT_EQ(shown(check(R"({"Urls":"http://*:9000"})"), "Tokens:IssuerUrl").layer, "default");
  // A bad Urls is one fault, not two.
  EXPECT_EQ(check(R"({"Urls":"nonsense"})").faults.size(), 1U);
}

TEST(Checks, NamesOfEnumerationsHaveNoCase) {
  const auto checked = check(
      R"({"Tokens":{"Issuer":"provider","Algorithm":"eddsa"},"Logging":{"LogLevel":{"auth":"debug"}}})");
  ASSERT_TRUE(checked.ok()) << all_of(checked.faults);
  EXPECT_TRUE(checked.config.tokens.issued_by_provider);
  EXPECT_EQ(checked.config.tokens.algorithm, "EdDSA");
  EXPECT_EQ(checked.config.log_levels.at("auth"), "Debug");
  EXPECT_EQ(fault_at(check(R"({"Logging":{"LogLevel":{"auth":"verbose"}}})").faults, "Logging:LogLevel:auth"),
            "is none of Trace, Debug, Information, Warning, Error, Critical, None||appsettings.json");
}

TEST(Checks, DefaultsAreThoseOfTheSchema) {
  const GatewayConfig config = check("").config;
  EXPECT_EQ(config.server.max_body_bytes, 65536U);
  EXPECT_EQ(config.server.idle_timeout, std::chrono::seconds(75));
  EXPECT_EQ(config.workers.blocking_threads, 32U);
  EXPECT_EQ(config.users.types, (std::vector<std::string>{"Buyer", "Vendor", "Admin"}));
  EXPECT_TRUE(config.forwarded.known_networks.empty());
  EXPECT_EQ(config.tokens.key_rotation, std::chrono::days(90));
  EXPECT_EQ(config.log_format, "Auto");
}

TEST(Checks, ThePluginFolderIsKnownBeforeThePlugins) {
  EXPECT_EQ(plugin_directory(
                sources_of(R"({"Plugins":{"Directory":"${HERE}/p"},"Unknown":1})", {{"HERE", "/opt"}})),
            "/opt/p");
  EXPECT_EQ(plugin_directory(sources_of("not json")), "");
}

TEST(Checks, check_34_FaultsNeverHoldAValue) {
  const auto checked =
      check(R"({"Firebase":{"ProjectId":["hunter2"],"ApiKey":{"hunter2":"hunter2"}},"Urls":"hunter2",
    "Tokens":{"Issuer":"hunter2","SessionDays":"hunter2"},"Cors":{"AllowedOrigins":["hunter2"]},
    "ConnectionStrings":{"IdentityServiceDb":"Host=h;Password=x;hunter2"},"Users":{"AdminType":"hunter2"}})");
  EXPECT_FALSE(checked.ok());
  EXPECT_EQ(all_of(checked.faults).find("hunter2"), std::string::npos) << all_of(checked.faults);
}

// Every string of the gateway's own schema with a suspicious name must say whether it is a secret.
void expect_marked(const SchemaNode& node, const std::string& path) {
  if (node.properties() == nullptr) return;
  for (const auto& property : node.properties()->GetObject()) {
    const SchemaNode child(property.value, node.root());
    const std::string child_path = join_path(path, text_of(property.name));
    if (child.types() == "string" && sounds_secret(child_path)) {
      EXPECT_NE(child.keyword("writeOnly"), nullptr) << child_path;
    }
    expect_marked(child, child_path);
  }
}

TEST(Checks, SecretsOfTheSchemaAreMarked) {
  const SchemaNode root(gateway_schema());
  EXPECT_NE(
      SchemaNode(*SchemaNode(*root.member("ConnectionStrings"), root.root()).member("IdentityServiceDb"),
                 root.root())
          .keyword("writeOnly"),
      nullptr);
  for (const auto& section : root.properties()->GetObject()) {
    if (text_of(section.name) != "Tokens")
      expect_marked(SchemaNode(section.value, root.root()), std::string(text_of(section.name)));
  }
}

}  // namespace
}  // namespace gateway::config
