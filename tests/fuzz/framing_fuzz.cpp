// Framing: the first two bytes seed how the rest is cut into pieces. Whatever the pieces, the same bytes must
// mean the same requests, or the same refusal; and what is accepted must keep what RequestParser promises.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/target.hpp"
#include "core/server/request_parser.hpp"

namespace {

using gateway::server::FramingLimits;
using gateway::server::RequestParser;

constexpr FramingLimits kLimits{1024, 512};

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_clean(std::string_view text) {
  return text.find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos;
}

void check_promises(const RequestParser& parser) {
  const auto& head = parser.head();
  require(!head.method.empty() && is_clean(head.method) && !head.target.empty() && is_clean(head.target));
  require(head.request_id.size() <= 128);
  require(parser.body().size() <= kLimits.max_body_bytes);
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
  for (const auto& field : head.fields) {
    require(!field.name.empty() && is_clean(field.name) && is_clean(field.value));
    hosts += gateway::http::iequals(field.name, "Host") ? 1 : 0;
    lengths += gateway::http::iequals(field.name, "Content-Length") ? 1 : 0;
    codings += gateway::http::iequals(field.name, "Transfer-Encoding") ? 1 : 0;
  }
  require(hosts <= 1 && (hosts == 1 || head.http_1_0));
  require(lengths + codings <= 1);
  std::string storage;
  if (const auto target = gateway::http::parse_target(head.method, head.target, storage)) {
    require(gateway::http::is_valid_utf8(target->path) && is_clean(target->path));
    require(target->path == "*" || target->path.front() == '/');
    require(target->path.find("//") == std::string_view::npos &&
            target->path.find("/../") == std::string_view::npos);
  }
}

// The meaning of a stream, piece by piece: each request's text, then why it ended.
std::string meaning(const std::vector<std::string>& pieces) {
  RequestParser parser(kLimits);
  std::string out;
  for (const std::string& piece : pieces) {
    std::string_view rest = piece;
    while (!rest.empty()) {
      const std::size_t used = parser.feed(rest);
      require(used <= rest.size());
      rest.remove_prefix(used);
      if (parser.state() == RequestParser::State::Failed) {
        return out + "refused " + std::to_string(parser.error().status);
      }
      if (parser.state() == RequestParser::State::Complete) {
        check_promises(parser);
        out += std::string(parser.head().method) + ' ' + std::string(parser.head().target);
        for (const auto& field : parser.head().fields)
          out += '|' + std::string(field.name) + '=' + std::string(field.value);
        out += '#' + std::string(parser.body()) + '\n';
        parser.reset();
      } else {
        require(rest.empty());
      }
    }
  }
  return out + "open";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::minstd_rand random(static_cast<unsigned>(data[0]) << 8 | data[1]);
  const std::string bytes(data + 2, data + size);
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = std::min<std::size_t>(1 + random() % 40, bytes.size() - at);
    pieces.push_back(bytes.substr(at, length));
    at += length;
  }
  const std::string whole = meaning({bytes});
  const std::string cut = meaning(pieces);
  // A malformed end may be recognised earlier in one way of cutting than in the other, never with another
  // outcome.
  const auto undecided = [](const std::string& a, const std::string& b) {
    return a.ends_with("open") && b.find(a.substr(0, a.size() - 4)) == 0;
  };
  require(whole == cut || undecided(whole, cut) || undecided(cut, whole));
  return 0;
}
