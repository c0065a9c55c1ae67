#include "core/auth/address_attempts.hpp"

#include <algorithm>
#include <utility>

#include <gateway/toolkit/ip_address.hpp>

#include "core/http/validation_problem.hpp"

namespace gateway::auth {

namespace {

constexpr std::string_view kUnknown = "unknown";
constexpr std::size_t kClientBytes = 8;  // of IPv6, as IpAddress::client_part has it

}  // namespace

http::Outcome<std::string> AddressAttempts::client_of(const http::Caller& caller,
                                                      std::string_view address) const {
  if (!users_.is_admin(caller)) return http::Problem(http::ErrorCode::InsufficientPermissions);
  if (address == kUnknown) return std::string(kUnknown);
  const auto parsed = toolkit::IpAddress::parse(address);
  if (!parsed) {
    http::ValidationProblem faults;
    faults.add(http::ErrorCode::ValidationFailed, "Address", "Must be an IPv4 or IPv6 address, or unknown.");
    return faults.problem();
  }
  if (parsed->is_v4()) return parsed->to_string();
  toolkit::IpAddress::Bytes bytes = parsed->bytes();
  std::fill(bytes.begin() + kClientBytes, bytes.end(), std::uint8_t{0});
  return toolkit::IpAddress(bytes).to_string() + "/64";
}

http::Outcome<CountedAddress> AddressAttempts::get(const http::Caller& caller, std::string_view address,
                                                   const RequestScope& scope) {
  auto client = client_of(caller, address);
  if (!client) return client.error();
  auto counted = attempts_.address_status(address, scope.call);
  if (!counted) return counted.error();
  return CountedAddress{std::move(*client), *counted};
}

http::Outcome<Done> AddressAttempts::clear(const http::Caller& caller, std::string_view address,
                                           const RequestScope& scope) {
  const auto client = client_of(caller, address);
  if (!client) return client.error();
  if (auto cleared = attempts_.clear_address(address, scope.call); !cleared) return cleared;
  audit_.record("attempts.address_cleared", {}, caller.user_id, scope, audit_detail({{"address", *client}}));
  return Done{};
}

}  // namespace gateway::auth
