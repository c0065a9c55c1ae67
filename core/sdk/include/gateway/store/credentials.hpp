// Group `credentials`: what a provider that keeps its own passwords needs. Providers reach it through the
// host, which sets `provider` to their instance id.
#pragma once

#include <gateway/call.hpp>
#include <gateway/store/user.hpp>

namespace gateway::store {

struct Credential {
  std::string provider;
  std::string subject;  // unique within the provider
  std::string login;    // the normalised name a person signs in with; unique within the provider
  std::string email;    // as the person wrote it
  bool email_verified = false;
  std::optional<std::string> full_name;
  Secret secret_hash;  // a PHC string, never the password
  bool disabled = false;
  std::int64_t updated_at_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("provider", self.provider);
    f.required("subject", self.subject);
    f.required("login", self.login);
    f.required("email", self.email);
    f.optional("email_verified", self.email_verified);
    f.optional("full_name", self.full_name);
    f.required("secret_hash", self.secret_hash);
    f.optional("disabled", self.disabled);
    f.optional("updated_at_ms", self.updated_at_ms);
  }
};

struct Stored {
  static constexpr std::string_view kTag = "done";
  template <class Self, class Fields>
  static void fields(Self&, Fields&) {}
};

struct MaybeCredential {
  std::optional<Credential> credential;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("credential", self.credential);
  }
};

struct CreateCredential {
  static constexpr std::string_view kOperation = "credentials.create";
  using Reply = std::variant<Conflict, Stored>;  // Conflict: "login" or "subject"
  Credential credential;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("credential", self.credential);
  }
};

// By login or by subject, whichever is given; Invalid unless it is exactly one.
struct FindCredential {
  static constexpr std::string_view kOperation = "credentials.find";
  using Reply = MaybeCredential;
  std::string provider;
  std::optional<std::string> login;
  std::optional<std::string> subject;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("provider", self.provider);
    f.optional("login", self.login);
    f.optional("subject", self.subject);
  }
};

// Another writer was first: secret_hash is no longer what the caller read.
struct Stale {
  static constexpr std::string_view kTag = "stale";
  template <class Self, class Fields>
  static void fields(Self&, Fields&) {}
};

// Replaces secret_hash only where it is still `expected_hash`, so that a rehash never undoes a password
// change.
struct ReplaceSecret {
  static constexpr std::string_view kOperation = "credentials.replace_secret";
  using Reply = std::variant<NotFound, Stale, Stored>;
  std::string provider;
  std::string subject;
  Secret expected_hash;
  Secret secret_hash;
  std::int64_t now_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("provider", self.provider);
    f.required("subject", self.subject);
    f.required("expected_hash", self.expected_hash);
    f.required("secret_hash", self.secret_hash);
    f.required("now_ms", self.now_ms);
  }
};

struct SetCredentialDisabled {
  static constexpr std::string_view kOperation = "credentials.set_disabled";
  using Reply = std::variant<NotFound, Stored>;
  std::string provider;
  std::string subject;
  bool disabled = true;
  std::int64_t now_ms = 0;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("provider", self.provider);
    f.required("subject", self.subject);
    f.required("disabled", self.disabled);
    f.required("now_ms", self.now_ms);
  }
};

struct DeleteCredential {
  static constexpr std::string_view kOperation = "credentials.delete";
  using Reply = std::variant<NotFound, Stored>;
  std::string provider;
  std::string subject;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("provider", self.provider);
    f.required("subject", self.subject);
  }
};

class Credentials {
 public:
  virtual ~Credentials() = default;
  virtual Result<CreateCredential::Reply> create_credential(const CreateCredential&, const CallContext&) = 0;
  virtual Result<MaybeCredential> find_credential(const FindCredential&, const CallContext&) = 0;
  virtual Result<ReplaceSecret::Reply> replace_secret(const ReplaceSecret&, const CallContext&) = 0;
  virtual Result<SetCredentialDisabled::Reply> set_credential_disabled(const SetCredentialDisabled&,
                                                                       const CallContext&) = 0;
  virtual Result<DeleteCredential::Reply> delete_credential(const DeleteCredential&, const CallContext&) = 0;
};

}  // namespace gateway::store
