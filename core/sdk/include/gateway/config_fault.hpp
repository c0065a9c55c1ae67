// ConfigError: what a plugin's constructor throws to refuse its section of the configuration; ConfigFaults
// collects everything that is wrong, so that an operator is told all of it at once.
//
// Texts go to the operator: no secrets. `key` is a path within the section, as the schema spells it
// ("Emulator:Host", "AllowedOrigins:0"), for which the gateway puts the section in front and the file or
// variable that set it behind; empty, the fault is the section's as a whole. `problem` goes on where the key
// ended ("is missing"), `hint` says what to do about it and may be empty. `also` names other keys that the
// fault follows from: the gateway does not tell it while one of those, or something in it, is at fault
// itself. The key itself may be among them: of a list that is empty when its faulty elements are left out.
// Thread safety: plain values.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gateway/message.hpp>

namespace gateway {

struct ConfigFault {
  std::string key;
  std::string problem;
  std::string hint;
  std::vector<std::string> also;

  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.optional("key", self.key);
    f.required("problem", self.problem);
    f.optional("hint", self.hint);
    f.optional("also", self.also);
  }
};

// "ApiKey: is missing (the console shows it)"
inline std::string to_text(const ConfigFault& fault) {
  std::string text = fault.key.empty() ? fault.problem : fault.key + ": " + fault.problem;
  if (!fault.hint.empty()) text.append(" (").append(fault.hint).append(")");
  return text;
}

// How a failed create explains itself over the C ABI; a plugin without this header may write plain text.
struct ConfigRefusal {
  std::vector<ConfigFault> faults;

  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("faults", self.faults);
  }
};

class ConfigError : public std::runtime_error {
 public:
  // At least one.
  explicit ConfigError(std::vector<ConfigFault> faults)
      : std::runtime_error(joined(faults)), faults_(std::move(faults)) {}
  // Of the section as a whole.
  explicit ConfigError(std::string problem)
      : ConfigError(std::vector<ConfigFault>{{"", std::move(problem), "", {}}}) {}
  ConfigError(std::string key, std::string problem, std::string hint = "")
      : ConfigError(std::vector<ConfigFault>{{std::move(key), std::move(problem), std::move(hint), {}}}) {}

  const std::vector<ConfigFault>& faults() const noexcept { return faults_; }

 private:
  static std::string joined(const std::vector<ConfigFault>& faults) {
    std::string all;
    for (const ConfigFault& fault : faults)
      all.append(all.empty() ? "" : "; ").append(to_text(fault));
    return all;
  }

  std::vector<ConfigFault> faults_;
};

class ConfigFaults {
 public:
  void add(std::string key, std::string problem, std::string hint = "", std::vector<std::string> also = {}) {
    all_.push_back({std::move(key), std::move(problem), std::move(hint), std::move(also)});
  }
  const std::vector<ConfigFault>& all() const noexcept { return all_; }
  void throw_if_any() const {
    if (!all_.empty()) throw ConfigError(all_);
  }

 private:
  std::vector<ConfigFault> all_;
};

}  // namespace gateway
