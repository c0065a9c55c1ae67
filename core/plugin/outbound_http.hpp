// OutboundHttp: who answers a plugin's http.fetch. The application fills it in, so that this room knows
// nothing of how outbound HTTP is done. Thread safety: fetch() from any thread. Errors: as
// gateway/outbound_http.hpp has them.
#pragma once

#include <gateway/call.hpp>
#include <gateway/outbound_http.hpp>

namespace gateway::plugin {

class OutboundHttp {
 public:
  OutboundHttp() = default;
  OutboundHttp(const OutboundHttp&) = delete;
  OutboundHttp& operator=(const OutboundHttp&) = delete;
  virtual ~OutboundHttp() = default;

  virtual Result<FetchedHttp> fetch(const FetchHttp& request, const CallContext& context) = 0;
};

}  // namespace gateway::plugin
