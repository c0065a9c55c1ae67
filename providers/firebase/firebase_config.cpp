#include "firebase_config.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include <gateway/toolkit/url.hpp>

namespace gateway::firebase {

namespace {

constexpr std::size_t kMaxNameBytes = 128;
constexpr const char* kKeyHint = "the Firebase console makes one: Service accounts, Generate new private key";
constexpr std::string_view kEmulatorKey = "emulator";  // the emulator asks for some key and takes any

// What may stand in the paths and issuers that a project's or tenant's name becomes part of.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == ':' || c == '_';
  });
}

// parse_url has refused numbers that are no addresses, so digits and dots are an IPv4 address.
bool is_loopback(std::string_view host) {
  const bool is_ipv4 = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "::1" || (is_ipv4 && host.substr(0, 4) == "127.");
}

// Credentials travel to these: in clear only inside this machine. `what` goes in front of the problem where
// the URL is not the key's own value.
void check_url(std::string key, std::string& text, const char* hint, ConfigFaults& faults,
               const std::string& what = "") {
  const auto url = toolkit::parse_url(text);
  if (!url) return faults.add(std::move(key), what + "is not an http or https URL", hint);
  if (!url->is_https() && !is_loopback(url->host))
    return faults.add(std::move(key), what + "must be https unless it is on a loopback address", hint);
  if (!url->query.empty()) return faults.add(std::move(key), what + "must have no query", hint);
  if (text.back() == '/') text.pop_back();
}

const rapidjson::Value* object_member(const PluginConfig& section, std::string_view name) {
  const auto* value = member(section.json(), name);
  return value != nullptr && value->IsObject() ? value : nullptr;
}

void read_endpoints(const PluginConfig& section, Endpoints& endpoints, ConfigFaults& faults) {
  const auto* object = object_member(section, "Endpoints");
  if (object == nullptr) return;
  const auto read = [&](std::string_view name, std::string& target) {
    const auto* value = member(*object, name);
    if (value == nullptr || !value->IsString()) return;
    target = text_of(*value);
    check_url("Endpoints:" + std::string(name), target,
              "leave it out: other endpoints than Google's are for tests", faults);
  };
  read("IdentityToolkit", endpoints.identity_toolkit);
  read("SecureToken", endpoints.secure_token);
  read("OAuthToken", endpoints.oauth_token);
  read("TokenKeys", endpoints.token_keys);
  read("SessionCookieKeys", endpoints.session_cookie_keys);
}

// Not "cannot be read", which would be a fault.
bool is_nowhere(const std::string& path) {
  std::error_code error;
  return std::filesystem::status(path, error).type() == std::filesystem::file_type::not_found;
}

void read_credentials(const PluginConfig& section, FirebaseConfig& config, ConfigFaults& faults) {
  auto path = section.text("CredentialsPath");
  if (path && path->empty()) path.reset();  // as a variable leaves it
  Secret json = section.secret("CredentialsJson");
  // The documented settings name a file. Where secrets are environment variables it is never there, and
  // cannot be taken out of the settings by one; of two keys that are there nobody can say which one is meant.
  if (path && !json.empty()) {
    if (!is_nowhere(*path))
      return faults.add("CredentialsJson", "is set, and the file that CredentialsPath names is there as well",
                        "keep one of them", {"CredentialsPath"});
    path.reset();
  }
  const std::string source = path ? "CredentialsPath" : "CredentialsJson";
  if (!path && json.empty())
    return faults.add("CredentialsPath", "is missing",
                      "name the service account's key file, or set CredentialsJson to what is in it",
                      {"CredentialsJson", "Emulator"});
  // A path is shown; the key itself must not be, wherever somebody has put it.
  constexpr std::size_t kMaxPathBytes = 512;
  if (path && (path->size() > kMaxPathBytes || path->find_first_of("{\n") != std::string::npos))
    return faults.add(source, "is not the path of a file",
                      "what is in the key file belongs into CredentialsJson");
  if (path) {
    auto read = read_key_file(*path);
    if (!read) return faults.add(source, "'" + *path + "' " + read.error().detail, kKeyHint);
    json = std::move(*read);
  }
  auto account = parse_service_account(json);
  if (!account) return faults.add(source, account.error().detail, kKeyHint);
  if (is_name(config.project_id) && account->project_id != config.project_id)
    faults.add(
        source,
        "the key is of project '" + account->project_id + "', but ProjectId is '" + config.project_id + "'",
        "take the key and the id from one project", {"ProjectId"});
  check_url(source, account->token_uri, kKeyHint, faults, "'token_uri' of the service-account key ");
  if (config.endpoints.oauth_token.empty()) config.endpoints.oauth_token = account->token_uri;
  config.service_account = std::move(*account);
}

