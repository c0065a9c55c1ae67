#include "core/net/origin_table.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace gateway::net {

std::shared_ptr<Origin> OriginTable::of(const toolkit::Url& url) {
  std::string name = url.origin();
  const std::lock_guard lock(mutex_);
  const auto found = origins_.find(name);
  if (found != origins_.end()) return found->second;
  if (origins_.size() >= kMaxOrigins && !make_room()) return nullptr;
  auto made = std::make_shared<Origin>(
      name, options_, clock_, [this] { return chance(); }, metrics_.of(url.host));
  return origins_.emplace(std::move(name), std::move(made)).first->second;
}

bool OriginTable::make_room() {
  const auto unused = std::find_if(origins_.begin(), origins_.end(), [](const auto& entry) {
    return entry.second.use_count() == 1 && entry.second->is_unused();
  });
  if (unused == origins_.end()) return false;
  origins_.erase(unused);
  return true;
}

void OriginTable::drop_idle(std::int64_t age_ms) {
  std::vector<std::shared_ptr<Origin>> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, origin] : origins_)
      all.push_back(origin);
  }
  for (const auto& origin : all)
    origin->drop_idle(age_ms);
}

double OriginTable::chance() {
  constexpr double kRange = 4294967296.0;  // 2^32
  std::uint32_t drawn = 0;
  // Spreading instances apart is all it is for: without randomness the middle does.
  if (!random_.fill(&drawn, sizeof drawn)) return 0.5;
  return drawn / kRange;
}

}  // namespace gateway::net
