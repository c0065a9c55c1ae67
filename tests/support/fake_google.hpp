// FakeGoogle: the endpoints of Google that the Firebase provider uses, in memory and independent of how a
// request arrives: Identity Toolkit, the secure-token and the OAuth endpoints, and the two sets of
// certificates. What the emulator cannot show is here: signatures, certificates and their rotation,
// revocation, quotas, enumeration protection, second factors, and answers that fail or make no sense.
//
//   FakeGoogle google({.project_id = "demo-project", .now_s = clock});
//   google.handle("POST", "/v1/accounts:signUp", {{"X-Goog-Api-Key", google.api_key()}}, body);
//
// Written after Google's reference and not after the provider, with no code of the gateway. Thread safety:
// full. Units: seconds since 1970, from the given clock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/fake_google_crypto.hpp"

namespace gateway::testing {

struct FakeAccount {
  std::string local_id, email, password, display_name, phone_number, photo_url, custom_attributes;
  bool email_verified = false;
  bool disabled = false;
  bool has_second_factor = false;
  std::int64_t valid_since_s = 0;
  std::set<std::string> identity_services;  // signed in to by these before
};

// What a token of another identity service says, as Google would find out.
struct FakeIdentity {
  std::string service, subject, email, name;
  bool email_verified = true;
};

class FakeGoogle {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  struct Answer {
    int status = 200;
    Headers headers;
    std::string body;
  };
  struct Request {
    std::string verb, target, body;
    Headers headers;
  };
  struct Options {
    std::string project_id = "demo-project";
    std::string tenant_id;
    std::function<std::int64_t()> now_s;
    bool emulated = false;  // as the Auth emulator: unsigned tokens, "owner" for the administrator
  };

  explicit FakeGoogle(Options options);

  // `target` is the path with its query, without the host.
  Answer handle(const std::string& verb, const std::string& target, const Headers& headers,
                const std::string& body);

  // What the provider is configured with.
  const std::string& api_key() const { return api_key_; }
  std::string service_account_json() const;
  // The provider's section for a Google at `base`, a URL without a slash at its end.
  std::string section_json(const std::string& base) const;
  static constexpr const char* kTokenUri = "https://oauth2.googleapis.com/token";
  const RsaKey& service_account_key() const { return service_account_key_; }

  // What is otherwise.
  void set_enumeration_protection(bool on);
  void set_key_max_age_s(std::int64_t seconds);
  void set_token_lifetime_s(std::int64_t seconds);
  void rotate_keys();  // a new key signs; the one before stays published
  void drop_old_keys();
  void forget_access_tokens();
  void expire_codes();
  // The next `count` requests whose target contains `part` get this answer.
  void answer_next(int count, Answer answer, std::string part = "");
  // Called with each target before it is answered, outside of any lock: to wait, or to change something.
  void before_each(std::function<void(const std::string& target)> hook);

  // Accounts, beside the requests.
  FakeAccount add_account(FakeAccount account);
  std::optional<FakeAccount> find(const std::string& local_id) const;
  void change(const std::string& local_id, const std::function<void(FakeAccount&)>& how);
  void forget(const std::string& local_id);
  void add_identity(const std::string& id_token, FakeIdentity identity);
  std::string code_sent_to(const std::string& email) const;  // the last; empty: none

  // Tokens, beside the requests.
  const RsaKey& signing_key() const { return *signing_keys_.back(); }
  const RsaKey& cookie_key() const { return cookie_key_; }
  std::string id_token(const std::string& local_id) const;

  // What was asked.
  std::vector<Request> requests() const;
  int count(std::string_view part) const;  // requests whose target contains it

 private:
  struct Scripted {
    int left;
    Answer answer;
    std::string part;
  };
  struct Session {
    std::string local_id;
    std::int64_t auth_time_s = 0;
  };
  struct Code {
    std::string type, local_id, email;
    bool expired = false;
  };
  struct Call;  // a request taken apart

  Answer route(const Call& call);
  Answer app_call(const Call& call, std::string_view method);
  Answer admin_call(const Call& call, std::string_view method);

  Answer sign_up(const Call& call);
  Answer sign_in_with_password(const Call& call);
  Answer sign_in_with_custom_token(const Call& call);
  Answer sign_in_with_idp(const Call& call);
  Answer lookup_own(const Call& call);
  Answer update_own(const Call& call);
  Answer send_code(const Call& call, bool by_admin);
  Answer reset_password(const Call& call);
  Answer create(const Call& call);
  Answer update(const Call& call);
  Answer remove(const Call& call);
  Answer lookup(const Call& call) const;
  Answer list(const Call& call) const;
  Answer create_session_cookie(const Call& call) const;
  Answer refresh(const Call& call);
  Answer access_token(const Call& call);
  Answer certificates(const std::vector<const RsaKey*>& keys) const;

  bool has_api_key(const Call& call) const;
  bool is_admin(const Call& call) const;
  std::string new_id(const char* prefix);
  FakeAccount* by_email(const std::string& email);
  FakeAccount* by_phone(const std::string& phone_number);
  FakeAccount* by_id(const std::string& local_id);
  std::string payload(const FakeAccount& account, const std::string& issuer, std::int64_t auth_time_s,
                      std::int64_t lifetime_s) const;
  std::string signed_id_token(const FakeAccount& account, std::int64_t auth_time_s) const;
  // The account of an ID token, or the error code.
  std::pair<FakeAccount*, std::string> holder_of(const std::string& id_token);
  std::string tokens_json(const FakeAccount& account, bool with_local_id);
  std::optional<std::string> weakness(const std::string& password) const;

  const Options options_;
  const std::string api_key_;
  const RsaKey service_account_key_;
  const RsaKey cookie_key_;

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<RsaKey>> signing_keys_;  // the last one signs
  std::map<std::string, FakeAccount> accounts_;        // by local id
  std::map<std::string, Session> sessions_;            // by refresh token
  std::map<std::string, Code> codes_;
  std::map<std::string, std::string> last_codes_;  // by email
  std::map<std::string, FakeIdentity> identities_;
  std::map<std::string, std::int64_t> access_tokens_;  // until when
  std::vector<Scripted> scripted_;
  std::vector<Request> requests_;
  std::function<void(const std::string&)> hook_;
  bool enumeration_protection_ = false;
  std::int64_t key_max_age_s_ = 20'000;
  std::int64_t token_lifetime_s_ = 3'599;
  int next_id_ = 1;
  int rotations_ = 0;
};

}  // namespace gateway::testing
