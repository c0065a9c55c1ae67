#include "core/auth/provider_profile.hpp"

#include <utility>

#include "core/auth/validation.hpp"

namespace gateway::auth {

AcceptedProfile accepted_profile(ProviderAccount account) {
  AcceptedProfile accepted{std::move(account), {}};
  ProviderAccount& kept = accepted.account;
  const auto keep_if = [&](bool (*valid)(std::string_view), std::optional<std::string>& field,
                           std::string_view name) {
    if (!field || valid(*field)) return;
    field.reset();
    accepted.left_out.push_back(name);
  };
  keep_if(valid_email, kept.email, "email");
  keep_if(valid_full_name, kept.full_name, "full_name");
  keep_if(valid_phone_number, kept.phone_number, "phone_number");
  keep_if(valid_image_url, kept.profile_image_url, "profile_image_url");
  kept.email_verified = kept.email_verified && kept.email;
  kept.phone_verified = kept.phone_verified && kept.phone_number;
  return accepted;
}

}  // namespace gateway::auth
