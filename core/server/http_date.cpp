#include "core/server/http_date.hpp"

#include <algorithm>
#include <cstddef>

namespace gateway::server {

namespace {

constexpr std::size_t kLength = 29;

// Not strftime: its names follow the locale.
constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

char* put(char* out, std::string_view text) noexcept {
  return std::copy(text.begin(), text.end(), out);
}

char* put_digits(char* out, int value, int width) noexcept {
  for (int i = width - 1; i >= 0; --i, value /= 10)
    out[i] = static_cast<char>('0' + value % 10);
  return out + width;
}

}  // namespace

std::string_view HttpDate::at(std::time_t now) noexcept {
  if (now != formatted_) {
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    char* out = text_.data();
    out = put(out, kDays.substr(static_cast<std::size_t>(utc.tm_wday) * 3, 3));
    out = put_digits(put(out, ", "), utc.tm_mday, 2);
    out = put(put(out, " "), kMonths.substr(static_cast<std::size_t>(utc.tm_mon) * 3, 3));
    out = put_digits(put(out, " "), utc.tm_year + 1900, 4);
    out = put_digits(put(out, " "), utc.tm_hour, 2);
    out = put_digits(put(out, ":"), utc.tm_min, 2);
    out = put_digits(put(out, ":"), utc.tm_sec, 2);
    put(out, " GMT");
    formatted_ = now;
  }
  return {text_.data(), kLength};
}

}  // namespace gateway::server
