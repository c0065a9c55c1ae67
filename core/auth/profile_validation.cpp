#include "core/auth/profile_validation.hpp"

#include <algorithm>

#include "core/auth/validation.hpp"

namespace gateway::auth {

namespace {

using http::ErrorCode;

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void check_profile(const Profile& profile, const UserOptions& options, http::ValidationProblem& faults) {
  if (profile.full_name && !valid_full_name(*profile.full_name)) {
    faults.add(ErrorCode::ValidationFailed, "FullName", "The name must have 1 to 200 visible characters.");
  }
  if (profile.phone_number && !valid_phone_number(*profile.phone_number)) {
    faults.add(ErrorCode::InvalidPhoneNumber, "PhoneNumber",
               "The phone number must be in E.164 form, such as +14155550100.");
  }
  if (profile.user_type.empty()) {
    faults.missing("UserType");
  } else if (!contains(options.types, profile.user_type)) {
    faults.add(ErrorCode::InvalidUserType, "UserType", "There is no such user type.");
  }
}

http::Outcome<Done> check_self_signup(std::string_view user_type, const UserOptions& options) {
  if (contains(options.self_signup_types, user_type)) return Done{};
  return http::Problem(ErrorCode::InsufficientPermissions, "You cannot give yourself this user type.");
}

}  // namespace gateway::auth
