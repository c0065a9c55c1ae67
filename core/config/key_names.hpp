// How names of keys are compared: without regard to ASCII case, as ASP.NET does. Thread safety: pure
// functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::config {

std::string lower_case(std::string_view text);
bool same_name(std::string_view a, std::string_view b) noexcept;

// The segments of "Cors:AllowedOrigins:0" (separator ":") or "Cors__AllowedOrigins__0" (separator "__").
std::vector<std::string> split(std::string_view text, std::string_view separator);
// The index of an element that a segment is; nullopt: it is a name.
std::optional<std::size_t> index_in(std::string_view segment);
// "A, B".
std::string joined(const std::vector<std::string>& names);
std::string join_path(std::string_view parent, std::string_view name);

// password, secret, apikey, … anywhere in the name, or a name that ends with "key".
bool sounds_secret(std::string_view name);

}  // namespace gateway::config
