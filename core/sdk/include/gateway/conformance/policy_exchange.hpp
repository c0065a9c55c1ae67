// PolicyExchange: one request and its reply as a policy meets them, without a server. The test fills in
// `request`, runs hooks, and looks at what the policy did.
//
// Thread safety: one exchange belongs to one thread; several may run on one plugin at once.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <strings.h>

#include <gateway/conformance/plugin_instance.hpp>
#include <gateway/policy.hpp>

namespace gateway::conformance {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

inline bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.empty() || ::strncasecmp(a.data(), b.data(), a.size()) == 0);
}

struct PolicyRequestData {
  std::string method = "GET";
  std::string path = "/api/v1/users";
  std::string route = "/api/v1/users";
  std::string client_address = "192.0.2.1";
  std::string request_id = "conformance";
  std::string user_id;
  std::string user_type;
  RouteClass route_class = RouteClass::Read;
  HeaderList headers;
};

class PolicyExchange {
 public:
  struct Rejection {
    int status = 0;
    std::string code;
    std::string message;
    std::int64_t retry_after_s = 0;
  };

  PolicyRequestData request;
  int status = 200;                    // of the answer, for on_response
  HeaderList reply_headers;            // what is there already, and what the policy has made of it
  std::optional<Rejection> rejection;  // set by reject()
  std::optional<int> finished_status;  // set by finish()
  int endings = 0;                     // how often the policy has ended the request
  bool wrote_bad_header = false;       // a name that is no token, or CR, LF or NUL in a value

  std::int32_t on_request(const PluginInstance& plugin) { return run(plugin.policy()->on_request, plugin); }
  std::int32_t on_authenticated(const PluginInstance& plugin) {
    return run(plugin.policy()->on_authenticated, plugin);
  }
  std::int32_t on_response(const PluginInstance& plugin) { return run(plugin.policy()->on_response, plugin); }

  // All values of that name in the reply.
  std::vector<std::string> values_of(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : reply_headers) {
      if (same_name(key, name)) values.push_back(value);
    }
    return values;
  }

 private:
  using Hook = std::int32_t (*)(void*, const gateway_request*, gateway_reply*);

  std::uint64_t memo_ = 0;

  std::int32_t run(Hook hook, const PluginInstance& plugin) {
    const gateway_request in{sizeof(gateway_request),      this,
                             to_abi(request.method),       to_abi(request.path),
                             to_abi(request.route),        to_abi(request.client_address),
                             to_abi(request.request_id),   to_abi(request.user_id),
                             to_abi(request.user_type),    static_cast<std::int32_t>(request.route_class),
                             &PolicyExchange::find_header, &memo_};
    gateway_reply out{sizeof(gateway_reply), this,    status,  &set_header,
                      &add_header,           &remove, &reject, &finish};
    return hook(plugin.abi_instance(), &in, &out);
  }

  static PolicyExchange& self(void* context) { return *static_cast<PolicyExchange*>(context); }

  static std::int32_t find_header(const void* context, gateway_text name, std::size_t index,
                                  gateway_text* value) {
    for (const auto& [key, text] : static_cast<const PolicyExchange*>(context)->request.headers) {
      if (!same_name(key, from_abi(name)) || index-- > 0) continue;
      *value = to_abi(text);
      return 1;
    }
    return 0;
  }
  static void set_header(void* context, gateway_text name, gateway_text value) {
    remove(context, name);
    add_header(context, name, value);
  }
  static void add_header(void* context, gateway_text name, gateway_text value) {
    const std::string_view key = from_abi(name);
    const std::string_view text = from_abi(value);
    constexpr std::string_view kNoToken("()<>@,;:\\\"/[]?={} \t\r\n\0", 22);
    if (key.empty() || key.find_first_of(kNoToken) != std::string_view::npos ||
        text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
      self(context).wrote_bad_header = true;
    self(context).reply_headers.emplace_back(key, text);
  }
  static void remove(void* context, gateway_text name) {
    HeaderList& headers = self(context).reply_headers;
    headers.erase(std::remove_if(headers.begin(), headers.end(),
                                 [&](const auto& header) { return same_name(header.first, from_abi(name)); }),
                  headers.end());
  }
  static void reject(void* context, std::int32_t reject_status, gateway_text code, gateway_text message,
                     std::int64_t retry_after_s) {
    self(context).rejection =
        Rejection{reject_status, std::string(from_abi(code)), std::string(from_abi(message)), retry_after_s};
    ++self(context).endings;
  }
  static void finish(void* context, std::int32_t finish_status) {
    self(context).finished_status = finish_status;
    ++self(context).endings;
  }
};

}  // namespace gateway::conformance
