// AdminCredential: what stands behind "Authorization: Bearer" of calls that act for the project.
//
// Thread safety: full. Errors: why there is none.
#pragma once

#include "google_http.hpp"

namespace gateway::firebase {

class AdminCredential {
 public:
  AdminCredential() = default;
  AdminCredential(const AdminCredential&) = delete;
  AdminCredential& operator=(const AdminCredential&) = delete;
  virtual ~AdminCredential() = default;

  virtual Answer<Secret> bearer(const CallContext& context) = 0;
  // Google did not take it: the next bearer() is another one.
  virtual void forget(const Secret& bearer) = 0;
};

// The emulator's administrator. It is a word, not a secret, and means nothing to Google itself.
class EmulatorOwner final : public AdminCredential {
 public:
  Answer<Secret> bearer(const CallContext&) override { return Secret("owner"); }
  void forget(const Secret&) override {}
};

}  // namespace gateway::firebase
