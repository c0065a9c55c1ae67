#include "core/server/io_context.hpp"

#include <utility>

#include "core/server/server_exchange.hpp"

namespace gateway::server {

IoContext::IoContext(std::shared_ptr<ServerShared> server)
    : shared(std::move(server)),
      inbox(std::make_shared<Inbox>()),
      wheel(std::chrono::steady_clock::now(), kResolution),
      input() {}

std::shared_ptr<ServerExchange> IoContext::make_exchange(std::weak_ptr<Connection> connection) const {
  const FramingLimits limits{shared->options.max_head_bytes, shared->options.max_body_bytes};
  return std::make_shared<ServerExchange>(limits, inbox, shared->stats, std::move(connection));
}

}  // namespace gateway::server
