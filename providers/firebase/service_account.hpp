// ServiceAccount: the key file of a Google service account (type "service_account"), with which the provider
// proves to Google who it is.
//
// Thread safety: immutable after reading. Errors: Invalid, fit for an operator: which member is missing or
// wrong, never a value of it. Source: Google Cloud, "Using OAuth 2.0 for server to server applications".
#pragma once

#include <string>
#include <string_view>

#include <gateway/result.hpp>
#include <gateway/toolkit/jose/private_key.hpp>

namespace gateway::firebase {

struct ServiceAccount {
  std::string project_id;
  std::string client_email;
  std::string private_key_id;
  std::string token_uri;
  toolkit::PrivateKey private_key;
};

Result<ServiceAccount> parse_service_account(const Secret& json);

// The whole file; a key file is a few kilobytes.
Result<Secret> read_key_file(const std::string& path);

}  // namespace gateway::firebase
