// Either form is understood or refused; whatever it is, an error never repeats what may be a password.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "storage/redis/connection_string.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', kDigits[byte >> 4U], kDigits[byte & 15U]});
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  gateway::ConfigFaults faults;
  const auto parsed = gateway::redis::read_connection_string(text, "", faults);
  require(parsed.has_value() == faults.all().empty());
  if (parsed) {
    require(!parsed->endpoints.empty() && parsed->database >= 0);
    for (const auto& endpoint : parsed->endpoints)
      require(!endpoint.host.empty() && endpoint.port != 0);
  }
  // Our own words, whatever came in.
  for (const auto& fault : faults.all()) {
    for (const char c : to_text(fault))
      require(static_cast<unsigned char>(c) >= 0x20 && c != '\x7f');
  }

  // Escaped, any text without NUL that is not empty is a password that comes back as it is.
  if (text.empty() || text.find('\0') != std::string_view::npos || size > 2000) return 0;
  const auto again =
      gateway::redis::read_connection_string("rediss://u:" + escaped(text) + "@h:7/3", "", faults);
  require(again && again->password.reveal() == text && again->user == "u" && again->tls);
  require(again->endpoints.front().port == 7 && again->database == 3);
  return 0;
}
