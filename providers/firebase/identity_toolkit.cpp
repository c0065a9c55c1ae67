#include "identity_toolkit.hpp"

#include <gateway/toolkit/form.hpp>

namespace gateway::firebase {

namespace {

constexpr std::int64_t kMaxReplyBytes = 256 * 1024;
constexpr std::int64_t kMaxPageBytes = 3 << 20;

FetchHttp post(std::string url, Secret body, const char* type = "application/json") {
  FetchHttp request;
  request.verb = HttpVerb::Post;
  request.url = std::move(url);
  request.headers.push_back({"Content-Type", Secret(type)});
  request.body = std::move(body);
  request.max_body_bytes = kMaxReplyBytes;
  return request;
}

}  // namespace

IdentityToolkit::IdentityToolkit(const FirebaseConfig& config, const GoogleHttp& http,
                                 AdminCredential& credential)
    : http_(http),
      credential_(credential),
      api_key_(config.api_key),
      base_url_(config.endpoints.identity_toolkit + "/v1/"),
      secure_token_url_(config.endpoints.secure_token),
      project_id_(config.project_id),
      tenant_id_(config.tenant_id) {}

Answer<ToolkitReply> IdentityToolkit::call(std::string_view method, ToolkitRequest request, Repeat repeat,
                                           const CallContext& context) const {
  if (!tenant_id_.empty()) request.tenantId = tenant_id_;
  const std::string name = "accounts:" + std::string(method);
  FetchHttp fetch = post(base_url_ + name, Secret(encode(request)));
  fetch.headers.push_back({"X-Goog-Api-Key", api_key_});
  fetch.repeatable = repeat == Repeat::Safe;
  return http_.fetch_message<ToolkitReply>(name, fetch, context);
}

Answer<ToolkitReply> IdentityToolkit::admin_call(std::string_view suffix, const ToolkitRequest& request,
                                                 Repeat repeat, const CallContext& context) const {
  FetchHttp fetch = post(admin_url(suffix), Secret(encode(request)));
  fetch.repeatable = repeat == Repeat::Safe;
  return admin_fetch<ToolkitReply>("projects/accounts" + std::string(suffix), std::move(fetch), context);
}

Answer<IdentityToolkit::MaybeUser> IdentityToolkit::find_by_subject(const std::string& subject,
                                                                    const CallContext& context) const {
  LookupRequest request;
  request.localId = std::vector{subject};
  return find(request, context);
}

Answer<IdentityToolkit::MaybeUser> IdentityToolkit::find_by_email(const std::string& email,
                                                                  const CallContext& context) const {
  LookupRequest request;
  request.email = std::vector{email};
  return find(request, context);
}

Answer<IdentityToolkit::MaybeUser> IdentityToolkit::find_by_phone(const std::string& phone_number,
                                                                  const CallContext& context) const {
  LookupRequest request;
  request.phoneNumber = std::vector{phone_number};
  return find(request, context);
}

Answer<UsersReply> IdentityToolkit::list(std::string_view page_token, std::int64_t limit,
                                         const CallContext& context) const {
  toolkit::FormFields query{{"maxResults", std::to_string(limit)}};
  if (!page_token.empty()) query.emplace_back("nextPageToken", page_token);
  FetchHttp fetch;
  fetch.url = admin_url(":batchGet") + "?" + toolkit::encode_form(query);
  fetch.max_body_bytes = kMaxPageBytes;
  return admin_fetch<UsersReply>("projects/accounts:batchGet", std::move(fetch), context);
}

Answer<SecureTokenReply> IdentityToolkit::refresh(const Secret& refresh_token,
                                                  const CallContext& context) const {
  FetchHttp fetch =
      post(secure_token_url_,
           Secret(toolkit::encode_form(
               {{"grant_type", "refresh_token"}, {"refresh_token", std::string(refresh_token.reveal())}})),
           "application/x-www-form-urlencoded");
  fetch.headers.push_back({"X-Goog-Api-Key", api_key_});
  fetch.repeatable = true;
  return http_.fetch_message<SecureTokenReply>("token", fetch, context);
}

Answer<IdentityToolkit::MaybeUser> IdentityToolkit::find(const LookupRequest& request,
                                                         const CallContext& context) const {
  FetchHttp fetch = post(admin_url(":lookup"), Secret(encode(request)));
  fetch.repeatable = true;
  auto reply = admin_fetch<UsersReply>("projects/accounts:lookup", std::move(fetch), context);
  if (!reply) return reply.error();
  if (reply->users.empty()) return MaybeUser();
  return MaybeUser(std::move(reply->users.front()));
}

std::string IdentityToolkit::admin_url(std::string_view suffix) const {
  std::string url = base_url_ + "projects/" + project_id_;
  if (!tenant_id_.empty()) url.append("/tenants/").append(tenant_id_);
  return url.append("/accounts").append(suffix);
}

// 401 says that nothing was done, so it is safe to come again with a new token, once.
template <class Reply>
Answer<Reply> IdentityToolkit::admin_fetch(std::string_view name, FetchHttp request,
                                           const CallContext& context) const {
  constexpr int kAttempts = 2;
  request.headers.push_back({"Authorization", Secret()});
  for (int attempt = 1;; ++attempt) {
    const auto bearer = credential_.bearer(context);
    if (!bearer) return bearer.error();
    std::string value = "Bearer ";
    request.headers.back().value = Secret(std::move(value.append(bearer->reveal())));
    auto reply = http_.fetch_message<Reply>(name, request, context);
    if (reply || reply.error().status != 401) return reply;
    credential_.forget(*bearer);
    if (attempt == kAttempts) return reply;
  }
}

}  // namespace gateway::firebase
