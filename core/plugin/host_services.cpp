#include "core/plugin/host_services.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

#include <gateway/toolkit/url.hpp>

#include "core/plugin/scoped_store.hpp"

namespace gateway::plugin {

namespace {

constexpr std::size_t kMaxCountersPerPlugin = 64;
constexpr std::size_t kMaxLogBytes = 4096;

// A metric name is chosen by a plugin: only what Prometheus takes, and not without end.
bool valid_metric(std::string_view name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 64 && name.front() >= 'a' &&
         std::all_of(name.begin(), name.end(), allowed);
}

// http.fetch, so that what became of it is told under the plugin's name. Of the URL only the origin: a path
// can name a user.
class NamedHttp final : public OutboundHttp {
 public:
  NamedHttp(OutboundHttp& target, const std::string& plugin, const std::string& category,
            const HostContext& context)
      : target_(target), plugin_(plugin), category_(category), context_(context) {}

  Result<FetchedHttp> fetch(const FetchHttp& request, const CallContext& context) override {
    auto reply = target_.fetch(request, context);
    const std::string outcome = reply ? "answered" : label_of(reply.error().kind);
    context_.metrics
        .counter("gateway_plugin_fetches_total", "Outbound HTTP calls of plugins, by how they ended.",
                 {{"plugin", plugin_}, {"outcome", outcome}})
        .add();
    if (reply) return reply;
    const auto url = toolkit::parse_url(request.url);
    const std::string origin = url ? url->origin() : "(not a URL)";
    context_.logger.write(LogLevel::Warning, category_, "outbound HTTP call failed",
                          {{"plugin", std::string_view(plugin_)},
                           {"verb", name_of(request.verb)},
                           {"origin", std::string_view(origin)},
                           {"kind", to_string(reply.error().kind)},
                           {"reason", std::string_view(reply.error().detail)},
                           {"request_id", context.request_id}});
    return reply;
  }

 private:
  static std::string label_of(ErrorKind kind) {
    std::string label(to_string(kind));
    std::replace(label.begin(), label.end(), ' ', '_');
    return label;
  }

  OutboundHttp& target_;
  const std::string& plugin_;
  const std::string& category_;
  const HostContext& context_;
};

// limits.take under the plugin's own id.
class ScopedLimits {
 public:
  ScopedLimits(CounterStore& target, const std::string& scope) : target_(target), scope_(scope) {}

  Result<counters::TakenLimit> take(const counters::TakeLimit& request, const CallContext& context) {
    if (request.key.empty() || request.key.size() > counters::kMaxPluginKeyBytes)
      return invalid("a plugin's key has 1 to " + std::to_string(counters::kMaxPluginKeyBytes) + " bytes");
    counters::TakeLimit scoped = request;
    scoped.key = scope_ + ":" + request.key;
    return target_.take_limit(scoped, context);
  }

 private:
  CounterStore& target_;
  const std::string& scope_;
};

// api_keys.authenticate against the storage.
class StoredApiKeys {
 public:
  StoredApiKeys(ApiKeyAuthenticator& target, Store& store) : target_(target), store_(store) {}

  Result<AuthenticateApiKey::Reply> authenticate(const AuthenticateApiKey& request,
                                                 const CallContext& context) {
    return target_.authenticate(store_, request, context);
  }

 private:
  ApiKeyAuthenticator& target_;
  Store& store_;
};

}  // namespace

HostServices::HostServices(std::string instance_id, const HostContext& context)
    : instance_id_(std::move(instance_id)), category_("plugin." + instance_id_), context_(context) {
  abi_.struct_size = sizeof(gateway_host);
  abi_.context = this;
  abi_.log = [](void* c, std::int32_t level, gateway_text message) { self(c).write_log(level, message); };
  abi_.wall_ms = [](void* c) { return self(c).context_.clock.wall_ms(); };
  abi_.monotonic_ms = [](void* c) { return self(c).context_.clock.monotonic_ms(); };
  abi_.random = [](void* c, void* bytes, std::size_t count) -> gateway_status {
    return self(c).context_.random.fill(bytes, count) ? 0
                                                      : static_cast<gateway_status>(ErrorKind::Unavailable);
  };
  abi_.count = [](void* c, gateway_text metric, double amount) { self(c).count(metric, amount); };
  abi_.environment = to_abi(context_.environment);
  abi_.call = [](void* c, const gateway_call* call, gateway_sink* reply) {
    return self(c).serve(*call, reply);
  };
}

void HostServices::write_log(std::int32_t level, gateway_text message) noexcept {
  const auto bounded =
      static_cast<LogLevel>(std::clamp(level, 0, static_cast<std::int32_t>(LogLevel::Critical)));
  if (!context_.logger.enabled(bounded, category_)) return;
  context_.logger.write(bounded, category_, from_abi(message).substr(0, kMaxLogBytes));
}

void HostServices::count(gateway_text metric, double amount) noexcept {
  try {
    const std::string_view name = from_abi(metric);
    if (!(amount >= 0) || !valid_metric(name)) return;
    const std::lock_guard lock(counters_mutex_);
    auto found = counters_.find(name);
    if (found == counters_.end()) {
      if (counters_.size() >= kMaxCountersPerPlugin) return;
      found = counters_
                  .emplace(name, context_.metrics.counter("gateway_plugin_" + std::string(name) + "_total",
                                                          "Counted by a plugin.", {{"plugin", instance_id_}}))
                  .first;
    }
    found->second.add(amount);
  } catch (const std::exception&) {
    // A metric that cannot be kept is not worth failing the plugin's work for.
  }
}

gateway_status HostServices::serve(const gateway_call& call, gateway_sink* reply) noexcept {
  try {
    if (from_abi(call.operation) == FetchHttp::kOperation) return fetch(call, reply);
    if (from_abi(call.operation) == counters::TakeLimit::kOperation) return take_limit(call, reply);
    if (from_abi(call.operation) == AuthenticateApiKey::kOperation) return authenticate(call, reply);
    if (store_ == nullptr) return write_error(reply, unavailable("no storage is attached to this plugin"));
    ScopedStore scoped(*store_, instance_id_);
    return scoped.dispatch(call, reply);
  } catch (const std::exception& e) {
    return write_error(reply, internal_error(e.what()));
  }
}

gateway_status HostServices::fetch(const gateway_call& call, gateway_sink* reply) {
  if (context_.http == nullptr)
    return write_error(reply, {ErrorKind::Unsupported, "this host has no outbound HTTP"});
  NamedHttp named(*context_.http, instance_id_, category_, context_);
  return Dispatch(call, reply).to(named, &NamedHttp::fetch).finish();
}

gateway_status HostServices::take_limit(const gateway_call& call, gateway_sink* reply) {
  if (counters_store_ == nullptr)
    return write_error(reply, {ErrorKind::Unsupported, "this host has no counter store"});
  ScopedLimits scoped(*counters_store_, instance_id_);
  return Dispatch(call, reply).to(scoped, &ScopedLimits::take).finish();
}

gateway_status HostServices::authenticate(const gateway_call& call, gateway_sink* reply) {
  if (api_keys_ == nullptr)
    return write_error(reply, {ErrorKind::Unsupported, "this host answers no questions about API keys"});
  if (store_ == nullptr) return write_error(reply, unavailable("no storage is attached to this plugin"));
  StoredApiKeys stored(*api_keys_, *store_);
  return Dispatch(call, reply).to(stored, &StoredApiKeys::authenticate).finish();
}

}  // namespace gateway::plugin
