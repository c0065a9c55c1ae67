#include "subject.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace gateway::conformance {

namespace {

// GoogleTest makes the tests itself and hands them nothing, so what they test has to be found here.
std::optional<Subject>& slot() {
  static std::optional<Subject> subject;
  return subject;
}

}  // namespace

bool Subject::has(std::string_view capability) const {
  const auto& all = library.manifest().capabilities;
  return std::find(all.begin(), all.end(), capability) != all.end();
}

const Subject& subject() {
  assert(slot().has_value());
  return *slot();
}

void set_subject(Subject subject) {
  slot().emplace(std::move(subject));
}

}  // namespace gateway::conformance
