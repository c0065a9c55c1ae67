// A connection string is understood or refused; whatever it is, an error never repeats what may be a
// password.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <gateway/toolkit/connection_string.hpp>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  gateway::ConfigFaults faults;
  const auto parsed = gateway::toolkit::read_connection_string(text, "", faults);
  require(parsed.has_value() == faults.all().empty());
  if (parsed) {
    require(!parsed->host.empty() && !parsed->database.empty() && !parsed->username.empty());
    require(parsed->port != 0 && parsed->timeout_s > 0 && parsed->max_pool.value_or(1) > 0);
  }
  // Our own words, whatever came in.
  for (const auto& fault : faults.all()) {
    for (const char c : to_text(fault))
      require(static_cast<unsigned char>(c) >= 0x20 && c != '\x7f');
  }

  // As a quoted password any text without NUL that is not empty comes back as it is.
  if (text.empty() || text.find('\0') != std::string_view::npos ||
      size > gateway::toolkit::kMaxConnectionStringBytes / 4)
    return 0;
  std::string quoted = "Host=h;Database=d;Username=u;Password='";
  for (const char c : text)
    quoted.append(c == '\'' ? 2 : 1, c);
  const auto again = gateway::toolkit::read_connection_string(quoted + "';Port=7", "", faults);
  require(again && again->password.reveal() == text && again->port == 7);
  return 0;
}
