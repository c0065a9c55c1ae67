// The bounds of the memory store. Read from its configuration section, which the host has checked against the
// schema in plugin.cpp; defaults as written here.
#pragma once

#include <cstddef>

#include <gateway/config.hpp>

namespace gateway::memory {

struct Limits {
  std::size_t users = 100'000;
  std::size_t sessions = 100'000;
  std::size_t codes = 100'000;
  std::size_t records = 10'000;
  std::size_t record_bytes = 64U << 20;
  std::size_t audit_events = 100'000;
  std::size_t api_keys = 10'000;

  static Limits from(const PluginConfig& config) {
    const auto read = [&](std::string_view name, std::size_t fallback) {
      return static_cast<std::size_t>(config.integer(name, static_cast<std::int64_t>(fallback)));
    };
    const Limits defaults;
    return {.users = read("MaxUsers", defaults.users),
            .sessions = read("MaxSessions", defaults.sessions),
            .codes = read("MaxCodes", defaults.codes),
            .records = read("MaxRecords", defaults.records),
            .record_bytes = read("MaxRecordBytes", defaults.record_bytes),
            .audit_events = read("MaxAuditEvents", defaults.audit_events),
            .api_keys = read("MaxApiKeys", defaults.api_keys)};
  }
};

// How many expired rows one write may clear away when its table is full: bounds the time of that write.
inline constexpr std::size_t kPrunedPerWrite = 100;

inline Error full(std::string_view what) {
  return {ErrorKind::Overloaded, "the memory store's bound on " + std::string(what) + " is reached", 0};
}

}  // namespace gateway::memory
