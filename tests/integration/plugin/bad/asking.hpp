// start(), for a plugin that asks its host whether a key is good, and logs the status of the answer.
#pragma once

#include "description.hpp"

namespace gateway::bad {

inline gateway_status ask_about_a_key(void* instance, gateway_sink*) {
  static const std::string operation = "api_keys.authenticate";
  static const std::string request = R"({"key":"good"})";
  const gateway_host* host = self(instance).host;
  const gateway_call call{sizeof(gateway_call), text_of(operation), text_of(request), {}, 10'000};
  gateway_sink ignored{sizeof(gateway_sink), nullptr,
                       [](void*, gateway_text) -> gateway_status { return 0; }};
  self(instance).log("asked: " + std::to_string(host->call(host->context, &call, &ignored)));
  return 0;
}

}  // namespace gateway::bad
