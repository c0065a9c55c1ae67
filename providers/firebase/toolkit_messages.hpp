// The bodies of Google's Identity Toolkit, by their names there. What a call does not use is left out; what
// an answer has beyond these is ignored.
//
// One request for all calls on accounts: they share their members, and each is written out where it is made
// (identity_toolkit.hpp). Thread safety: plain values. Source: Identity Toolkit REST reference, v1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gateway/message.hpp>

namespace gateway::firebase {

struct ToolkitRequest {
  std::optional<std::string> localId, email, displayName, phoneNumber, tenantId;
  std::optional<Secret> password, newPassword, idToken, oobCode, token, postBody;
  std::optional<std::string> requestType, requestUri;
  std::optional<std::string> customAttributes;  // JSON in a text
  std::optional<std::string> validSince;        // seconds in a text
  std::optional<std::vector<std::string>> deleteAttribute, deleteProvider;
  std::optional<bool> emailVerified, disabled, disableUser, returnSecureToken, returnIdpCredential;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("localId", self.localId);
    f.optional("email", self.email);
    f.optional("displayName", self.displayName);
    f.optional("phoneNumber", self.phoneNumber);
    f.optional("tenantId", self.tenantId);
    f.optional("password", self.password);
    f.optional("newPassword", self.newPassword);
    f.optional("idToken", self.idToken);
    f.optional("oobCode", self.oobCode);
    f.optional("token", self.token);
    f.optional("postBody", self.postBody);
    f.optional("requestType", self.requestType);
    f.optional("requestUri", self.requestUri);
    f.optional("customAttributes", self.customAttributes);
    f.optional("validSince", self.validSince);
    f.optional("deleteAttribute", self.deleteAttribute);
    f.optional("deleteProvider", self.deleteProvider);
    f.optional("emailVerified", self.emailVerified);
    f.optional("disabled", self.disabled);
    f.optional("disableUser", self.disableUser);
    f.optional("returnSecureToken", self.returnSecureToken);
    f.optional("returnIdpCredential", self.returnIdpCredential);
  }
};

struct ToolkitReply {
  std::string localId, email, displayName, photoUrl, expiresIn, requestType, errorMessage;
  Secret idToken, refreshToken, mfaPendingCredential;
  bool emailVerified = false;
  bool needConfirmation = false;
  bool isNewUser = false;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("localId", self.localId);
    f.optional("email", self.email);
    f.optional("displayName", self.displayName);
    f.optional("photoUrl", self.photoUrl);
    f.optional("expiresIn", self.expiresIn);
    f.optional("requestType", self.requestType);
    f.optional("errorMessage", self.errorMessage);
    f.optional("idToken", self.idToken);
    f.optional("refreshToken", self.refreshToken);
    f.optional("mfaPendingCredential", self.mfaPendingCredential);
    f.optional("emailVerified", self.emailVerified);
    f.optional("needConfirmation", self.needConfirmation);
    f.optional("isNewUser", self.isNewUser);
  }
};

// accounts:lookup by the project: any of the three.
struct LookupRequest {
  std::optional<std::vector<std::string>> localId, email, phoneNumber;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("localId", self.localId);
    f.optional("email", self.email);
    f.optional("phoneNumber", self.phoneNumber);
  }
};

struct ToolkitUser {
  std::string localId;
  std::optional<std::string> email, displayName, phoneNumber, photoUrl, validSince;
  bool emailVerified = false;
  bool disabled = false;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("localId", self.localId);
    f.optional("email", self.email);
    f.optional("displayName", self.displayName);
    f.optional("phoneNumber", self.phoneNumber);
    f.optional("photoUrl", self.photoUrl);
    f.optional("validSince", self.validSince);
    f.optional("emailVerified", self.emailVerified);
    f.optional("disabled", self.disabled);
  }
};

// accounts:lookup and accounts:batchGet. Nobody found: 200 without `users`.
struct UsersReply {
  std::vector<ToolkitUser> users;
  std::string nextPageToken;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("users", self.users);
    f.optional("nextPageToken", self.nextPageToken);
  }
};

// The token endpoint writes its names in another style than everybody else.
struct SecureTokenReply {
  Secret id_token, refresh_token;
  std::string expires_in, user_id;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("id_token", self.id_token);
    f.required("refresh_token", self.refresh_token);
    f.required("expires_in", self.expires_in);
    f.required("user_id", self.user_id);
  }
};

}  // namespace gateway::firebase
