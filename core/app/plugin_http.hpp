// PluginHttp: the client of core/net as plugins reach it. It is there before the client is, since plugins are
// given their host when they are made. Thread safety: start() and stop() from one thread, fetch() from any
// after start(). Ownership: owns the client.
#pragma once

#include <memory>

#include "core/net/http_client.hpp"
#include "core/plugin/outbound_http.hpp"

namespace gateway::app {

class PluginHttp final : public plugin::OutboundHttp {
 public:
  // Errors: Invalid, as net::HttpClient::create.
  Result<Done> start(const net::HttpClientOptions& options, const net::HttpClient::Process& process);
  // Ends the calls under way; those that come later are refused.
  void stop();
  void drop_idle();

  // Unavailable before start() and after stop().
  Result<FetchedHttp> fetch(const FetchHttp& request, const CallContext& context) override;

 private:
  std::unique_ptr<net::HttpClient> client_;
};

}  // namespace gateway::app
