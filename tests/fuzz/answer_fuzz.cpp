// Answers of other services: the first two bytes seed how the rest is cut into pieces. Whatever the pieces,
// the same bytes must mean the same answer or none; and what is taken must keep what ResponseParser promises.
#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include <gateway/message.hpp>

#include "core/net/request_text.hpp"
#include "core/net/response_parser.hpp"
#include "tests/fuzz/fuzz_require.hpp"

namespace {

using gateway::fuzz::require;
using gateway::net::ResponseParser;

constexpr gateway::net::AnswerLimits kLimits{1'024, 8, 256};

std::string meaning_of(ResponseParser parser) {
  const bool keeps = parser.keeps_connection();
  const gateway::FetchedHttp answer = std::move(parser).answer();
  require(answer.status >= 200 && answer.status <= 599, "status");
  require(answer.headers.size() <= kLimits.max_fields, "number of fields");
  require(answer.body.reveal().size() <= kLimits.max_body_bytes, "size of the body");
  for (const auto& field : answer.headers) {
    require(gateway::net::is_field_name(field.name), "name of a field");
    require(gateway::net::is_field_value(field.value.reveal()), "value of a field");
    require(field.name == gateway::net::to_lower_ascii(field.name), "lower case");
  }
  // It goes on to a plugin as a message.
  const std::string text = gateway::encode(answer);
  const auto again = gateway::decode<gateway::FetchedHttp>(text);
  require(again.ok() && gateway::encode(*again) == text, "a message");
  return text + (keeps ? " keeps" : "");
}

std::string read(std::string_view bytes, std::minstd_rand* random) {
  ResponseParser parser(kLimits);
  while (!bytes.empty()) {
    const std::size_t size =
        random == nullptr ? bytes.size() : std::min<std::size_t>(1 + (*random)() % 40, bytes.size());
    const auto whole = parser.take(bytes.substr(0, size));
    if (!whole) return "none";
    bytes.remove_prefix(size);
    if (!*whole) continue;
    return meaning_of(std::move(parser));
  }
  return parser.end().ok() ? meaning_of(std::move(parser)) : "none";
}

std::string without_keeping(std::string meaning) {
  if (meaning.ends_with(" keeps")) meaning.resize(meaning.size() - 6);
  return meaning;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::minstd_rand random(static_cast<unsigned>(data[0]) << 8 | data[1]);
  const std::string bytes(data + 2, data + size);
  // Whether the connection is kept may differ: bytes behind the answer are seen if they come along with it.
  require(without_keeping(read(bytes, nullptr)) == without_keeping(read(bytes, &random)),
          "pieces do not matter");
  return 0;
}
