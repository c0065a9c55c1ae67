// A storage plugin around the real one, for tests: it fails once where the file says so that is named by
// GATEWAY_TEST_STORAGE_FAULT. Its text: an operation, and "refuse" (nothing is done) or "forget" (it is done,
// and the answer lost). The file is removed when it has been obeyed.
#include <cstdlib>
#include <fstream>
#include <string>

#include <dlfcn.h>
#include <unistd.h>

#include <gateway/abi.h>
#include <gateway/call.hpp>

#include "tests/integration/gateway/plugin_folder.hpp"

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

const gateway_plugin* the_real_one() {
  const std::string name = variable("GATEWAY_TEST_STORAGE") == "postgres" ? "/postgres.so" : "/memory.so";
  void* library = ::dlopen((gateway::testing::kPluginFolder + name).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return nullptr;
  const auto entry = reinterpret_cast<gateway_plugin_entry>(::dlsym(library, GATEWAY_PLUGIN_SYMBOL));
  return entry == nullptr ? nullptr : entry();
}

const gateway_plugin* const real = the_real_one();

// What the file says about this operation; empty: nothing.
std::string fault_of(std::string_view operation) {
  const std::string path = variable("GATEWAY_TEST_STORAGE_FAULT");
  std::string wanted;
  std::string how;
  if (!(std::ifstream(path) >> wanted >> how) || wanted != operation) return {};
  return ::unlink(path.c_str()) == 0 ? how : std::string();
}

gateway_status call(void* instance, const gateway_call* request, gateway_sink* reply) {
  const std::string how = fault_of(gateway::from_abi(request->operation));
  if (how.empty()) return real->call(instance, request, reply);
  if (how == "forget") {
    gateway_sink nowhere{sizeof(gateway_sink), nullptr,
                         [](void*, gateway_text) { return gateway_status{0}; }};
    (void)real->call(instance, request, &nowhere);
  }
  return gateway::write_error(reply, gateway::unavailable("the test says so", 1000));
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const gateway_plugin* gateway_plugin_v1() {
  if (real == nullptr) return nullptr;
  static const gateway_plugin plugin = [] {
    gateway_plugin wrapped = *real;
    wrapped.call = call;
    return wrapped;
  }();
  return &plugin;
}
