#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "config_samples.hpp"
#include "core/config/config_report.hpp"
#include "core/config/gateway_schema.hpp"
#include "core/config/reference.hpp"

namespace gateway::config {
namespace {

TEST(Report, ShowsValuesAndLayers) {
  const auto checked =
      check(R"({"Tokens":{"SessionDays":3},"Users":{"Types":["A","Admin"],"SelfSignupTypes":[]}})");
  const std::string text = show_report(checked, ReportFormat::Text);
  EXPECT_NE(text.find("Tokens:SessionDays = 3  [appsettings.json]\n"), std::string::npos) << text;
  EXPECT_NE(text.find("Tokens:Algorithm = ES256  [default]\n"), std::string::npos);
  EXPECT_NE(text.find("Users:Types:1 = Admin  [appsettings.json]\n"), std::string::npos);
  EXPECT_NE(text.find("Users:SelfSignupTypes = []  [appsettings.json]\n"), std::string::npos);
  const auto json = parse_json(show_report(checked, ReportFormat::Json));
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(member(*json, "values")->Size(), checked.values.size());
}

TEST(Report, check_34_SecretsAreMasked) {
  const auto checked = check(R"({
    "ConnectionStrings": {"IdentityServiceDb": "Host=h;Database=d;Username=u;Password=hunter2"},
    "Firebase": {"ProjectId": "project", "ApiKey": "hunter2", "CredentialsPath": "hunter2", "Unknown": "hunter2"},
    "Local": {"PepperSecret": "hunter2", "Pepper": "salt", "Nested": {"Password": ["hunter2", 12345]}},
    "Misspelt": {"Url": "hunter2", "Pin": 12345, "Empty": ""},
    "Plugins": {"Providers": [{"Name": "firebase", "Config": {"ProjectId": "inline", "ApiKey": "hunter2"}},
                              {"Name": "other", "Config": {"Anything": "hunter2"}}]}
  })");
  for (const auto format : {ReportFormat::Text, ReportFormat::Json}) {
    const std::string all = show_report(checked, format) + check_report(checked, format);
    EXPECT_EQ(all.find("hunter2"), std::string::npos) << all;
    EXPECT_EQ(all.find("12345"), std::string::npos) << all;
  }
  EXPECT_EQ(shown(checked, "ConnectionStrings:IdentityServiceDb").value, "***");
  EXPECT_EQ(shown(checked, "Firebase:ProjectId").value, "project");
  EXPECT_EQ(shown(checked, "Local:Pepper").value, "salt");
  EXPECT_EQ(shown(checked, "Plugins:Providers:0:Config:ProjectId").value, "inline");
  EXPECT_EQ(shown(checked, "Plugins:Providers:0:Config:ApiKey").value, "***");
  EXPECT_EQ(shown(checked, "Misspelt:Empty").value, "");
}

// Of a URL the parts that hold secrets, wherever it stands; the rest is what an operator looks for.
TEST(Report, check_34_SecretsInUrlsAreMasked) {
  const auto shown_as = [](const std::string& path, const std::string& url) {
    const std::size_t colon = path.find(':');
    const auto checked = check(R"({")" + path.substr(0, colon) + R"(":{")" + path.substr(colon + 1) +
                               R"(":")" + url + R"("}})");
    for (const auto format : {ReportFormat::Text, ReportFormat::Json}) {
      const std::string all = show_report(checked, format) + check_report(checked, format);
      EXPECT_EQ(all.find("hunter2"), std::string::npos) << all;
    }
    return shown(checked, path).value;
  };
  EXPECT_EQ(shown_as("Sms:Url", "https://user:hunter2@sms.example.com:8443/send?key=hunter2#hunter2"),
            "https://***@sms.example.com:8443/send?***");
  EXPECT_EQ(shown_as("Sms:Url", "https://sms.example.com/send#hunter2"), "https://sms.example.com/send#***");
  EXPECT_EQ(shown_as("Sms:Url", "https://sms.example.com/send"), "https://sms.example.com/send");
  EXPECT_EQ(shown_as("Sms:Url", "https://hunter2/hunter2@h/?"), "https://***@h/?")
      << "a password need not be encoded as it should";
  EXPECT_EQ(shown_as("Local:Pepper", "https://hunter2@h/?x=hunter2"), "https://***@h/?***");
  EXPECT_EQ(shown_as("Local:Pepper", "a?b@c"), "a?b@c") << "is no URL";
}

// What a name sounds like is a guess, which the plugin's schema may correct.
TEST(Report, APluginMaySayWhatIsNoSecret) {
  const std::vector<PluginInfo> plugins{{"odd", "Odd", R"({"type":"object","properties":{
      "TokenKeys":{"type":"string","writeOnly":false},"OtherKey":{"type":"string"},
      "Secrets":{"type":"object","properties":{
        "Named":{"type":"string","writeOnly":false},"Rest":{"type":"string"}}}}})"}};
  const auto checked = check_configuration(sources_of(R"({"Plugins":{"Policies":["odd"]},
      "Odd":{"TokenKeys":"https://k.example.com/keys","OtherKey":"hunter2","Secrets":{"Named":"a","Rest":"hunter2"}}})"),
                                           plugins);
  EXPECT_EQ(shown(checked, "Odd:TokenKeys").value, "https://k.example.com/keys");
  EXPECT_EQ(shown(checked, "Odd:OtherKey").value, "***");
  EXPECT_EQ(shown(checked, "Odd:Secrets:Named").value, "a");
  EXPECT_EQ(shown(checked, "Odd:Secrets:Rest").value, "***");
}

TEST(Report, SaysWhatIsWrong) {
  const auto checked = check(R"({"Tokens":{"Isuer":"x"}})");
  EXPECT_EQ(check_report(checked, ReportFormat::Text)
                .find("fault: Tokens:Isuer: unknown key [appsettings.json]\n"
                      "  did you mean Issuer?\n"),
            0U)
      << check_report(checked, ReportFormat::Text);
  EXPECT_NE(check_report(checked, ReportFormat::Text).find("(Production): 1 fault, 2 warnings\n"),
            std::string::npos);
  const auto json = parse_json(check_report(checked, ReportFormat::Json));
  ASSERT_TRUE(json.ok());
  EXPECT_FALSE(member(*json, "ok")->GetBool());
  EXPECT_EQ(text_of(*member((*member(*json, "faults"))[0], "path")), "Tokens:Isuer");
  EXPECT_NE(check_report(check(""), ReportFormat::Text).find("sound"), std::string::npos);
}

TEST(Report, check_34_ValuesCannotForgeLines) {
  const auto checked = check("{\"Tokens\":{\"Audience\":\"a\\n\\u001b[2Jfault: b\",\"x\\ny\":1}}");
  const std::string text =
      show_report(checked, ReportFormat::Text) + check_report(checked, ReportFormat::Text);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("\nfault: b"), std::string::npos);
  EXPECT_EQ(text.find("x\ny"), std::string::npos);
}

TEST(Report, TheReferenceIsUpToDate) {
  std::ifstream in(GATEWAY_REFERENCE_FILE);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_EQ(text, reference_markdown(gateway_schema()))
      << "run: gateway_config_reference > core/config/REFERENCE.md";
}

TEST(Report, TheReferenceExplainsEveryKey) {
  const std::string text = reference_markdown(gateway_schema());
  for (const ShownValue& value : check("").values) {
    std::string key = value.path;  // of a list the elements are shown
    if (const auto last = key.rfind(':');
        key.find_first_not_of("0123456789", last + 1) == std::string::npos) {
      key.resize(last);
    }
    EXPECT_NE(text.find("| `" + key + "` |"), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace gateway::config
