// What a user takes over of a provider's account: no more than what people may say of themselves here
// (validation.hpp). A provider vouches for whose the account is; what its people wrote into their profile it
// hands on as they wrote it, to everybody who is shown this user. Pure function.
#pragma once

#include <string_view>
#include <vector>

#include <gateway/provider_outcomes.hpp>

namespace gateway::auth {

struct AcceptedProfile {
  ProviderAccount account;                 // without what was left out
  std::vector<std::string_view> left_out;  // its fields' names, literals
};

// Nobody is refused for it: what is not acceptable is as if it had never been told, an email or a phone
// number not verified either.
AcceptedProfile accepted_profile(ProviderAccount account);

}  // namespace gateway::auth
