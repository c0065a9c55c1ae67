#include "core/net/http_get.hpp"

#include <utility>

#include "core/net/exchange.hpp"
#include "core/net/request_text.hpp"

namespace gateway::net {

Result<HttpReply> http_get(const std::string& url, std::chrono::milliseconds timeout) {
  FetchHttp request;
  request.url = url;
  const auto parsed = check_request(request);
  if (!parsed) return parsed.error();
  if (parsed->is_https()) return invalid("only http is supported here");
  const runtime::SystemClock clock;
  const Deadline deadline(clock, clock.monotonic_ms() + timeout.count());
  const StopSignal nobody;
  const auto addresses = system_lookup(parsed->host);
  if (!addresses) return addresses.error();
  auto connection =
      Connection::open({parsed->host, parsed->port}, *addresses, deadline, timeout.count(), nobody);
  if (!connection) return to_error(std::move(connection.error()));
  ResponseParser parser{AnswerLimits{}};
  auto answer = exchange(**connection, request_text(request, *parsed), parser, deadline);
  if (!answer) return to_error(std::move(answer.error()));
  return HttpReply{static_cast<int>(answer->status), std::string(answer->body.reveal())};
}

}  // namespace gateway::net
