#include "core/plugin/plugin_library.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <boost/dll/shared_library.hpp>

#include <gateway/call.hpp>

namespace gateway::plugin {

namespace {

constexpr std::size_t kMaxManifestBytes = 256U << 10;

std::optional<std::string> abi_fault(const gateway_plugin* abi) {
  if (abi == nullptr) return "its entry function returned nothing";
  if (abi->struct_size < sizeof(gateway_plugin)) {
    return "its description is " + std::to_string(abi->struct_size) + " bytes, this gateway needs " +
           std::to_string(sizeof(gateway_plugin));
  }
  // While the major number is 0 the ABI is a draft and every minor number is a different one.
  if (abi->abi_major != GATEWAY_ABI_MAJOR ||
      (GATEWAY_ABI_MAJOR == 0 && abi->abi_minor != GATEWAY_ABI_MINOR)) {
    return "built for ABI " + std::to_string(abi->abi_major) + "." + std::to_string(abi->abi_minor) +
           ", this gateway has " + std::to_string(GATEWAY_ABI_MAJOR) + "." +
           std::to_string(GATEWAY_ABI_MINOR) + "; rebuild it against this gateway's SDK";
  }
  if (abi->create == nullptr || abi->start == nullptr || abi->call == nullptr || abi->stop == nullptr ||
      abi->destroy == nullptr) {
    return "its description lacks a function";
  }
  return std::nullopt;
}

bool valid_id(std::string_view id) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !id.empty() && id.size() <= 32 && id.front() >= 'a' && id.front() <= 'z' &&
         std::all_of(id.begin(), id.end(), allowed);
}

std::optional<std::string> policy_fault(const gateway_plugin& abi, PluginKind kind) {
  const gateway_policy* policy = abi.policy;
  if (kind != PluginKind::Policy) {
    if (policy != nullptr) return "it says it is no policy but has policy hooks";
    return std::nullopt;
  }
  if (policy == nullptr || policy->struct_size < sizeof(gateway_policy) || policy->on_request == nullptr ||
      policy->on_authenticated == nullptr || policy->on_response == nullptr || policy->may_block == nullptr) {
    return "it says it is a policy but lacks policy hooks";
  }
  return std::nullopt;
}

// Never unloaded, see the header: the list lives as long as the process, whatever the order of destruction at
// its end.
const boost::dll::shared_library& keep(boost::dll::shared_library library) {
  static std::mutex mutex;
  static auto& kept = *new std::deque<boost::dll::shared_library>;  // NOLINT(cppcoreguidelines-owning-memory)
  const std::lock_guard lock(mutex);
  return kept.emplace_back(std::move(library));
}

Result<Manifest> read_manifest(const gateway_plugin& abi) {
  const std::string_view text = from_abi(abi.manifest);
  if (text.size() > kMaxManifestBytes) return invalid("its manifest is too large");
  Result<Manifest> manifest = decode<Manifest>(text);
  if (!manifest) return invalid("bad manifest: " + manifest.error().detail);
  if (!valid_id(manifest->id))
    return invalid("bad manifest: 'id' must be lower-case letters, digits and '-'");
  if (manifest->version.empty()) return invalid("bad manifest: 'version' is empty");
  if (const auto fault = policy_fault(abi, manifest->kind)) return invalid(*fault);
  return manifest;
}

// What the dynamic linker said, out of what Boost.DLL wraps around it, and without the file's name, which the
// caller has said.
std::string reason_of(const std::exception& fault, const std::string& file) {
  constexpr std::string_view kBegin = "dlerror system message: ";
  constexpr std::string_view kEnd = "): ";
  std::string text = fault.what();
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.rfind(kEnd);
  if (begin == std::string::npos || end == std::string::npos || end < begin + kBegin.size()) return text;
  text = text.substr(begin + kBegin.size(), end - begin - kBegin.size());
  if (text.rfind(file + ": ", 0) == 0) text.erase(0, file.size() + 2);
  return text;
}

}  // namespace

PluginLibrary::PluginLibrary(PluginFile file, const gateway_plugin& abi, Manifest manifest)
    : file_(std::move(file)), abi_(abi), manifest_(std::move(manifest)) {}

Result<std::shared_ptr<const PluginLibrary>> PluginLibrary::load(const PluginFile& file) {
  const auto refuse = [&](const std::string& reason) { return invalid(file.path.string() + ": " + reason); };
  try {
    // rtld_now: a missing symbol is found here, not on a request.
    const boost::dll::shared_library& library = keep(boost::dll::shared_library(
        file.path.string(), boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local));
    if (!library.has(GATEWAY_PLUGIN_SYMBOL)) {
      return refuse("not a gateway plugin: it does not export " GATEWAY_PLUGIN_SYMBOL);
    }
    const gateway_plugin* abi = library.get<const gateway_plugin*()>(GATEWAY_PLUGIN_SYMBOL)();
    if (const auto fault = abi_fault(abi)) return refuse(*fault);
    Result<Manifest> manifest = read_manifest(*abi);
    if (!manifest) return refuse(manifest.error().detail);
    return std::make_shared<const PluginLibrary>(file, *abi, std::move(*manifest));
  } catch (const std::exception& e) {
    return refuse("cannot be loaded: " + reason_of(e, file.path.string()));
  } catch (...) {
    return refuse("cannot be loaded: an exception of unknown type");
  }
}

}  // namespace gateway::plugin
