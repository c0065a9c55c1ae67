// The listening socket inside Pistache's Listener, which gives no access to it: found once after bind,
// replaced at drain. Also the check that there are descriptors enough, because accept() without a free one
// makes the accept thread spin.
#pragma once

#include <cstddef>

#include <gateway/result.hpp>

#include "core/server/socket_address.hpp"

namespace gateway::server {

// The descriptor of this process that listens there. Error: none found.
Result<int> find_listening_socket(const SocketAddress& at);

// Puts a socket that does not listen in its place. The port is free and connections are refused from then on;
// the number stays taken, so the accept thread can go on using it. Connections already established are not
// touched.
void stop_listening(int fd) noexcept;

// Raises the soft limit where the hard limit allows it. Error: not enough even then.
Result<Done> ensure_descriptors(std::size_t connections);

}  // namespace gateway::server
