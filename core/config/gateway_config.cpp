#include "core/config/gateway_config.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <gateway/config_fault.hpp>
#include <gateway/toolkit/aead.hpp>
#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/url.hpp>

#include "core/config/gateway_schema.hpp"
#include "core/config/key_names.hpp"
#include "core/config/schema_check.hpp"
#include "core/config/schema_fit.hpp"

namespace gateway::config {

namespace {

using std::chrono::seconds;

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kDay = 24 * 60 * kMinute;

class Reader {
 public:
  Reader(const SettingsTree& tree, Faults& faults) : tree_(tree), faults_(faults) {}

  std::string text(std::string_view path) const {
    const rapidjson::Value* value = tree_.find(path);
    return value != nullptr && value->IsString() ? std::string(text_of(*value)) : "";
  }
  std::int64_t integer(std::string_view path) const {
    const rapidjson::Value* value = tree_.find(path);
    return value != nullptr && value->IsInt64() ? value->GetInt64() : 0;
  }
  std::size_t size(std::string_view path) const {
    return static_cast<std::size_t>(std::max<std::int64_t>(integer(path), 0));
  }
  bool boolean(std::string_view path) const {
    const rapidjson::Value* value = tree_.find(path);
    return value != nullptr && value->IsBool() && value->GetBool();
  }
  std::vector<std::string> texts(std::string_view path) const {
    std::vector<std::string> items;
    const rapidjson::Value* value = tree_.find(path);
    if (value == nullptr || !value->IsArray()) return items;
    for (const auto& item : value->GetArray()) {
      if (item.IsString()) items.emplace_back(text_of(item));
    }
    return items;
  }
  std::map<std::string, std::string> named_texts(std::string_view path) const {
    std::map<std::string, std::string> items;
    const rapidjson::Value* value = tree_.find(path);
    if (value == nullptr || !value->IsObject()) return items;
    for (const auto& entry : value->GetObject()) {
      if (entry.value.IsString()) items.emplace(text_of(entry.name), text_of(entry.value));
    }
    return items;
  }

  // By somebody: what nobody sets has its default.
  bool is_set(std::string_view path) const {
    const std::string layer = tree_.layer_of(path);
    return !layer.empty() && layer != "default";
  }
  // It, what is in it, and what it is in.
  bool is_sound(std::string_view path) const {
    if (has_fault_within(faults_, path)) return false;
    for (auto end = path.rfind(':'); end != std::string_view::npos; end = path.substr(0, end).rfind(':')) {
      if (has_fault_at(faults_, path.substr(0, end))) return false;
    }
    return true;
  }
  void fault(std::string_view path, std::string problem, std::string hint = "") {
    if (!is_sound(path)) return;
    if (hint.empty()) hint = meaning_at(SchemaNode(gateway_schema()), path);
    faults_.push_back({std::string(path), std::move(problem), std::move(hint), tree_.layer_of(path)});
  }
  // Several of one key.
  void fault(const ConfigFaults& found) {
    for (const ConfigFault& each : found.all())
      faults_.push_back({each.key, each.problem, each.hint, tree_.layer_of(each.key)});
  }

