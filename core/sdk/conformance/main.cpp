// gateway-conformance store|provider|policy|counters PLUGIN.so [--config FILE.json] [--account FILE.json]
//                                                     [GoogleTest options]
// Exit: 0 the plugin conforms, 1 it does not, 2 wrong usage or a plugin that cannot be opened.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <gateway/json.hpp>

#include "subject.hpp"

namespace {

using namespace gateway;
using conformance::KnownAccount;
using conformance::PluginLibrary;
using conformance::Subject;

constexpr const char* kUsage =
    "usage: gateway-conformance store|provider|policy|counters PLUGIN.so [--config FILE.json] [--account "
    "FILE.json]\n"
    "  --config   the plugin's section of the configuration; default {}\n"
    "  --account  {\"email\":…, \"password\":…} of an account that exists, for a provider without sign-up\n"
    "Options of GoogleTest (--gtest_filter=…, --gtest_repeat=…) work as well.\n";

struct Kind {
  std::string_view name;
  PluginKind kind;
  const char* filter;
};
constexpr Kind kKinds[] = {{"store", PluginKind::Storage, "Plugin.*:Store*"},
                           {"provider", PluginKind::Provider, "Plugin.*:Provider*"},
                           {"policy", PluginKind::Policy, "Plugin.*:Policy*"},
                           {"counters", PluginKind::Counters, "Plugin.*:Counters*"}};

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return invalid(path + " cannot be read");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<KnownAccount> read_account(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return text.error();
  const auto json = parse_json(*text);
  if (!json || !json->IsObject()) return invalid(path + " is not a JSON object");
  const auto* email = member(*json, "email");
  const auto* password = member(*json, "password");
  if (email == nullptr || password == nullptr || !email->IsString() || !password->IsString())
    return invalid(path + " needs the texts \"email\" and \"password\"");
  return KnownAccount{std::string(text_of(*email)), Secret(std::string(text_of(*password)))};
}

const Kind* find_kind(std::string_view name) {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

Result<Subject> prepare(const std::vector<std::string>& arguments, const Kind& kind) {
  auto library = PluginLibrary::open(arguments[1]);
  if (!library) return library.error();
  if (library->manifest().kind != kind.kind)
    return invalid(arguments[1] + " is a " + std::string(name_of(library->manifest().kind)) + " plugin");
  Subject subject{*library, "{}", std::nullopt};
  for (std::size_t i = 2; i + 1 < arguments.size(); i += 2) {
    if (arguments[i] == "--config") {
      auto config = read_file(arguments[i + 1]);
      if (!config) return config.error();
      subject.config = *config;
    } else if (arguments[i] == "--account") {
      auto account = read_account(arguments[i + 1]);
      if (!account) return account.error();
      subject.account = *account;
    } else {
      return invalid("unknown option " + arguments[i]);
    }
  }
  return subject;
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const Kind* kind = arguments.size() < 2 || arguments.size() % 2 != 0 ? nullptr : find_kind(arguments[0]);
  if (kind == nullptr) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  auto subject = prepare(arguments, *kind);
  if (!subject) {
    std::fprintf(stderr, "gateway-conformance: %s\n", subject.error().detail.c_str());
    return 2;
  }
  conformance::set_subject(*subject);
  if (testing::GTEST_FLAG(filter) == "*") testing::GTEST_FLAG(filter) = kind->filter;
  return RUN_ALL_TESTS();
}
