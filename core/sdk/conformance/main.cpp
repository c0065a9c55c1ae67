// gateway-conformance store|provider|policy|counters PLUGIN.so [--config FILE.json] [--account FILE.json]
//                                                     [--network [--ca-file FILE.pem]] [GoogleTest options]
// Exit: 0 the plugin conforms, 1 it does not, 2 wrong usage or a plugin that cannot be opened.
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <gateway/json.hpp>

#include "network.hpp"
#include "subject.hpp"

namespace {

using namespace gateway;
using conformance::KnownAccount;
using conformance::Network;
using conformance::PluginLibrary;
using conformance::Subject;

constexpr const char* kUsage =
    "usage: gateway-conformance store|provider|policy|counters PLUGIN.so [--config FILE.json]\n"
    "                           [--account FILE.json] [--network [--ca-file FILE.pem]]\n"
    "  --config   the plugin's section of the configuration; default {}\n"
    "  --account  {\"email\":…, \"password\":…} of an account that exists, for a provider without sign-up\n"
    "  --network  for a provider that talks to a service: outbound HTTP works, and the clock is the real "
    "one.\n"
    "             The accounts that the suite makes stay there: a service for tests, never one in use\n"
    "  --ca-file  with --network: PEM of authorities that are trusted beside the system's\n"
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

struct Options {
  std::string config, account, ca_file;  // files; empty: not given
  bool network = false;
};

Result<Options> read_options(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    std::string* value = name == "--config"    ? &options.config
                         : name == "--account" ? &options.account
                         : name == "--ca-file" ? &options.ca_file
                                               : nullptr;
    if (name == "--network") {
      options.network = true;
    } else if (value == nullptr) {
      return invalid("unknown option " + name);
    } else if (++i == arguments.size()) {
      return invalid(name + " wants a file");
    } else {
      *value = arguments[i];
    }
  }
  if (options.network && arguments[0] != "provider") return invalid("--network is for providers");
  if (!options.ca_file.empty() && !options.network) return invalid("--ca-file goes with --network");
  return options;
}

Result<Subject> prepare(const std::string& plugin, const Kind& kind, const Options& options) {
  auto library = PluginLibrary::open(plugin);
  if (!library) return library.error();
  if (library->manifest().kind != kind.kind)
    return invalid(plugin + " is a " + std::string(name_of(library->manifest().kind)) + " plugin");
  Subject subject{*library};
  if (!options.config.empty()) {
    auto config = read_file(options.config);
    if (!config) return config.error();
    subject.config = *config;
  }
  if (!options.account.empty()) {
    auto account = read_account(options.account);
    if (!account) return account.error();
    subject.account = *account;
  }
  return subject;
}

int refuse(const Error& error) {
  std::fprintf(stderr, "gateway-conformance: %s\n", error.detail.c_str());
  return 2;
}

// The tests of the kind; where somebody names tests to leave out, without those.
std::string filter_of(const Kind& kind, const std::string& asked) {
  if (asked == "*") return kind.filter;
  return asked.rfind('-', 0) == 0 ? kind.filter + asked : asked;
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const Kind* kind = arguments.size() < 2 ? nullptr : find_kind(arguments[0]);
  if (kind == nullptr) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  const auto options = read_options(arguments);
  if (!options) return refuse(options.error());
  auto subject = prepare(arguments[1], *kind, *options);
  if (!subject) return refuse(subject.error());
  std::unique_ptr<Network> network;
  if (options->network) {
    std::signal(SIGPIPE, SIG_IGN);
    auto made = Network::create(options->ca_file);
    if (!made) return refuse(invalid(options->ca_file + " " + made.error().detail));
    network = *std::move(made);
    subject->fetch = [&network](const FetchHttp& request, const CallContext& context) {
      return network->fetch(request, context);
    };
  }
  conformance::set_subject(*subject);
  testing::GTEST_FLAG(filter) = filter_of(*kind, testing::GTEST_FLAG(filter));
  return RUN_ALL_TESTS();
}
