#include "core/plugin/plugin_instance.hpp"

#include <algorithm>
#include <exception>

#include <gateway/toolkit/unicode.hpp>

namespace gateway::plugin {

namespace {

constexpr std::size_t kMaxFaultBytes = 4096;
constexpr std::size_t kMaxRefusalBytes = 8 * 1024 * 1024;  // 100 faults of texts that JSON has to escape

std::string reason_of(gateway_status status, const std::string& text) {
  if (text.empty()) return "status " + std::to_string(status);
  std::string reason = text.substr(0, kMaxFaultBytes);
  if (!toolkit::is_utf8(reason))
    std::replace_if(
        reason.begin(), reason.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return reason;
}

std::vector<ConfigFault> one_fault(std::string problem) {
  return {{"", std::move(problem), "", {}}};
}

// What a failed create has written: a ConfigRefusal, or plain text.
std::vector<ConfigFault> faults_of(gateway_status status, const StringSink& sink) {
  auto refusal = decode<ConfigRefusal>(sink.text());
  if (refusal && refusal->faults.empty()) return one_fault("create failed without a reason");
  if (refusal) return std::move(refusal->faults);
  return one_fault("create failed: " + reason_of(status, sink.text()));
}

}  // namespace

PluginInstance::PluginInstance(std::shared_ptr<const PluginLibrary> library, PluginSelection selection,
                               const HostContext& context)
    : library_(std::move(library)),
      selection_(std::move(selection)),
      context_(context),
      services_(selection_.id, context),
      calls_(context.metrics.counter("gateway_plugin_calls_total", "Calls into plugins.",
                                     {{"plugin", selection_.id}})),
      overruns_(
          context.metrics.counter("gateway_plugin_overruns_total",
                                  "Calls that came back after their deadline; their answers were not used.",
                                  {{"plugin", selection_.id}})) {
  for (std::size_t kind = 1; kind < failures_.size(); ++kind) {
    failures_[kind] = std::make_unique<runtime::Counter>(context.metrics.counter(
        "gateway_plugin_failures_total", "Calls into plugins that ended in an error.",
        {{"plugin", selection_.id}, {"kind", std::string(to_string(static_cast<ErrorKind>(kind)))}}));
  }
}

PluginInstance::~PluginInstance() {
  stop();
  if (instance_ == nullptr) return;
  try {
    library_->abi().destroy(instance_);
  } catch (...) {
    context_.logger.write(LogLevel::Error, "plugin", "plugin threw from destroy",
                          {{"plugin", selection_.id}});
  }
}

std::vector<ConfigFault> PluginInstance::create() {
  StringSink fault(kMaxRefusalBytes);
  gateway_sink sink = fault.abi();
  gateway_status status = static_cast<gateway_status>(ErrorKind::Internal);
  try {
    status = library_->abi().create(services_.abi(), to_abi(selection_.config_json), &sink, &instance_);
  } catch (...) {
    return one_fault("create threw an exception across the boundary");
  }
  if (status != 0) {
    instance_ = nullptr;
    return faults_of(status, fault);
  }
  if (instance_ == nullptr) return one_fault("create returned no instance");
  return {};
}

Result<Done> PluginInstance::start() {
  StringSink fault(kMaxFaultBytes);
  gateway_sink sink = fault.abi();
  try {
    const gateway_status status = library_->abi().start(instance_, &sink);
    if (status != 0)
      return invalid("plugin '" + selection_.id + "': start failed: " + reason_of(status, fault.text()));
  } catch (...) {
    return invalid("plugin '" + selection_.id + "': start threw an exception across the boundary");
  }
  started_ = true;
  return Done{};
}

void PluginInstance::stop() noexcept {
  if (!std::exchange(started_, false)) return;
  try {
    library_->abi().stop(instance_);
  } catch (...) {
    context_.logger.write(LogLevel::Error, "plugin", "plugin threw from stop", {{"plugin", selection_.id}});
  }
}

bool PluginInstance::has_capability(std::string_view name) const noexcept {
  const auto& names = manifest().capabilities;
  return std::find(names.begin(), names.end(), name) != names.end();
}

gateway_status PluginInstance::invoke(const gateway_call& call, gateway_sink* sink) noexcept {
  try {
    return library_->abi().call(instance_, &call, sink);
  } catch (const std::exception& e) {
    return write_error(sink, internal_error(std::string("threw across the boundary: ") + e.what()));
  } catch (...) {
    return write_error(sink, internal_error("threw across the boundary"));
  }
}

std::optional<Error> PluginInstance::judge(std::string_view operation, const CallContext& context,
                                           const Error* error) noexcept {
  calls_.add();
  const std::int64_t late_ms = context_.clock.monotonic_ms() - context.deadline_ms;
  if (late_ms > 0) {
    overruns_.add();
    context_.logger.write(LogLevel::Warning, "plugin", "plugin call came back after its deadline",
                          {{"plugin", selection_.id},
                           {"operation", operation},
                           {"late_ms", late_ms},
                           {"request_id", context.request_id}});
    Error overrun{ErrorKind::DeadlineExceeded, std::string(operation) + " overran its deadline"};
    // Whoever waited for the storage until then is late because of it.
    overrun.of_storage = error != nullptr && error->of_storage;
    return named(std::move(overrun));
  }
  if (error == nullptr) return std::nullopt;
  failures_[static_cast<std::size_t>(error->kind)]->add();
  context_.logger.write(LogLevel::Warning, "plugin", "plugin call failed",
                        {{"plugin", selection_.id},
                         {"operation", operation},
                         {"kind", to_string(error->kind)},
                         {"reason", std::string_view(error->detail)},
                         {"request_id", context.request_id}});
  return named(*error);
}

Error PluginInstance::refuse_overloaded(std::string_view operation) noexcept {
  failures_[static_cast<std::size_t>(ErrorKind::Overloaded)]->add();
  return named({ErrorKind::Overloaded, std::string(operation) + ": too many calls in flight", 1000});
}

Error PluginInstance::named(Error error) const {
  error.detail = "plugin '" + selection_.id + "': " + error.detail;
  // A provider that asked the storage hands this on: the client is told which of the two is down.
  if (manifest().kind == PluginKind::Storage) error.of_storage = true;
  return error;
}

}  // namespace gateway::plugin
