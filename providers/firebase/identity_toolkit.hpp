// IdentityToolkit: Google's REST service for accounts, one method per call, without any decision about what
// an answer means to the gateway.
//
// Two kinds of calls: with the project's API key, as an app of the project's users makes them, and with the
// credential of the project itself ("admin"), which may look at and change every account. Both are bound to
// the configured tenant. Thread safety: full. Ownership: host, http and credential must outlive it. Errors:
// Failure. Secrets: the key and the credential travel in headers, never in the URL.
#pragma once

#include <string>
#include <string_view>

#include "admin_credential.hpp"
#include "firebase_config.hpp"
#include "toolkit_messages.hpp"

namespace gateway::firebase {

// Whether the same request twice does no more than once (FetchHttp::repeatable).
enum class Repeat : bool { Never, Safe };

class IdentityToolkit {
 public:
  IdentityToolkit(const FirebaseConfig& config, const GoogleHttp& http, AdminCredential& credential);

  // v1/accounts:METHOD with the API key.
  Answer<ToolkitReply> call(std::string_view method, ToolkitRequest request, Repeat repeat,
                            const CallContext& context) const;

  // v1/projects/P[/tenants/T]/accountsSUFFIX with the project's credential; SUFFIX is ":update" and its like,
  // or empty to create an account.
  Answer<ToolkitReply> admin_call(std::string_view suffix, const ToolkitRequest& request, Repeat repeat,
                                  const CallContext& context) const;

  // The account, or nullopt.
  using MaybeUser = std::optional<ToolkitUser>;
  Answer<MaybeUser> find_by_subject(const std::string& subject, const CallContext& context) const;
  Answer<MaybeUser> find_by_email(const std::string& email, const CallContext& context) const;
  Answer<MaybeUser> find_by_phone(const std::string& phone_number, const CallContext& context) const;

  Answer<UsersReply> list(std::string_view page_token, std::int64_t limit, const CallContext& context) const;

  Answer<SecureTokenReply> refresh(const Secret& refresh_token, const CallContext& context) const;

 private:
  Answer<MaybeUser> find(const LookupRequest& request, const CallContext& context) const;
  std::string admin_url(std::string_view suffix) const;
  template <class Reply>
  Answer<Reply> admin_fetch(std::string_view name, FetchHttp request, const CallContext& context) const;

  const GoogleHttp& http_;
  AdminCredential& credential_;
  const Secret api_key_;
  const std::string base_url_;
  const std::string secure_token_url_;
  const std::string project_id_;
  const std::string tenant_id_;
};

}  // namespace gateway::firebase
