// UUIDs (RFC 9562): values, their one text form, and making versions 4 and 7.
//
// Text out is always the canonical lower-case 8-4-4-4-12 form. Text in is that form in either case, as the
// RFC asks; braces, "urn:uuid:" and missing hyphens are refused. Randomness and time are the caller's.
// Thread safety: plain values and pure functions.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gateway::toolkit {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  // Version 4: random but for the version and variant bits.
  static Uuid v4(std::span<const std::uint8_t, 16> random);

  // Version 7: sorts by time. unix_ms is cut to 48 bits (year 10889).
  static Uuid v7(std::uint64_t unix_ms, std::span<const std::uint8_t, 10> random);

  static std::optional<Uuid> parse(std::string_view text);
  std::string to_string() const;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 of a defaulted comparison for a pointer
  auto operator<=>(const Uuid&) const = default;
};

}  // namespace gateway::toolkit
