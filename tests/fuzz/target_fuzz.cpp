// Request targets: what is accepted keeps the promises of core/http/target.hpp, and is decoded once.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/http/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  std::string storage;
  const auto target = gateway::http::parse_target("GET", raw, storage);
  if (!target) return 0;
  const std::string_view path = target->path;
  const bool clean = !path.empty() && path.front() == '/' && gateway::http::is_valid_utf8(path) &&
                     path.find("//") == std::string_view::npos &&
                     (std::string(path) + "/").find("/../") == std::string::npos &&
                     path.find('\\') == std::string_view::npos && path.find('\0') == std::string_view::npos;
  if (!clean) std::abort();
  return 0;
}
