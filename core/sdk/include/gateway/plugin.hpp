// plugin.hpp: turns a C++ class into a plugin. This is the one header a plugin author starts from.
//
//   class MyProvider : public gateway::Provider, public gateway::PasswordCapability {
//    public:
//     MyProvider(const gateway::Host& host, const gateway::PluginConfig& config);  // no I/O; throws
//     ConfigError …
//   };
//   GATEWAY_PLUGIN(MyProvider, {.id = "my", .version = "1.0.0", .section = "My"})
//
// The kind of the plugin and the capabilities of a provider follow from its base classes. Exceptions of any
// member are caught here and become an Error of kind Internal; nothing is thrown across the boundary.
#pragma once

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <gateway/abi.h>
#include <gateway/config.hpp>
#include <gateway/counters.hpp>
#include <gateway/host.hpp>
#include <gateway/manifest.hpp>
#include <gateway/policy.hpp>
#include <gateway/provider.hpp>
#include <gateway/store.hpp>

namespace gateway {

// What an author writes; see Manifest for the meaning of each field. Texts must live for ever (literals).
struct PluginInfo {
  std::string_view id;
  std::string_view version;
  std::string_view description = "";
  std::string_view license = "";
  std::string_view section = "";
  std::string_view config_schema = R"({"type":"object"})";
  bool opens_sockets = false;
  bool ephemeral = false;
  bool cpu_bound = false;
  std::string_view invalid_token_code = "";
  std::string_view unavailable_code = "";
};

namespace plugin_detail {

template <class T>
constexpr PluginKind kind_of() {
  static_assert(std::is_base_of_v<Provider, T> + std::is_base_of_v<Store, T> + std::is_base_of_v<Policy, T> +
                        std::is_base_of_v<CounterStore, T> ==
                    1,
                "a plugin derives from exactly one of Provider, Store, Policy and CounterStore");
  if constexpr (std::is_base_of_v<Provider, T>) return PluginKind::Provider;
  if constexpr (std::is_base_of_v<Store, T>) return PluginKind::Storage;
  if constexpr (std::is_base_of_v<CounterStore, T>) return PluginKind::Counters;
  return PluginKind::Policy;
}

template <class T>
std::string manifest_of(const PluginInfo& info) {
  Manifest manifest;
  manifest.kind = kind_of<T>();
  manifest.id = info.id;
  manifest.version = info.version;
  manifest.description = info.description;
  manifest.license = info.license;
  manifest.section = info.section;
  manifest.config_schema.text = info.config_schema;
  manifest.opens_sockets = info.opens_sockets;
  manifest.ephemeral = info.ephemeral;
  manifest.cpu_bound = info.cpu_bound;
  manifest.invalid_token_code = info.invalid_token_code;
  manifest.unavailable_code = info.unavailable_code;
  if constexpr (std::is_base_of_v<Provider, T>) manifest.capabilities = capabilities_of<T>();
  return encode(manifest);
}

// The host handle outlives the plugin object, which may keep a reference to it.
template <class T>
struct Instance {
  explicit Instance(const gateway_host* abi_host) : host(abi_host) {}
  Host host;
  std::unique_ptr<T> plugin;
};

inline constexpr auto kInternal = static_cast<gateway_status>(ErrorKind::Internal);

inline gateway_status write_fault(gateway_sink* sink, ErrorKind kind, std::string_view text) {
  write_to(sink, text);
  return static_cast<gateway_status>(kind);
}

// A text that may be of any length and any bytes, as an operator reads it and JSON carries it.
inline std::string presentable(std::string text) {
  constexpr std::size_t kMostBytes = 600;
  if (!json_detail::is_utf8(text)) {
    for (char& c : text) {
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
  }
  if (text.size() <= kMostBytes) return text;
  std::size_t end = kMostBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80)
    --end;
  return text.substr(0, end) + "…";
}

// Of a long list that is wrong from end to end, an operator reads the beginning.
inline std::vector<ConfigFault> presentable(std::vector<ConfigFault> faults) {
  constexpr std::size_t kMost = 100;
  const std::size_t more = faults.size() > kMost ? faults.size() - kMost : 0;
  if (more > 0) faults.resize(kMost);
  for (ConfigFault& fault : faults) {
    fault.key = presentable(std::move(fault.key));
    fault.problem = presentable(std::move(fault.problem));
    fault.hint = presentable(std::move(fault.hint));
    fault.also.resize(std::min<std::size_t>(fault.also.size(), 16));
    for (std::string& key : fault.also)
      key = presentable(std::move(key));
  }
  if (more > 0) faults.back().problem += " (and " + std::to_string(more) + " more faults)";
  return faults;
}

template <class T>
gateway_status create(const gateway_host* host, gateway_text config, gateway_sink* fault, void** instance) {
  try {
    auto made = std::make_unique<Instance<T>>(host);
    made->plugin = std::make_unique<T>(made->host, PluginConfig(from_abi(config)));
    *instance = made.release();
    return 0;
  } catch (const ConfigError& e) {
    return write_fault(fault, ErrorKind::Invalid, encode(ConfigRefusal{presentable(e.faults())}));
  } catch (const std::exception& e) {
    return write_fault(fault, ErrorKind::Invalid, presentable(std::string(e.what())));
  } catch (...) {
    return write_fault(fault, ErrorKind::Internal, "an exception of unknown type");
  }
}

template <class T>
T& plugin(void* instance) {
  return *static_cast<Instance<T>*>(instance)->plugin;
}

template <class T>
gateway_status start(void* instance, gateway_sink* fault) {
  try {
    const Result<Done> started = plugin<T>(instance).start();
    return started ? 0 : write_fault(fault, started.error().kind, started.error().detail);
  } catch (const std::exception& e) {
    return write_fault(fault, ErrorKind::Internal, e.what());
  } catch (...) {
    return write_fault(fault, ErrorKind::Internal, "an exception of unknown type");
  }
}

template <class T>
gateway_status call(void* instance, const gateway_call* request, gateway_sink* reply) {
  try {
    if constexpr (std::is_base_of_v<Provider, T>)
      return dispatch_provider(plugin<T>(instance), *request, reply);
    if constexpr (std::is_base_of_v<Store, T>) return dispatch_store(plugin<T>(instance), *request, reply);
    if constexpr (std::is_base_of_v<CounterStore, T>)
      return dispatch_counters(plugin<T>(instance), *request, reply);
    return write_error(reply, {ErrorKind::Unsupported, "policies take no messages", 0});
  } catch (const std::exception& e) {
    return write_error(reply, internal_error(std::string("exception: ") + e.what()));
  } catch (...) {
    return write_error(reply, internal_error("an exception of unknown type"));
  }
}

template <class T>
void stop(void* instance) {
  plugin<T>(instance).stop();
}

template <class T>
void destroy(void* instance) {
  delete static_cast<Instance<T>*>(instance);
}

// One hook: a policy that throws could not decide.
template <class T>
std::int32_t run_hook(void* instance, const gateway_request* request, gateway_reply* reply,
                      Verdict (Policy::*hook)(const PolicyRequest&, PolicyReply&)) {
  try {
    PolicyReply writer(reply);
    Policy& policy = plugin<T>(instance);
    return (policy.*hook)(PolicyRequest(request), writer).abi();
  } catch (...) {
    return kInternal;
  }
}

template <class T>
const gateway_policy* policy_of() {
  if constexpr (std::is_base_of_v<Policy, T>) {
    static constexpr gateway_policy kPolicy{
        sizeof(gateway_policy),
        [](void* i, const gateway_request* q, gateway_reply* r) {
          return run_hook<T>(i, q, r, &Policy::on_request);
        },
        [](void* i, const gateway_request* q, gateway_reply* r) {
          return run_hook<T>(i, q, r, &Policy::on_authenticated);
        },
        [](void* i, const gateway_request* q, gateway_reply* r) {
          return run_hook<T>(i, q, r, &Policy::on_response);
        },
        [](void* i, std::int32_t route_class) -> std::int32_t {
          return plugin<T>(i).may_block(static_cast<RouteClass>(route_class)) ? 1 : 0;
        }};
    return &kPolicy;
  }
  return nullptr;
}

template <class T>
const gateway_plugin* entry(const PluginInfo& info) {
  static const std::string manifest = manifest_of<T>(info);
  static const gateway_plugin description{sizeof(gateway_plugin),
                                          GATEWAY_ABI_MAJOR,
                                          GATEWAY_ABI_MINOR,
                                          to_abi(manifest),
                                          &create<T>,
                                          &start<T>,
                                          &call<T>,
                                          &stop<T>,
                                          &destroy<T>,
                                          policy_of<T>()};
  return &description;
}

}  // namespace plugin_detail
}  // namespace gateway

// Variadic because a braced initialiser holds commas.
#define GATEWAY_PLUGIN(Type, ...)                                                                   \
  extern "C" __attribute__((visibility("default"))) const gateway_plugin* gateway_plugin_v1(void);  \
  extern "C" __attribute__((visibility("default"))) const gateway_plugin* gateway_plugin_v1(void) { \
    return ::gateway::plugin_detail::entry<Type>(::gateway::PluginInfo __VA_ARGS__);                \
  }
