#include "core/net/exchange.hpp"

#include <array>
#include <utility>

namespace gateway::net {

Outcome<FetchedHttp> exchange(Connection& connection, const Secret& request, ResponseParser& parser,
                              const Deadline& deadline) {
  if (auto sent = connection.write(request.reveal(), deadline); !sent) return sent.error();
  std::array<char, 16384> bytes{};
  for (;;) {
    const auto got = connection.read(bytes.data(), bytes.size(), deadline);
    if (!got) return got.error();
    if (*got == 0) {
      if (auto ended = parser.end(); !ended) return ended.error();
      return std::move(parser).answer();
    }
    const auto whole = parser.take({bytes.data(), *got});
    if (!whole) return whole.error();
    if (*whole) return std::move(parser).answer();
  }
}

}  // namespace gateway::net
