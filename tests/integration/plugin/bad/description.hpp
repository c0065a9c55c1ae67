// A sound plugin in plain ABI terms, for the bad ones to spoil: it logs each step of its life, answers every
// call with an empty object, and its hooks go on.
#pragma once

#include <cstdint>
#include <string>

#include <gateway/abi.h>

namespace gateway::bad {

constexpr gateway_status kInternal = 7;  // ErrorKind::Internal

inline gateway_text text_of(const std::string& text) {
  return {text.data(), text.size()};
}

struct Instance {
  const gateway_host* host;
  void log(const std::string& line) const { host->log(host->context, 2, text_of(line)); }
};

inline Instance& self(void* instance) {
  return *static_cast<Instance*>(instance);
}

inline gateway_status write(gateway_sink* sink, const std::string& text) {
  return sink->write(sink->context, text_of(text));
}

inline gateway_status create(const gateway_host* host, gateway_text, gateway_sink*, void** instance) {
  auto* made = new Instance{host};
  made->log("created");
  *instance = made;
  return 0;
}

inline gateway_status start(void* instance, gateway_sink*) {
  self(instance).log("started");
  return 0;
}

inline gateway_status call(void*, const gateway_call*, gateway_sink* reply) {
  return write(reply, "{}");
}

inline void stop(void* instance) {
  self(instance).log("stopped");
}

inline void destroy(void* instance) {
  self(instance).log("destroyed");
  delete &self(instance);
}

inline std::int32_t go_on(void*, const gateway_request*, gateway_reply*) {
  return 0;
}

inline const gateway_policy& sound_hooks() {
  static const gateway_policy hooks{sizeof(gateway_policy), &go_on, &go_on, &go_on,
                                    [](void*, std::int32_t) -> std::int32_t { return 0; }};
  return hooks;
}

inline const std::string& manifest(const char* kind, const char* id) {
  static const std::string text =
      std::string(R"({"kind":")") + kind + R"(","id":")" + id + R"(","version":"1.0.0"})";
  return text;
}

inline gateway_plugin sound(const char* kind, const char* id) {
  return {sizeof(gateway_plugin),
          GATEWAY_ABI_MAJOR,
          GATEWAY_ABI_MINOR,
          text_of(manifest(kind, id)),
          &create,
          &start,
          &call,
          &stop,
          &destroy,
          nullptr};
}

}  // namespace gateway::bad

// The exported entry, whose body makes the description.
#define BAD_PLUGIN_ENTRY()                                                                         \
  extern "C" __attribute__((visibility("default"))) const gateway_plugin* gateway_plugin_v1(void); \
  extern "C" __attribute__((visibility("default"))) const gateway_plugin* gateway_plugin_v1(void)
