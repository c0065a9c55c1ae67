#include "core/auth/ids.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include <gateway/toolkit/base64url.hpp>
#include <gateway/toolkit/uuid.hpp>

namespace gateway::auth {

namespace {

template <std::size_t N>
Result<std::array<std::uint8_t, N>> draw(runtime::Random& random) {
  std::array<std::uint8_t, N> bytes{};
  if (!random.fill(bytes.data(), bytes.size())) return unavailable("no randomness available");
  return bytes;
}

template <std::size_t N>
Result<std::string> draw_text(runtime::Random& random) {
  const auto bytes = draw<N>(random);
  if (!bytes) return bytes.error();
  return toolkit::base64url_encode({reinterpret_cast<const char*>(bytes->data()), N});
}

}  // namespace

Result<std::string> new_user_id(const runtime::Clock& clock, runtime::Random& random) {
  const auto bytes = draw<10>(random);
  if (!bytes) return bytes.error();
  return toolkit::Uuid::v7(static_cast<std::uint64_t>(clock.wall_ms()), *bytes).to_string();
}

Result<std::string> new_random_id(runtime::Random& random) {
  return draw_text<16>(random);
}

Result<Secret> new_opaque_token(runtime::Random& random) {
  auto text = draw_text<32>(random);
  if (!text) return text.error();
  return Secret(std::move(*text));
}

}  // namespace gateway::auth