// Left out it would be 80, where no emulator is.
bool has_port(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  return colon != std::string_view::npos && (authority.front() != '[' || authority[colon - 1] == ']');
}

// Where tokens are not signed, anybody is whoever they say. So the environments are listed in which nobody is
// real, not those that are meant by production, which people call Prod, Live or Staging as well; a host that
// does not say what it is, is none of them.
bool is_for_nobody_real(std::string_view name, ConfigFaults& faults) {
  const auto is_called = [&](std::string_view other) {
    return std::equal(name.begin(), name.end(), other.begin(), other.end(), [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
  };
  if (is_called("development") || is_called("test")) return true;
  faults.add(
      "Emulator",
      "is never used in Production, nor anywhere but in the environments Development and Test, and this "
      "one is '" +
          std::string(name) + "': its tokens are not signed",
      "leave it out and set CredentialsPath");
  return false;
}

// Never by accident: the setting itself, the word in it, an address of this machine, and no real credentials
// beside it.
void read_emulator(const PluginConfig& section, const rapidjson::Value& object, FirebaseConfig& config,
                   ConfigFaults& faults) {
  const auto* host = member(object, "Host");
  const auto* allow = member(object, "AllowUnsignedTokens");
  if (allow == nullptr || !allow->IsBool() || !allow->GetBool())
    faults.add("Emulator:AllowUnsignedTokens", "is not true",
               "say it aloud: the emulator's tokens are not signed, and anybody can make them");
  for (const char* key : {"CredentialsPath", "CredentialsJson"}) {
    if (section.text(key)) faults.add(key, "is set beside Emulator", "keep one of them", {"Emulator"});
  }
  constexpr const char* kForm = "write host:port, without a scheme, as in 127.0.0.1:9099";
  const std::string_view authority =
      host != nullptr && host->IsString() ? text_of(*host) : std::string_view();
  const std::string base = "http://" + std::string(authority);
  const auto url = toolkit::parse_url(base);
  if (!url || url->path != "/" || !url->query.empty() || base.back() == '/' || !has_port(authority))
    return faults.add("Emulator:Host", authority.empty() ? "is missing" : "is not the address of an emulator",
                      kForm);
  if (!is_loopback(url->host)) return faults.add("Emulator:Host", "is not a loopback address", kForm);
  config.emulator = true;
  config.endpoints.identity_toolkit = base + "/identitytoolkit.googleapis.com";
  config.endpoints.secure_token = base + "/securetoken.googleapis.com/v1/token";
}

void read_api_key(const PluginConfig& section, bool is_emulated, FirebaseConfig& config,
                  ConfigFaults& faults) {
  config.api_key = section.secret("ApiKey");
  if (config.api_key.empty() && is_emulated) config.api_key = Secret(std::string(kEmulatorKey));
  const std::string_view key = config.api_key.reveal();
  if (key.empty()) {
    faults.add("ApiKey", "is missing", "the Firebase console shows it as Web API Key", {"Emulator"});
  } else if (!std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; })) {
    // A line break from a secret's file, most often.
    faults.add("ApiKey", "has characters that no key has", "it is one line without blanks");
  }
}

}  // namespace

FirebaseConfig read_config(const PluginConfig& section, std::string_view environment) {
  ConfigFaults faults;
  FirebaseConfig config;
  config.project_id = section.text("ProjectId", "");
  if (!is_name(config.project_id))
    faults.add("ProjectId", config.project_id.empty() ? "is missing" : "is not the id of a project",
               "the Firebase console shows it as Project ID");
  config.tenant_id = section.text("TenantId", "");
  if (!config.tenant_id.empty() && !is_name(config.tenant_id))
    faults.add("TenantId", "is not the id of a tenant");
  config.check_revoked = section.boolean("CheckRevoked", config.check_revoked);
  config.clock_skew_s = section.integer("ClockSkewSeconds", config.clock_skew_s);
  if (config.clock_skew_s < 0 || config.clock_skew_s > 60)
    faults.add("ClockSkewSeconds", "is not a number from 0 to 60");

  const auto* emulator = object_member(section, "Emulator");
  read_api_key(section, emulator != nullptr, config, faults);
  read_endpoints(section, config.endpoints, faults);
  if (emulator != nullptr) {
    // Where it is not used, nothing else about it matters.
    if (is_for_nobody_real(environment, faults)) read_emulator(section, *emulator, config, faults);
  } else {
    read_credentials(section, config, faults);
  }
  faults.throw_if_any();
  return config;
}

}  // namespace gateway::firebase
