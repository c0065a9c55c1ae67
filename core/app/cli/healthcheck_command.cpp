#include <chrono>
#include <string>

#include "core/app/cli/commands.hpp"
#include "core/net/http_get.hpp"

namespace gateway::app::cli {

int healthcheck(const ConfigArguments& arguments, const std::optional<std::string>& url) {
  constexpr std::chrono::seconds kTimeout{3};
  const auto asked = url ? Result<std::string>(*url) : live_url(arguments);
  if (!asked) return report({asked.error().detail});
  const auto reply = net::http_get(*asked, kTimeout);
  if (!reply) return report({*asked + ": " + reply.error().detail});
  if (reply->status != 200)
    return report({*asked + ": answered with status " + std::to_string(reply->status)});
  return kDone;
}

}  // namespace gateway::app::cli
