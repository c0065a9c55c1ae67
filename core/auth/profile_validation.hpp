// What a person may say about itself when it signs up, in whatever way. Faults are collected by field;
// whether the user type may be chosen is a question of permission and answered apart. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/auth/options.hpp"
#include "core/http/validation_problem.hpp"

namespace gateway::auth {

struct Profile {
  std::optional<std::string> full_name;
  std::optional<std::string> phone_number;
  std::string user_type;  // empty: missing
};

void check_profile(const Profile& profile, const UserOptions& options, http::ValidationProblem& faults);

// InsufficientPermissions where nobody may give itself this type.
http::Outcome<Done> check_self_signup(std::string_view user_type, const UserOptions& options);

}  // namespace gateway::auth
