// The messages of capability `account-admin`: a provider's accounts, seen and changed by an administrator.
#pragma once

#include <gateway/provider_outcomes.hpp>

namespace gateway {

struct GetAccount {
  static constexpr std::string_view kOperation = "account.get";
  using Reply = AuthenticationOutcome;  // Rejected{WrongCredentials}: no such account
  std::string subject;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
  }
};

// Rejected{WrongCredentials}: no such account.
struct SetAccountDisabled {
  static constexpr std::string_view kOperation = "account.set_disabled";
  using Reply = AccountOutcome;
  std::string subject;
  bool disabled = true;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
    f.required("disabled", self.disabled);
  }
};

// Deleting what is not there is Accepted: a compensation may be repeated. The email is free afterwards; the
// subject is never given out again.
struct DeleteAccount {
  static constexpr std::string_view kOperation = "account.delete";
  using Reply = AccountOutcome;
  std::string subject;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
  }
};

// Ends every session that the provider itself keeps.
struct RevokeSessions {
  static constexpr std::string_view kOperation = "account.revoke_sessions";
  using Reply = AccountOutcome;
  std::string subject;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
  }
};

// AccountExists where the email, the phone number or the subject is taken; OperationNotAllowed for a password
// hash that the provider cannot check.
struct CreateAccount {
  static constexpr std::string_view kOperation = "account.create";
  using Reply = AuthenticationOutcome;  // without tokens
  std::optional<std::string> subject;   // the provider draws one where it is left out
  std::optional<std::string> email;
  bool email_verified = false;
  std::optional<Secret> password;
  std::optional<Secret> password_hash;  // instead of a password: "$<kind>$…", of an account that moves here
  std::optional<std::string> full_name;
  std::optional<std::string> phone_number;  // E.164
  bool disabled = false;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("subject", self.subject);
    f.optional("email", self.email);
    f.optional("email_verified", self.email_verified);
    f.optional("password", self.password);
    f.optional("password_hash", self.password_hash);
    f.optional("full_name", self.full_name);
    f.optional("phone_number", self.phone_number);
    f.optional("disabled", self.disabled);
  }
};

// Changes what is present. Rejected{WrongCredentials}: no such account.
struct UpdateAccount {
  static constexpr std::string_view kOperation = "account.update";
  using Reply = AccountOutcome;
  std::string subject;
  std::optional<std::string> email;
  std::optional<bool> email_verified;
  std::optional<Secret> password;
  std::optional<std::string> full_name;     // empty: removed
  std::optional<std::string> phone_number;  // empty: removed
  std::optional<JsonText> claims;           // replaces what the provider adds to this account's tokens
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("subject", self.subject);
    f.optional("email", self.email);
    f.optional("email_verified", self.email_verified);
    f.optional("password", self.password);
    f.optional("full_name", self.full_name);
    f.optional("phone_number", self.phone_number);
    f.optional("claims", self.claims);
  }
};

struct AccountPage {
  std::vector<ProviderAccount> accounts;
  std::string next;  // where to go on; empty: this was the last page
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("accounts", self.accounts);
    f.optional("next", self.next);
  }
};

// Every account, a page at a time, in an order of the provider's own.
struct ListAccounts {
  static constexpr std::string_view kOperation = "account.list";
  using Reply = AccountPage;
  std::string after;  // `next` of the page before; empty: from the beginning
  std::int64_t limit = 100;
  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("after", self.after);
    f.optional("limit", self.limit);
  }
};

}  // namespace gateway