 private:
  const SettingsTree& tree_;
  Faults& faults_;
};

// RFC 9110, section 5.6.2: names of headers and cookies.
bool is_token(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

ListenAddress read_listen(Reader& in, std::string_view path) {
  if (!in.is_sound(path)) return {};
  auto address = parse_listen_address(in.text(path));
  if (address) return *std::move(address);
  in.fault(path, address.error().detail, "for example http://0.0.0.0:8080");
  return {};
}

void read_addresses(Reader& in, GatewayConfig& out) {
  out.listen = read_listen(in, "Urls");
  if (in.text("Metrics:Url").empty()) return;
  out.metrics_listen = read_listen(in, "Metrics:Url");
  if (out.metrics_listen == out.listen && out.listen.port != 0) {
    in.fault("Metrics:Url", "is the address of Urls", "leave it out to have /metrics on the main port");
  }
}

void read_server(const Reader& in, ServerConfig& out) {
  const auto timeout = [&](std::string_view path) { return seconds(in.integer(path)); };
  out.io_threads = in.size("Server:IoThreads");
  out.backlog = static_cast<int>(in.integer("Server:Backlog"));
  out.max_connections = in.size("Server:MaxConnections");
  out.max_in_flight = in.size("Server:MaxInFlight");
  out.max_head_bytes = in.size("Server:MaxHeadBytes");
  out.max_body_bytes = in.size("Server:MaxBodyBytes");
  out.max_response_bytes = in.size("Server:MaxResponseBytes");
  out.header_timeout = timeout("Server:HeaderTimeoutSeconds");
  out.body_timeout = timeout("Server:BodyTimeoutSeconds");
  out.idle_timeout = timeout("Server:IdleTimeoutSeconds");
  out.request_timeout = timeout("Server:RequestTimeoutSeconds");
  out.write_timeout = timeout("Server:WriteTimeoutSeconds");
  out.drain_timeout = timeout("Server:DrainSeconds");
}

void read_workers(const Reader& in, WorkerConfig& out) {
  out.fast_threads = in.size("Workers:FastThreads");
  out.fast_queue = in.size("Workers:FastQueue");
  out.blocking_threads = in.size("Workers:BlockingThreads");
  out.blocking_queue = in.size("Workers:BlockingQueue");
  out.provider_threads = in.size("Workers:ProviderThreads");
  out.provider_queue = in.size("Workers:ProviderQueue");
  out.hash_threads = in.size("Workers:HashThreads");
  out.hash_queue = in.size("Workers:HashQueue");
}

void read_outbound(const Reader& in, OutboundConfig& out) {
  out.ca_file = in.text("Http:CaFile");
  out.connect_timeout = std::chrono::milliseconds(in.integer("Http:ConnectTimeoutMs"));
  out.total_timeout = std::chrono::milliseconds(in.integer("Http:TotalTimeoutMs"));
  out.max_per_origin = in.size("Http:MaxPerOrigin");
}

void read_sms(Reader& in, SmsConfig& out) {
  out.url = in.text("Sms:Url");
  out.authorization = Secret(in.text("Sms:Authorization"));
  const auto url = toolkit::parse_url(out.url);
  if (!out.url.empty() && !url) in.fault("Sms:Url", "is not an absolute http or https URL");
  if (out.url.empty() && !out.authorization.empty()) in.fault("Sms:Authorization", "is set without Sms:Url");
}

AttemptLimitConfig read_attempt_limit(Reader& in, const std::string& section) {
  AttemptLimitConfig out;
  out.free = in.integer(section + ":Free");
  out.first_delay = seconds(in.integer(section + ":FirstDelaySeconds"));
  out.longest_delay = seconds(in.integer(section + ":LongestDelaySeconds"));
  out.forget = seconds(in.integer(section + ":ForgetMinutes") * kMinute);
  if (out.longest_delay < out.first_delay)
    in.fault(section + ":LongestDelaySeconds", "is shorter than FirstDelaySeconds");
  // What is forgotten within its own delay would hold nobody up.
  if (out.forget < out.longest_delay)
    in.fault(section + ":ForgetMinutes", "is shorter than LongestDelaySeconds");
  return out;
}

void read_attempts(Reader& in, AttemptConfig& out) {
  out.account = read_attempt_limit(in, "Attempts:Account");
  out.address = read_attempt_limit(in, "Attempts:Address");
  out.mail = read_attempt_limit(in, "Attempts:Mail");
  out.trust = seconds(in.integer("Attempts:TrustDays") * kDay);
  out.entries = in.integer("Attempts:Entries");
}

void read_proxies(Reader& in, GatewayConfig& out) {
  out.forwarded.preset = in.text("ForwardedHeaders:Preset");
  out.forwarded.known_networks = in.texts("ForwardedHeaders:KnownNetworks");
  out.forwarded.forward_limit = in.size("ForwardedHeaders:ForwardLimit");
  out.forwarded.header = in.text("ForwardedHeaders:Header");
  if (out.forwarded.preset == "none" && !out.forwarded.known_networks.empty())
    in.fault("ForwardedHeaders:Preset", "is none, and KnownNetworks names proxies");
  if (!out.forwarded.preset.empty() && in.is_set("ForwardedHeaders:ForwardLimit"))
    in.fault("ForwardedHeaders:ForwardLimit",
             "is set beside Preset, which says how many entries are followed",
             "leave it out, or leave Preset out and name KnownNetworks");
  if (!is_token(out.forwarded.header)) in.fault("ForwardedHeaders:Header", "is not the name of a header");
  out.token_cookie = in.text("ForwardAuth:Cookie");
  if (!is_token(out.token_cookie)) in.fault("ForwardAuth:Cookie", "is not the name of a cookie");
}

void read_users(Reader& in, GatewayConfig& out) {
  out.users.types = in.texts("Users:Types");
  out.users.self_signup_types = in.texts("Users:SelfSignupTypes");
  out.users.admin_type = in.text("Users:AdminType");
  if (in.is_sound("Users:Types") && !contains(out.users.types, out.users.admin_type)) {
    in.fault("Users:AdminType", "is not one of Users:Types",
             "add it there, or name one that is: " + joined(out.users.types));
  }
  for (std::size_t i = 0; i < out.users.self_signup_types.size(); ++i) {
    const std::string path = "Users:SelfSignupTypes:" + std::to_string(i);
    const std::string& type = out.users.self_signup_types[i];
    if (type == out.users.admin_type) {
      in.fault(path, "is Users:AdminType: everybody could become an administrator", "leave it out");
    } else if (in.is_sound("Users:Types") && !contains(out.users.types, type)) {
      in.fault(path, "is not one of Users:Types");
    }
  }
  out.passwords.min_length = in.integer("Users:Password:MinLength");
  out.passwords.max_length = in.integer("Users:Password:MaxLength");
  out.passwords.require_uppercase = in.boolean("Users:Password:RequireUppercase");
  out.passwords.require_digit = in.boolean("Users:Password:RequireDigit");
  out.passwords.require_special = in.boolean("Users:Password:RequireSpecial");
}

// Base64 as `openssl rand` writes it, or base64url.
std::optional<Secret> read_encryption_key(const std::string& text) {
  auto bytes = toolkit::base64_decode(text);
  if (!bytes || bytes->size() != toolkit::kAeadKeyBytes) return std::nullopt;
  return Secret(*std::move(bytes));
}

void read_encryption_keys(Reader& in, TokenConfig& out) {
  constexpr const char* kProblem = "is not 32 bytes in base64";
  constexpr const char* kHint = "make one with: openssl rand -base64 32";
  const std::string text = in.text("Tokens:KeyEncryptionKey");
  // A variable that is empty must not lead to keys in clear.
  if (text.empty() && in.is_set("Tokens:KeyEncryptionKey"))
    in.fault("Tokens:KeyEncryptionKey", "is empty",
             "set it, or leave it out if keys shall be stored in clear");
  if (!text.empty()) {
    if (auto key = read_encryption_key(text)) {
      out.key_encryption_key = *std::move(key);
    } else {
      in.fault("Tokens:KeyEncryptionKey", kProblem, kHint);
    }
  }
  for (const std::string& previous : in.texts("Tokens:PreviousKeyEncryptionKeys")) {
    if (auto key = read_encryption_key(previous)) {
      out.previous_key_encryption_keys.push_back(*std::move(key));
    } else {
      in.fault("Tokens:PreviousKeyEncryptionKeys", std::string("holds a text that ") + kProblem, kHint);
    }
  }
  if (out.key_encryption_key.empty() && !out.previous_key_encryption_keys.empty())
    in.fault("Tokens:PreviousKeyEncryptionKeys", "is set without Tokens:KeyEncryptionKey");
}

void read_tokens(Reader& in, TokenConfig& out, const GatewayConfig& config, Faults& warnings) {
  out.issued_by_provider = in.text("Tokens:Issuer") == "Provider";
  out.issuer_url = in.text("Tokens:IssuerUrl");
  const auto url = toolkit::parse_url(out.issuer_url);
  if (!url || !url->query.empty() || out.issuer_url.ends_with('/')) {
    in.fault("Tokens:IssuerUrl", "is not an absolute http or https URL without query and final /",
             "for example https://id.example.com");
  } else if (!out.issued_by_provider && config.environment == "Production" && !url->is_https()) {
    warnings.push_back({"Tokens:IssuerUrl",
                        "is not an https URL: others cannot verify the gateway's tokens with it",
                        "set it to the public URL of the gateway", ""});
  }
  out.audience = in.text("Tokens:Audience");
  out.algorithm = in.text("Tokens:Algorithm");
  out.access_lifetime = seconds(in.integer("Tokens:AccessTokenMinutes") * kMinute);
  out.session_lifetime = seconds(in.integer("Tokens:SessionDays") * kDay);
  out.session_idle_lifetime = seconds(in.integer("Tokens:SessionIdleDays") * kDay);
  out.max_sessions_per_user = in.integer("Tokens:MaxSessionsPerUser");
  out.refresh_grace = seconds(in.integer("Tokens:RefreshGraceSeconds"));
  out.verified_cache = seconds(in.integer("Tokens:VerifiedCacheSeconds"));
  out.verified_cache_entries = in.integer("Tokens:VerifiedCacheEntries");
  out.key_rotation = seconds(in.integer("Tokens:KeyRotationDays") * kDay);
  out.key_publish_ahead = seconds(in.integer("Tokens:KeyPublishAheadSeconds"));
  read_encryption_keys(in, out);
}

void read_database(Reader& in, GatewayConfig& out) {
  constexpr const char* kPath = "ConnectionStrings:IdentityServiceDb";
  const Secret text(in.text(kPath));
  if (text.empty() || !in.is_sound(kPath)) return;
  ConfigFaults found;
  out.database = toolkit::read_connection_string(text.reveal(), kPath, found);
  in.fault(found);
}

}  // namespace

GatewayConfig read_gateway_config(const SettingsTree& tree, std::string environment,
                                  std::vector<PluginSelection> plugins, Faults& faults, Faults& warnings) {
  Reader in(tree, faults);
  GatewayConfig out;
  out.environment = std::move(environment);
  out.plugins = std::move(plugins);
  out.log_levels = in.named_texts("Logging:LogLevel");
  out.log_format = in.text("Logging:Format");
  out.plugin_directory = in.text("Plugins:Directory");
  read_addresses(in, out);
  read_database(in, out);
  read_server(in, out.server);
  read_workers(in, out.workers);
  read_outbound(in, out.outbound);
  read_sms(in, out.sms);
  read_attempts(in, out.attempts);
  read_proxies(in, out);
  read_users(in, out);
  read_tokens(in, out.tokens, out, warnings);
  return out;
}

}  // namespace gateway::config
