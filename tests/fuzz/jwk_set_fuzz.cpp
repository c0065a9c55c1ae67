// JwkSet on hostile key sets, in both forms they come in.
// Held: an accepted set is bounded, every key in it can be found and named again, and its own form reads back
// the same.
#include <cstdint>
#include <string_view>

#include <gateway/toolkit/jose/jwk_set.hpp>

#include "tests/fuzz/fuzz_require.hpp"

namespace {

using namespace gateway;
using namespace gateway::toolkit;
using gateway::fuzz::require;

void check(const Result<JwkSet>& set) {
  if (!set.ok()) {
    require(!set.error().detail.empty(), "a refusal has a reason");
    return;
  }
  require(set->size() + set->skipped().size() <= JwkSet::kMaxKeys, "a set is bounded");
  const auto text = set->to_json();
  const auto again = JwkSet::parse(text);
  require(again.ok(), "an accepted set reads back");
  require(again->skipped().empty() && again->to_json() == text, "an accepted set reads back the same");

  const auto document = parse_json(text);
  require(document.ok(), "the published form is strict JSON");
  for (const auto& entry : (*document)["keys"].GetArray()) {
    const auto* key = set->find(text_of(entry["kid"]));
    require(key != nullptr, "every key is found by its id");
    require(to_string(key->algorithm()) == text_of(entry["alg"]), "a key has its algorithm");
    require(!key->verify("message", ""), "no key accepts an empty signature");
    require(!entry.HasMember("d") && !entry.HasMember("k"), "nothing secret is published");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check(JwkSet::parse(input));
  check(JwkSet::parse_certificates(input));
  return 0;
}
