// The manifest: what a plugin says about itself before any of its code runs on behalf of a request.
//
// Kind and capabilities are derived by plugin.hpp from the classes a plugin derives from; an author writes
// the rest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gateway/message.hpp>

namespace gateway {

enum class PluginKind { Provider, Storage, Policy, Counters };
constexpr auto enum_names(PluginKind) {
  return std::array<EnumName<PluginKind>, 4>{{{PluginKind::Provider, "provider"},
                                              {PluginKind::Storage, "storage"},
                                              {PluginKind::Policy, "policy"},
                                              {PluginKind::Counters, "counters"}}};
}

struct Manifest {
  PluginKind kind = PluginKind::Provider;
  std::string id;       // lower case letters, digits and '-', begins with a letter, at most 32
  std::string version;  // semantic version
  std::string description;
  std::string license;                    // SPDX expression
  std::string section;                    // configuration section it reads by default, e.g. "Firebase"
  JsonText config_schema;                 // JSON Schema (draft 7) of that section
  std::vector<std::string> capabilities;  // providers: "password", "token", …
  bool opens_sockets = false;  // true for database drivers; everybody else uses the host's services
  bool ephemeral = false;      // storage that forgets everything when its process ends
  bool cpu_bound = false;      // its calls burn a core (password hashing): they get the hash slots
  // Error codes of the HTTP contract for a bad token of this provider and for its being away, where the
  // contract has some of its own; one that it does not know is ignored.
  std::string invalid_token_code;
  std::string unavailable_code;

  template <class Self, class Fields>
  static void fields(Self& self, Fields& f) {
    f.required("kind", self.kind);
    f.required("id", self.id);
    f.required("version", self.version);
    f.optional("description", self.description);
    f.optional("license", self.license);
    f.optional("section", self.section);
    f.optional("config_schema", self.config_schema);
    f.optional("capabilities", self.capabilities);
    f.optional("opens_sockets", self.opens_sockets);
    f.optional("ephemeral", self.ephemeral);
    f.optional("cpu_bound", self.cpu_bound);
    f.optional("invalid_token_code", self.invalid_token_code);
    f.optional("unavailable_code", self.unavailable_code);
  }
};

}  // namespace gateway
