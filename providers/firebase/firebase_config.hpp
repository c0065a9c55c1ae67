// FirebaseConfig: the section `Firebase`, checked as a whole.
//
// read_config() throws ConfigError with every fault at once. It reads the key file, which belongs to the
// configuration, and nothing else: no network. Thread safety: immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <gateway/config.hpp>

#include "service_account.hpp"

namespace gateway::firebase {

// Where Google is, each without a trailing slash. Overridden by tests only.
struct Endpoints {
  std::string identity_toolkit = "https://identitytoolkit.googleapis.com";
  std::string secure_token = "https://securetoken.googleapis.com/v1/token";
  std::string oauth_token;  // empty: the key file's token_uri
  std::string token_keys =
      "https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";
  std::string session_cookie_keys = "https://www.googleapis.com/identitytoolkit/v3/relyingparty/publicKeys";
};

struct FirebaseConfig {
  std::string project_id;
  Secret api_key;
  std::string tenant_id;  // empty: none
  bool check_revoked = false;
  std::int64_t clock_skew_s = 30;
  Endpoints endpoints;
  // Exactly one of the two: a service account, or the Auth emulator on this machine.
  std::optional<ServiceAccount> service_account;
  bool emulator = false;

  bool is_emulated() const noexcept { return emulator; }
};

// `environment`: what the host calls the deployment; the emulator is for Development and Test.
FirebaseConfig read_config(const PluginConfig& section, std::string_view environment);

}  // namespace gateway::firebase
