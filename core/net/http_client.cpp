#include "core/net/http_client.hpp"

#include <array>
#include <istream>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timespan.h>

#include <gateway/toolkit/url.hpp>

namespace gateway::net {

namespace {

constexpr std::size_t kMaxBodyBytes = 1U << 20;

Result<std::string> read_bounded(std::istream& stream) {
  std::string body;
  std::array<char, 8192> chunk{};
  while (stream.read(chunk.data(), chunk.size()) || stream.gcount() > 0) {
    body.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    if (body.size() > kMaxBodyBytes) return malformed("the answer is larger than its bound");
  }
  return body;
}

}  // namespace

Result<HttpReply> http_get(const std::string& url, std::chrono::milliseconds timeout) {
  const auto parsed = toolkit::parse_url(url);
  if (!parsed) return parsed.error();
  if (parsed->scheme != "http") return invalid("only http is supported here");
  try {
    Poco::Net::HTTPClientSession session(parsed->host, parsed->port);
    session.setTimeout(
        Poco::Timespan(std::chrono::duration_cast<std::chrono::microseconds>(timeout).count()));
    Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_GET, parsed->target(),
                                   Poco::Net::HTTPMessage::HTTP_1_1);
    session.sendRequest(request);
    Poco::Net::HTTPResponse response;
    auto body = read_bounded(session.receiveResponse(response));
    if (!body) return body.error();
    return HttpReply{static_cast<int>(response.getStatus()), std::move(*body)};
  } catch (const Poco::Exception& e) {
    return unavailable(e.displayText());
  }
}

}  // namespace gateway::net
