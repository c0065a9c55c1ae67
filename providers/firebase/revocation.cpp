#include "revocation.hpp"

#include <charconv>

namespace gateway::firebase {

std::optional<Rejected> revocation_of(const std::optional<ToolkitUser>& user,
                                      std::int64_t authenticated_at_s) {
  if (!user) return Rejected{RejectReason::TokenRevoked, "the account is gone"};
  if (user->disabled) return Rejected{RejectReason::AccountDisabled, "the account is disabled"};
  if (!user->validSince) return std::nullopt;
  const std::string& text = *user->validSince;
  std::int64_t valid_since_s = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), valid_since_s);
  // What cannot be read might forbid the token.
  if (fault != std::errc() || end != text.data() + text.size() || authenticated_at_s < valid_since_s)
    return Rejected{RejectReason::TokenRevoked, "the sessions of the account were ended"};
  return std::nullopt;
}

}  // namespace gateway::firebase
