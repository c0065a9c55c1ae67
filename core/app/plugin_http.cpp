#include "core/app/plugin_http.hpp"

#include <utility>

namespace gateway::app {

Result<Done> PluginHttp::start(const net::HttpClientOptions& options,
                               const net::HttpClient::Process& process) {
  auto client = net::HttpClient::create(options, process);
  if (!client) return client.error();
  client_ = *std::move(client);
  return Done{};
}

void PluginHttp::stop() {
  if (client_) client_->stop();
}

void PluginHttp::drop_idle() {
  if (client_) client_->drop_idle();
}

Result<FetchedHttp> PluginHttp::fetch(const FetchHttp& request, const CallContext& context) {
  if (!client_) return unavailable("outbound HTTP has not been started");
  return client_->fetch(request, context);
}

}  // namespace gateway::app
