// application/x-www-form-urlencoded, written and read strictly (WHATWG URL, section 5; RFC 6749, appendix
// B).
//
// parse_form refuses: more bytes or fields than the bounds, empty fields ("a=1&&b=2"), a field without '=',
// an empty name, broken percent-escapes, bytes that had to be escaped, NUL, and a name that comes twice
// (RFC 6749, section 3.1). Values are bytes; whether they are UTF-8 is the caller's question.
// Thread safety: pure functions.
// Errors: Invalid; the detail never holds content.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gateway/result.hpp>

namespace gateway::toolkit {

using FormFields = std::vector<std::pair<std::string, std::string>>;

struct FormLimits {
  std::size_t max_bytes = 64 * 1024;
  std::size_t max_fields = 100;
};

std::string encode_form(const FormFields& fields);

Result<FormFields> parse_form(std::string_view text, const FormLimits& limits = {});

}  // namespace gateway::toolkit
